//! Secrets are shown once, and only those that work.

use parloir_protocol::command::agent::CreateToken;
use parloir_protocol::command::{Command, CommandFrame};
use parloir_protocol::ids::{CommandId, TokenId};
use uuid::Uuid;

use super::run_command;
use crate::admission::{Caller, authenticate};
use crate::stage::Stage;

#[tokio::test]
async fn a_token_asked_for_twice_at_once_is_shown_once() {
    let stage = Stage::new("simulator").await;
    let agent = stage.view(|view| view.agent(stage.admin)).expect("the admin");
    let workspace = std::sync::Arc::clone(&stage.workspace);
    let caller = Caller {
        workspace,
        agent,
        token: TokenId::from_bytes([0; 16]),
        expires_at: None,
        purpose: parloir_desk::entity::Purpose::Access,
    };
    let command = Command::TokenCreate(CreateToken { agent_id: stage.admin, expires_at: None });
    let frame = CommandFrame { command_id: CommandId(Uuid::now_v7()), expected: None, command };
    let ask = || run_command(&stage.node, &caller, frame.clone());
    let (first, second) = tokio::join!(ask(), ask());
    let (first, second, third) = (first.expect("done"), second.expect("done"), ask().await.expect("done"));
    assert_eq!((second.token_id, third.token_id), (first.token_id, first.token_id));
    assert_eq!((second.token, third.token), (None, None));
    let token = first.token.expect("a token");
    assert!(authenticate(&stage.node, Some(&token)).is_ok());
}
