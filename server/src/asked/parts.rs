//! What a send needs beside its words: the uploaded file that it names, and a link that is made for it. It
//! reads what was uploaded and writes nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parloir_desk::command::LinkSecret;
use parloir_desk::entity::{FileFacts, LinkHash};
use parloir_protocol::command::message::Send;
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::ids::AttachmentId;

use crate::admission::Caller;
use crate::node::Node;
use crate::secret::random_bytes;
use crate::wire::command::{SendParts, check_parts};

/// Bytes of a link's secret.
const LINK_BYTES: usize = 16;

/// The parts of a send.
///
/// # Errors
/// `invalid_params` for parts that exclude each other; `attachment_not_found` and `attachment_incomplete`.
pub fn of_send(node: &Node, caller: &Caller, asked: &Send) -> Result<SendParts, ErrorBody> {
    let Some(id) = check_parts(asked)? else { return Ok(SendParts::default()) };
    Ok(SendParts { file: Some(file(node, caller, id)?), link: Some(new_link(node)) })
}

/// The file that was uploaded under an id.
///
/// # Errors
/// `attachment_not_found` and `attachment_incomplete`.
pub fn file(_node: &Node, _caller: &Caller, id: AttachmentId) -> Result<FileFacts, ErrorBody> {
    let sentence = "there is no such file: upload it again";
    Err(ErrorBody::new(Code::AttachmentNotFound, sentence).with("attachment_id", id.to_string()))
}

fn new_link(node: &Node) -> LinkSecret {
    let code = URL_SAFE_NO_PAD.encode(random_bytes::<LINK_BYTES>());
    LinkSecret { url: url(node, &code), hash: hash(&code) }
}

/// A link of the length that a new one has.
pub fn sample_url(node: &Node) -> String {
    url(node, &URL_SAFE_NO_PAD.encode([0; LINK_BYTES]))
}

/// What is kept of a link's code.
pub fn hash(code: &str) -> LinkHash {
    LinkHash(*blake3::hash(code.as_bytes()).as_bytes())
}

fn url(node: &Node, code: &str) -> String {
    format!("{}/a/{code}", node.public_url())
}
