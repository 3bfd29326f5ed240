//! `parloir search` of the real binary against a real server: both sections, one document, the place of a
//! mistake, and an open search.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::desk::{Desk, number, phone};
use super::server::soon;

/// A search as the admin: exit code, standard output, standard error.
async fn search(desk: &Desk, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = command(desk, arguments);
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = soon(output).await.expect("no panic").expect("the binary starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn command(desk: &Desk, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parloir"));
    command.arg("search").args(arguments);
    command.env("PARLOIR_URL", format!("http://{}", desk.http.address())).env("PARLOIR_TOKEN", &desk.admin);
    command.stdin(Stdio::null());
    command
}

async fn save(desk: &Desk, name: &str, n: u32, tags: &[&str]) {
    let params = json!({
        "name": name, "add_addresses": [phone(&number(n))], "add_tags": tags, "properties": { "city": "Lyon" },
    });
    desk.act("contact.save", params).await;
}

/// Hélène, who wrote; Michel, who did not.
async fn furnish(desk: &Desk) {
    save(desk, "Hélène\u{202e} Œuvrard", 1, &["vip"]).await;
    save(desk, "Michel Garnier", 2, &[]).await;
    desk.phone_writes("in-1", &number(1), "Bonjour, le colis est perdu").await;
    desk.phone_writes("in-2", &number(3), "Hélas,\u{1b} aucun colis").await;
}

/// Repeats a search until it shows what must be there.
async fn until(desk: &Desk, arguments: &[&str], wanted: &[&str]) -> String {
    soon(async {
        loop {
            let (code, words, errors) = search(desk, arguments).await;
            assert_eq!(code, Some(0), "{words} {errors}");
            if wanted.iter().all(|wanted| words.contains(wanted)) {
                return words;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await
}

#[tokio::test]
async fn people_and_messages_are_found_in_two_sections() {
    let (_house, _server, desk) = Desk::open().await;
    furnish(&desk).await;
    let words = until(&desk, &["hel"], &["People  2", "Messages  1", "Œuvrard"]).await;
    let line = words.lines().find(|line| line.contains("Œuvrard")).expect("a line");
    assert!(line.starts_with("■ Hélène Œuvrard") && line.contains("#vip"), "{words}");
    assert!(line.contains("open") && !words.contains(['\u{1b}', '\u{202e}']), "{words}");
    assert!(words.contains("Michel Garnier") && words.contains("contact"), "{words}");
    let message = words.lines().last().expect("a message");
    assert!(message.contains("Hélas, aucun colis") && message.contains("+33 6 10 00 00 03"), "{words}");

    let people = until(&desk, &["hel", "--people"], &["People  2"]).await;
    assert!(!people.contains("Messages"), "{people}");
    let messages = until(&desk, &["--messages", "colis"], &["Messages  2"]).await;
    assert!(!messages.contains("People") && messages.contains("Hélène"), "{messages}");
    let city = until(&desk, &["michel", "lyon"], &["People  1"]).await;
    assert!(city.contains("city: Lyon"), "{city}");
}

#[tokio::test]
async fn the_answers_are_one_document() {
    let (_house, _server, desk) = Desk::open().await;
    furnish(&desk).await;
    until(&desk, &["hel"], &["People  2", "Messages  1"]).await;
    let (code, words, _) = search(&desk, &["hel", "--json", "--limit", "1"]).await;
    let document: Value = serde_json::from_str(&words).expect("JSON");
    assert_eq!(code, Some(0));
    let (people, messages) = (&document["conversations"], &document["messages"]);
    assert_eq!(people["hits"].as_array().map(Vec::len), Some(1), "{document}");
    assert_eq!(
        (&people["total"]["count"], &messages["total"]["count"]),
        (&json!(2), &json!(1)),
        "{document}"
    );
    assert!(people["next"].is_string() && people["hits"][0]["matched"][0]["ranges"].is_array(), "{document}");
    let (_, words, _) = search(&desk, &["hel", "--json", "--people"]).await;
    let document: Value = serde_json::from_str(&words).expect("JSON");
    assert!(document["conversations"].is_object() && document.get("messages").is_none(), "{document}");
}

#[tokio::test]
async fn a_mistake_is_shown_where_it_is() {
    let (_house, _server, desk) = Desk::open().await;
    let (code, words, errors) = search(&desk, &["hel", "status:opne"]).await;
    assert_eq!((code, words.as_str()), (Some(1), ""));
    let lines: Vec<&str> = errors.lines().collect();
    assert!(lines[0].starts_with("parloir: ") && lines[0].contains("opne"), "{errors}");
    assert_eq!(lines[1..], ["  hel status:opne", "             ^^^^"]);
}

#[tokio::test]
async fn an_open_search_shows_who_comes() {
    let (_house, _server, desk) = Desk::open().await;
    furnish(&desk).await;
    let mut child = command(&desk, &["hel", "--watch"]).stdout(Stdio::piped()).spawn().expect("it starts");
    let output = BufReader::new(child.stdout.take().expect("piped"));
    let (told, mut said) = tokio::sync::mpsc::channel(64);
    std::thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            if told.blocking_send(line).is_err() {
                return;
            }
        }
    });
    soon(said.recv()).await.expect("a first list");
    save(&desk, "Helga Neu", 7, &[]).await;
    soon(async {
        while let Some(line) = said.recv().await {
            if line.contains("Helga Neu") {
                return;
            }
        }
        panic!("it ended");
    })
    .await;
    child.kill().expect("it is ours");
    child.wait().expect("it is ours");
}
