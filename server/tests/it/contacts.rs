//! All contacts as a file: what comes out of one desk goes into another as it was, for those who may, and whole.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use hyper::Method;
use serde_json::{Value, json};

use super::desk::{Desk, number, phone};
use super::server::soon;

/// `parloir` with these arguments, as an agent.
async fn parloir(desk: &Desk, token: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parloir"));
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).stdin(Stdio::null());
    command.env("PARLOIR_URL", format!("http://{}", desk.http.address())).env("PARLOIR_TOKEN", token);
    let output = tokio::task::spawn_blocking(move || command.output());
    soon(output).await.expect("no panic").expect("the binary starts")
}

fn words(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

async fn save(desk: &Desk, params: Value) -> String {
    desk.act("contact.save", params).await["contact_id"].as_str().expect("an id").to_owned()
}

/// People as files make them hard.
async fn fill(desk: &Desk) {
    let bsuid = json!({ "kind": "bsuid", "value": "FR.1;2|3" });
    let people = [
        json!({ "name": "=cmd|'/c calc'!A0", "add_addresses": [phone(&number(1)), phone(&number(2))] }),
        json!({ "name": "'=Ana \"Zoë\"", "add_tags": ["vip", "Lyon, 3e", "* a", "@tag"], "add_addresses": [bsuid] }),
        json!({ "name": "Jean\u{a0}Le  Goff", "properties": { "note": "a\n\tb;c", "Ville;": "=1+1", "email": "a@b.fr" } }),
        json!({ "name": "مريم 😀", "add_addresses": [phone(&number(3))], "properties": { "＝x": "-1", "name": "Bo" } }),
        json!({ "add_addresses": [phone(&number(4))] }),
    ];
    for person in people {
        save(desk, person).await;
    }
    let survivor = save(desk, json!({ "name": "Survivor", "add_addresses": [phone(&number(5))] })).await;
    let merged = save(desk, json!({ "name": "Merged", "add_addresses": [phone(&number(6))] })).await;
    let seq = |id: String| async move {
        desk.ask("contact.get", json!({ "contact_id": id })).await["contact"]["seq"].clone()
    };
    let (one, other) = (seq(survivor.clone()).await, seq(merged.clone()).await);
    let merge = json!({
        "survivor": survivor, "survivor_version": one, "merged": merged, "merged_version": other,
    });
    desk.act("contact.merge", merge).await;
}

/// The card of every contact, as text.
async fn cards(desk: &Desk) -> BTreeSet<String> {
    let mut cards = BTreeMap::new();
    for line in desk.http.log(&desk.admin, 0).await {
        for event in line["events"].as_array().expect("events") {
            match event["name"].as_str() {
                Some("contact.saved") => {
                    let contact = &event["data"]["contact"];
                    cards.insert(contact["contact_id"].to_string(), contact["card"].to_string());
                }
                Some("contact.merged") => {
                    let contact = &event["data"]["survivor"];
                    cards.insert(contact["contact_id"].to_string(), contact["card"].to_string());
                    cards.remove(&event["data"]["merged"].to_string());
                }
                _ => {}
            }
        }
    }
    cards.into_values().collect()
}

fn path(file: &Path) -> &str {
    file.to_str().expect("a path")
}

#[tokio::test]
async fn what_is_exported_is_imported_as_it_was() {
    let (house, _server, desk) = Desk::open().await;
    fill(&desk).await;
    let people = cards(&desk).await;
    assert_eq!(people.len(), 6, "{people:?}");
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["a.csv", "b.csv", "c.vcf"] {
        let file = folder.path().join(name);
        let delimiter = if name == "b.csv" { "semicolon" } else { "comma" };
        let done = parloir(&desk, &desk.admin, &["export", path(&file), "--delimiter", delimiter]).await;
        assert!(done.status.success() && words(&done).contains("6 contacts in "), "{}", words(&done));
        let unchanged = parloir(&desk, &desk.admin, &["import", path(&file)]).await;
        assert!(
            words(&unchanged).contains("0 imported, 6 changed nothing, 0 failed"),
            "{}",
            words(&unchanged)
        );
        let other = Desk::found(&house).await;
        let elsewhere = folder.path().join(format!("other-{name}"));
        std::fs::copy(&file, &elsewhere).expect("it is there");
        let done = parloir(&other, &other.admin, &["import", path(&elsewhere)]).await;
        assert!(words(&done).contains("6 imported, 0 changed nothing, 0 failed"), "{name}: {}", words(&done));
        assert_eq!(cards(&other).await, people, "{name}");
    }
    assert_eq!(cards(&desk).await, people);
}

#[tokio::test]
async fn a_file_is_there_when_it_is_whole_and_nothing_is_lost_for_it() {
    let (_house, _server, desk) = Desk::open().await;
    save(&desk, json!({ "name": "Ana" })).await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("contacts.csv");
    std::fs::write(&file, "mine\n").expect("it is written");
    let refused = parloir(&desk, &desk.admin, &["export", path(&file)]).await;
    assert!(!refused.status.success() && words(&refused).contains("--force"), "{}", words(&refused));
    let ana = desk.hire("Ana", "agent").await;
    let refused = parloir(&desk, &ana.token, &["export", path(&file), "--force"]).await;
    assert!(!refused.status.success() && words(&refused).contains("not_allowed"), "{}", words(&refused));
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), "mine\n");
    let done = parloir(&desk, &desk.admin, &["export", path(&file), "--force"]).await;
    assert!(done.status.success(), "{}", words(&done));
    assert!(std::fs::read_to_string(&file).expect("it is there").contains("\r\nAna,"));
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left beside it");
    let said = parloir(&desk, &desk.admin, &["export", "-", "--format", "vcard"]).await;
    assert!(words(&said).starts_with("BEGIN:VCARD\r\n") && words(&said).ends_with("END:VCARD\r\n"));
}

