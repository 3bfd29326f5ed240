//! Signing in with a browser: invitations and tokens for a cookie, what the cookie opens and to whom, and how
//! it ends.

use hyper::Method;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::http::HeaderValue;

use super::desk::{Desk, text};
use super::http::{Answer, fresh_id};
use super::server::House;
use super::socket::{JSON, Socket, handshake};

/// A browser with a page of `origin` open.
struct Browser<'a> {
    desk: &'a Desk,
    origin: String,
    cookie: Option<String>,
}

impl<'a> Browser<'a> {
    fn of(desk: &'a Desk) -> Self {
        Self { desk, origin: format!("http://{}", desk.http.address()), cookie: None }
    }

    async fn ask(&self, method: Method, path: &str, body: &Value) -> Answer {
        let mut headers = vec![];
        if method != Method::GET {
            headers.push(("origin", self.origin.as_str()));
        }
        headers.extend(self.cookie.iter().map(|cookie| ("cookie", cookie.as_str())));
        self.desk.http.ask_with(method, path, &headers, body.to_string()).await.expect("the server answers")
    }

    /// Signs in and keeps the cookie.
    async fn sign_in(&mut self, body: &Value) -> Answer {
        let answer = self.ask(Method::POST, "/v1/session", body).await;
        let kept = answer.cookie.as_deref().and_then(|set| set.split(';').next());
        self.cookie = kept.map(str::to_owned);
        answer
    }

    /// A connection whose `hello` has no token.
    async fn live(&self) -> (Socket, Value) {
        let mut request = handshake(self.desk.http.address(), Some(JSON));
        let headers = request.headers_mut();
        headers.insert("origin", HeaderValue::from_str(&self.origin).expect("a header"));
        if let Some(cookie) = &self.cookie {
            headers.insert("cookie", HeaderValue::from_str(cookie).expect("a header"));
        }
        let mut socket = Socket::open_with(self.desk.http.address(), request).await.expect("an upgrade");
        socket.send(&json!({ "type": "hello", "client": "desk/1" })).await;
        let welcome = socket.next("welcome").await;
        (socket, welcome)
    }
}

async fn invited(desk: &Desk, agent: &str) -> String {
    let done = desk.act("agent.invite", json!({ "agent_id": agent })).await;
    done["token"].as_str().expect("an invitation").to_owned()
}

