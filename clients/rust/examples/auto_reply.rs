//! Answers whoever asks for the hours, unless a colleague has the conversation. An answer that was given is sent,
//! once, also when this program is killed meanwhile: see the file of its outbox.
//! `cargo run -p parloir-client --example auto_reply -- http://127.0.0.1:8080 plr_… answers.outbox`

use std::io::Write;
use std::sync::Arc;

use parloir_client::protocol::command::{Command, message};
use parloir_client::protocol::down::Down;
use parloir_client::protocol::event::Fact;
use parloir_client::protocol::text::fold;
use parloir_client::{Client, FileOutbox, Options};

const ANSWER: &str = "We are open from 9 to 18, Monday to Saturday.";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let url = args.next().unwrap_or_else(|| "http://127.0.0.1:8080".to_owned());
    let token = args.next().unwrap_or_default();
    let outbox = args.next().unwrap_or_else(|| "answers.outbox".to_owned());
    let options = Options { outbox: Some(Arc::new(FileOutbox::open(outbox)?)), ..Options::new(url, token) };
    let client = Client::connect(options)?;
    let mut events = client.events().await;
    client.live().await?;
    while let Some(told) = events.next().await {
        if let Some(Down::Event(event)) = told.frame()
            && let Fact::MessageReceived(fact) = &event.fact
            && fact.conversation.assignee.is_none()
            && fold(fact.message.text.as_deref().unwrap_or("")).contains("hours")
        {
            let (client, id) = (client.clone(), fact.conversation.conversation_id);
            // The next question is read while this answer is on its way.
            tokio::spawn(async move {
                let answer = client.command(Command::MessageSend(message::Send::text(id, ANSWER))).await;
                if let Err(error) = answer {
                    writeln!(std::io::stderr(), "{id}: {error}").ok();
                }
            });
        }
    }
    Ok(())
}