#[tokio::test]
async fn an_export_is_an_attachment_that_nobody_keeps() {
    let (_house, _server, desk) = Desk::open().await;
    let bearer = format!("Bearer {}", desk.admin);
    for (path, kind, ending) in [
        ("/v1/contacts.csv?delimiter=tab", "text/csv; charset=utf-8", ".csv"),
        ("/v1/contacts.vcf", "text/vcard; charset=utf-8", ".vcf"),
    ] {
        let answer = desk.http.raw(Method::GET, path, &[("authorization", &bearer)], "").await;
        let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
        assert_eq!((header("content-type").as_str(), header("cache-control").as_str()), (kind, "no-store"));
        let named = header("content-disposition");
        assert!(
            named.starts_with("attachment; filename=\"contacts-20") && named.ends_with(ending),
            "{named}"
        );
    }
    let wrong = desk.http.get("/v1/contacts.csv?delimiter=x", Some(&desk.admin)).await;
    assert_eq!(wrong.problem(), (400, "invalid_params".to_owned()));
}

#[tokio::test]
async fn a_browser_exports_with_its_cookie_and_a_page_of_another_host_does_not() {
    let (_house, _server, desk) = Desk::open().await;
    save(&desk, json!({ "name": "Ana" })).await;
    let own = format!("http://{}", desk.http.address());
    let token = json!({ "token": desk.admin }).to_string();
    let signed = desk.http.ask_with(Method::POST, "/v1/session", &[("origin", &own)], token).await;
    let set = signed.expect("an answer").cookie.expect("a cookie");
    let cookie = set.split(';').next().expect("a cookie");
    let ask = async |headers: &[(&str, &str)]| {
        desk.http.ask_with(Method::GET, "/v1/contacts.csv", headers, "").await.expect("an answer")
    };
    assert!(ask(&[("cookie", cookie)]).await.text().contains("Ana"));
    let foreign = ask(&[("cookie", cookie), ("origin", "https://evil.example")]).await;
    assert_eq!(foreign.problem(), (403, "not_allowed".to_owned()));
}

#[tokio::test]
async fn whoever_sees_some_groups_exports_the_people_of_these() {
    let (_house, _server, desk) = Desk::open().await;
    let support = desk.new_group("Support").await;
    for n in 1..=2 {
        desk.phone_writes(&format!("in-{n}"), &number(n), "Bonjour").await;
        let properties = json!({ format!("key {n}"): "x" });
        save(&desk, json!({ "name": format!("P{n}"), "add_addresses": [phone(&number(n))], "properties": properties })).await;
    }
    save(&desk, json!({ "name": "Nobody" })).await;
    let seen = desk.conversation_of(&number(1)).await;
    desk.act("conversation.move", json!({ "conversation_id": seen, "group_id": support })).await;
    let thomas = json!({ "name": "Thomas", "role": "supervisor", "groups": [support] });
    let thomas = desk.hire_with(thomas).await;
    for path in ["/v1/contacts.csv", "/v1/contacts.vcf"] {
        let text = desk.http.get(path, Some(&thomas.token)).await.text();
        assert!(text.contains("P1") && !text.contains("P2") && !text.contains("Nobody"), "{text}");
        assert!(text.contains("key 1") && !text.contains("key 2"), "{text}");
    }
}
