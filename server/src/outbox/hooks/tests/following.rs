//! What a webhook reads of the log.

use std::sync::Arc;

use futures_util::FutureExt as _;
use parloir_desk::entity::{Scope, Webhook, WebhookStatus};
use parloir_protocol::ids::WebhookId;

use super::super::follow::Follower;
use super::super::window::Window;
use super::super::{HookKey, Hooks, tiny};
use crate::fetch::Place;
use crate::log::Log;
use crate::log::contract::held::Held;
use crate::node::Limits;
use crate::rehearsal::{FOUNDING_RECORDS, Rehearsal, create_group, system};
use crate::rules::Rules;

/// One that sees everything.
fn webhook() -> Webhook {
    Webhook {
        id: WebhookId::from_bytes([7; 16]),
        name: "Till".to_owned(),
        url: "http://127.0.0.1:1/".to_owned(),
        events: None,
        scope: Scope::All,
        status: WebhookStatus::Active,
        stopped: None,
        salt: [1; 32],
        previous: None,
        seq: 1,
    }
}

#[tokio::test]
async fn what_is_durable_and_not_published_yet_is_not_read() {
    let log = Arc::new(Held::after(FOUNDING_RECORDS, []));
    let stage = Rehearsal::found(Arc::clone(&log) as Arc<dyn Log>, Limits::standard(), Rules::OURS).await;
    let folder = tempfile::tempdir().expect("a folder");
    let key = HookKey::kept(&folder.path().join("webhooks.key")).expect("a key");
    let hooks = Hooks::new(folder.path().join("tries"), key, Place::LocalToo, tiny()).expect("a client");
    let follower = Follower::new(&stage.node, &stage.workspace, &Arc::new(hooks), &webhook());
    let begin = stage.workspace.hub.head().seq;
    let mut window = Window::new(begin - 1, None, 64, 1 << 20);
    let mut asking = Box::pin(stage.ask(system(create_group("new a"))));
    assert!(asking.as_mut().now_or_never().is_none());
    log.let_append_unheard();
    while log.tail(stage.workspace.id).seq == begin {
        tokio::task::yield_now().await;
    }
    follower.fill(&mut window).await.expect("the log is read");
    assert_eq!(window.read(), begin);
    log.let_hear();
    assert!(asking.await.is_ok());
    follower.fill(&mut window).await.expect("the log is read");
    assert_eq!(window.read(), begin + 1);
}
