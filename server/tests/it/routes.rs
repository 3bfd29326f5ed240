//! Who gets what at each door: every route of `fixtures/routes.txt` for every kind of caller. A route that has no
//! line there is found by the fixtures' own tests.

use std::collections::BTreeMap;

use hyper::Method;
use serde_json::json;
use uuid::Uuid;

use super::desk::{Desk, text};
use super::http::fresh_id;

/// What the routes are asked about: things of one workspace.
struct House {
    desk: Desk,
    upload: String,
}

/// A request, without who asks.
struct Asked {
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: String,
}

/// Every kind of caller by its column, with a token or none.
async fn callers(desk: &Desk, foreign: &Desk) -> BTreeMap<&'static str, Option<String>> {
    let gone = desk.hire("Gil", "agent").await;
    desk.act("agent.deactivate", json!({ "agent_id": gone.id })).await;
    let key = json!({ "name": "key", "role": "integration", "rights": ["log", "inbound"] });
    let mut callers = BTreeMap::from([
        ("anonymous", None),
        ("gone", Some(gone.token)),
        ("admin", Some(desk.admin.clone())),
        ("key", Some(desk.hire_with(key).await.token)),
        ("foreign", Some(foreign.admin.clone())),
    ]);
    for role in ["template_agent", "agent", "supervisor"] {
        callers.insert(role, Some(desk.hire(role, role).await.token));
    }
    callers
}

impl House {
    /// A route as it is asked for, with a body that is right.
    fn asked(&self, route: &str, token: Option<&str>) -> Asked {
        let (method, path) = route.split_once(' ').expect("a method and a path");
        let fill = [
            ("{id}/retry", "none/retry"),
            ("{id}", self.upload.as_str()),
            ("{channel}", self.desk.channel.as_str()),
            ("{secret}", "secret"),
            ("{name}", "up.json"),
            ("{code}", "AAAAAAAAAAAAAAAAAAAAAA"),
            ("{path}", "nothing.js"),
            ("{n}", "1"),
        ];
        let filled = fill.iter().fold(path.to_owned(), |path, (name, with)| path.replace(name, with));
        let body = match route {
            "POST /v1/commands" => {
                let params = json!({ "availability": "online" });
                json!({ "command_id": fresh_id(), "name": "agent.set_availability", "params": params })
            }
            "POST /v1/queries" => json!({ "name": "counters.get", "params": {} }),
            "POST /v1/attachments" => json!({ "name": "a.pdf", "bytes": 10 }),
            "POST /v1/imports" | "POST /v1/imports/preview" => json!({ "attachment_id": self.upload }),
            "POST /v1/session" => json!({ "token": token.unwrap_or("none") }),
            "POST /v1/inbound/{channel}" | "POST /v1/inbound/{channel}/{secret}" => json!({
                "event_id": Uuid::now_v7(), "type": "receipt", "provider_message_id": "p-1", "status": "sent",
            }),
            _ => json!({}),
        };
        // In the wrong place, so that what may be asked changes nothing.
        let headers = match method {
            "PATCH" => vec![("upload-offset", "5".to_owned())],
            _ => Vec::new(),
        };
        let method = method.parse().expect("a method");
        Asked { method, path: filled, headers, body: body.to_string() }
    }

    async fn answer(&self, route: &str, token: Option<&str>) -> u16 {
        let mut asked = self.asked(route, token);
        asked.headers.extend(token.map(|token| ("authorization", format!("Bearer {token}"))));
        let headers: Vec<(&str, &str)> =
            asked.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let response = self.desk.http.raw(asked.method, &asked.path, &headers, asked.body).await;
        response.status().as_u16()
    }
}

/// `open` is whatever is not a refusal.
fn fits(cell: &str, status: u16) -> bool {
    if cell == "open" { ![401, 403].contains(&status) } else { cell == status.to_string() }
}

#[tokio::test]
async fn every_door_opens_for_whom_the_table_says() {
    let (place, _server, desk) = Desk::open().await;
    let foreign = Desk::found(&place).await;
    let callers = callers(&desk, &foreign).await;
    let agent = callers["agent"].as_deref();
    let upload = desk.http.post("/v1/attachments", agent, &json!({ "name": "a.pdf", "bytes": 10 })).await;
    let house = House { upload: text(&upload.json()["attachment_id"]), desk };
    let table = parloir_fixtures::text("routes.txt");
    let mut lines = table.lines();
    let columns: Vec<&str> = lines.next().expect("a head").split_whitespace().skip(1).collect();
    assert_eq!(columns.len(), callers.len());
    let mut wrong = Vec::new();
    for line in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        let route = words[..2].join(" ");
        for (column, cell) in columns.iter().zip(&words[2..]) {
            let status = house.answer(&route, callers[column].as_deref()).await;
            if !fits(cell, status) {
                wrong.push(format!("{route}: {status} for {column}, not {cell}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_is_published_is_served() {
    let (_house, _server, desk) = Desk::open().await;
    let same = async |path: &str, text: &str| {
        let answer = desk.http.get(path, None).await;
        assert_eq!((answer.status, answer.kind.as_str()), (200, "application/json"), "{path}");
        assert_eq!(answer.text(), text, "{path}");
    };
    same("/openapi.json", include_str!("../../../protocol/openapi.json")).await;
    same("/asyncapi.json", include_str!("../../../protocol/asyncapi.json")).await;
    same("/v1/schema/up.json", include_str!("../../../protocol/schema/up.json")).await;
    same("/v1/schema/limits.json", include_str!("../../../protocol/registry/limits.json")).await;
    assert_eq!(desk.http.get("/v1/schema/HASH", None).await.problem(), (404, "not_found".to_owned()));
}
