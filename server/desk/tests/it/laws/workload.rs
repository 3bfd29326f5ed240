//! Asks at random: a step is four bytes, read against what the desk holds at that moment.

use std::collections::{BTreeMap, BTreeSet};

use parloir_desk::command::{
    Ask, CardChange, Command, Expected, Inbound, LinkSecret, Outcome, SendMessage, TemplateDraft,
    TemplateUse, WebhookDraft, WebhookSalt,
};
use parloir_desk::commit::{Actor, Digest};
use parloir_desk::decide::Decided;
use parloir_desk::entity::{
    Attempt, Availability, Clean, ContactStatus, Country, Delivery, Destination, Failure, FileFacts,
    InboundMedia, Job, JobStatus, LinkHash, Reaction, Scope, StopReason, UnreadUntil, WebhookPosition,
    WebhookStatus,
};
use parloir_desk::event::{Consent, Event};
use parloir_protocol::ids::{
    AgentId, AttachmentId, ChannelId, ContactId, ConversationId, GroupId, MessageId, WebhookId,
};
use proptest::collection::vec;
use proptest::prelude::*;

use super::desk::{Desk, number};
use super::recount;

const TEXTS: [&str; 6] = ["Bonjour", "STOP", "START", "Encore\nune", "", "Où en est ma commande ?"];
const RECEIPTS: [Delivery; 4] = [Delivery::Sent, Delivery::Delivered, Delivery::Read, Delivery::Failed];
/// Few, so that threads, cards and merges meet.
const NUMBERS: u8 = 4;
const LONG_AGO_MILLIS: i64 = 61 * 24 * 60 * 60 * 1_000;

/// What is asked, and four choices of whom and what about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    kind: u8,
    a: u8,
    b: u8,
    c: u8,
}

pub(super) fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = (0_u8..58, any::<u8>(), any::<u8>(), any::<u8>());
    vec(step.prop_map(|(kind, a, b, c)| Step { kind, a, b, c }), most / 2..most)
}

/// Asks, and applies what was accepted.
pub(super) fn play(desk: &mut Desk, step: &Step) {
    let ask = ask(desk, step);
    if let Ok(Decided::New(commit)) = desk.decide(&ask) {
        desk.record(commit);
    }
}

pub(super) fn ask(desk: &mut Desk, step: &Step) -> Ask {
    if step.kind == 47 && step.c < 32 {
        desk.clock = desk.clock.plus_millis(LONG_AGO_MILLIS);
    }
    let colleague = if step.c < 128 { 0 } else { step.c };
    let agent = Actor::Agent(pick(&desk.agents(), colleague).expect("there is an admin"));
    let choice = Choice { desk, step: *step };
    let (actor, command) = match step.kind {
        0..=8 => choice.outside(),
        9..=22 => (agent, choice.conversation()),
        23..=28 => choice.message(agent),
        48..=53 => choice.content(agent),
        54 => (Actor::Agent(desk.agents()[0]), choice.template()),
        55..=57 => choice.webhook(Actor::Agent(desk.agents()[0])),
        29..=36 => (agent, choice.contact()),
        37..=41 => (Actor::Agent(desk.agents()[0]), choice.settings()),
        _ => (Actor::System, choice.job()),
    };
    let mut ask = desk.ask(actor, command);
    if step.b.is_multiple_of(4) && matches!(actor, Actor::Agent(_)) {
        let head = desk.view().head();
        ask.expected =
            Some(Expected { epoch: head.epoch, seq: head.seq.saturating_sub(u64::from(step.c % 8)) });
    }
    ask
}

fn pick<T: Copy>(items: &[T], choice: u8) -> Option<T> {
    (!items.is_empty()).then(|| items[usize::from(choice) % items.len()])
}

/// A step beside the desk it is read against.
struct Choice<'a> {
    desk: &'a Desk,
    step: Step,
}

