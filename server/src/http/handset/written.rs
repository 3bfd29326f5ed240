//! What somebody writes or attaches on a phone: it comes in as every webhook does, and the phone shows it once
//! it is on stable storage.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::ids::ChannelId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::address::{address, channel};
use super::phones::What;
use crate::http::Edge;
use crate::http::problem::{Problem, unreadable};
use crate::inbound;
use crate::media::{self, Format};
use crate::providers::MediaRef;
use crate::providers::simulator::{Picture, Written, written_body};

#[derive(Deserialize)]
struct Body {
    channel_id: ChannelId,
    number: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    profile_name: Option<String>,
    #[serde(default)]
    picture: Option<Kept>,
}

/// A picture that was kept before.
#[derive(Deserialize)]
struct Kept {
    reference: String,
    media_type: Option<String>,
    name: Option<String>,
}

/// `POST /simulator/written`.
pub(super) async fn write(
    State(edge): State<Arc<Edge>>,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Problem> {
    let body = body.map_err(|rejection| unreadable(&rejection))?;
    let body: Body = serde_json::from_slice(&body)
        .map_err(|error| Problem(ErrorBody::new(Code::InvalidParams, error.to_string())))?;
    let (workspace, channel) = channel(&edge, body.channel_id)?;
    let phone = address(&edge, &workspace, &channel, &body.number)?;
    let picture = body.picture.as_ref().map(|kept| kept.name.clone().unwrap_or_else(|| "image".to_owned()));
    let media = body.picture.into_iter().map(|kept| {
        let Kept { reference, media_type, name } = kept;
        MediaRef { reference, media_type, name }
    });
    let written = Written {
        profile_name: body.profile_name,
        text: body.text.clone(),
        media: media.collect(),
        ..Written::default()
    };
    let event_id = format!("handset-{}", Uuid::now_v7().simple());
    let handed_in = written_body(&event_id, &phone, written);
    inbound::take(&edge.node, &edge.providers, &workspace, &channel, &handed_in).await.map_err(Problem)?;
    edge.phones.show(workspace.id, channel.id, phone, What::Written { text: body.text, picture });
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize)]
pub(super) struct Reference {
    reference: String,
}

/// `POST /simulator/pictures`: the bytes of a picture, which a message may name then.
pub(super) async fn keep_picture(
    State(edge): State<Arc<Edge>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Reference>, Problem> {
    let content = body.map_err(|rejection| unreadable(&rejection))?;
    let said = headers.get(header::CONTENT_TYPE).and_then(|said| said.to_str().ok());
    let head = &content[..content.len().min(media::HEAD_BYTES)];
    match media::claimed(head) {
        Ok(Format::Jpeg | Format::Png) => {}
        Ok(Format::Pdf | Format::Mp4) | Err(_) => {
            return Err(Problem::new(Code::UnsupportedFile, "phones attach JPEG and PNG here"));
        }
    }
    let media_type = said.unwrap_or("application/octet-stream").to_owned();
    let simulator = edge.providers.simulator();
    let reference = simulator.and_then(|simulator| simulator.keep_picture(Picture { media_type, content }));
    let reference = reference.ok_or_else(|| Problem::new(Code::Busy, "there is no room for the picture"))?;
    Ok(Json(Reference { reference }))
}
