//! What each act is at the server's doors: a webhook, a command, a search, an address book.

use std::sync::{Arc, PoisonError};

use parloir_client::protocol::command::{Command, contact, conversation as conv, message as msg};
use parloir_client::protocol::entity::{Address, AddressKind, HitId};
use parloir_client::protocol::ids::ConversationId;

use super::super::act::{Kind, Wanted};
use super::super::asked::Order;
use super::super::orders::Measure;
use super::super::sought::Sought;
use super::{Hand, OWN};
use crate::customer::Inbound;
use crate::fill;
use crate::house::number;
use crate::mark::{Mark, Moment};

/// Messages of phones that are being handed in; a provider opens no more connections.
const HANDS_MAX: usize = 512;

const NAMES: [&str; 8] = ["Camille", "Élodie", "James", "Zoé", "Nadia", "Hélène", "Léo", "Charlotte"];

impl Hand {
    pub(super) async fn webhook(&mut self, number_of_act: u32, desk: u32, conversation: u32, at: Moment) {
        let (Some(http), Some(place)) = (self.https.get(desk as usize), self.orders.desks.get(desk as usize))
        else {
            return;
        };
        if self.handing_in.len() >= HANDS_MAX {
            self.handing_in.join_next().await;
        }
        let text = format!("Bonjour, une question. {}", Mark { number: number_of_act, due: at }.text());
        let event_id = format!("{}-{number_of_act}", self.orders.run);
        let inbound = Inbound::text(event_id, &number(conversation as usize), text);
        let (http, channel, book) = (http.clone(), place.channel, Arc::clone(&self.book));
        self.handing_in.spawn(async move {
            let handed = http.hand_in(channel, &inbound).await;
            let mut book = book.lock().unwrap_or_else(PoisonError::into_inner);
            match handed {
                Ok(()) => {
                    book.time(Measure::WebhookAccepted, Moment::now().since(at));
                    book.told.accepted.push((desk, number_of_act));
                }
                Err(error) => book.fail(format!("a webhook failed: {error:#}")),
            }
        });
    }

    pub(super) async fn command(
        &mut self,
        number_of_act: u32,
        desk: u32,
        (kind, conversation): (Kind, u32),
        at: Moment,
    ) -> anyhow::Result<()> {
        let conversations = self.orders.desks.get(desk as usize).map_or(&[][..], |desk| &desk.conversations);
        let Some(id) = conversations.get(conversation as usize % conversations.len().max(1)).copied() else {
            return Ok(());
        };
        let mark = Mark { number: number_of_act | OWN, due: at };
        let Some(asked) = self.asked.get_mut(&desk) else { return Ok(()) };
        let order = Order { due: at, measure: Measure::CommandAcknowledged, contact: None };
        asked.command(command(kind, id, &mark.text()), order).await
    }

    pub(super) async fn search(
        &mut self,
        desk: u32,
        (text, wanted): (u32, Option<Wanted>),
        at: Moment,
    ) -> anyhow::Result<()> {
        let Some(asked) = self.asked.get_mut(&desk) else { return Ok(()) };
        let there = self.orders.desks.get(desk as usize).map_or(&[][..], |desk| &desk.conversations);
        let (sought, at_least) = match wanted {
            Some(Wanted::Conversation(n)) => {
                let Some(id) = there.get(n as usize) else { return Ok(()) };
                (Sought::one(written(&number(n as usize), text), HitId::Conversation(*id)), None)
            }
            Some(Wanted::Contact(contact)) => match asked.saved(contact) {
                Some(saved) => {
                    (Sought::one(called(contact, text), HitId::Contact(saved.id)), Some(saved.seq))
                }
                None => (Sought::perhaps(called(contact, text)), None),
            },
            None if text.is_multiple_of(2) => {
                let start = NAMES[text as usize / 2 % NAMES.len()].chars().take(3).collect();
                (Sought::part(start, 0), None)
            }
            None => {
                let digits = format!("{:03}", text % 1_000);
                let numbers = self.numbers.iter().take(there.len());
                let known = numbers.filter(|number| number.contains(&digits)).count();
                (Sought::part(digits, known), None)
            }
        };
        asked.search(sought, at_least, at).await
    }

    pub(super) async fn save(&mut self, desk: u32, contact: u32, at: Moment) -> anyhow::Result<()> {
        let Some(asked) = self.asked.get_mut(&desk) else { return Ok(()) };
        let order = Order { due: at, measure: Measure::SaveAcknowledged, contact: Some(contact) };
        asked.command(save(contact), order).await
    }

    /// Hands an address book in, as the desk does; it is done when all its rows are.
    pub(super) fn import(&mut self, desk: u32, rows: u32, at: Moment) {
        let Some(http) = self.https.get(desk as usize).cloned() else { return };
        let book = Arc::clone(&self.book);
        self.handing_in.spawn(async move {
            let imported = http.import("people.csv", address_book(rows)).await;
            let mut book = book.lock().unwrap_or_else(PoisonError::into_inner);
            match imported {
                Ok(imported) if imported == u64::from(rows) => {
                    book.time(Measure::ImportWhole, Moment::now().since(at));
                }
                Ok(imported) => book.fail(format!("{imported} of {rows} rows were imported")),
                Err(error) => book.fail(format!("an import failed: {error:#}")),
            }
        });
    }
}

fn command(kind: Kind, conversation_id: ConversationId, mark: &str) -> Command {
    match kind {
        Kind::Note => fill::note(conversation_id, format!("À rappeler. {mark}")),
        Kind::Send => {
            let text = format!("Bonjour, c'est noté. {mark}");
            Command::MessageSend(msg::Send::text(conversation_id, text))
        }
        Kind::Close => Command::ConversationClose(conv::Close { conversation_id }),
        Kind::Reopen => Command::ConversationReopen(conv::Reopen { conversation_id }),
        Kind::Unread => Command::ConversationMarkUnread(conv::MarkUnread { conversation_id }),
        Kind::Claim => Command::ConversationClaim(conv::Claim { conversation_id }),
    }
}

/// A number as one may type it.
fn written(number: &str, text: u32) -> String {
    if text.is_multiple_of(2) { number.to_owned() } else { number.replacen("+33", "0", 1) }
}

/// How whoever was saved may be searched for: by the number, or by the name as it stands there.
fn called(contact: u32, text: u32) -> String {
    if text.is_multiple_of(2) { own_number(contact) } else { format!("\"{}\"", own_name(contact)) }
}

fn own_name(contact: u32) -> String {
    format!("{} {contact}", NAMES[contact as usize % NAMES.len()])
}

/// No conversation has it.
fn own_number(contact: u32) -> String {
    format!("+336{:08}", 10_000_000 + contact)
}

/// People as they stand in a file of another program.
fn address_book(rows: u32) -> String {
    let row = |n: u32| {
        let name = NAMES[n as usize % NAMES.len()];
        format!("{name} {n};+335{:08};voisin\n", 10_000_000 + n)
    };
    std::iter::once("nom;téléphone;étiquettes\n".to_owned()).chain((0..rows).map(row)).collect()
}

fn save(contact: u32) -> Command {
    Command::ContactSave(contact::Save {
        contact_id: None,
        name: Some(own_name(contact)),
        add_tags: contact.is_multiple_of(3).then(|| vec!["import".to_owned()]),
        remove_tags: None,
        properties: None,
        add_addresses: Some(vec![Address { kind: AddressKind::E164, value: own_number(contact) }]),
        remove_addresses: None,
    })
}
