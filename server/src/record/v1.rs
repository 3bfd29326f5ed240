//! Version 1 of commits on disk: types of its own, so that the rules may change and what is on disk may
//! not. A name on disk stays when the rules' name changes (`#[serde(rename)]`), a later field has
//! `#[serde(default)]`, and a kind that no longer equals one event is converted by hand.

use parloir_desk::commit;
use serde::{Deserialize, Serialize};

use super::{RecordError, decode, encode};
use bytes::Id;
use event::Event;
use kept::Kept;
use key::{Actor, Key};

mod agent;
mod bytes;
mod content;
mod conversation;
mod event;
mod job;
mod kept;
mod key;
mod message;
mod person;
mod template;
mod webhook;
mod workspace;

#[cfg(test)]
pub(super) use event::KINDS;

#[derive(Serialize, Deserialize)]
pub(super) struct Commit {
    key: Key,
    params: Id,
    actor: Actor,
    events: Vec<Event>,
}

impl Commit {
    pub(super) fn keep(commit: &commit::Commit, payloads: &mut encode::Payloads<'_>) -> Self {
        Self {
            key: Kept::keep(&commit.key),
            params: Kept::keep(&commit.params),
            actor: Kept::keep(&commit.actor),
            events: commit.events.iter().map(|event| Event::keep(event, payloads)).collect(),
        }
    }

    pub(super) fn give(self, payloads: &decode::Payloads<'_>) -> Result<commit::Commit, RecordError> {
        let events = self.events.into_iter().map(|event| event.give(payloads));
        Ok(commit::Commit {
            key: self.key.give(),
            params: self.params.give(),
            actor: self.actor.give(),
            events: events.collect::<Result<_, _>>()?,
        })
    }
}
