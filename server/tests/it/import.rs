//! The importer of the real binary: good and bad rows, killed and stopped in the middle and gone on with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::desk::{Desk, number};
use super::server::soon;

/// More than go out at once: a kill finds many on their way.
const ROWS: u32 = 450;

/// A file and how it is imported into a desk.
struct Import {
    folder: tempfile::TempDir,
    file: PathBuf,
    url: String,
    token: String,
}

impl Import {
    fn of(desk: &Desk, name: &str, text: &[u8]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join(name);
        std::fs::write(&file, text).expect("it is written");
        let url = format!("http://{}", desk.http.address());
        Self { folder, file, url, token: desk.admin.clone() }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_parloir"));
        command.arg("import").arg(&self.file).args(arguments);
        command.env("PARLOIR_URL", &self.url).env("PARLOIR_TOKEN", &self.token);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).stdin(Stdio::null());
        command
    }

    fn begin(&self) -> Running {
        Running(self.command(&[]).spawn().expect("the binary starts"))
    }

    /// An import to its end: exit code, what it said, what it said of errors.
    async fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let mut command = self.command(arguments);
        let output = tokio::task::spawn_blocking(move || command.output());
        said(&soon(output).await.expect("no panic").expect("the binary starts"))
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let name = self.file.file_name().expect("a name").to_string_lossy();
        self.folder.path().join(format!("{name}{ending}"))
    }

    fn journal(&self) -> Option<Value> {
        let text = std::fs::read_to_string(self.beside(".parloir-import")).ok()?;
        Some(serde_json::from_str(&text).expect("a journal is whole at any moment"))
    }

    /// Waits until the journal says that rows are settled.
    async fn some_rows_in(&self) -> u64 {
        soon(async {
            loop {
                let tally = self.journal().map(|journal| journal["tally"].clone());
                let imported = tally.and_then(|tally| tally["imported"].as_u64()).unwrap_or(0);
                if imported > 0 {
                    return imported;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        })
        .await
    }

    /// The rows that failed: number, code and the row's own fields.
    fn failed(&self) -> Vec<(String, String, String)> {
        let text = std::fs::read_to_string(self.beside(".errors.csv")).expect("some failed");
        let lines = text.trim_start_matches('\u{feff}').lines().skip(1);
        lines
            .map(|line| {
                let (number, rest) = line.split_once(',').expect("a number");
                let (code, rest) = rest.split_once(',').expect("a code");
                let own = rest.split_once("\",").or_else(|| rest.split_once(',')).expect("a message").1;
                (number.to_owned(), code.to_owned(), own.to_owned())
            })
            .collect()
    }
}

/// An importer at work; dropping it kills it.
struct Running(Child);

impl Running {
    fn kill(mut self) {
        self.0.kill().expect("it is ours");
        self.0.wait().expect("it is ours");
    }

    fn interrupt(&self) {
        let sent = Command::new("sh").args(["-c", &format!("kill -INT {}", self.0.id())]).status();
        assert!(sent.expect("there is a shell").success());
    }

    async fn end(mut self) -> std::process::ExitStatus {
        soon(async {
            loop {
                if let Some(status) = self.0.try_wait().expect("it is ours") {
                    return status;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may be gone already.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// How often each contact was saved, by its name, and the newest card of each.
async fn saved(desk: &Desk) -> BTreeMap<String, (u32, Value)> {
    let mut saved: BTreeMap<String, (u32, Value)> = BTreeMap::new();
    for line in desk.http.log(&desk.admin, 0).await {
        for event in line["events"].as_array().expect("events") {
            if event["name"] == "contact.saved" {
                let card = &event["data"]["contact"]["card"];
                let name = card["name"].as_str().expect("a name").to_owned();
                let held = saved.entry(name).or_default();
                *held = (held.0 + 1, card.clone());
            }
        }
    }
    saved
}

/// Of every 50 rows one has a number that cannot be called, and ten have none, so that they would be new people
/// each time they are saved.
fn phone(n: u32) -> String {
    match (n % 50, n % 5) {
        (10, _) => "12".to_owned(),
        (_, 3) => String::new(),
        (..) => number(n),
    }
}

/// Rows 2 to ROWS + 1.
fn csv() -> String {
    let rows = (0..ROWS).map(|n| {
        let phone = phone(n);
        format!("Person {n},{phone},import|t{},\"City, {n}\"\n", n % 7)
    });
    format!("Name,Phone,Tags,City\n{}", rows.collect::<String>())
}

fn check_people(saved: &BTreeMap<String, (u32, Value)>) {
    let good = (0..ROWS).filter(|n| n % 50 != 10);
    assert_eq!(saved.len(), good.clone().count());
    for n in good {
        let (times, card) = &saved[&format!("Person {n}")];
        assert_eq!(*times, 1, "{card}");
        let addresses = card["addresses"].as_array().expect("a list").iter();
        let addresses: Vec<&str> = addresses.filter_map(|address| address["value"].as_str()).collect();
        let expected = phone(n);
        assert_eq!(addresses.join(","), expected, "{card}");
        assert_eq!(card["properties"]["City"], format!("City, {n}"), "{card}");
        assert_eq!(card["tags"].as_array().map(Vec::len), Some(2), "{card}");
    }
}

fn check_failed(import: &Import) {
    let expected: Vec<_> = (0..ROWS)
        .filter(|n| n % 50 == 10)
        .map(|n| {
            let own = format!("Person {n},12,import|t{},\"City, {n}\"", n % 7);
            ((n + 2).to_string(), "invalid_number".to_owned(), own)
        })
        .collect();
    assert_eq!(import.failed(), expected);
}

#[tokio::test]
async fn a_killed_import_goes_on_and_every_row_happens_once() {
    let (_house, server, desk) = Desk::open().await;
    let import = Import::of(&desk, "people.csv", csv().as_bytes());
    let mut kills = 0;
    for _ in 0..2 {
        let running = import.begin();
        import.some_rows_in().await;
        running.kill();
        kills += u32::from(import.journal().expect("a journal")["done"] == false);
    }
    assert!(kills > 0, "it was over before it could be killed");
    let (code, words, errors) = import.run(&[]).await;
    assert_eq!(code, Some(2), "{words} {errors} {}", server.words());
    assert!(errors.contains("going on behind"), "{errors}");
    let failed = ROWS / 50;
    let summary = format!("{} imported, 0 changed nothing, {failed} failed", ROWS - failed);
    assert!(words.contains(&summary), "{words}");
    check_people(&saved(&desk).await);
    check_failed(&import);

    let (code, words, _) = import.run(&[]).await;
    assert_eq!(code, Some(2));
    assert!(words.contains("imported already") && words.contains(&summary), "{words}");
    check_people(&saved(&desk).await);
}

#[tokio::test]
async fn an_import_from_the_beginning_changes_nothing() {
    let (_house, _server, desk) = Desk::open().await;
    let import = Import::of(&desk, "a.csv", "nom;tél\nAna;06 12 34 56 78\nBo;0612345679\n;\n".as_bytes());
    let (code, words, errors) = import.run(&[]).await;
    assert_eq!(code, Some(0), "{words} {errors}");
    assert!(words.contains("2 imported, 0 changed nothing, 0 failed, 1 blank"), "{words}");
    let before = saved(&desk).await;
    let (code, words, _) = import.run(&["--restart"]).await;
    assert_eq!(code, Some(0));
    assert!(words.contains("0 imported, 2 changed nothing, 0 failed, 1 blank"), "{words}");
    assert_eq!(saved(&desk).await, before);
    assert!(!import.beside(".errors.csv").exists());
}

#[tokio::test]
async fn an_interrupted_import_says_how_to_go_on() {
    let (_house, _server, desk) = Desk::open().await;
    let import = Import::of(&desk, "people.csv", csv().as_bytes());
    let running = import.begin();
    import.some_rows_in().await;
    running.interrupt();
    assert_eq!(running.end().await.code(), Some(1));
    let journal = import.journal().expect("a journal");
    assert_eq!(journal["done"], false, "{journal}");
    std::fs::write(&import.file, "name,phone\n").expect("it is written");
    let (code, _, errors) = import.run(&[]).await;
    assert_eq!(code, Some(1));
    assert!(errors.contains("the file changed") && errors.contains("--restart"), "{errors}");
    std::fs::write(&import.file, csv()).expect("it is written");
    let (code, _, errors) = import.run(&["--map", "City=skip"]).await;
    assert_eq!(code, Some(1));
    assert!(errors.contains("other options"), "{errors}");
    let (code, ..) = import.run(&[]).await;
    assert_eq!(code, Some(2));
    check_people(&saved(&desk).await);
    check_failed(&import);
}

#[tokio::test]
async fn rows_about_one_person_go_one_after_the_other() {
    let (_house, _server, desk) = Desk::open().await;
    let taken = "name,phone,mobile\nAna,0612345678,\nBo,0612345679,\n\
        Both,06 12 34 56 78,0612345679\nAnna,\"+33 6 12 34 56 78\",0612345680\n";
    let import = Import::of(&desk, "a.csv", taken.as_bytes());
    let (code, words, errors) = import.run(&[]).await;
    assert_eq!(code, Some(2), "{words} {errors}");
    assert!(words.contains("3 imported, 0 changed nothing, 1 failed"), "{words}");
    let failed = import.failed();
    assert_eq!((failed[0].0.as_str(), failed[0].1.as_str()), ("4", "address_taken"));
    let saved = saved(&desk).await;
    assert_eq!(saved.keys().collect::<Vec<_>>(), ["Ana", "Anna", "Bo"]);
    assert_eq!(saved["Anna"].1["addresses"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn cards_are_imported_and_those_that_failed_can_be_put_right() {
    let (_house, _server, desk) = Desk::open().await;
    let text = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Hélène Le Goff\r\nTEL;TYPE=CELL:06 12 34 56 78\r\n\
        TEL;TYPE=HOME:+33 1 23 45 67 89\r\nCATEGORIES:vip,import\r\nORG:Parloir\r\nEND:VCARD\r\n\
        BEGIN:VCARD\r\nVERSION:2.1\r\nN:Row;Bad;;;\r\nTEL:12\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:Cut";
    let import = Import::of(&desk, "people.vcf", text.as_bytes());
    let (code, words, errors) = import.run(&[]).await;
    assert_eq!(code, Some(2), "{words} {errors}");
    let people = saved(&desk).await;
    let card = &people["Hélène Le Goff"].1;
    assert_eq!(card["addresses"].as_array().map(Vec::len), Some(2), "{card}");
    assert_eq!(card["properties"]["company"], "Parloir", "{card}");
    let failed = import.failed();
    assert_eq!(failed.len(), 2, "{failed:?}");
    assert_eq!((failed[0].1.as_str(), failed[0].2.as_str()), ("invalid_number", "Bad Row,12,,,,,,,,"));
    assert_eq!(failed[1].1, "card_unterminated");

    let errors_file = import.beside(".errors.csv");
    let text = std::fs::read_to_string(&errors_file).expect("some failed");
    let put_right = text.replace("Bad Row,12,", "Good Row,0611111111,");
    let again = Import::of(&desk, "again.csv", put_right.as_bytes());
    let (code, words, errors) = again.run(&[]).await;
    assert_eq!(code, Some(0), "{words} {errors}");
    assert!(words.contains("1 imported, 0 changed nothing, 0 failed, 1 blank"), "{words}");
    assert!(saved(&desk).await.contains_key("Good Row"));
}

#[tokio::test]
async fn what_cannot_be_imported_is_said_before_anything_happens() {
    let (_house, _server, desk) = Desk::open().await;
    let import = Import::of(&desk, "a.csv", b"city,street\nLyon,x\n");
    let (code, _, errors) = import.run(&[]).await;
    assert_eq!(code, Some(1));
    assert!(errors.contains("--map") && errors.contains("'city', 'street'"), "{errors}");
    let (code, words, _) = import.run(&["--dry-run", "--map", "city=name"]).await;
    assert_eq!(code, Some(0));
    assert!(words.contains("Lyon") && !Path::exists(&import.beside(".parloir-import")), "{words}");
    std::fs::write(import.beside(".errors.csv"), "mine\n").expect("it is written");
    let (code, _, errors) = import.run(&["--map", "city=name"]).await;
    assert_eq!(code, Some(1));
    assert!(errors.contains("exists"), "{errors}");
    assert!(saved(&desk).await.is_empty());
}

#[tokio::test]
async fn an_import_whose_token_ends_goes_on_with_another_of_the_same_agent() {
    let (_house, _server, desk) = Desk::open().await;
    let ana = desk.hire("Ana", "agent").await;
    let mut import = Import::of(&desk, "people.csv", csv().as_bytes());
    import.token = ana.token;
    let running = import.begin();
    import.some_rows_in().await;
    desk.act("token.revoke", serde_json::json!({ "token_id": ana.token_id })).await;
    assert_eq!(running.end().await.code(), Some(1));
    import.token = desk.admin.clone();
    let (code, _, errors) = import.run(&[]).await;
    assert_eq!(code, Some(1));
    assert!(errors.contains("another agent"), "{errors}");
    let made = desk.act("token.create", serde_json::json!({ "agent_id": ana.id })).await;
    made["token"].as_str().expect("a token").clone_into(&mut import.token);
    let (code, words, errors) = import.run(&[]).await;
    assert_eq!(code, Some(2), "{words} {errors}");
    check_people(&saved(&desk).await);
    check_failed(&import);
}

#[tokio::test]
async fn an_import_waits_for_a_server_that_is_killed() {
    let (house, server, desk) = Desk::open().await;
    let import = Import::of(&desk, "people.csv", csv().as_bytes());
    let running = import.begin();
    import.some_rows_in().await;
    server.kill();
    let _server = house.start().await;
    assert_eq!(running.end().await.code(), Some(2));
    check_people(&saved(&desk).await);
    check_failed(&import);
}
