//! Frames as bytes and as documents: every frame is read into the client's own types and written from them.

use parloir_client::protocol::codec::Codec;
use parloir_client::protocol::down::{Done, Down, read_ok, write_ok};
use parloir_client::protocol::query::{conversation, search, send, status, template, webhook, workspace};
use parloir_client::protocol::up::{Up, UpError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::Wrong;
use crate::connect::codec;

#[derive(Deserialize)]
pub(crate) struct Decode {
    codec: String,
    hex: String,
    direction: String,
    answer: Option<String>,
}

#[derive(Deserialize)]
struct Encode {
    codec: String,
    document: Box<RawValue>,
    direction: String,
    answer: Option<String>,
}

pub(crate) fn decode(asked: &Decode) -> Result<Value, Wrong> {
    let json = again(
        codec(&asked.codec)?,
        &bytes(&asked.hex)?,
        &asked.direction,
        asked.answer.as_deref(),
        Codec::Json,
    )?;
    let document: Value =
        serde_json::from_slice(&json).map_err(|error| Wrong::new("bad_frame", error.to_string()))?;
    Ok(json!({ "document": document }))
}

pub(crate) fn encode(line: &str) -> Result<Value, Wrong> {
    let asked: Encode =
        serde_json::from_str(line).map_err(|error| Wrong::new("invalid_params", error.to_string()))?;
    let document = asked.document.get().as_bytes();
    let written =
        again(Codec::Json, document, &asked.direction, asked.answer.as_deref(), codec(&asked.codec)?)?;
    Ok(json!({ "hex": written.iter().map(|byte| format!("{byte:02x}")).collect::<String>() }))
}

/// Reads a frame in one codec and writes it in the other.
fn again(from: Codec, bytes: &[u8], way: &str, answer: Option<&str>, to: Codec) -> Result<Vec<u8>, Wrong> {
    match (way, answer) {
        ("up", _) => Up::read(from, bytes).map(|frame| frame.write(to)).map_err(|error| refused(&error)),
        (_, None) => Ok(Down::read(from, bytes)?.write(to)),
        (_, Some(answer)) => reply(from, bytes, answer, to),
    }
}

fn reply(from: Codec, bytes: &[u8], answer: &str, to: Codec) -> Result<Vec<u8>, Wrong> {
    match answer {
        "command" => content::<Done>(from, bytes, to),
        "queue.page" => content::<conversation::QueuePageOk>(from, bytes, to),
        "conversation.rows" => content::<conversation::RowsOk>(from, bytes, to),
        "conversation.timeline" => content::<conversation::TimelineOk>(from, bytes, to),
        "contact.get" => content::<workspace::ContactGetOk>(from, bytes, to),
        "job.get" => content::<workspace::JobGetOk>(from, bytes, to),
        "counters.get" => content::<workspace::CountersGetOk>(from, bytes, to),
        "workspace.get" => content::<workspace::WorkspaceGetOk>(from, bytes, to),
        "send.plan" => content::<send::PlanOk>(from, bytes, to),
        "template.list" => content::<template::ListOk>(from, bytes, to),
        "template.get" => content::<template::GetOk>(from, bytes, to),
        "consent.list" => content::<conversation::ConsentListOk>(from, bytes, to),
        "status.get" => content::<status::StatusGetOk>(from, bytes, to),
        "search.conversations" => content::<search::SearchConversationsOk>(from, bytes, to),
        "search.messages" => content::<search::SearchMessagesOk>(from, bytes, to),
        "webhook.list" => content::<webhook::ListOk>(from, bytes, to),
        "webhook.deliveries" => content::<webhook::DeliveriesOk>(from, bytes, to),
        other => Err(Wrong::new("unsupported", format!("'{other}' is no answer"))),
    }
}

fn content<T: DeserializeOwned + Serialize>(from: Codec, bytes: &[u8], to: Codec) -> Result<Vec<u8>, Wrong> {
    let content: T = read_ok(from, bytes)?;
    let Down::Reply(reply) = Down::read(from, bytes)? else {
        return Err(Wrong::new("bad_frame", "it is no reply"));
    };
    Ok(write_ok(to, reply.to, &content))
}

fn refused(error: &UpError) -> Wrong {
    let code = match error {
        UpError::Malformed(_) => "bad_frame",
        UpError::Unknown { what, .. } => what.code().as_str(),
        UpError::Params { .. } => "invalid_params",
    };
    Wrong::new(code, error.to_string())
}

fn bytes(hex: &str) -> Result<Vec<u8>, Wrong> {
    let digits: Option<Vec<u8>> =
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()).collect();
    digits.ok_or_else(|| Wrong::new("invalid_params", format!("'{hex}' is no hexadecimal text")))
}