impl Choice<'_> {
    fn outside(&self) -> (Actor, Command) {
        let Step { kind, a, b, c } = self.step;
        let channel_id = self.channel(a);
        if kind == 8 {
            let delivery = RECEIPTS[usize::from(b) % RECEIPTS.len()];
            let provider_message = Digest([c % 4; 16]);
            let told = match c % 5 {
                0 => Command::OptOut { channel_id, from: self.destination(c) },
                _ => {
                    let failure = (c % 5 == 1).then_some(Failure::OptedOut);
                    Command::Receipt { channel_id, provider_message, delivery, failure }
                }
            };
            return (Actor::Provider(channel_id), told);
        }
        let media = InboundMedia { reference: format!("media {c}"), media_type: None, name: None };
        let inbound = Inbound {
            profile_name: (c.is_multiple_of(3)).then(|| format!("Name {}", c % 2)),
            media: if c.is_multiple_of(7) { vec![media] } else { Vec::new() },
            reaction: (c.is_multiple_of(11))
                .then(|| Reaction { emoji: "👍".to_owned(), provider_message: Some(Digest([c % 4; 16])) }),
            ..Inbound::text(channel_id, self.destination(b), TEXTS[usize::from(c) % TEXTS.len()])
        };
        (Actor::Contact(channel_id), Command::Receive(inbound))
    }

    fn conversation(&self) -> Command {
        let Step { kind, a, b, c } = self.step;
        let conversation_id = self.conversation_id(a);
        let head = self.desk.view().head().seq;
        match kind {
            9 => Command::Start {
                channel_id: self.channel(a),
                to: self.destination(b),
                group_id: Some(self.group(c)),
            },
            10 => Command::Move { conversation_id, group_id: self.group(b), expected_group: None },
            11 => Command::Close { conversation_id },
            12 => Command::Reopen { conversation_id },
            13 => Command::Assign {
                conversation_id,
                agent_id: pick(&self.desk.agents(), b).filter(|_| !b.is_multiple_of(5)),
            },
            14 => Command::Claim { conversation_id },
            15 => Command::Release { conversation_id },
            16 => Command::Next { group_id: (b.is_multiple_of(2)).then(|| self.group(b)) },
            17 | 18 => Command::MarkRead { conversation_id, up_to: head.saturating_sub(u64::from(b % 10)) },
            19 => Command::MarkUnread { conversation_id },
            20 => Command::AddNote {
                conversation_id,
                text: "vu".to_owned(),
                mentions: pick(&self.desk.agents(), b).into_iter().collect(),
            },
            _ => Command::Send(Box::new(self.send(conversation_id))),
        }
    }

    /// A text, a file as a link, something for later, or a template.
    fn send(&self, conversation_id: ConversationId) -> SendMessage {
        let Step { a, b, .. } = self.step;
        let plain = SendMessage::text(conversation_id, "Oui");
        let link = LinkSecret { url: "https://p.example/a/x".to_owned(), hash: self.new_hash() };
        let template =
            pick(&self.desk.view().templates().iter().map(|found| found.id).collect::<Vec<_>>(), a);
        match (b % 5, template) {
            (0, _) => SendMessage { files: vec![file(a)], link: Some(link), ..plain },
            (1, _) => SendMessage { send_at: Some(self.desk.clock.plus_millis(3_600_000)), ..plain },
            (2, Some(template_id)) => {
                let used = TemplateUse { template_id, values: BTreeMap::new(), digest: String::new() };
                SendMessage { text: None, template: Some(used), ..plain }
            }
            (_, _) => plain,
        }
    }

    /// What is done with planned messages, links and files that came in.
    fn content(&self, agent: Actor) -> (Actor, Command) {
        let Step { a, b, c, .. } = self.step;
        let message_id = self.message_id(a);
        let index = u32::from(c % 2);
        match b % 9 {
            0 => (agent, Command::CancelMessage { message_id }),
            1 => (agent, Command::ReleaseMessage { message_id }),
            2 => (Actor::System, Command::ReleaseMessage { message_id }),
            3 => {
                let send_at = self.desk.clock.plus_millis(120_000 + i64::from(c) * 60_000);
                (agent, Command::RescheduleMessage { message_id, send_at })
            }
            4 => (Actor::System, Command::StoreMedia { message_id: self.received(a), index, facts: file(c) }),
            5 => (Actor::System, Command::GiveUpMedia { message_id: self.received(a), index }),
            6 => (Actor::System, Command::OpenLink { hash: self.hash_of(message_id) }),
            7 => (agent, Command::RevokeLink { message_id }),
            _ => {
                let consent = if c.is_multiple_of(2) { Consent::OptedOut } else { Consent::OptedIn };
                (agent, Command::ChangeConsent { conversation_id: self.conversation_id(a), consent })
            }
        }
    }

    /// No two links have one secret.
    fn new_hash(&self) -> LinkHash {
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&self.desk.log.len().to_be_bytes());
        LinkHash(hash)
    }

    fn hash_of(&self, message: MessageId) -> LinkHash {
        let message = self.desk.view().message(message);
        message.and_then(|message| message.link).map_or(LinkHash([9; 32]), |link| link.hash)
    }

    fn received(&self, choice: u8) -> MessageId {
        let events = self.desk.log.iter().flat_map(|record| &record.commit.events);
        let ids: Vec<_> = events
            .filter_map(|event| match event {
                Event::MessageReceived { message_id, .. } => Some(*message_id),
                _ => None,
            })
            .collect();
        pick(&ids, choice).unwrap_or(MessageId::from_bytes([0; 16]))
    }

    fn template(&self) -> Command {
        let Step { a, b, c, .. } = self.step;
        let ids: Vec<_> = self.desk.view().templates().iter().map(|found| found.id).collect();
        if let (Some(template_id), 0) = (pick(&ids, a), b % 4) {
            return Command::DeleteTemplate { template_id };
        }
        Command::SaveTemplate(Box::new(TemplateDraft {
            template_id: pick(&ids, a).filter(|_| b.is_multiple_of(3)),
            name: format!("Template {}", c % 8),
            language: "fr".to_owned(),
            body: if c.is_multiple_of(2) { "Bonjour {{name}}" } else { "Bonjour" }.to_owned(),
            header: None,
            footer: None,
            buttons: Vec::new(),
            provider_name: None,
            approval: None,
        }))
    }

    /// Saved, deleted, set to another place by an admin, and moved on or given up by the driver.
    fn webhook(&self, admin: Actor) -> (Actor, Command) {
        let Step { a, b, c, .. } = self.step;
        let view = self.desk.view();
        let head = view.head().seq;
        let ids: Vec<_> = view.webhooks().iter().map(|found| found.id).collect();
        let Some(webhook_id) = pick(&ids, a).filter(|_| !b.is_multiple_of(5)) else {
            return (admin, self.save_webhook(None));
        };
        let place = view.webhook_position(webhook_id).expect("every webhook has a place");
        let step = place.step + 1 - u64::from(c.is_multiple_of(7));
        let command = match b % 7 {
            0 => return (admin, self.save_webhook(Some(webhook_id))),
            1 => return (admin, Command::DeleteWebhook { webhook_id }),
            2 => {
                return (
                    admin,
                    Command::ReplayWebhook { webhook_id, from_seq: 1 + u64::from(c) % (head + 1) },
                );
            }
            3 => {
                let salt = WebhookSalt([c; 32]);
                return (admin, Command::RotateWebhook { webhook_id, salt, keep_ms: u32::from(c) });
            }
            4 => {
                let reason = if c.is_multiple_of(2) { StopReason::Gone } else { StopReason::Exhausted };
                Command::DisableWebhook { webhook_id, step, failed_seq: place.seq + 1, reason }
            }
            _ => {
                let seq = place.seq + u64::from(c % 3);
                let failing_since = c.is_multiple_of(4).then_some(self.desk.clock);
                Command::AdvanceWebhook { webhook_id, to: WebhookPosition { seq, step, failing_since } }
            }
        };
        (Actor::System, command)
    }

    fn save_webhook(&self, webhook_id: Option<WebhookId>) -> Command {
        let Step { a, c, .. } = self.step;
        let one = Scope::Groups(BTreeSet::from([self.group(a)]));
        Command::SaveWebhook(Box::new(WebhookDraft {
            webhook_id,
            name: format!("Webhook {}", c % 8),
            url: "https://h.example/".to_owned(),
            events: None,
            scope: if c.is_multiple_of(2) { Scope::All } else { one },
            status: c.is_multiple_of(3).then_some(WebhookStatus::Active),
            salt: WebhookSalt([a; 32]),
        }))
    }

    fn message(&self, agent: Actor) -> (Actor, Command) {
        let Step { kind, a, b, c } = self.step;
        let message_id = self.message_id(a);
        let attempt = self.desk.view().message(message_id).map_or(Attempt(1), |message| message.attempt);
        let command = match (kind, b % 4) {
            (23 | 24, _) => Command::Dispatch { message_id, attempt },
            (25, _) => return (agent, Command::Retry { message_id }),
            (_, 0) => Command::Answered {
                message_id,
                attempt,
                outcome: Outcome::Failed { failure: Failure::Expired },
            },
            (_, 1) if c.is_multiple_of(2) => {
                Command::Answered { message_id, attempt, outcome: Outcome::PutOff }
            }
            (_, 1) => Command::Answered { message_id, attempt, outcome: Outcome::Unknown },
            (_, _) => {
                let provider_message = Digest([c % 4; 16]);
                Command::Answered { message_id, attempt, outcome: Outcome::Accepted { provider_message } }
            }
        };
        (Actor::System, command)
    }

    fn contact(&self) -> Command {
        let Step { kind, a, b, c } = self.step;
        let (one, other) = (self.contact_id(a), self.contact_id(b));
        let version = |id| self.desk.view().contact(id).map_or(0, |contact| contact.seq);
        match kind {
            29..=31 => {
                Command::SaveContact { contact_id: (c.is_multiple_of(3)).then_some(one), change: card(b, c) }
            }
            32 | 33 => Command::MergeContacts {
                survivor: one,
                survivor_version: version(one),
                merged: other,
                merged_version: version(other),
            },
            34 | 35 => self.unmerge(b).unwrap_or(Command::UnmergeContacts { survivor: one, merged: other }),
            _ => Command::EraseContact { contact_id: one },
        }
    }

    /// Somebody who was merged into somebody else.
    fn unmerge(&self, choice: u8) -> Option<Command> {
        let contacts = recount::contacts(&self.desk.rows);
        let merged = contacts.into_iter().filter_map(|id| match self.desk.view().contact(id)?.status {
            ContactStatus::MergedInto(survivor) => Some((survivor, id)),
            ContactStatus::Saved | ContactStatus::Erased => None,
        });
        let (survivor, merged) = pick(&merged.collect::<Vec<_>>(), choice)?;
        Some(Command::UnmergeContacts { survivor, merged })
    }

    fn settings(&self) -> Command {
        let Step { kind, a, b, c } = self.step;
        let group_id = self.group(a);
        match (kind, c % 4) {
            (37, 0) => Command::CreateGroup { name: format!("Group {}", a % 32) },
            (37, 1) => Command::ArchiveGroup { group_id },
            (37, _) => {
                Command::DeleteGroup { group_id, target: (!b.is_multiple_of(3)).then(|| self.group(b)) }
            }
            (38, _) => Command::CloseGroup { group_id },
            (39, 0) => Command::DeactivateAgent { agent_id: self.agent(b) },
            (39 | 40, _) => Command::SetAvailability {
                agent_id: self.agent(a),
                availability: if b.is_multiple_of(2) { Availability::Online } else { Availability::Away },
            },
            (_, 0) => Command::ChangeWorkspace {
                name: None,
                country: None,
                hold_ms: Some(u32::from(a % 2) * 5_000),
                link_days: None,
                unread_until: Some(if b.is_multiple_of(4) {
                    UnreadUntil::Answered
                } else {
                    UnreadUntil::Opened
                }),
            },
            (_, _) => Command::ChangeAgent {
                agent_id: self.agent(b),
                name: None,
                role: None,
                scope: Some(if c.is_multiple_of(2) {
                    Scope::All
                } else {
                    Scope::Groups(BTreeSet::from([group_id]))
                }),
            },
        }
    }

    fn job(&self) -> Command {
        let jobs = self.desk.view().running_jobs();
        let job: Option<&Job> = jobs.get(usize::from(self.step.a) % jobs.len().max(1));
        match job {
            Some(job) if job.status == JobStatus::Rewriting => Command::FinishJob { job_id: job.id },
            Some(job) if job.kind.imports().is_some() => match self.step.b % 3 {
                0 => Command::FinishJob { job_id: job.id },
                _ => Command::AdvanceImport { job_id: job.id, done: u64::from(self.step.b) },
            },
            Some(job) => Command::StepJob { job_id: job.id },
            None if self.step.b.is_multiple_of(3) => Command::ImportContacts {
                attachment_id: AttachmentId::from_bytes([self.step.c; 16]),
                bytes: 100,
            },
            None => Command::CreateGroup { name: format!("Group {}", self.step.a % 32) },
        }
    }

    fn channel(&self, choice: u8) -> ChannelId {
        let ids: Vec<_> = self.desk.view().channels().iter().map(|channel| channel.id).collect();
        pick(&ids, choice).expect("there are channels")
    }

    fn destination(&self, choice: u8) -> Destination {
        Destination { address: number(choice % NUMBERS), country: Some(Country::FRANCE) }
    }

    fn agent(&self, choice: u8) -> AgentId {
        pick(&self.desk.agents(), choice).expect("there is an admin")
    }

    fn group(&self, choice: u8) -> GroupId {
        let ids: Vec<_> = self.desk.view().groups().iter().map(|group| group.id).collect();
        pick(&ids, choice).expect("there is a default group")
    }

    fn conversation_id(&self, choice: u8) -> ConversationId {
        let ids: Vec<_> = recount::conversations(&self.desk.rows)
            .iter()
            .map(|found| found.header.conversation_id)
            .collect();
        pick(&ids, choice).unwrap_or(ConversationId::from_bytes([0; 16]))
    }

    fn contact_id(&self, choice: u8) -> ContactId {
        pick(&recount::contacts(&self.desk.rows), choice).unwrap_or(ContactId::from_bytes([0; 16]))
    }

    fn message_id(&self, choice: u8) -> MessageId {
        let events = self.desk.log.iter().flat_map(|record| &record.commit.events);
        let ids: Vec<_> = events
            .filter_map(|event| match event {
                Event::MessageQueued { message_id, .. } | Event::MessagePlanned { message_id, .. } => {
                    Some(*message_id)
                }
                _ => None,
            })
            .collect();
        pick(&ids, choice).unwrap_or(MessageId::from_bytes([0; 16]))
    }
}

fn file(choice: u8) -> FileFacts {
    FileFacts {
        id: AttachmentId::from_bytes([choice; 16]),
        name: format!("file {choice}"),
        media_type: "image/png".to_owned(),
        bytes: u64::from(choice),
        digest: [choice % 8; 32],
        size: Some((1, 1)),
        thumbnail: Some([choice % 4; 32]),
        clean: Some(Clean { digest: [choice % 2; 32], bytes: 1 }),
    }
}

fn card(b: u8, c: u8) -> CardChange {
    let tag = || format!("tag {}", c % 4);
    CardChange {
        name: Some(format!("Contact {}", b % 4)),
        add_tags: BTreeSet::from([tag()]),
        remove_tags: if c.is_multiple_of(5) { BTreeSet::from([tag()]) } else { BTreeSet::new() },
        properties: BTreeMap::from([("city".to_owned(), (!c.is_multiple_of(3)).then(|| "Lyon".to_owned()))]),
        add_addresses: BTreeSet::from([number(b % NUMBERS)]),
        remove_addresses: if c.is_multiple_of(7) {
            BTreeSet::from([number(c % NUMBERS)])
        } else {
            BTreeSet::new()
        },
    }
}
