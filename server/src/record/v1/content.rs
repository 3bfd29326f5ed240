//! The bodies of payloads that are messages: texts, files, cards, places, signs. All of it is personal.

use parloir_desk::{entity, event};
use serde::{Deserialize, Serialize};

use super::bytes::{Id, Moment, Secret};
use super::kept::{Kept, shapes, words};
use super::person::Address;
use super::template::Action;

words! {
    Carriage of entity::Carriage {
        Text = "text",
        Native = "native",
        Document = "document",
        Link = "link",
    }
}

shapes! {
    Clean of entity::Clean { digest: Secret, bytes: u64 }
    File of entity::FileFacts {
        id: Id,
        name: String,
        media_type: String,
        bytes: u64,
        digest: Secret,
        size: Option<Size>,
        thumbnail: Option<Secret>,
        clean: Option<Clean>,
    }
    Media of entity::InboundMedia { reference: String, media_type: Option<String>, name: Option<String> }
    IncomingFile of event::IncomingFile { id: Id, media: Media }
    Location of entity::Location {
        latitude: i32,
        longitude: i32,
        name: Option<String>,
        address: Option<String>,
    }
    Reacted of entity::Reacted { emoji: String, message_id: Option<Id> }
    Incoming of event::Incoming {
        text: String,
        #[serde(default)]
        files: Vec<IncomingFile>,
        location: Option<Location>,
        reaction: Option<Reacted>,
    }
    MessageCard of entity::MessageCard {
        title: Option<String>,
        text: Option<String>,
        media: Option<Id>,
        actions: Vec<Action>,
    }
    SentTemplate of entity::SentTemplate {
        template_id: Id,
        name: String,
        language: String,
        provider_name: Option<String>,
        header: Vec<String>,
        body: Vec<String>,
    }
    LinkMade of event::LinkMade { hash: Secret, expires_at: Moment }
    Outgoing of event::Outgoing {
        address: Address,
        text: String,
        #[serde(default)]
        files: Vec<File>,
        card: Option<MessageCard>,
        template: Option<SentTemplate>,
        carriage: Option<Carriage>,
        link: Option<LinkMade>,
    }
}

/// Pixels across and down.
#[derive(Serialize, Deserialize)]
pub(super) struct Size {
    width: u32,
    height: u32,
}

impl Kept<(u32, u32)> for Size {
    fn keep((width, height): &(u32, u32)) -> Self {
        Self { width: *width, height: *height }
    }

    fn give(self) -> (u32, u32) {
        (self.width, self.height)
    }
}
