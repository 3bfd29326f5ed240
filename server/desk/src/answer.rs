//! What a command answers: where its events end and what they named. It is derived from the commit, so the
//! same command has the same answer on every node and for ever.

use parloir_protocol::ids::{
    AgentId, ChannelId, ContactId, ConversationId, GroupId, JobId, MessageId, NoteId, TemplateId, TokenId,
    WebhookId, WorkspaceId,
};
use serde::{Deserialize, Serialize};

use crate::commit::{Commit, Digest};
use crate::event::{About, Event};

/// The seq of a command's last event, and of each noun the first one that its events name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Answer {
    pub seq: u64,
    pub conversation_id: Option<ConversationId>,
    pub message_id: Option<MessageId>,
    pub contact_id: Option<ContactId>,
    pub group_id: Option<GroupId>,
    pub agent_id: Option<AgentId>,
    pub channel_id: Option<ChannelId>,
    pub note_id: Option<NoteId>,
    pub job_id: Option<JobId>,
    pub template_id: Option<TemplateId>,
    pub token_id: Option<TokenId>,
    pub webhook_id: Option<WebhookId>,
    pub workspace_id: Option<WorkspaceId>,
}

/// An answer with the digest of what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAnswer {
    #[serde(with = "crate::bytes")]
    pub params: Digest,
    pub answer: Answer,
}

impl Answer {
    /// The answer to the command that became `commit`, whose first event has the seq `first_seq`.
    pub fn of(commit: &Commit, first_seq: u64) -> Self {
        let mut answer = Self::default();
        for event in &commit.events {
            name(&mut answer, event);
        }
        answer.seq = last_seq(commit, first_seq);
        answer
    }

    fn name_message(&mut self, conversation: ConversationId, message: MessageId) {
        first(&mut self.conversation_id, conversation);
        first(&mut self.message_id, message);
    }

    fn name_about(&mut self, about: About) {
        match about {
            About::Nothing => {}
            About::Conversation(id) => first(&mut self.conversation_id, id),
            About::Message(id) => first(&mut self.message_id, id),
            About::Contact(id) => first(&mut self.contact_id, id),
            About::Group(id) => first(&mut self.group_id, id),
            About::Agent(id) => first(&mut self.agent_id, id),
            About::Job(id) => first(&mut self.job_id, id),
            About::Template(id) => first(&mut self.template_id, id),
            About::Webhook(id) => first(&mut self.webhook_id, id),
        }
    }
}

macro_rules! named {
    ($answer:ident, $event:ident: $($happened:pat => $names:expr,)*) => {
        /// What each event names; the compiler sees that none is forgotten.
        fn name($answer: &mut Answer, $event: &Event) {
            match $event {
                $($happened => $names,)*
            }
        }
    };
}

named! { answer, event:
    Event::WorkspaceCreated { workspace } => first(&mut answer.workspace_id, workspace.id),
    Event::WorkspaceRegistered { workspace_id, .. } => first(&mut answer.workspace_id, *workspace_id),
    Event::WorkspaceChanged { .. } | Event::EpochStarted { .. } | Event::ReceiptKept { .. } => {},
    Event::Noted { about } => answer.name_about(*about),
    Event::AgentCreated { agent } => first(&mut answer.agent_id, agent.id),
    Event::AgentChanged { agent_id, .. }
    | Event::AgentDeactivated { agent_id }
    | Event::AvailabilityChanged { agent_id, .. } => first(&mut answer.agent_id, *agent_id),
    Event::TokenCreated { token } => {
        first(&mut answer.token_id, token.id);
        first(&mut answer.agent_id, token.agent_id);
    },
    Event::TokenRevoked { token_id, .. } => first(&mut answer.token_id, *token_id),
    Event::ChannelCreated { channel } => first(&mut answer.channel_id, channel.id),
    Event::ChannelChanged { channel_id, .. } => first(&mut answer.channel_id, *channel_id),
    Event::GroupCreated { group } => first(&mut answer.group_id, group.id),
    Event::GroupRenamed { group_id, .. }
    | Event::GroupArchived { group_id }
    | Event::GroupEmptying { group_id, .. }
    | Event::GroupDeleted { group_id } => first(&mut answer.group_id, *group_id),
    Event::ConversationStarted { header, .. }
    | Event::ProfileNamed { header, .. }
    | Event::ConversationMoved { header, .. }
    | Event::ConversationClosed { header }
    | Event::ConversationReopened { header, .. }
    | Event::ConversationAssigned { header, .. }
    | Event::ConversationRead { header, .. }
    | Event::ConversationMarkedUnread { header }
    | Event::ConversationErased { header } => {
        first(&mut answer.conversation_id, header.conversation_id);
    },
    Event::MessageReceived { header, message_id, .. }
    | Event::MessagePlanned { header, message_id, .. }
    | Event::MessageQueued { header, message_id, .. } => {
        answer.name_message(header.conversation_id, *message_id);
    },
    Event::DeliveryChanged { conversation_id, message_id, .. }
    | Event::MessagePlanChanged { conversation_id, message_id, .. }
    | Event::MessageCancelled { conversation_id, message_id, .. }
    | Event::AttachmentStored { conversation_id, message_id, .. }
    | Event::AttachmentMissing { conversation_id, message_id, .. }
    | Event::LinkOpened { conversation_id, message_id, .. }
    | Event::LinkRevoked { conversation_id, message_id, .. } => {
        answer.name_message(*conversation_id, *message_id);
    },
    Event::NoteAdded { header, note_id, .. } => {
        first(&mut answer.conversation_id, header.conversation_id);
        first(&mut answer.note_id, *note_id);
    },
    Event::ConsentChanged { conversation_id: id, .. } => first(&mut answer.conversation_id, *id),
    Event::TemplateSaved { template } => first(&mut answer.template_id, template.id),
    Event::TemplateDeleted { template_id } => first(&mut answer.template_id, *template_id),
    Event::WebhookSaved { webhook } => first(&mut answer.webhook_id, webhook.id),
    Event::WebhookDeleted { webhook_id }
    | Event::WebhookReplayed { webhook_id, .. }
    | Event::WebhookAdvanced { webhook_id, .. }
    | Event::WebhookDisabled { webhook_id, .. } => first(&mut answer.webhook_id, *webhook_id),
    Event::ContactSaved { contact_id, .. } | Event::ContactErased { contact_id } => {
        first(&mut answer.contact_id, *contact_id);
    },
    Event::ContactMerged { survivor, .. } | Event::ContactUnmerged { survivor, .. } => {
        first(&mut answer.contact_id, *survivor);
    },
    Event::JobStarted { job_id, .. }
    | Event::JobAdvanced { job_id, .. }
    | Event::JobRewriting { job_id }
    | Event::JobDone { job_id } => first(&mut answer.job_id, *job_id),
}

/// The seq of a commit's last event.
pub fn last_seq(commit: &Commit, first_seq: u64) -> u64 {
    first_seq + (commit.events.len() as u64).saturating_sub(1)
}

fn first<T>(named: &mut Option<T>, id: T) {
    named.get_or_insert(id);
}
