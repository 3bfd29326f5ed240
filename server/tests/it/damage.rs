//! The state's folder deleted, cut, exchanged, or with flipped bits: noticed at the start and built anew from
//! the log, with the same contents; whoever comes back is reset at most.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::desk::{Desk, number};
use super::dice::Dice;
use super::server::House;

const FLIPS: u64 = 16;

/// A workspace with something of everything in it, whose server ended.
struct Before {
    house: House,
    desk: Desk,
    cursor: Value,
    contents: Value,
}

/// How the server ended.
#[derive(Clone, Copy)]
enum End {
    Stopped,
    Killed,
}

impl Before {
    async fn made(end: End) -> Self {
        let (house, server, desk) = Desk::open().await;
        let north = desk.new_group("north").await;
        let ana = desk.hire("Ana", "agent").await;
        for n in 0..12 {
            desk.phone_writes(&format!("in-{n}"), &number(n), "hello").await;
            let id = desk.conversation_of(&number(n)).await;
            let about =
                json!({ "conversation_id": id, "agent_id": ana.id, "group_id": north, "text": "a line" });
            let done = ["note.add", "conversation.assign", "conversation.move", "conversation.close"];
            desk.act(done[n as usize % 4], about).await;
        }
        let cursor = desk.enter(&desk.admin).await.cursor.clone();
        desk.act(
            "contact.save",
            json!({ "name": "Karl", "add_addresses": [super::desk::phone(&number(3))] }),
        )
        .await;
        let contents = contents(&desk).await;
        match end {
            End::Stopped => assert_eq!(server.stop().await.code(), Some(0)),
            End::Killed => server.kill(),
        }
        Self { house, desk, cursor, contents }
    }

    /// Starts a server on a damaged copy: its contents are those of before, and people come back and work.
    async fn is_healed(&self, damage: impl FnOnce(&Path)) -> String {
        let house = self.house.copy();
        damage(&house.state());
        let server = house.start().await;
        let desk = self.desk.at(&house);
        assert_eq!(contents(&desk).await, self.contents, "{}", server.words());
        let mut back = desk.socket().await;
        back.hello(&desk.admin, Some(&self.cursor)).await;
        let first = back.frame().await;
        if first["type"] == "reset" {
            assert_eq!(back.frame().await["resumed"], false);
        } else {
            assert_eq!(first["resumed"], true, "{first}");
        }
        let reply = back.command("group.create", json!({ "name": "later" })).await;
        assert!(reply["ok"].is_object(), "{reply}");
        server.words()
    }
}

/// Everything that a screen can show.
async fn contents(desk: &Desk) -> Value {
    let mut all = vec![desk.ask("counters.get", json!({})).await, desk.ask("workspace.get", json!({})).await];
    for view in
        [json!({}), json!({ "status": "closed" }), json!({ "order": "waiting" }), json!({ "unread": true })]
    {
        let mut after = Value::Null;
        loop {
            let mut asked = json!({ "view": view, "limit": 5 });
            if after.is_string() {
                asked["after"] = after;
            }
            let page = desk.ask("queue.page", asked).await;
            after = page["next"].clone();
            all.push(page["rows"].clone());
            if !after.is_string() {
                break;
            }
        }
    }
    for n in 0..12 {
        let asked = json!({ "conversation_id": desk.conversation_of(&number(n)).await });
        all.push(desk.ask("conversation.timeline", asked).await["items"].clone());
    }
    let mut all = Value::Array(all);
    forget_the_moment(&mut all);
    all
}

