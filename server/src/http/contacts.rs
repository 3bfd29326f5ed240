//! All contacts as a file, a bounded piece of the state at a time. Who may have it is asked again for each piece; an
//! answer that cannot go on ends in the middle and never looks whole.

use std::io;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use parloir_desk::entity::{Agent, Contact, ContactStatus, Right, Role};
use parloir_desk::view::View;
use parloir_protocol::error::Code;
use parloir_protocol::ids::ContactId;
use serde::Deserialize;
use thiserror::Error;

use super::Edge;
use super::attachments::disposition::Disposition;
use super::problem::{Problem, reader};
use crate::admission::{self, Caller};
use crate::export::Person;
use crate::export::cards::write_card;
use crate::export::columns::Columns;
use crate::node::Node;
use crate::queries::seen::sees_contact;
use crate::wire;

#[cfg(test)]
mod tests;

/// Contacts read at once: a hundred of the largest are less than 10 MB, a hundred of those that there are 30 KB.
const PIECE_CONTACTS: usize = 100;

/// `?delimiter=`: what stands between two cells.
#[derive(Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    delimiter: Delimiter,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Delimiter {
    #[default]
    Comma,
    Semicolon,
    Tab,
}

impl Delimiter {
    fn character(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Semicolon => ';',
            Self::Tab => '\t',
        }
    }
}

/// Why an export ends before it is whole.
#[derive(Debug, Error)]
enum Cut {
    #[error("the rights of who asked changed meanwhile")]
    Rights,
    #[error("the reading failed: {0}")]
    Panicked(#[from] tokio::task::JoinError),
}

/// `GET /v1/contacts.csv?delimiter=`.
pub(super) async fn csv(
    State(edge): State<Arc<Edge>>,
    form: Result<Query<Form>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let walk = Walk::begin(&edge, &headers)?;
    let Query(form) =
        form.map_err(|_| Problem::new(Code::InvalidParams, "`delimiter` is `comma`, `semicolon` or `tab`"))?;
    let delimiter = form.delimiter.character();
    let columns = walk.columns().await?;
    let mut head = String::new();
    columns.write_header(delimiter, &mut head);
    let write = move |person: &Person, text: &mut String| columns.write_row(person, delimiter, text);
    Ok(walk.answer("csv", "text/csv; charset=utf-8", head, write))
}

/// `GET /v1/contacts.vcf`.
pub(super) async fn vcf(State(edge): State<Arc<Edge>>, headers: HeaderMap) -> Result<Response, Problem> {
    let walk = Walk::begin(&edge, &headers)?;
    Ok(walk.answer("vcf", "text/vcard; charset=utf-8", String::new(), write_card))
}

/// Whoever leads a desk has all of it, and a program that may read the log has read more.
fn may_export(agent: &Agent) -> bool {
    match agent.role {
        Role::Admin | Role::Supervisor => true,
        Role::Integration => agent.rights.contains(&Right::Log),
        Role::Agent | Role::TemplateAgent => false,
    }
}

/// Contacts in the order of their ids.
#[derive(Clone)]
struct Walk {
    node: Arc<Node>,
    caller: Caller,
    after: Option<ContactId>,
}

/// What was read at once.
struct Piece {
    people: Vec<Person>,
    /// The last contact that was looked at; nothing at the end.
    last: Option<ContactId>,
}

impl Walk {
    fn begin(edge: &Edge, headers: &HeaderMap) -> Result<Self, Problem> {
        let caller = reader(&edge.node, headers)?;
        if may_export(&caller.agent) {
            return Ok(Self { node: Arc::clone(&edge.node), caller, after: None });
        }
        Err(Problem::new(Code::NotAllowed, "only those who lead the desk may export its contacts"))
    }

    /// The columns that all of them need at this moment.
    async fn columns(&self) -> Result<Columns, Problem> {
        let mut walk = self.clone();
        let mut columns = Columns::default();
        loop {
            let piece = walk.next().await.map_err(|cut| {
                tracing::error!(%cut, "export.not_begun");
                Problem::new(Code::Unavailable, "the contacts could not be read: ask again")
            })?;
            for person in &piece.people {
                columns.add(person.card.properties.keys().map(String::as_str));
            }
            if piece.last.is_none() {
                return Ok(columns);
            }
        }
    }

    /// The next piece, on a thread that may wait, when it has its turn.
    async fn next(&mut self) -> Result<Piece, Cut> {
        let turn = Arc::clone(&self.node.exports).acquire_owned().await;
        let walk = self.clone();
        let piece = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            walk.read()
        });
        let piece = piece.await??;
        self.after = piece.last.or(self.after);
        Ok(piece)
    }

    fn read(&self) -> Result<Piece, Cut> {
        let state = self.node.state.current();
        let view = View::new(&*state, self.caller.workspace.id);
        let is_known = view.token_by_id(self.caller.token).is_some() && !self.is_over();
        if !is_known || !admission::is_current(&self.node, &self.caller) {
            return Err(Cut::Rights);
        }
        let contacts = view.contacts_after(self.after, PIECE_CONTACTS);
        let last = contacts.last().map(|contact| contact.id);
        let seen = contacts.into_iter().filter(|contact| sees_contact(&view, &self.caller.agent, contact));
        Ok(Piece { people: seen.filter_map(|contact| person(&contact)).collect(), last })
    }

    fn is_over(&self) -> bool {
        self.caller.expires_at.is_some_and(|at| at <= self.node.clock.now())
    }

    fn answer(
        self,
        extension: &str,
        kind: &'static str,
        head: String,
        write: impl Fn(&Person, &mut String) + Send + 'static,
    ) -> Response {
        let today: String = self.node.clock.now().to_string().chars().take(10).collect();
        let name = Disposition::Attachment { name: &format!("contacts-{today}.{extension}") }.to_string();
        let headers = [
            (header::CONTENT_TYPE, kind.to_owned()),
            (header::CONTENT_DISPOSITION, name),
            (header::CACHE_CONTROL, "no-store".to_owned()),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        ];
        (headers, Body::from_stream(self.pieces(head, write))).into_response()
    }

    /// The file, a piece at a time.
    fn pieces(
        self,
        head: String,
        write: impl Fn(&Person, &mut String) + Send + 'static,
    ) -> impl futures_util::Stream<Item = io::Result<Bytes>> + Send + 'static {
        stream::unfold((Some(self), head, write), |(walk, mut text, write)| async move {
            let mut walk = walk?;
            let piece = match walk.next().await {
                Ok(piece) => piece,
                Err(cut) => {
                    tracing::warn!(%cut, "export.cut");
                    return Some((Err(io::Error::other(cut)), (None, text, write)));
                }
            };
            piece.people.iter().for_each(|person| write(person, &mut text));
            let walk = piece.last.map(|_| walk);
            Some((Ok(Bytes::from(text)), (walk, String::new(), write)))
        })
    }
}

/// Whoever is saved: the merged are in their survivors, and of the erased there is nothing.
fn person(contact: &Contact) -> Option<Person> {
    match contact.status {
        ContactStatus::Saved => {
            let card = wire::entity::contact(contact).card?;
            Some(Person { id: contact.id, card })
        }
        ContactStatus::MergedInto(_) | ContactStatus::Erased => None,
    }
}
