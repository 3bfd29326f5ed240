//! What every decision has at hand: the view, the ask, who asks, and the lookups whose refusals are the
//! same for all commands. It decides nothing by itself.

use std::cell::OnceCell;

use parloir_protocol::ids::{AgentId, ChannelId, ContactId, ConversationId, GroupId, JobId, MessageId};

use crate::command::Ask;
use crate::commit::Actor;
use crate::entity::{
    Agent, AgentStatus, Channel, Contact, Conversation, Group, GroupStatus, Job, Message, Scope, Speaker,
    Workspace,
};
use crate::event::Event;
use crate::limits::Limits;
use crate::refusal::Refusal;
use crate::rights::{self, Caller};
use crate::view::View;

pub(crate) struct Context<'a> {
    pub(crate) view: View<'a>,
    pub(crate) ask: &'a Ask,
    pub(crate) limits: &'a Limits,
    pub(crate) caller: Caller,
    next_seq: u64,
    workspace: OnceCell<Option<Workspace>>,
}

impl<'a> Context<'a> {
    /// Refuses a caller who is unknown, deactivated or not allowed to ask this.
    pub(crate) fn new(
        view: &View<'a>,
        next_seq: u64,
        ask: &'a Ask,
        limits: &'a Limits,
    ) -> Result<Self, Refusal> {
        let caller = caller(view, ask.actor)?;
        if !rights::allows(&caller, &ask.command) {
            return Err(Refusal::NotAllowed);
        }
        Ok(Self { view: *view, ask, limits, caller, next_seq, workspace: OnceCell::new() })
    }

    /// The seq of the event that comes after `events`.
    pub(crate) fn seq_after(&self, events: &[Event]) -> u64 {
        self.next_seq + events.len() as u64
    }

    pub(crate) fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// The workspace; nothing can be asked of one that was not provisioned.
    pub(crate) fn workspace(&self) -> Result<&Workspace, Refusal> {
        self.workspace.get_or_init(|| self.view.workspace()).as_ref().ok_or(Refusal::NotAllowed)
    }

    /// The agent who asks; refused to everyone else.
    pub(crate) fn agent(&self) -> Result<&Agent, Refusal> {
        match &self.caller {
            Caller::Agent(agent) => Ok(agent),
            Caller::Contact(_) | Caller::Provider(_) | Caller::System => Err(Refusal::NotAllowed),
        }
    }

    /// Whether the caller sees a group.
    pub(crate) fn sees(&self, group: GroupId) -> bool {
        match &self.caller {
            Caller::Agent(agent) => agent.scope.sees(group),
            Caller::Contact(_) | Caller::Provider(_) | Caller::System => true,
        }
    }

    pub(crate) fn scope(&self) -> &Scope {
        match &self.caller {
            Caller::Agent(agent) => &agent.scope,
            Caller::Contact(_) | Caller::Provider(_) | Caller::System => &Scope::All,
        }
    }

    /// A conversation that the caller may know of.
    pub(crate) fn conversation(&self, id: ConversationId) -> Result<Conversation, Refusal> {
        let found = self.view.conversation(id).filter(|conversation| self.sees(conversation.header.group_id));
        found.ok_or(Refusal::ConversationNotFound)
    }

    /// A message whose conversation the caller may know of, with that conversation.
    pub(crate) fn message(&self, id: MessageId) -> Result<(Message, Conversation), Refusal> {
        let message = self.view.message(id).ok_or(Refusal::MessageNotFound)?;
        let conversation =
            self.conversation(message.conversation_id).map_err(|_| Refusal::MessageNotFound)?;
        Ok((message, conversation))
    }

    pub(crate) fn contact(&self, id: ContactId) -> Result<Contact, Refusal> {
        self.view.contact(id).ok_or(Refusal::ContactNotFound)
    }

    pub(crate) fn group(&self, id: GroupId) -> Result<Group, Refusal> {
        self.view.group(id).ok_or(Refusal::GroupNotFound)
    }

    /// A group that takes new conversations.
    pub(crate) fn receiving_group(&self, id: GroupId) -> Result<Group, Refusal> {
        let group = self.group(id)?;
        match group.status {
            GroupStatus::Active => Ok(group),
            GroupStatus::Archived | GroupStatus::Emptying => Err(Refusal::GroupArchived),
        }
    }

    /// An agent who was not deactivated.
    pub(crate) fn active_agent(&self, id: AgentId) -> Result<Agent, Refusal> {
        let found = self.view.agent(id).filter(|agent| agent.status == AgentStatus::Active);
        found.ok_or(Refusal::AgentNotFound)
    }

    pub(crate) fn channel(&self, id: ChannelId) -> Result<Channel, Refusal> {
        self.view.channel(id).ok_or(Refusal::ChannelNotFound)
    }

    pub(crate) fn job(&self, id: JobId) -> Result<Job, Refusal> {
        self.view.job(id).ok_or(Refusal::JobNotFound)
    }

    /// Refuses what was asked with an older state of the conversation on screen.
    pub(crate) fn check_expected(&self, conversation: &Conversation) -> Result<(), Refusal> {
        let Some(expected) = self.ask.expected else { return Ok(()) };
        let epoch = self.view.head().epoch;
        if expected.epoch != epoch {
            return Err(Refusal::StaleEpoch { epoch });
        }
        match conversation.newest_by_anyone_but(self.speaker()) {
            Some((newest_seq, by)) if newest_seq > expected.seq => {
                Err(Refusal::ConversationChanged { newest_seq, by: Some(by.actor(conversation.channel_id)) })
            }
            Some(_) | None => Ok(()),
        }
    }

    fn speaker(&self) -> Option<Speaker> {
        match &self.caller {
            Caller::Agent(agent) => Some(Speaker::Agent(agent.id)),
            Caller::Contact(_) | Caller::Provider(_) | Caller::System => None,
        }
    }
}

impl Speaker {
    fn actor(self, channel: ChannelId) -> Actor {
        match self {
            Self::Contact => Actor::Contact(channel),
            Self::Agent(id) => Actor::Agent(id),
        }
    }
}

fn caller(view: &View<'_>, actor: Actor) -> Result<Caller, Refusal> {
    match actor {
        Actor::Agent(id) => {
            let agent = view.agent(id).ok_or(Refusal::NotAllowed)?;
            match agent.status {
                AgentStatus::Active => Ok(Caller::Agent(agent)),
                AgentStatus::Deactivated => Err(Refusal::AgentDeactivated),
            }
        }
        Actor::Contact(channel) => Ok(Caller::Contact(channel)),
        Actor::Provider(channel) => Ok(Caller::Provider(channel)),
        Actor::System => Ok(Caller::System),
    }
}
