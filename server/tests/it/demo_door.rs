//! The demonstration's door, which lets anybody in: only by the machine's address, and only to its own pages.

use hyper::Method;
use parloir_server::config::{Config, Flags};
use parloir_server::http::demo::{Demo, Person};
use parloir_server::secret::Secret;
use parloir_server::serve;
use serde_json::json;

use super::http::{Answer, Http};

/// A server whose demonstration has one person: the first admin.
async fn opened(folder: &std::path::Path) -> (serve::Server, Http, String) {
    let flags = Flags {
        listen: Some("127.0.0.1:0".parse().expect("an address")),
        data_dir: Some(folder.to_owned()),
        ..Flags::default()
    };
    let config = Config { reserve_bytes: 0, ..Config::settle(&flags).expect("complete") };
    let server = serve::start(&config, &mut |_| {}).await.expect("it starts");
    let http = Http::to(server.address);
    let operator = std::fs::read_to_string(folder.join("operator.token")).expect("the operator has a token");
    let params = json!({ "name": "Demo", "country": "FR", "admin": "Ada" });
    let made = http.command(&operator, "workspace.create", params).await.ok();
    let token = made["token"].as_str().expect("a token");
    let workspace = Secret::parse(token).expect("a token").workspace;
    let agent_id: String = made["agent_id"].as_str().expect("an agent").to_owned();
    let person = Person {
        agent_id: agent_id.parse().expect("an id"),
        name: "Ada".to_owned(),
        role: "admin".to_owned(),
    };
    let first = server.demo.set(Demo { workspace, agents: vec![person] });
    assert!(first.is_ok(), "it is set once");
    (server, http, agent_id)
}

async fn sign_in(http: &Http, agent: &str, headers: &[(&str, &str)]) -> Answer {
    let body = json!({ "agent_id": agent }).to_string();
    http.ask_with(Method::POST, "/v1/demo/sign-in", headers, body).await.expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_door_opens_by_the_machine_s_address_and_by_no_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let (server, http, agent) = opened(folder.path()).await;
    let port = server.address.port();
    for name in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example"] {
        let host = format!("{name}:{port}");
        let origin = format!("http://{host}");
        let answer = sign_in(&http, &agent, &[("host", &host), ("origin", &origin)]).await;
        assert_eq!(answer.problem(), (403, "not_allowed".to_owned()), "{name}");
        assert!(answer.cookie.is_none(), "{name}");
    }
    let foreign = sign_in(&http, &agent, &[("origin", "http://evil.example")]).await;
    assert_eq!(foreign.problem(), (403, "not_allowed".to_owned()));
    for name in ["localhost", "127.0.0.1"] {
        let host = format!("{name}:{port}");
        let origin = format!("http://{host}");
        let answer = sign_in(&http, &agent, &[("host", &host), ("origin", &origin)]).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text());
        assert!(answer.cookie.is_some(), "{name}");
    }
    server.stop().await;
}
