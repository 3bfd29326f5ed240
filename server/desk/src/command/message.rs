//! What is asked about messages: what came in, what is to leave, and what became of it.

use std::collections::BTreeMap;

use parloir_protocol::ids::{ChannelId, ConversationId, TemplateId};
use parloir_protocol::time::Time;
use serde::Serialize;

use crate::commit::Digest;
use crate::entity::{
    Destination, Failure, FileFacts, InboundMedia, LinkHash, Location, MessageCard, Reaction,
};
use crate::plan::Carrier;

/// An inbound message as a provider handed it in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inbound {
    pub channel_id: ChannelId,
    pub from: Destination,
    pub profile_name: Option<String>,
    pub text: String,
    /// What is still with the provider.
    pub media: Vec<InboundMedia>,
    pub location: Option<Location>,
    pub reaction: Option<Reaction>,
}

impl Inbound {
    /// A text and nothing else.
    pub fn text(channel_id: ChannelId, from: Destination, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { channel_id, from, profile_name: None, text, media: Vec::new(), location: None, reaction: None }
    }
}

/// What an agent sends. At least one of text, file, template and card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SendMessage {
    pub conversation_id: ConversationId,
    pub text: Option<String>,
    /// At most one; a card's media is it.
    pub files: Vec<FileFacts>,
    pub template: Option<TemplateUse>,
    pub card: Option<MessageCard>,
    /// When it goes; at once without.
    pub send_at: Option<Time>,
    /// Made for whatever goes as a link.
    pub link: Option<LinkSecret>,
    /// What the channel's account carries; no part of what was asked.
    #[serde(skip)]
    pub carrier: Carrier,
}

impl SendMessage {
    /// A text and nothing else.
    pub fn text(conversation_id: ConversationId, text: impl Into<String>) -> Self {
        let text = Some(text.into());
        let (files, template, card, send_at, link) = (Vec::new(), None, None, None, None);
        let carrier = Carrier::default();
        Self { conversation_id, text, files, template, card, send_at, link, carrier }
    }
}

/// A template with the values that the author gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TemplateUse {
    pub template_id: TemplateId,
    pub values: BTreeMap<String, String>,
    /// Of the preview that the author saw.
    pub digest: String,
}

/// A link that was made for one send, at random; no part of what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkSecret {
    pub url: String,
    pub hash: LinkHash,
}

impl Serialize for LinkSecret {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

/// How a provider answered one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Outcome {
    Accepted {
        provider_message: Digest,
    },
    Failed {
        failure: Failure,
    },
    /// No answer, and no way to ask: it may have left.
    Unknown,
    /// It surely did not leave, and goes once more later.
    PutOff,
}
