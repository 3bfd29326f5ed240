//! Prints what happens in a workspace, one line an event, until it is stopped:
//! `cargo run -p parloir-client --example listen -- http://127.0.0.1:8080 plr_…`

use std::io::Write;

use parloir_client::protocol::down::Down;
use parloir_client::protocol::event::Fact;
use parloir_client::{Client, Gap, Options, Told};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let url = args.next().unwrap_or_else(|| "http://127.0.0.1:8080".to_owned());
    let token = args.next().unwrap_or_default();
    let client = Client::connect(Options::new(url, token))?;
    let mut events = client.events().await;
    client.live().await?;
    let mut out = std::io::stdout();
    while let Some(told) = events.next().await {
        if let Told::Gap(Gap { after, seq, .. }) = told {
            writeln!(out, "-- what happened from {after} to {seq} was missed")?;
        } else if let Some(Down::Event(event)) = told.frame() {
            let text = if let Fact::MessageReceived(fact) = &event.fact {
                fact.message.text.as_deref()
            } else {
                None
            };
            writeln!(out, "{} {} {}", event.seq, event.fact.name(), text.unwrap_or(""))?;
        } else if let Some(Down::Goodbye(goodbye)) = told.frame() {
            writeln!(out, "-- {}", goodbye.reason)?;
        }
    }
    Ok(())
}
