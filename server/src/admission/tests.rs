//! Somebody who is in, while their rights change.

use std::collections::BTreeSet;

use parloir_desk::command::Command;
use parloir_desk::commit::Actor;
use parloir_desk::entity::{Purpose, Role, Scope};
use parloir_protocol::entity::AssigneeFilter;
use parloir_protocol::ids::AgentId;

use parloir_session::Millis;

use super::*;
use crate::stage::Stage;

fn hire(name: &str) -> Command {
    let name = name.to_owned();
    Command::CreateAgent { name, role: Role::Agent, scope: Scope::All, rights: BTreeSet::new() }
}

#[tokio::test]
async fn who_sees_otherwise_or_left_is_not_who_came_in() {
    let stage = Stage::new("none").await;
    let admin = Actor::Agent(stage.admin);
    let agent_id = stage.ask(admin, hire("Bo")).await.agent_id.expect("an agent");
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

#[tokio::test]
async fn a_snapshot_serves_those_alone_who_see_and_ask_for_the_same() {
    let stage = Stage::new("none").await;
    let agent = stage.view(|view| view.agent(stage.admin)).expect("the admin");
    let caller = |agent| Caller {
        workspace: Arc::clone(&stage.workspace),
        agent,
        token: TokenId::from_bytes([9; 16]),
        expires_at: None,
        purpose: Purpose::Access,
    };
    let limited = Agent { scope: Scope::Groups(BTreeSet::new()), ..agent.clone() };
    let other = Agent { id: AgentId::from_bytes([7; 16]), ..agent.clone() };
    let mine = entity::View { assignee: Some(AssigneeFilter::Me), ..entity::View::open() };
    let get = |agent: &Agent, view: &entity::View, codec| {
        let mark = stage.workspace.hub.head();
        snapshot_of(&stage.node, codec, &caller(agent.clone()), view, mark)
    };
    let (all, msgpack) = (entity::View::open(), Codec::Msgpack);
    let first = get(&agent, &all, msgpack);
    assert!(Arc::ptr_eq(&first, &get(&agent, &all, msgpack)));
    assert!(Arc::ptr_eq(&first, &get(&other, &all, msgpack)));
    for another in [get(&limited, &all, msgpack), get(&agent, &mine, msgpack), get(&agent, &all, Codec::Json)]
    {
        assert!(!Arc::ptr_eq(&first, &another));
    }
    assert!(!Arc::ptr_eq(&get(&agent, &mine, msgpack), &get(&other, &mine, msgpack)));
    (0..100).for_each(|number| {
        stage.workspace.hub.signals.come(AgentId::from_bytes([number; 16]), false, Millis(0))
    });
    let told = get(&agent, &all, msgpack);
    assert!(!Arc::ptr_eq(&first, &told), "a hundred came");
    stage.workspace.hub.forget();
    assert!(!Arc::ptr_eq(&told, &get(&agent, &all, msgpack)), "somebody may have been erased");
    let told = get(&agent, &all, msgpack);
    stage.ask(Actor::Agent(stage.admin), hire("Bo")).await;
    assert!(!Arc::ptr_eq(&told, &get(&agent, &all, msgpack)), "something happened");
}
