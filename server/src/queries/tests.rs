//! What a plan tells is what accepting does, and nothing is told of what is hidden.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use parloir_desk::command::{CardChange, Command, TemplateDraft};
use parloir_desk::commit::Actor;
use parloir_desk::entity::{Address, AddressKind};
use parloir_protocol::codec::Codec;
use parloir_protocol::command::message::{Send, UseTemplate};
use parloir_protocol::command::{self, CommandFrame};
use parloir_protocol::down::read_ok;
use parloir_protocol::entity::{Carriage, Item};
use parloir_protocol::error::ErrorBody;
use parloir_protocol::ids::{CommandId, ConversationId, TemplateId, TokenId};
use parloir_protocol::query::conversation::{Timeline, TimelineOk};
use parloir_protocol::query::send::{self, FileDraft, PlanOk, TemplateDraft as Draft};
use parloir_protocol::query::{Query, QueryFrame, template};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{Turns, run};
use crate::admission::Caller;
use crate::asked::run_command;
use crate::stage::Stage;

const NUMBER: &str = "+33611111111";

fn caller(stage: &Stage) -> Caller {
    let agent = stage.view(|view| view.agent(stage.admin)).expect("the admin");
    let workspace = Arc::clone(&stage.workspace);
    Caller {
        workspace,
        agent,
        token: TokenId::from_bytes([0; 16]),
        expires_at: None,
        purpose: parloir_desk::entity::Purpose::Access,
    }
}

async fn asked<T: DeserializeOwned>(stage: &Stage, query: Query) -> Result<T, ErrorBody> {
    let frame = QueryFrame { id: 1, at_least: None, query };
    let bytes = run(&stage.node, &caller(stage), Codec::Json, frame, &Turns::default()).await?;
    Ok(read_ok(Codec::Json, &bytes).expect("an answer of this query"))
}

async fn planned(stage: &Stage, plan: send::Plan) -> PlanOk {
    asked(stage, Query::SendPlan(plan)).await.expect("a plan")
}

async fn sent(stage: &Stage, send: Send) -> Result<(), ErrorBody> {
    let command = command::Command::MessageSend(send);
    let frame = CommandFrame { command_id: CommandId(Uuid::now_v7()), expected: None, command };
    run_command(&stage.node, &caller(stage), frame).await.map(drop)
}

async fn last_text(stage: &Stage, conversation_id: ConversationId) -> String {
    let query = Timeline { conversation_id, before: None, limit: None };
    let page: TimelineOk = asked(stage, Query::ConversationTimeline(query)).await.expect("a page");
    match &page.items.last().expect("a line").item {
        Item::Message { message } => message.text.clone().expect("a text"),
        other => panic!("{other:?} is no message"),
    }
}

async fn template(stage: &Stage) -> TemplateId {
    let draft = TemplateDraft {
        template_id: None,
        name: "Rendez-vous".to_owned(),
        language: "fr".to_owned(),
        body: "Bonjour {{prénom}}, à {{heure}}".to_owned(),
        header: None,
        footer: None,
        buttons: Vec::new(),
        provider_name: None,
        approval: None,
    };
    let answer = stage.ask(Actor::System, Command::SaveTemplate(Box::new(draft))).await;
    answer.template_id.expect("a template")
}

#[tokio::test]
async fn the_text_of_a_plan_is_the_text_that_is_sent() {
    let stage = Stage::with_phones().await;
    let conversation_id = stage.receive(NUMBER, None, "Bonjour").await;
    let template_id = template(&stage).await;
    let address = Address { kind: AddressKind::E164, value: NUMBER.to_owned() };
    let change = CardChange {
        name: Some("Marie Curie".to_owned()),
        add_addresses: [address].into(),
        ..CardChange::default()
    };
    stage.ask(Actor::Agent(stage.admin), Command::SaveContact { contact_id: None, change }).await;
    let mut draft = Draft { template_id, values: [].into() };
    let ask = |draft: &Draft| send::Plan {
        conversation_id: Some(conversation_id),
        template: Some(draft.clone()),
        ..send::Plan::default()
    };
    let refused = planned(&stage, ask(&draft)).await.refusal.expect("a field is missing");
    assert_eq!(refused.code, "template_fields_missing");
    draft.values.insert("heure".to_owned(), "9 h".to_owned());
    let plan = planned(&stage, ask(&draft)).await;
    assert_eq!((plan.text.as_str(), plan.refusal), ("Bonjour Marie, à 9 h", None));
    let used =
        UseTemplate { template_id, values: draft.values, digest: plan.template.expect("a template").digest };
    let send = Send { text: None, template: Some(used), ..Send::text(conversation_id, "") };
    sent(&stage, send).await.expect("it is as it was planned");
    assert_eq!(last_text(&stage, conversation_id).await, plan.text);
}

