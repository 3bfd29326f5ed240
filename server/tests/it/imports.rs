//! Address books that the desk imports: shown, begun, followed by all who may, called off, killed in the middle.

use std::collections::BTreeMap;

use hyper::Method;
use serde_json::{Value, json};

use super::desk::{Desk, number, phone, text};
use super::http::Answer;
use super::server::{House, soon};

/// Enough for some seconds of work.
const ROWS: u32 = 450;

/// Of every 50 rows one has a number that cannot be called.
fn csv() -> String {
    let rows = (0..ROWS).map(|n| match n % 50 {
        10 => format!("Person {n};12;import\n"),
        _ if n % 5 == 3 => format!("Person {n};;import\n"),
        _ => format!("Person {n};{};import\n", number(n)),
    });
    format!("Qui;Téléphone;Étiquettes\n{}", rows.collect::<String>())
}

async fn uploaded(desk: &Desk, token: &str, name: &str, content: &str) -> String {
    let announced = json!({ "name": name, "bytes": content.len(), "purpose": "import" });
    let begun = desk.http.post("/v1/attachments", Some(token), &announced).await;
    assert_eq!(begun.status, 201, "{}", begun.text());
    let id = text(&begun.json()["attachment_id"]);
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("upload-offset", "0")];
    let path = format!("/v1/attachments/{id}");
    let sent = desk.http.ask_with(Method::PATCH, &path, &headers, content.to_owned()).await;
    let sent = sent.expect("the server answers");
    assert_eq!((sent.status, &sent.json()["offset"]), (200, &json!(content.len())), "{}", sent.text());
    id
}

async fn ask(desk: &Desk, token: &str, path: &str, id: &str) -> Answer {
    let columns = ["name", "phone", "tag"];
    desk.http.post(path, Some(token), &json!({ "attachment_id": id, "columns": columns })).await
}

