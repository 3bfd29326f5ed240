//! Somebody who is in, while their rights change.

use std::collections::BTreeSet;

use parloir_desk::command::Command;
use parloir_desk::commit::Actor;
use parloir_desk::entity::{Purpose, Role, Scope};

use super::*;
use crate::stage::Stage;

#[tokio::test]
async fn who_sees_otherwise_or_left_is_not_who_came_in() {
    let stage = Stage::new("none").await;
    let admin = Actor::Agent(stage.admin);
    let hire = Command::CreateAgent {
        name: "Bo".to_owned(),
        role: Role::Agent,
        scope: Scope::All,
        rights: BTreeSet::new(),
    };
    let agent_id = stage.ask(admin, hire).await.agent_id.expect("an agent");
    let came_in = || Caller {
        workspace: Arc::clone(&stage.workspace),
        agent: stage.view(|view| view.agent(agent_id)).expect("Bo"),
        token: TokenId::from_bytes([9; 16]),
        expires_at: None,
        purpose: Purpose::Access,
    };
    let change = |name: Option<&str>, scope| Command::ChangeAgent {
        agent_id,
        name: name.map(str::to_owned),
        role: None,
        scope,
    };
    let first = came_in();
    stage.ask(admin, change(Some("Bob"), None)).await;
    assert!(is_current(&stage.node, &first));
    stage.ask(admin, change(None, Some(Scope::Groups(BTreeSet::new())))).await;
    let second = came_in();
    assert!(!is_current(&stage.node, &first) && is_current(&stage.node, &second));
    stage.ask(admin, Command::DeactivateAgent { agent_id }).await;
    assert!(!is_current(&stage.node, &second));
}
