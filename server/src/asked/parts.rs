//! What a send needs beside its words: the uploaded file that it names, a link that is made for it, and what the
//! channel's account carries. It reads what was uploaded and writes nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parloir_desk::command::LinkSecret;
use parloir_desk::entity::{Channel, FileFacts, LinkHash};
use parloir_desk::plan::Carrier;
use parloir_desk::view::View;
use parloir_protocol::command::message::Send;
use parloir_protocol::error::ErrorBody;
use parloir_protocol::ids::{AttachmentId, ConversationId};

use crate::admission::Caller;
use crate::node::Node;
use crate::secret::random_bytes;
use crate::sent;
use crate::stored::Hold;
use crate::uploads::UploadError;
use crate::wire::command::{SendParts, check_parts};

/// Bytes of a link's secret.
const LINK_BYTES: usize = 16;

/// The parts of a send, and what keeps its file in the store until the send is answered.
#[derive(Debug, Default)]
pub struct Held {
    pub parts: SendParts,
    pub hold: Option<Hold>,
}

/// The parts of a send.
///
/// # Errors
/// `invalid_params` for parts that exclude each other; `attachment_not_found` and `attachment_incomplete`.
pub fn of_send(node: &Node, caller: &Caller, asked: &Send) -> Result<Held, ErrorBody> {
    let carrier = carrier_to(node, caller, asked.conversation_id);
    let Some(id) = check_parts(asked)? else {
        return Ok(Held { parts: SendParts { carrier, ..SendParts::default() }, hold: None });
    };
    let (file, hold) = held(node, caller, id)?;
    let parts = SendParts { file: Some(file), link: Some(new_link(node)), carrier };
    Ok(Held { parts, hold: Some(hold) })
}

fn carrier_to(node: &Node, caller: &Caller, id: ConversationId) -> Carrier {
    let state = node.state.current();
    let view = View::new(&*state, caller.workspace.id);
    let channel = view.conversation(id).and_then(|conversation| view.channel(conversation.channel_id));
    channel.map_or_else(Carrier::default, |channel| carrier(node, caller, &channel))
}

/// What the account behind a channel carries; one that is not configured says so when it is asked to send.
pub fn carrier(node: &Node, caller: &Caller, channel: &Channel) -> Carrier {
    let account = node.providers().account_of(caller.workspace.id, &channel.provider);
    account.map_or_else(Carrier::default, |account| account.provider.capabilities().carrier())
}

fn held(node: &Node, caller: &Caller, id: AttachmentId) -> Result<(FileFacts, Hold), ErrorBody> {
    match node.uploads.held(caller.workspace.id, caller.agent.id, id) {
        Err(UploadError::NotFound) => {
            let facts = sent_before(node, caller, id)?;
            let hold = node.uploads.intake().hold(caller.workspace.id, &facts);
            // The message that has it may have been erased before it was held.
            Ok((sent_before(node, caller, id)?, hold))
        }
        found => found.map_err(|error| error.body()),
    }
}

/// The file that this agent uploaded under an id, or one of a message that the agent sees.
///
/// # Errors
/// `attachment_not_found` and `attachment_incomplete`.
pub fn file(node: &Node, caller: &Caller, id: AttachmentId) -> Result<FileFacts, ErrorBody> {
    match node.uploads.finished(caller.workspace.id, caller.agent.id, id) {
        Err(UploadError::NotFound) => sent_before(node, caller, id),
        found => found.map_err(|error| error.body()),
    }
}

fn sent_before(node: &Node, caller: &Caller, id: AttachmentId) -> Result<FileFacts, ErrorBody> {
    let state = node.state.current();
    let view = View::new(&*state, caller.workspace.id);
    sent::who_may_read(&view, &caller.agent, id).ok_or_else(|| UploadError::NotFound.body())
}

fn new_link(node: &Node) -> LinkSecret {
    let bytes = random_bytes::<LINK_BYTES>();
    LinkSecret { url: url(node, &URL_SAFE_NO_PAD.encode(bytes)), hash: hash(&bytes) }
}

/// A link of the length that a new one has.
pub fn sample_url(node: &Node) -> String {
    url(node, &URL_SAFE_NO_PAD.encode([0; LINK_BYTES]))
}

/// What is kept of a link's code, as the page behind it computes it.
fn hash(bytes: &[u8; LINK_BYTES]) -> LinkHash {
    LinkHash(*blake3::hash(bytes).as_bytes())
}

fn url(node: &Node, code: &str) -> String {
    format!("{}/a/{code}", node.public_url())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::link::hash_of;

    #[test]
    fn the_page_finds_what_was_made_for_a_send() {
        let bytes = [7; LINK_BYTES];
        assert_eq!(hash_of(&URL_SAFE_NO_PAD.encode(bytes)), Some(hash(&bytes).0));
    }
}
