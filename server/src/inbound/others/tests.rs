//! Webhooks of an app with several numbers, which all come to one channel's address.

use parloir_desk::command::Command;
use parloir_desk::commit::Actor;
use parloir_desk::entity::{ChannelKind, Item};
use parloir_protocol::error::ErrorBody;
use parloir_protocol::ids::ChannelId;

use super::is_for_another;
use crate::inbound::take;
use crate::stage::{Stage, number};

/// Three numbers: two of one app, one of another.
const ACCOUNTS: &str = "
[providers.wa-a]
kind = 'whatsapp'
phone_number_id = '1'
token = 'hush'
app_secret = 'hush-app'
webhook_secret = 'hush-hook'
[providers.wa-b]
kind = 'whatsapp'
phone_number_id = '2'
token = 'hush'
app_secret = 'hush-app'
webhook_secret = 'hush-hook'
[providers.wa-c]
kind = 'whatsapp'
phone_number_id = '3'
token = 'hush'
app_secret = 'another-app'
webhook_secret = 'hush-hook'
";

async fn stage() -> Stage {
    let stage = Stage::new("wa-a").await;
    stage.configure(ACCOUNTS);
    stage
}

async fn channel(stage: &Stage, provider: &str, own: &str) -> ChannelId {
    let create = Command::CreateChannel {
        kind: ChannelKind::Whatsapp,
        name: provider.to_owned(),
        address: number(own),
        provider: provider.to_owned(),
        approved_countries: None,
    };
    stage.ask(Actor::System, create).await.channel_id.expect("a channel")
}

fn change(number: &str, wamid: &str) -> String {
    format!(
        r#"{{"field":"messages","value":{{"metadata":{{"phone_number_id":"{number}"}},"messages":[{{"from":"33639980123","id":"{wamid}","type":"text","text":{{"body":"Bonjour"}}}}]}}}}"#
    )
}

fn body(changes: &[String]) -> String {
    format!(r#"{{"object":"whatsapp_business_account","entry":[{{"changes":[{}]}}]}}"#, changes.join(","))
}

async fn taken(stage: &Stage, changes: &[String]) -> Result<(), ErrorBody> {
    let first = stage.view(|view| view.channel(stage.channel)).expect("the channel");
    let body = body(changes);
    take(&stage.node, stage.node.providers(), &stage.workspace, &first, body.as_bytes()).await
}

fn messages(stage: &Stage, channel: ChannelId) -> usize {
    stage.view(|view| {
        let conversation = view.conversation_at(channel, &number("+33639980123"));
        let timeline = conversation.map(|conversation| view.timeline(conversation, None, 100));
        let items = timeline.iter().flatten();
        items.filter(|item| matches!(item.item, Item::Message { .. })).count()
    })
}

#[tokio::test]
async fn what_is_for_another_number_of_the_app_goes_to_its_channel() {
    let stage = stage().await;
    let other = channel(&stage, "wa-b", "+33700000002").await;
    let both = [change("1", "wamid.1"), change("2", "wamid.2")];
    assert_eq!(taken(&stage, &both).await, Ok(()));
    assert_eq!((messages(&stage, stage.channel), messages(&stage, other)), (1, 1));
    assert_eq!(taken(&stage, &both).await, Ok(()));
    assert_eq!((messages(&stage, stage.channel), messages(&stage, other)), (1, 1));
}

#[tokio::test]
async fn what_is_for_nobody_here_is_told_and_holds_nothing_back() {
    let stage = stage().await;
    let changes = [change("2", "wamid.2"), change("1", "wamid.1")];
    let error = taken(&stage, &changes).await.expect_err("number 2 has no channel");
    assert!(is_for_another(&error) && error.message.contains("'2'"), "{error:?}");
    assert_eq!(messages(&stage, stage.channel), 1);
    // As a retry of what was kept aside does, when the channel is there.
    let other = channel(&stage, "wa-b", "+33700000002").await;
    assert_eq!(taken(&stage, &changes).await, Ok(()));
    assert_eq!((messages(&stage, stage.channel), messages(&stage, other)), (1, 1));
}

#[tokio::test]
async fn who_signs_for_one_app_speaks_for_no_other() {
    let stage = stage().await;
    let foreign = channel(&stage, "wa-c", "+33700000003").await;
    let error = taken(&stage, &[change("3", "wamid.3")]).await.expect_err("it is another app's");
    assert!(is_for_another(&error), "{error:?}");
    assert_eq!(messages(&stage, foreign), 0);
}

#[tokio::test]
async fn a_part_that_cannot_be_read_holds_nothing_back() {
    let stage = stage().await;
    let broken = [
        r#"{"field":"messages","value":{"metadata":{"phone_number_id":"1"},"messages":[{"id":7}]}}"#
            .to_owned(),
        r#"{"field":"messages","value":{"messages":[]}}"#.to_owned(),
        r#"{"value":{}}"#.to_owned(),
    ];
    for (n, broken) in broken.into_iter().enumerate() {
        let good = change("1", &format!("wamid.{n}"));
        let error = taken(&stage, &[broken, good]).await.expect_err("one part is no message");
        assert!(!error.temporary && !is_for_another(&error), "{error:?}");
        assert_eq!(messages(&stage, stage.channel), n + 1);
    }
}