/// Drops what says when it was asked, and who is or was online.
fn forget_the_moment(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(forget_the_moment),
        Value::Object(fields) => {
            fields.remove("availability");
            // Counters are as of when they were asked; an agent's coming and going is noted when it may.
            if fields.contains_key("open") || fields.contains_key("role") {
                fields.remove("seq");
            }
            fields.values_mut().for_each(forget_the_moment);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// sled's file in the folder in use.
fn rows(state: &Path) -> PathBuf {
    let folders =
        fs::read_dir(state).expect("the state is there").map(|entry| entry.expect("an entry").path());
    folders.map(|folder| folder.join("db")).find(|file| file.exists()).expect("one of them holds rows")
}

fn cut(file: &Path, bytes: impl FnOnce(u64) -> u64) {
    let file = fs::File::options().write(true).open(file).expect("it opens");
    let len = file.metadata().expect("it is there").len();
    file.set_len(bytes(len)).expect("it is cut");
}

/// Flips one bit of a byte that is in use.
fn flip(file: &Path, dice: &mut Dice) {
    let mut bytes = fs::read(file).expect("it is there");
    let used: Vec<_> = (0..bytes.len()).filter(|at| bytes[*at] != 0).collect();
    bytes[used[dice.below(used.len())]] ^= 1 << dice.below(8);
    fs::write(file, bytes).expect("it is written");
}

#[tokio::test]
async fn a_state_that_is_gone_or_cut_is_built_anew() {
    let before = Before::made(End::Killed).await;
    let words = before.is_healed(|_| {}).await;
    assert!(!words.contains("state"), "it was whole: {words}");
    before.is_healed(|state| fs::remove_dir_all(state).expect("gone")).await;
    before.is_healed(|state| fs::remove_file(rows(state)).expect("gone")).await;
    before.is_healed(|state| fs::remove_file(state.join("state.current")).expect("gone")).await;
    before.is_healed(|state| fs::write(state.join("state.current"), "state.77").expect("written")).await;
    before
        .is_healed(|state| fs::write(state.join("state.current"), b"\xff\x00/../x").expect("written"))
        .await;
    before.is_healed(|state| cut(&rows(state), |_| 0)).await;
    before.is_healed(|state| fs::write(rows(state), vec![0; 1 << 20]).expect("written")).await;
    // One that was stopped has written all its rows.
    let stopped = Before::made(End::Stopped).await;
    let cuts: [fn(u64) -> u64; 2] = [|len| len / 2, |len| len - len / 8];
    for left in cuts {
        let words = stopped.is_healed(|state| cut(&rows(state), left)).await;
        assert!(words.contains("built anew"), "{words}");
    }
}

#[tokio::test]
async fn a_state_of_another_log_is_not_believed() {
    let (before, other) = (Before::made(End::Killed).await, Before::made(End::Killed).await);
    let theirs = other.house.copy();
    let words = before
        .is_healed(|state| {
            fs::remove_dir_all(state).expect("gone");
            fs::rename(theirs.state(), state).expect("exchanged");
        })
        .await;
    assert!(words.contains("built anew"), "{words}");
}

#[tokio::test]
async fn an_older_state_is_brought_up_to_the_log() {
    let before = Before::made(End::Killed).await;
    let (house, older) = (before.house.copy(), before.house.copy());
    let server = house.start().await;
    let desk = before.desk.at(&house);
    desk.phone_writes("in-later", &number(3), "later").await;
    let wanted = contents(&desk).await;
    server.kill();
    fs::remove_dir_all(house.state()).expect("gone");
    fs::rename(older.state(), house.state()).expect("exchanged");
    let _server = house.start().await;
    assert_eq!(contents(&desk).await, wanted);
}

#[tokio::test]
async fn a_flipped_bit_changes_nothing_that_anybody_sees() {
    let mut noticed = 0;
    for end in [End::Stopped, End::Killed] {
        let before = Before::made(end).await;
        for seed in 1..=FLIPS {
            let mut dice = Dice::new(seed);
            let words = before.is_healed(|state| flip(&rows(state), &mut dice)).await;
            noticed += u64::from(words.contains("built anew"));
        }
    }
    assert!(noticed > 0, "no flip was noticed");
}

#[tokio::test]
async fn rows_that_a_clean_stop_did_not_leave_are_noticed_beside_service() {
    let before = Before::made(End::Stopped).await;
    let house = before.house.copy();
    forge(&rows(&house.state()), b"a line");
    let server = house.spawn();
    server.ended().await;
    assert!(!server.words().contains("built anew"), "it was opened unread: {}", server.words());
    let server = house.start().await;
    assert!(server.words().contains("built anew"), "{}", server.words());
    assert_eq!(contents(&before.desk.at(&house)).await, before.contents);
}

/// Changes the row that holds `text`, and the mark of a clean stop so that it knows nothing of it.
fn forge(file: &Path, text: &[u8]) {
    let folder = file.parent().expect("it is in one");
    let db = sled::open(folder).expect("nobody else has it");
    let holds = |value: &sled::IVec| value.windows(text.len()).any(|part| part == text);
    let mut found = db.iter().map(|row| row.expect("it is whole")).filter(|(_, value)| holds(value));
    let (key, value) = found.next().expect("a row holds it");
    db.insert(key, [&value[..], b"!"].concat()).expect("it is written");
    drop((found, db));
    let mut names: Vec<_> =
        fs::read_dir(folder).expect("it is there").map(|entry| entry.expect("an entry")).collect();
    names.sort_by_key(fs::DirEntry::file_name);
    let mark: String =
        names.iter().filter(|name| name.path().is_file() && name.file_name() != "clean").map(line).collect();
    fs::write(folder.join("clean"), mark).expect("it is written");
}

/// What the mark says of a file.
fn line(file: &fs::DirEntry) -> String {
    let of = file.metadata().expect("it is there");
    let name = file.file_name();
    let (device, inode, bytes) = (of.dev(), of.ino(), of.len());
    format!("{device} {inode} {bytes} {}.{:09} {}\n", of.ctime(), of.ctime_nsec(), name.display())
}

#[tokio::test]
async fn a_log_that_lost_its_end_begins_another_epoch() {
    let before = Before::made(End::Killed).await;
    let (house, older) = (before.house.copy(), before.house.copy());
    let server = house.start().await;
    let desk = before.desk.at(&house);
    let first = epoch(&desk).await;
    desk.phone_writes("in-later", &number(3), "later").await;
    server.stop().await;
    fs::remove_dir_all(house.data().join("log")).expect("gone");
    fs::rename(older.data().join("log"), house.data().join("log")).expect("put back");
    let server = house.start().await;
    assert!(server.words().contains("a new epoch begins"), "{}", server.words());
    assert_ne!(epoch(&desk).await, first);
}

async fn epoch(desk: &Desk) -> Value {
    let mut socket = desk.socket().await;
    socket.hello(&desk.admin, None).await;
    socket.frame().await["epoch"].clone()
}
