//! Saves everybody in a text of lines `number;name`, at most 32 at once. It may be stopped and started again: what was
//! not answered goes on from the outbox, and who is saved twice is the same contact.
//! `cargo run -p parloir-client --example import_contacts -- http://127.0.0.1:8080 plr_… contacts.txt`

use std::io::Write;
use std::sync::Arc;

use parloir_client::protocol::command::{Command, contact};
use parloir_client::protocol::entity::{Address, AddressKind};
use parloir_client::{Client, FileOutbox, Options};
use tokio::task::JoinSet;

/// Commands that wait for an answer at once.
const AT_ONCE: usize = 32;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let url = args.next().unwrap_or_else(|| "http://127.0.0.1:8080".to_owned());
    let token = args.next().unwrap_or_default();
    let file = args.next().unwrap_or_else(|| "contacts.txt".to_owned());
    let outbox = FileOutbox::open(format!("{file}.outbox"))?;
    let client = Client::connect(Options { outbox: Some(Arc::new(outbox)), ..Options::new(url, token) })?;
    client.live().await?;
    let (mut saving, mut saved, mut failed) = (JoinSet::new(), 0, 0);
    for line in std::fs::read_to_string(&file)?.lines() {
        let Some((number, name)) = line.split_once(';') else { continue };
        let (client, save) = (client.clone(), person(number.trim(), name.trim()));
        let line = line.to_owned();
        saving.spawn(async move {
            client.command(Command::ContactSave(save)).await.map_err(|error| (line, error))
        });
        while saving.len() >= AT_ONCE {
            count(saving.join_next().await, &mut saved, &mut failed);
        }
    }
    while let Some(outcome) = saving.join_next().await {
        count(Some(outcome), &mut saved, &mut failed);
    }
    writeln!(std::io::stdout(), "{saved} saved, {failed} failed")?;
    client.leave().await;
    Ok(())
}

fn person(number: &str, name: &str) -> contact::Save {
    contact::Save {
        contact_id: None,
        name: Some(name.to_owned()),
        add_tags: None,
        remove_tags: None,
        properties: None,
        add_addresses: Some(vec![Address { kind: AddressKind::E164, value: number.to_owned() }]),
        remove_addresses: None,
    }
}

type Outcome<T, E> = Option<Result<Result<T, (String, E)>, tokio::task::JoinError>>;

fn count<T, E: std::fmt::Display>(outcome: Outcome<T, E>, saved: &mut usize, failed: &mut usize) {
    match outcome {
        Some(Ok(Ok(_))) => *saved += 1,
        Some(Ok(Err((line, error)))) => {
            *failed += 1;
            writeln!(std::io::stderr(), "{line}: {error}").ok();
        }
        Some(Err(_)) | None => *failed += 1,
    }
}