#[tokio::test]
async fn a_plan_refuses_as_accepting_does() {
    let stage = Stage::with_phones().await;
    let conversation_id = stage.receive(NUMBER, None, "STOP").await;
    let plan = send::Plan {
        conversation_id: Some(conversation_id),
        text: Some("L’été".to_owned()),
        ..send::Plan::default()
    };
    let plan = planned(&stage, plan).await;
    let refused = sent(&stage, Send::text(conversation_id, "L’été")).await.expect_err("they said stop");
    assert_eq!(plan.refusal, Some(refused));
    let sms = plan.sms.expect("what it costs");
    assert_eq!((sms.encoding.as_str(), sms.fitted.as_deref()), ("ucs2", Some("L'été")));
}

#[tokio::test]
async fn a_file_over_sms_is_planned_as_a_link_of_its_length() {
    let stage = Stage::with_phones().await;
    let file = FileDraft { name: "plan.pdf".to_owned(), bytes: 10, media_type: "application/pdf".to_owned() };
    let plan = send::Plan {
        channel_id: Some(stage.channel),
        address: Some(parloir_protocol::entity::Address {
            kind: parloir_protocol::entity::AddressKind::E164,
            value: "06 11 11 11 11".to_owned(),
        }),
        text: Some("Voici".to_owned()),
        file: Some(file),
        ..send::Plan::default()
    };
    let plan = planned(&stage, plan).await;
    assert_eq!((plan.carriage, plan.existing, plan.refusal), (Carriage::Link, None, None));
    let url = plan.text.strip_prefix("Voici\n").expect("a link on a line of its own");
    assert_eq!(url, crate::asked::parts::sample_url(&stage.node));
}

#[tokio::test]
async fn what_is_scheduled_stands_in_the_newest_page() {
    let stage = Stage::with_phones().await;
    let conversation_id = stage.receive(NUMBER, None, "Bonjour").await;
    let at = stage.node.clock.now().plus_millis(3_600_000);
    let send = Send { send_at: Some(at), ..Send::text(conversation_id, "Plus tard") };
    sent(&stage, send).await.expect("it is scheduled");
    let query = |before| Query::ConversationTimeline(Timeline { conversation_id, before, limit: None });
    let newest: TimelineOk = asked(&stage, query(None)).await.expect("a page");
    assert_eq!(newest.pending.iter().map(|message| message.due_at).collect::<Vec<_>>(), [Some(at)]);
    let older: TimelineOk = asked(&stage, query(Some(newest.seq + 1))).await.expect("a page");
    assert!(older.pending.is_empty());
}

#[tokio::test]
async fn of_queries_that_came_together_each_has_its_turn_after_others_had_theirs() {
    let stage = Stage::new("simulator").await;
    let (turns, others_had) = (Turns::default(), Arc::new(AtomicUsize::new(0)));
    let had = Arc::clone(&others_had);
    let others = tokio::spawn(async move {
        loop {
            had.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
        }
    });
    let asked = FuturesUnordered::new();
    for id in 1..=16 {
        let frame = QueryFrame { id, at_least: None, query: Query::TemplateList(template::List {}) };
        let (stage, turns, others_had) = (&stage, &turns, &others_had);
        asked.push(async move {
            run(&stage.node, &caller(stage), Codec::Json, frame, turns).await.expect("an answer");
            (id, others_had.load(Ordering::Relaxed))
        });
    }
    let answered: Vec<(u64, usize)> = asked.collect().await;
    others.abort();
    let (ids, others_had): (Vec<u64>, Vec<usize>) = answered.into_iter().unzip();
    assert_eq!(ids, (1..=16).collect::<Vec<_>>());
    // What a turn leaves of the steps is the next query's, so that now and then two share one.
    assert!(others_had.windows(3).all(|three| three[0] < three[2]), "others had so many: {others_had:?}");
}