async fn begun(desk: &Desk, token: &str, id: &str) -> Value {
    let answer = ask(desk, token, "/v1/imports", id).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

async fn listed(desk: &Desk, token: &str) -> Vec<Value> {
    let answer = desk.http.get("/v1/imports", Some(token)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["items"].as_array().expect("items").clone()
}

/// Waits until an import is so.
async fn until(desk: &Desk, id: &str, what: impl Fn(&Value) -> bool) -> Value {
    soon(async {
        loop {
            let all = listed(desk, &desk.admin).await;
            if let Some(found) = all.iter().find(|one| one["attachment_id"] == id).filter(|one| what(one)) {
                return found.clone();
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await
}

/// How often each contact was saved, by its name.
async fn saved(desk: &Desk) -> BTreeMap<String, u32> {
    let mut saved = BTreeMap::new();
    for line in desk.http.log(&desk.admin, 0).await {
        for event in line["events"].as_array().expect("events") {
            // Of whoever was erased since there is no card.
            let card = &event["data"]["contact"]["card"];
            if event["name"] == "contact.saved" && card.is_object() {
                *saved.entry(text(&card["name"])).or_default() += 1;
            }
        }
    }
    saved
}

async fn check_people(desk: &Desk) {
    let saved = saved(desk).await;
    let good: Vec<String> = (0..ROWS).filter(|n| n % 50 != 10).map(|n| format!("Person {n}")).collect();
    assert_eq!(saved.len(), good.len());
    assert!(good.iter().all(|name| saved[name] == 1), "{saved:?}");
}

async fn failed_rows(desk: &Desk, id: &str) -> Vec<String> {
    let answer = desk.http.get(&format!("/v1/imports/{id}/errors.csv"), Some(&desk.admin)).await;
    assert_eq!((answer.status, answer.kind.as_str()), (200, "text/csv; charset=utf-8"), "{}", answer.text());
    answer.text().lines().skip(1).map(str::to_owned).collect()
}

/// The files of imports that are in the data folder.
fn files(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![house.data().join("imports")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn a_file_is_imported_while_all_are_told_and_its_bad_rows_can_be_had() {
    let (house, _server, desk) = Desk::open().await;
    let id = uploaded(&desk, &desk.admin, "gens.csv", &csv()).await;
    let seen =
        desk.http.post("/v1/imports/preview", Some(&desk.admin), &json!({ "attachment_id": id })).await;
    assert_eq!((seen.status, &seen.json()["delimiter"]), (200, &json!(";")), "{}", seen.text());
    assert_eq!(seen.json()["columns"][0], json!({ "name": "Qui", "meaning": "prop:Qui" }));
    let told = ask(&desk, &desk.admin, "/v1/imports/preview", &id).await.json();
    assert_eq!(told["rows"][0]["person"]["name"], "Person 0", "{told}");
    let nobody = json!({ "attachment_id": id, "columns": ["skip", "skip", "skip"] });
    let refused = desk.http.post("/v1/imports", Some(&desk.admin), &nobody).await;
    assert_eq!(refused.problem(), (400, "invalid_params".to_owned()));
    assert_eq!(saved(&desk).await.len(), 0, "nothing happened yet");

    let ana = desk.hire("Ana", "agent").await;
    let mut socket = desk.enter(&ana.token).await;
    begun(&desk, &desk.admin, &id).await;
    let (mut advanced, mut kind) = (0, Value::Null);
    loop {
        let event = socket.next("event").await;
        match event["name"].as_str() {
            Some("job.started") => kind = event["data"]["job"]["kind"].clone(),
            Some("job.advanced") => advanced += 1,
            Some("job.done") => break,
            _ => {}
        }
    }
    assert_eq!(kind, json!({ "name": "import_contacts", "attachment_id": id }));
    assert!(advanced > 1, "somebody else sees how far it is: {advanced}");
    let ended = until(&desk, &id, |one| one["ended"]["how"] == "whole").await;
    let failed = ROWS / 50;
    assert_eq!((&ended["imported"], &ended["failed"]), (&json!(ROWS - failed), &json!(failed)), "{ended}");
    assert_eq!(ended["read"], ended["bytes"]);
    check_people(&desk).await;
    let rows = failed_rows(&desk, &id).await;
    assert_eq!(rows.len() as u32, failed);
    assert!(
        rows[0].starts_with("12;invalid_number;") && rows[0].ends_with(";Person 10;12;import"),
        "{rows:?}"
    );
    assert_eq!(files(&house), ["errors.csv", "journal.json"], "the file itself is gone");
    let again = begun(&desk, &desk.admin, &id).await;
    assert_eq!(again["ended"]["how"], "whole", "asked again it is the same import");
    check_people(&desk).await;
}

#[tokio::test]
async fn an_import_goes_on_after_a_kill_and_every_row_happens_once() {
    let (house, server, desk) = Desk::open().await;
    let id = uploaded(&desk, &desk.admin, "gens.csv", &csv()).await;
    begun(&desk, &desk.admin, &id).await;
    until(&desk, &id, |one| one["imported"].as_u64() > Some(0)).await;
    server.kill();
    let server = house.start().await;
    let going = until(&desk, &id, |one| one["imported"].as_u64() > Some(0)).await;
    assert!(going.get("ended").is_none(), "it was over before it could be killed: {going}");
    server.kill();
    let _server = house.start().await;
    let ended = until(&desk, &id, |one| one.get("ended").is_some()).await;
    let failed = ROWS / 50;
    assert_eq!((&ended["imported"], &ended["failed"]), (&json!(ROWS - failed), &json!(failed)), "{ended}");
    check_people(&desk).await;
    assert_eq!(failed_rows(&desk, &id).await.len() as u32, failed);
    assert_eq!(files(&house), ["errors.csv", "journal.json"]);
}

#[tokio::test]
async fn an_import_is_called_off_and_another_waits_for_its_end() {
    let (_house, _server, desk) = Desk::open().await;
    let id = uploaded(&desk, &desk.admin, "gens.csv", &csv()).await;
    begun(&desk, &desk.admin, &id).await;
    let other = uploaded(&desk, &desk.admin, "b.csv", "name,phone,tags\nBo,0612345678,\n").await;
    let refused = ask(&desk, &desk.admin, "/v1/imports", &other).await;
    assert_eq!(refused.problem(), (409, "job_running".to_owned()));
    until(&desk, &id, |one| one["imported"].as_u64() > Some(0)).await;
    let stopped = desk.http.ask(Method::DELETE, &format!("/v1/imports/{id}"), Some(&desk.admin), "").await;
    assert_eq!(stopped.expect("an answer").status, 204);
    let ended = until(&desk, &id, |one| one["ended"]["how"] == "cancelled").await;
    let people = saved(&desk).await;
    assert_eq!(ended["imported"], people.len(), "{ended}");
    assert!(people.len() < 400, "it was called off in the middle");
    soon(async {
        while ask(&desk, &desk.admin, "/v1/imports", &other).await.status != 201 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
    until(&desk, &other, |one| one["ended"]["how"] == "whole").await;
}

#[tokio::test]
async fn whoever_leads_imports_and_is_told_of_what_may_be_seen() {
    let (_house, _server, desk) = Desk::open().await;
    let ana = desk.hire("Ana", "agent").await;
    let sam = desk.hire("Sam", "supervisor").await;
    let narrow = json!({ "name": "Tom", "role": "supervisor", "groups": [desk.group] });
    let tom = desk.hire_with(narrow).await;
    let book = "name,phone,tags\nBo,0612345678,\n=x,12,\n";
    let own = uploaded(&desk, &ana.token, "a.csv", book).await;
    assert_eq!(ask(&desk, &ana.token, "/v1/imports", &own).await.problem(), (403, "not_allowed".to_owned()));
    let id = uploaded(&desk, &sam.token, "b.csv", book).await;
    let stolen = ask(&desk, &desk.admin, "/v1/imports/preview", &id).await;
    assert_eq!(stolen.problem(), (404, "attachment_not_found".to_owned()), "an upload is its agent's");
    begun(&desk, &sam.token, &id).await;
    until(&desk, &id, |one| one.get("ended").is_some()).await;
    assert_eq!(listed(&desk, &tom.token).await.len(), 0);
    let errors = format!("/v1/imports/{id}/errors.csv");
    assert_eq!(desk.http.get(&errors, Some(&tom.token)).await.status, 404);
    let rows = desk.http.get(&errors, Some(&sam.token)).await.text();
    assert!(rows.contains(",'=x,12,"), "no spreadsheet runs it: {rows}");
    let send = json!({ "name": "a.csv", "bytes": 3, "purpose": "import" });
    let binary = desk.http.post("/v1/attachments", Some(&sam.token), &send).await.json();
    let bearer = format!("Bearer {}", sam.token);
    let headers = [("authorization", bearer.as_str()), ("upload-offset", "0")];
    let path = format!("/v1/attachments/{}", text(&binary["attachment_id"]));
    let refused = desk.http.ask_with(Method::PATCH, &path, &headers, vec![b'a', 0, b'b']).await;
    assert_eq!(refused.expect("an answer").problem().1, "unsupported_file");
}

#[tokio::test]
async fn an_erasure_ends_what_may_bring_the_person_back() {
    let (house, _server, desk) = Desk::open().await;
    let marie = json!({ "name": "Marie", "add_addresses": [phone(&number(449))] });
    let marie = text(&desk.act("contact.save", marie).await["contact_id"]);
    let id = uploaded(&desk, &desk.admin, "gens.csv", &csv()).await;
    begun(&desk, &desk.admin, &id).await;
    until(&desk, &id, |one| one["failed"].as_u64() > Some(0)).await;
    let waiting = uploaded(&desk, &desk.admin, "autres.csv", &csv()).await;
    let job = text(&desk.act("contact.erase", json!({ "contact_id": marie })).await["job_id"]);
    soon(async {
        while desk.ask("job.get", json!({ "job_id": job })).await["job"]["status"] != "done" {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
    let ended = until(&desk, &id, |one| one.get("ended").is_some()).await;
    assert_eq!((&ended["ended"]["how"], &ended["errors"]), (&json!("erasure"), &json!(false)), "{ended}");
    assert!(!saved(&desk).await.contains_key("Person 449"));
    assert_eq!(files(&house), ["journal.json", "stop.json"]);
    assert_eq!(
        ask(&desk, &desk.admin, "/v1/imports/preview", &waiting).await.status,
        404,
        "it may be in there"
    );
}