fn problem(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn an_invitation_signs_in_once_and_the_cookie_opens_everything() {
    let (_house, _server, desk) = Desk::open().await;
    let lea = desk.hire("Léa", "agent").await;
    let invitation = invited(&desk, &lea.id).await;
    let as_key = desk.http.query(&invitation, "counters.get", json!({})).await;
    assert_eq!(as_key.problem(), problem(401, "unauthenticated"), "it opens nothing by itself");
    let mut browser = Browser::of(&desk);
    let signed_in = browser.sign_in(&json!({ "invitation": invitation })).await;
    assert_eq!((signed_in.status, &signed_in.json()["agent_id"]), (200, &json!(lea.id)));
    assert!(!signed_in.text().contains("plr_"), "no script sees the secret");
    let set = signed_in.cookie.expect("a cookie");
    for word in ["__Host-parloir=plr_", "HttpOnly", "Secure", "SameSite=Strict", "Path=/", "Max-Age=604800"] {
        assert!(set.contains(word), "{set}");
    }
    let again = Browser::of(&desk).sign_in(&json!({ "invitation": invitation })).await;
    assert_eq!(again.problem(), problem(401, "unauthenticated"));

    let query = json!({ "name": "counters.get", "params": {} });
    assert_eq!(browser.ask(Method::POST, "/v1/queries", &query).await.status, 200);
    let who = browser.ask(Method::GET, "/v1/session", &Value::Null).await;
    assert_eq!(who.json()["agent_id"], json!(lea.id));
    let (_socket, welcome) = browser.live().await;
    assert_eq!(welcome["agent"]["agent_id"], json!(lea.id));
}

#[tokio::test]
async fn a_page_of_another_host_does_nothing_with_the_cookie() {
    let (_house, _server, desk) = Desk::open().await;
    let mut browser = Browser::of(&desk);
    browser.sign_in(&json!({ "token": desk.admin })).await;
    let own = std::mem::replace(&mut browser.origin, "https://evil.example".to_owned());
    let command = json!({ "command_id": fresh_id(), "name": "group.create", "params": { "name": "x" } });
    let token = json!({ "token": desk.admin });
    let tries = [
        (Method::POST, "/v1/commands", &command),
        (Method::DELETE, "/v1/session", &Value::Null),
        (Method::POST, "/v1/session", &token),
    ];
    for (method, path, body) in tries {
        let answer = browser.ask(method, path, body).await;
        assert_eq!(answer.problem(), problem(403, "not_allowed"), "{path}");
    }
    // A cookie without a page tells no origin.
    let cookie = browser.cookie.clone().expect("a cookie");
    let headers = [("cookie", cookie.as_str())];
    let bare = desk.http.ask_with(Method::POST, "/v1/commands", &headers, command.to_string()).await;
    assert_eq!(bare.expect("an answer").problem(), problem(403, "not_allowed"));
    browser.origin = own;
    assert_eq!(browser.ask(Method::POST, "/v1/commands", &command).await.status, 200);
}

#[tokio::test]
async fn signing_out_ends_the_open_connection_too() {
    let (_house, _server, desk) = Desk::open().await;
    let mut browser = Browser::of(&desk);
    browser.sign_in(&json!({ "token": desk.admin })).await;
    let (mut socket, _) = browser.live().await;
    let out = browser.ask(Method::DELETE, "/v1/session", &Value::Null).await;
    assert_eq!(out.status, 204);
    assert!(out.cookie.expect("a cookie to forget").contains("Max-Age=0"));
    assert_eq!(socket.close_code().await, 4504);
    let who = browser.ask(Method::GET, "/v1/session", &Value::Null).await;
    assert_eq!(who.problem(), problem(401, "unauthenticated"));
    assert_eq!(desk.http.query(&desk.admin, "counters.get", json!({})).await.status, 200, "the key goes on");
}

#[tokio::test]
async fn a_window_that_signs_out_leaves_the_cookie_of_another() {
    let (_house, _server, desk) = Desk::open().await;
    let (lea, tom) = (desk.hire("Léa", "agent").await, desk.hire("Tom", "agent").await);
    let mut browser = Browser::of(&desk);
    browser.sign_in(&json!({ "token": lea.token })).await;
    let cookie = browser.cookie.clone().expect("a cookie");
    let secret = cookie.split_once('=').expect("a pair").1.to_owned();
    let out = async |token: &str| {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("cookie", cookie.as_str())];
        let answer = desk.http.ask_with(Method::DELETE, "/v1/session", &headers, "").await;
        answer.expect("the server answers")
    };
    let toms = out(&tom.token).await;
    assert_eq!((toms.status, toms.cookie), (204, None));
    assert_eq!(desk.http.query(&tom.token, "counters.get", json!({})).await.status, 401, "he is out");
    assert_eq!(browser.ask(Method::GET, "/v1/session", &Value::Null).await.json()["agent_id"], json!(lea.id));
    let own = out(&secret).await;
    assert!(own.cookie.expect("a cookie to forget").contains("Max-Age=0"));
    let who = browser.ask(Method::GET, "/v1/session", &Value::Null).await;
    assert_eq!(who.problem(), problem(401, "unauthenticated"));
}

#[tokio::test]
async fn what_is_no_way_in_is_told_nothing_more() {
    let (_house, _server, desk) = Desk::open().await;
    let mut browser = Browser::of(&desk);
    let lea = desk.hire("Léa", "agent").await;
    let invitation = invited(&desk, &lea.id).await;
    desk.act("agent.deactivate", json!({ "agent_id": lea.id })).await;
    let ways = [
        json!({ "token": "" }),
        json!({ "token": "plr_AAAA" }),
        json!({ "invitation": desk.admin }),
        json!({ "token": invitation }),
        json!({ "invitation": invitation }),
    ];
    for way in ways {
        let answer = browser.sign_in(&way).await;
        assert_eq!(answer.problem(), problem(401, "unauthenticated"), "{way}");
        assert!(answer.cookie.is_none(), "{way}");
    }
    for body in [json!({}), json!([]), json!({ "token": 1 })] {
        let answer = browser.sign_in(&body).await;
        assert_eq!(answer.problem(), problem(400, "invalid_params"), "{body}");
    }
    // Only the demonstration lets anybody be anyone.
    for (method, path) in [(Method::GET, "/v1/demo"), (Method::POST, "/v1/demo/sign-in")] {
        let answer = browser.ask(method, path, &json!({ "agent_id": lea.id })).await;
        assert_eq!(answer.problem(), problem(404, "not_found"), "{path}");
    }
}

#[tokio::test]
async fn a_session_ends_with_the_token_that_it_was_made_from() {
    let (_house, _server, desk) = Desk::open().await;
    let lea = desk.hire("Léa", "agent").await;
    let (mut hers, mut mine) = (Browser::of(&desk), Browser::of(&desk));
    assert_eq!(hers.sign_in(&json!({ "token": lea.token })).await.status, 200);
    assert_eq!(mine.sign_in(&json!({ "token": desk.admin })).await.status, 200);
    let (mut socket, _) = hers.live().await;
    desk.act("token.revoke", json!({ "token_id": lea.token_id })).await;
    assert_eq!(socket.close_code().await, 4504);
    let who = hers.ask(Method::GET, "/v1/session", &Value::Null).await;
    assert_eq!(who.problem(), problem(401, "unauthenticated"));
    assert_eq!(mine.ask(Method::GET, "/v1/session", &Value::Null).await.status, 200, "others go on");
}

