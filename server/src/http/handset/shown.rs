//! What a phone shows, told as it happens: an answer waits until there is something, or until it is time to ask
//! again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use parloir_desk::entity::ChannelKind;
use parloir_desk::view::View;
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::ids::ChannelId;
use parloir_protocol::time::Time;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::address::{address, channel};
use super::phones::{Item, What};
use crate::blobs::BlobDigest;
use crate::http::Edge;
use crate::http::attachments::disposition::Disposition;
use crate::http::attachments::served::Served;
use crate::http::problem::Problem;
use crate::providers::{ActionKind, Card, Content, FileRef, simulator};

/// How long an answer waits for something to show.
const WAIT: Duration = Duration::from_secs(25);
/// Numbers that the page offers.
const NUMBERS_MAX: usize = 12;

#[derive(Serialize)]
pub(super) struct Channels {
    channels: Vec<ChannelTold>,
    /// People who wrote lately.
    numbers: Vec<String>,
}

#[derive(Serialize)]
struct ChannelTold {
    channel_id: ChannelId,
    kind: &'static str,
    name: String,
    address: String,
}

/// `GET /simulator/channels`.
pub(super) async fn channels(State(edge): State<Arc<Edge>>) -> Json<Channels> {
    let state = edge.node.state.current();
    let (mut channels, mut numbers) = (Vec::new(), Vec::new());
    for workspace in edge.node.workspaces() {
        let view = View::new(&*state, workspace.id);
        let simulated = view.channels().into_iter().filter(|channel| channel.provider == simulator::NAME);
        channels.extend(simulated.map(|channel| ChannelTold {
            channel_id: channel.id,
            kind: kind(channel.kind),
            name: channel.name,
            address: channel.address.value,
        }));
        let conversations = view.conversations_after(None, NUMBERS_MAX);
        numbers.extend(conversations.iter().filter_map(|one| Some(one.address.known()?.value.clone())));
    }
    numbers.truncate(NUMBERS_MAX);
    Json(Channels { channels, numbers })
}

/// Which phone, and what it has already.
#[derive(Deserialize)]
pub(super) struct Asked {
    channel_id: ChannelId,
    number: String,
    #[serde(default)]
    after: u64,
}

#[derive(Serialize)]
pub(super) struct Shown {
    items: Vec<Told>,
    /// What to ask for next.
    next: u64,
}

#[derive(Serialize)]
struct Told {
    n: u64,
    at: Time,
    direction: &'static str,
    text: String,
    card: Option<CardTold>,
    attachment: Option<FileTold>,
}

#[derive(Serialize)]
struct CardTold {
    title: Option<String>,
    text: Option<String>,
    media: Option<FileTold>,
    actions: Vec<ActionTold>,
}

#[derive(Serialize)]
struct ActionTold {
    kind: &'static str,
    label: String,
    value: String,
}

#[derive(Serialize)]
struct FileTold {
    name: String,
    media_type: String,
    bytes: u64,
    url: Option<String>,
}

/// `GET /simulator/shown?channel_id=&number=&after=`.
pub(super) async fn shown(
    State(edge): State<Arc<Edge>>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Shown>, Problem> {
    let Query(asked) =
        asked.map_err(|error| Problem(ErrorBody::new(Code::InvalidParams, error.to_string())))?;
    let (workspace, channel) = channel(&edge, asked.channel_id)?;
    let phone = address(&edge, &workspace, &channel, &asked.number)?;
    let mut newest = edge.phones.newest();
    let mut stopping = edge.stopping.clone();
    let until = Instant::now() + WAIT;
    loop {
        newest.mark_unchanged();
        let (items, next) = edge.phones.after(channel.id, &phone, asked.after);
        // A restart of the server begins anew.
        if !items.is_empty() || asked.after > next {
            let next = items.last().map_or(0, |item| item.n);
            return Ok(Json(Shown { items: items.into_iter().map(told).collect(), next }));
        }
        let changed = tokio::select! {
            changed = tokio::time::timeout_at(until, newest.changed()) => matches!(changed, Ok(Ok(()))),
            _ = stopping.wait_for(|stopping| *stopping) => false,
        };
        if !changed {
            return Ok(Json(Shown { items: Vec::new(), next: asked.after }));
        }
    }
}

/// `GET /simulator/left`: how often each message left.
pub(super) async fn left(State(edge): State<Arc<Edge>>) -> Json<BTreeMap<String, u32>> {
    let left = edge.node.providers().simulator().map(|simulator| simulator.left()).unwrap_or_default();
    Json(left.into_iter().map(|(message, times)| (message.to_string(), times)).collect())
}

/// `GET /simulator/files/{n}`: the file of a message that a phone shows.
pub(super) async fn file(
    State(edge): State<Arc<Edge>>,
    Path(n): Path<u64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let absent = || Problem::new(Code::AttachmentNotFound, "no phone shows such a file");
    let item = edge.phones.item(n).ok_or_else(absent)?;
    let file = match &item.what {
        What::Arrived(Content::Media { file, .. }) => file,
        What::Arrived(Content::Card(Card { media: Some(file), .. })) => file,
        What::Arrived(Content::Text { .. } | Content::Card(_) | Content::Template(_)) => return Err(absent()),
        What::Written { .. } => return Err(absent()),
    };
    let served = Served {
        workspace: item.workspace,
        digest: BlobDigest(file.digest),
        bytes: file.bytes,
        media_type: &file.media_type,
        disposition: Disposition::Attachment { name: &file.name },
    };
    served.response(&edge.reading, &headers).await
}

fn told(item: Item) -> Told {
    let Item { n, at, what, .. } = item;
    match what {
        What::Written { text, picture } => {
            let text = picture.map_or(text.clone(), |name| format!("{text}\n[{name}]").trim().to_owned());
            Told { n, at, direction: "out", text, card: None, attachment: None }
        }
        What::Arrived(content) => {
            let text = content.text();
            let (card, attachment) = match content {
                Content::Card(card) => (Some(card_told(n, card)), None),
                Content::Media { file, .. } => (None, Some(file_told(n, file))),
                Content::Text { .. } | Content::Template(_) => (None, None),
            };
            Told { n, at, direction: "in", text, card, attachment }
        }
    }
}

fn card_told(n: u64, card: Card) -> CardTold {
    let actions = card.actions.into_iter().map(|action| ActionTold {
        kind: match action.kind {
            ActionKind::Reply => "reply",
            ActionKind::Link => "link",
            ActionKind::Call => "call",
        },
        label: action.label,
        value: action.value,
    });
    let actions = actions.collect();
    CardTold { title: card.title, text: card.text, media: card.media.map(|file| file_told(n, file)), actions }
}

fn file_told(n: u64, file: FileRef) -> FileTold {
    let url = Some(format!("/simulator/files/{n}"));
    FileTold { name: file.name, media_type: file.media_type, bytes: file.bytes, url }
}

fn kind(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Sms => "sms",
        ChannelKind::Rcs => "rcs",
        ChannelKind::Whatsapp => "whatsapp",
    }
}
