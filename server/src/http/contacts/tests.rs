//! Pieces of an export while others work.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use parloir_desk::command::{CardChange, Command};
use parloir_desk::commit::Actor;
use parloir_desk::entity::{Purpose, Scope};
use parloir_protocol::ids::ContactId;

use super::{Cut, Walk};
use crate::admission::Caller;
use crate::stage::Stage;

async fn save(stage: &Stage, contact_id: Option<ContactId>, name: &str) -> ContactId {
    let change = CardChange { name: Some(name.to_owned()), ..CardChange::default() };
    let save = Command::SaveContact { contact_id, change };
    stage.ask(Actor::Agent(stage.admin), save).await.contact_id.expect("a contact")
}

fn walk(stage: &Stage) -> Walk {
    let agent = stage.view(|view| view.agent(stage.admin)).expect("the admin");
    let token = stage.view(|view| view.token(&[6; 32])).expect("the admin's token");
    let workspace = Arc::clone(&stage.workspace);
    let purpose = Purpose::Access;
    let caller = Caller { workspace, agent, token: token.id, expires_at: None, purpose };
    Walk { node: Arc::clone(&stage.node), caller, after: None }
}

#[tokio::test]
async fn whoever_is_there_throughout_is_there_once_whatever_is_saved_meanwhile() {
    let stage = Stage::new("none").await;
    let mut ids = Vec::new();
    for n in 0..250 {
        ids.push(save(&stage, None, &format!("Person {n}")).await);
    }
    let mut walk = walk(&stage);
    let mut found: BTreeMap<ContactId, u32> = BTreeMap::new();
    let mut pieces = 0;
    loop {
        let piece = walk.next().await.expect("a piece");
        piece.people.iter().for_each(|person| *found.entry(person.id).or_default() += 1);
        if piece.last.is_none() {
            break;
        }
        pieces += 1;
        save(&stage, Some(ids[pieces]), "Renamed").await;
        if pieces == 1 {
            save(&stage, None, "New").await;
        }
    }
    assert_eq!(pieces, 3, "of a hundred each");
    assert!(found.values().all(|times| *times == 1), "{found:?}");
    assert!(ids.iter().all(|id| found.contains_key(id)), "{found:?}");
}

#[tokio::test]
async fn nothing_more_goes_to_whoever_lost_the_right() {
    let stage = Stage::new("none").await;
    save(&stage, None, "Ana").await;
    let mut walk = walk(&stage);
    assert_eq!(walk.next().await.expect("a piece").people.len(), 1);
    let scope = Some(Scope::Groups(BTreeSet::new()));
    let change = Command::ChangeAgent { agent_id: stage.admin, name: None, role: None, scope };
    stage.ask(Actor::System, change).await;
    assert!(matches!(walk.next().await, Err(Cut::Rights)));
}
