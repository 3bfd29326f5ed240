//! Who may do what over HTTP, and how a refusal looks there.

use hyper::Method;
use serde_json::{Value, json};

use super::desk::{Desk, message, number};
use super::http::fresh_id;
use super::server::House;

fn problem(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn without_a_token_that_works_there_is_nothing() {
    let (_house, _server, desk) = Desk::open().await;
    let gone = desk.hire("Ben", "agent").await;
    desk.act("token.revoke", json!({ "token_id": gone.token_id })).await;
    let left = desk.hire("Cleo", "agent").await;
    desk.act("agent.deactivate", json!({ "agent_id": left.id })).await;
    let tokens = [None, Some(""), Some("secret"), Some(gone.token.as_str()), Some(left.token.as_str())];
    for token in tokens {
        let command = json!({ "command_id": fresh_id(), "name": "group.create", "params": { "name": "x" } });
        let query = json!({ "name": "counters.get", "params": {} });
        let answers = [
            desk.http.post("/v1/commands", token, &command).await,
            desk.http.post("/v1/queries", token, &query).await,
            desk.http.get("/v1/log?after=0", token).await,
        ];
        for answer in answers {
            assert_eq!(answer.problem(), problem(401, "unauthenticated"), "{token:?}");
        }
    }
}

#[tokio::test]
async fn a_role_allows_what_the_table_says() {
    let (_house, _server, desk) = Desk::open().await;
    let group = |name: &str| ("group.create", json!({ "name": name }));
    let hire = ("agent.create", json!({ "name": "Eve", "role": "admin" }));
    let cases: [(&str, (&str, Value), bool); 6] = [
        ("agent", group("a"), false),
        ("template_agent", group("b"), false),
        ("supervisor", group("c"), true),
        ("supervisor", hire.clone(), false),
        ("integration", hire, false),
        ("admin", group("d"), true),
    ];
    for (role, (name, params), allowed) in cases {
        let person = desk.hire(role, role).await;
        let answer = desk.http.command(&person.token, name, params).await;
        if allowed {
            answer.ok();
        } else {
            assert_eq!(answer.problem(), problem(403, "not_allowed"), "{role} {name}");
        }
    }
    let answer = desk.http.command(
        &desk.admin,
        "workspace.create",
        json!({ "name": "x", "country": "FR", "admin": "x" }),
    );
    assert_eq!(answer.await.problem(), problem(403, "not_allowed"));
}

#[tokio::test]
async fn the_log_is_for_admins_and_keys_with_its_right() {
    let (_house, _server, desk) = Desk::open().await;
    for role in ["supervisor", "agent", "integration"] {
        let person = desk.hire(role, role).await;
        let answer = desk.http.get("/v1/log?after=0", Some(&person.token)).await;
        assert_eq!(answer.problem(), problem(403, "not_allowed"), "{role}");
    }
    let key = json!({ "name": "checker", "role": "integration", "rights": ["log"] });
    let key = desk.hire_with(key).await;
    assert!(!desk.http.log(&key.token, 0).await.is_empty());
}

#[tokio::test]
async fn only_a_key_with_the_right_hands_in_messages() {
    let (_house, _server, desk) = Desk::open().await;
    let path = format!("/v1/inbound/{}", desk.channel);
    let agent = desk.hire("Ana", "agent").await;
    let key = json!({ "name": "carrier", "role": "integration", "rights": ["inbound"] });
    let key = desk.hire_with(key).await;
    let body = message("in-1", &number(1), "hello");
    let answer = desk.http.post(&path, Some(&agent.token), &body).await;
    assert_eq!(answer.problem(), problem(403, "not_allowed"));
    assert_eq!(desk.http.post(&path, None, &body).await.problem(), problem(401, "unauthenticated"));
    assert_eq!(desk.http.post(&path, Some("secret"), &body).await.problem(), problem(401, "unauthenticated"));
    assert_eq!(desk.http.post(&path, Some(&key.token), &body).await.status, 200);
    desk.row_of(&number(1)).await;
}

#[tokio::test]
async fn a_bad_request_is_a_problem_document() {
    let (_house, _server, desk) = Desk::open().await;
    let token = Some(desk.admin.as_str());
    let deep = format!("{{\"name\":\"x\",\"y\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000));
    let bodies = [
        ("", problem(400, "bad_frame")),
        ("{", problem(400, "bad_frame")),
        ("{\"name\":\"group.explode\"}", problem(400, "invalid_params")),
        ("\u{ff}", problem(400, "bad_frame")),
        (deep.as_str(), problem(400, "bad_frame")),
    ];
    for (body, wanted) in bodies {
        let answer =
            desk.http.ask(Method::POST, "/v1/commands", token, body.to_owned()).await.expect("an answer");
        assert_eq!(answer.problem(), wanted, "{}", body.chars().take(40).collect::<String>());
    }
    let unknown = json!({ "command_id": fresh_id(), "name": "group.explode", "params": {} });
    let answer = desk.http.post("/v1/commands", token, &unknown).await;
    assert_eq!(answer.problem(), problem(400, "unknown_command"));
    let answer = desk.http.get("/v1/log?after=x", token).await;
    assert_eq!(answer.problem(), problem(400, "invalid_params"));
    assert_eq!(desk.http.get("/v1/nothing", token).await.problem(), problem(404, "not_found"));
    let answer = desk.http.ask(Method::DELETE, "/v1/commands", token, "").await.expect("an answer");
    assert_eq!(answer.status, 405);
    let inbound = format!("/v1/inbound/{}", desk.channel);
    let answer = desk.http.post(&inbound, token, &json!({ "event_id": "x", "type": "song" })).await;
    assert_eq!(answer.problem(), problem(400, "invalid_params"));
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let (_house, _server, desk) = Desk::open().await;
    let inbound = format!("/v1/inbound/{}", desk.channel);
    for (path, bytes_max) in [("/v1/commands", 256 << 10), ("/v1/queries", 256 << 10), (&inbound, 1 << 20)] {
        let body = "x".repeat(bytes_max + 1);
        let answer = desk.http.ask(Method::POST, path, Some(&desk.admin), body).await.expect("an answer");
        assert_eq!(answer.problem(), problem(413, "frame_too_large"), "{path}");
    }
}

#[tokio::test]
async fn an_admin_names_only_accounts_that_the_operator_allows_the_workspace() {
    let twilio = "kind = 'twilio'\naccount = 'AC1'\ntoken = 'hush'\n";
    let account =
        |name: &str, workspaces: &str| format!("[providers.{name}]\n{twilio}workspaces = [{workspaces}]\n");
    let public = "public_url = 'https://desk.example'\n";
    let all = format!("{public}[providers.shared]\n{twilio}");
    let (house, server, desk) = Desk::open_in(House::new().configured(&all)).await;
    let settings = desk.ask("workspace.get", json!({})).await;
    let ours = settings["workspace"]["workspace_id"].as_str().expect("an id").to_owned();
    assert!(server.stop().await.success());
    let other = "'wsp_0192f0c4-0102-7000-8000-000000000001'";
    let keys = [all, account("ours", &format!("'{ours}', {other}")), account("theirs", other)].concat();
    let house = house.configured(&keys);
    let _server = house.start().await;
    let create = async |provider: &str| {
        let address = json!({ "kind": "e164", "value": format!("+3360000007{}", provider.len()) });
        let params = json!({ "kind": "sms", "name": provider, "address": address, "provider": provider });
        desk.http.command(&desk.admin, "channel.create", params).await
    };
    let refused = create("theirs").await;
    assert_eq!(refused.problem(), (400, "invalid_params".to_owned()));
    let said = refused.text();
    assert!(said.contains("ours") && said.contains("shared"), "{said}");
    assert_eq!(said.replace("no provider 'theirs'", "").matches("theirs").count(), 0, "{said}");
    assert_eq!(create("nothing").await.problem(), refused.problem());
    for provider in ["ours", "shared"] {
        create(provider).await.ok();
    }
}
