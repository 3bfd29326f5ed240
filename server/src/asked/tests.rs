//! Secrets are shown once, and only those that work. What an account cannot carry is not promised.

use std::sync::Arc;

use parloir_desk::command::{Command as Asked, Inbound};
use parloir_desk::commit::Actor;
use parloir_desk::entity::{ChannelKind, Destination};
use parloir_protocol::codec::Codec;
use parloir_protocol::command::agent::CreateToken;
use parloir_protocol::command::message::Send;
use parloir_protocol::command::workspace::CreateChannel;
use parloir_protocol::command::{Command, CommandFrame};
use parloir_protocol::entity::{self as wire, CardDraft};
use parloir_protocol::error::ErrorBody;
use parloir_protocol::ids::{CommandId, ConversationId, TokenId};
use parloir_protocol::query::send::Plan;
use parloir_protocol::query::{Query, QueryFrame};
use uuid::Uuid;

use super::run_command;
use crate::admission::{Caller, authenticate};
use crate::queries::{self, Turns};
use crate::stage::{Stage, number};

fn admin(stage: &Stage) -> Caller {
    Caller {
        workspace: Arc::clone(&stage.workspace),
        agent: stage.view(|view| view.agent(stage.admin)).expect("the admin"),
        token: TokenId::from_bytes([0; 16]),
        expires_at: None,
        purpose: parloir_desk::entity::Purpose::Access,
    }
}

#[tokio::test]
async fn a_token_asked_for_twice_at_once_is_shown_once() {
    let stage = Stage::new("simulator").await;
    let caller = admin(&stage);
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

const ACCOUNTS: &str = "
[providers.sms-uk]
kind = 'esendex'
account = 'EX1'
username = 'desk'
password = 'hush'
webhook_secret = 'hush-hook'
[providers.twilio]
kind = 'twilio'
account = 'AC1'
token = 'hush'
";

/// A stage with two accounts that carry different things.
async fn with_accounts() -> Stage {
    let stage = Stage::new("sms-uk").await;
    stage.configure(ACCOUNTS);
    stage
}

async fn asked(stage: &Stage, command: Command) -> Result<(), ErrorBody> {
    let frame = CommandFrame { command_id: CommandId(Uuid::now_v7()), expected: None, command };
    run_command(&stage.node, &admin(stage), frame).await.map(drop)
}

#[tokio::test]
async fn an_account_serves_the_kinds_of_channels_that_it_knows() {
    let stage = with_accounts().await;
    let create = |kind, provider: &str| {
        Command::ChannelCreate(CreateChannel {
            kind,
            name: "Une ligne".to_owned(),
            address: wire::Address { kind: wire::AddressKind::E164, value: "+33700000077".to_owned() },
            provider: provider.to_owned(),
            approved_countries: None,
        })
    };
    let refused =
        asked(&stage, create(wire::ChannelKind::Whatsapp, "sms-uk")).await.expect_err("it is for SMS");
    assert_eq!((refused.code.as_str(), &refused.details["field"]), ("invalid_params", &"provider".into()));
    assert_eq!(asked(&stage, create(wire::ChannelKind::Whatsapp, "twilio")).await, Ok(()));
    assert_eq!(asked(&stage, create(wire::ChannelKind::Sms, "sms-uk")).await, Ok(()));
}

/// A thread on WhatsApp, over the account that has no cards.
async fn chat(stage: &Stage) -> ConversationId {
    let create = Asked::CreateChannel {
        kind: ChannelKind::Whatsapp,
        name: "WhatsApp".to_owned(),
        address: number("+33700000002"),
        provider: "twilio".to_owned(),
        approved_countries: None,
    };
    let channel = stage.ask(Actor::System, create).await.channel_id.expect("a channel");
    let from = Destination { address: number("+33639980123"), country: None };
    let inbound = Asked::Receive(Inbound::text(channel, from, "Bonjour"));
    stage.ask(Actor::Contact(channel), inbound).await.conversation_id.expect("a thread")
}

#[tokio::test]
async fn a_card_that_the_account_would_drop_is_refused_and_so_says_the_plan() {
    let stage = with_accounts().await;
    let conversation_id = chat(&stage).await;
    let card = CardDraft {
        title: Some("Plan".to_owned()),
        text: Some("Pour venir".to_owned()),
        media: None,
        actions: Vec::new(),
    };
    let send = Send { text: None, card: Some(card.clone()), ..Send::text(conversation_id, "") };
    let refused = asked(&stage, Command::MessageSend(send)).await.expect_err("the account has no cards");
    assert_eq!(refused.code, "card_not_supported");
    let plan = Plan { conversation_id: Some(conversation_id), card: Some(card), ..Plan::default() };
    let frame = QueryFrame { id: 1, at_least: None, query: Query::SendPlan(plan) };
    let told = queries::run(&stage.node, &admin(&stage), Codec::Json, frame, &Turns::default()).await;
    let told = told.expect("an answer");
    assert!(String::from_utf8_lossy(&told).contains("card_not_supported"));
    assert_eq!(asked(&stage, Command::MessageSend(Send::text(conversation_id, "Bonjour"))).await, Ok(()));
}
