//! What a transcript can look at: the state as the rules' own view tells it.

use std::str::FromStr;

use parloir_desk::entity::{LinkHash, Scope, Status};
use parloir_desk::order::{AssigneeFilter, Order, QueueQuery};
use parloir_desk::view::View;
use parloir_protocol::ids::{AgentId, ConversationId, GroupId};
use parloir_protocol::time::Time;
use serde::Serialize;
use serde_json::{Value, json};

use super::names::{Names, address, bytes_of};

/// More rows than any transcript makes.
const ROWS: usize = 100;

pub(super) struct Looking<'a> {
    pub(super) view: View<'a>,
    pub(super) names: &'a Names,
    pub(super) by: Option<AgentId>,
    pub(super) clock: Time,
}

impl Looking<'_> {
    /// What stands at `noun`: the noun itself, then the name of the one that is meant.
    pub(super) fn at(&self, noun: &str) -> Result<Value, String> {
        let (noun, name) = noun.split_once(' ').unwrap_or((noun, ""));
        let view = self.view;
        Ok(match noun {
            "workspace" => self.show(&view.workspace()),
            "conversation" => self.show(&view.conversation(self.id(name)?)),
            "timeline" => self.show(&view.timeline(self.id(name)?, None, ROWS)),
            "message" => self.show(&view.message(self.id(name)?)),
            "template" => self.show(&view.template(self.id(name)?)),
            "webhook" => self.show(&view.webhook(self.id(name)?)),
            "place" => self.show(&view.webhook_position(self.id(name)?)),
            "planned" => self.show(&view.planned(self.id(name)?, ROWS)),
            "due" => self.show(&view.due(ROWS).iter().map(|message| message.id).collect::<Vec<_>>()),
            "fetches" => self.show(&view.fetches(ROWS)),
            "ledger" => self.show(&view.ledger(None, ROWS)),
            "link" => self.show(&view.link(&LinkHash(bytes_of(name)))),
            "contact" => self.show(&view.contact(self.id(name)?)),
            "address" => self.show(&view.contact_at(&address(name)?)),
            "group" => self.show(&view.group(self.id(name)?)),
            "agent" => self.show(&view.agent(self.id(name)?)),
            "channel" => self.show(&view.channel(self.id(name)?)),
            "job" => self.show(&view.job(self.id(name)?)),
            "bearer" => self.show(&view.bearer(&bytes_of(name), self.clock).map(|agent| agent.id)),
            "outbox" => self.show(&view.outbox(ROWS)),
            "jobs" => self.show(&view.running_jobs().iter().map(|job| job.id).collect::<Vec<_>>()),
            "counters" => self.counters(name)?,
            "queue" => self.queue(name)?,
            _ => return Err(format!("there is no '{noun}' to look at")),
        })
    }

    fn counters(&self, name: &str) -> Result<Value, String> {
        match name.split_once(' ') {
            Some((group, agent)) => {
                Ok(self.show(&self.view.assignee_counters(self.id(group)?, self.id(agent)?)))
            }
            None => Ok(self.show(&self.view.counters(self.id(name)?))),
        }
    }

    fn queue(&self, words: &str) -> Result<Value, String> {
        let scope = self.by.and_then(|id| self.view.agent(id)).map_or(Scope::All, |agent| agent.scope);
        let mut query = QueueQuery::ALL;
        for word in words.split_whitespace() {
            self.narrow(&mut query, word)?;
        }
        let rows = self.view.queue(&query, &scope, None, ROWS).conversations;
        let ids: Vec<ConversationId> = rows.iter().map(|row| row.header.conversation_id).collect();
        Ok(self.show(&ids))
    }

    fn narrow(&self, query: &mut QueueQuery, word: &str) -> Result<(), String> {
        match word {
            "open" => query.status = Some(Status::Open),
            "closed" => query.status = Some(Status::Closed),
            "unread" => query.unread = Some(true),
            "unassigned" => query.assignee = AssigneeFilter::Unassigned,
            "mine" => query.assignee = AssigneeFilter::Agent(self.by.ok_or("'mine' needs a 'by'")?),
            "waiting" => query.order = Order::Waiting,
            group => query.group = Some(self.id::<GroupId>(group)?),
        }
        Ok(())
    }

    fn show(&self, value: &impl Serialize) -> Value {
        self.names.show(value)
    }

    fn id<T: FromStr>(&self, name: &str) -> Result<T, String> {
        let id = self.names.resolve(&json!(name));
        id.as_str().and_then(|id| id.parse().ok()).ok_or_else(|| format!("'{name}' is no such thing"))
    }
}