#[tokio::test]
async fn a_session_makes_no_session() {
    let (_house, _server, desk) = Desk::open().await;
    let mut browser = Browser::of(&desk);
    browser.sign_in(&json!({ "token": desk.admin })).await;
    let cookie = browser.cookie.clone().expect("a cookie");
    let (_, secret) = cookie.split_once('=').expect("a pair");
    let again = Browser::of(&desk).sign_in(&json!({ "token": secret })).await;
    assert_eq!(again.problem(), problem(401, "unauthenticated"));
    assert!(again.cookie.is_none());
}

#[tokio::test]
async fn an_invitation_asks_before_it_takes_somebody_s_place() {
    let (_house, _server, desk) = Desk::open().await;
    let (lea, tom) = (desk.hire("Léa", "agent").await, desk.hire("Tom", "agent").await);
    let mut browser = Browser::of(&desk);
    browser.sign_in(&json!({ "token": lea.token })).await;
    let hers = browser.cookie.clone();
    let (mut socket, _) = browser.live().await;
    let invitation = invited(&desk, &tom.id).await;
    let asked = browser.sign_in(&json!({ "invitation": invitation })).await;
    assert_eq!(asked.problem(), problem(409, "already_signed_in"));
    assert_eq!(asked.json()["details"], json!({ "agent_id": lea.id, "name": "Léa" }));
    assert!(asked.cookie.is_none(), "she is still signed in");
    browser.cookie = hers.clone();
    assert_eq!(browser.ask(Method::GET, "/v1/session", &Value::Null).await.json()["agent_id"], json!(lea.id));

    let replaced = browser.sign_in(&json!({ "invitation": invitation, "replace": true })).await;
    assert_eq!(replaced.json()["agent_id"], json!(tom.id));
    assert_eq!(socket.close_code().await, 4504, "she is signed out everywhere");
    let before = Browser { desk: &desk, origin: browser.origin.clone(), cookie: hers };
    let who = before.ask(Method::GET, "/v1/session", &Value::Null).await;
    assert_eq!(who.problem(), problem(401, "unauthenticated"));

    let own = invited(&desk, &tom.id).await;
    assert_eq!(browser.sign_in(&json!({ "invitation": own })).await.status, 200, "one's own asks nothing");
    let bad = browser.sign_in(&json!({ "invitation": invitation })).await;
    assert_eq!(bad.problem(), problem(401, "unauthenticated"), "one that is used up tells nothing");
}

#[tokio::test]
async fn where_the_operator_names_the_server_only_its_pages_are_own() {
    let house = House::new().configured("public_url = 'https://desk.example'");
    let (_house, _server, desk) = Desk::open_in(house).await;
    let mut browser = Browser::of(&desk);
    let by_host = browser.sign_in(&json!({ "token": desk.admin })).await;
    assert_eq!(by_host.problem(), problem(403, "not_allowed"));
    for origin in ["http://desk.example", "https://desk.example.evil.example", "https://desk.example:8443"] {
        browser.origin = origin.to_owned();
        let answer = browser.sign_in(&json!({ "token": desk.admin })).await;
        assert_eq!(answer.problem(), problem(403, "not_allowed"), "{origin}");
    }
    browser.origin = "https://desk.example".to_owned();
    assert_eq!(browser.sign_in(&json!({ "token": desk.admin })).await.status, 200);
    let command = json!({ "command_id": fresh_id(), "name": "group.create", "params": { "name": "x" } });
    assert_eq!(browser.ask(Method::POST, "/v1/commands", &command).await.status, 200);
    let (_socket, welcome) = browser.live().await;
    assert!(text(&welcome["agent"]["agent_id"]).starts_with("agt_"));
    browser.origin = "http://desk.example".to_owned();
    let answer = browser.ask(Method::POST, "/v1/commands", &command).await;
    assert_eq!(answer.problem(), problem(403, "not_allowed"), "a page without TLS");
}

#[tokio::test]
async fn a_server_behind_tls_is_asked_over_tls_only() {
    for (keys, told) in [("public_url = 'https://desk.example'", Some("max-age=31536000")), ("", None)] {
        let house = House::new().configured(keys);
        let _server = house.start().await;
        let http = super::http::Http::to(house.address());
        for path in ["/", "/healthz", "/a/unknown", "/v1/session", "/nothing"] {
            let answer = http.raw(Method::GET, path, &[], "").await;
            let header = answer.headers().get("strict-transport-security");
            assert_eq!(header.and_then(|value| value.to_str().ok()), told, "{path}");
        }
    }
}
