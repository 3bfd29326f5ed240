//! What a client asks, carried out and turned into the bytes of its reply. The same commands and queries come
//! over sockets and over HTTP.

use std::sync::Arc;

use parloir_desk::command::{DigestKey, TokenHash, WebhookSalt};
use parloir_desk::commit::{Actor, Key};
use parloir_desk::entity::FileFacts;
use parloir_desk::view::View;
use parloir_protocol::codec::Codec;
use parloir_protocol::command::workspace::CreateChannel;
use parloir_protocol::command::{Command, CommandFrame};
use parloir_protocol::down::{Done, Down, Reply, write_ok};
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::ids::{WebhookId, WorkspaceId};
use parloir_protocol::query::QueryFrame;
use parloir_protocol::up::{Doing, Refresh, ReplyTo, SignalUp};
use parloir_session::Answer;

use crate::admission::{Caller, authenticate, is_recorded};
use crate::hub::SignalKey;
use crate::node::Node;
use crate::queries::Turns;
use crate::secret::{Secret, random_bytes};
use crate::stored::Hold;
use crate::wire::command::{Asker, Secrets};
use crate::wire::entity::Shown;
use crate::workspace::Rejected;
use crate::{provision, queries, wire};

use parts::Held;

pub mod parts;
#[cfg(test)]
mod tests;

/// Carries out a command; `Ok` means it is on stable storage.
///
/// # Errors
/// [`ErrorBody`] with the code that says why not.
pub async fn run_command(node: &Arc<Node>, caller: &Caller, frame: CommandFrame) -> Result<Done, ErrorBody> {
    if let Command::WorkspaceCreate(create) = &frame.command {
        // Apart, as is what follows for files: every command on its way would otherwise be as large.
        return Box::pin(provision::create_workspace(node, caller, frame.command_id, create)).await;
    }
    if let Command::ChannelCreate(create) = &frame.command {
        check_provider(node, caller.workspace.id, create)?;
    }
    let frame = with_normal_address(node, frame)?;
    let asker = Asker { agent_id: caller.agent.id, country: &|| country(node, caller) };
    let expected = frame.expected.map(wire::command::expected);
    let Held { parts, hold } = match &frame.command {
        Command::MessageSend(send) => parts::of_send(node, caller, send)?,
        _ => Held::default(),
    };
    let file = parts.file.clone();
    let (mut secret, mut salt) = (None, None);
    let command = wire::command::command(&frame, asker, parts, &mut || {
        let made = secret.insert(Secret::random(caller.workspace.id));
        let salt = *salt.insert(random_bytes());
        Secrets {
            token: TokenHash(made.hash()),
            digest_key: DigestKey(random_bytes()),
            salt: WebhookSalt(salt),
        }
    })?;
    let key = Key::Client(caller.agent.id, frame.command_id);
    let answer = caller.workspace.ask(key, Actor::Agent(caller.agent.id), command, expected).await;
    if let Some(file) = &file {
        Box::pin(settle_file(node, caller, file, hold, &answer)).await;
    }
    let answer = answer.map_err(|rejected| error_of(&rejected))?;
    let token = secret.filter(|secret| is_recorded(node, secret)).map(|secret| secret.text());
    let secret = salt.and_then(|salt| hook_secret(node, caller, answer.webhook_id?, &salt));
    Ok(wire::entity::done(&answer, Shown { token, secret }))
}

/// What a webhook signs with, when it is made of this salt: of a command asked twice only the first one's is.
fn hook_secret(node: &Node, caller: &Caller, id: WebhookId, salt: &[u8; 32]) -> Option<String> {
    let state = node.state.current();
    let webhook = View::new(&*state, caller.workspace.id).webhook(id).filter(|found| found.salt == *salt)?;
    Some(node.hooks().secret_text(caller.workspace.id, webhook.id, salt))
}

/// The command with a webhook's address in its normal form, when events may be sent there.
fn with_normal_address(node: &Node, mut frame: CommandFrame) -> Result<CommandFrame, ErrorBody> {
    if let Command::WebhookSave(save) = &mut frame.command {
        save.url = node.hooks().address(&save.url).map_err(|unfit| {
            let reason = unfit.to_string();
            ErrorBody::new(Code::WebhookAddress, format!("nothing is sent to this address: {reason}"))
                .with("reason", reason)
        })?;
    }
    Ok(frame)
}

/// What becomes of the file of a send that was answered. One that was sent before may be nobody's by now.
async fn settle_file(
    node: &Node,
    caller: &Caller,
    file: &FileFacts,
    hold: Option<Hold>,
    answer: &Result<parloir_desk::answer::Answer, Rejected>,
) {
    let workspace = caller.workspace.id;
    // What is held or scheduled may be taken back, and its file sent once more.
    let goes_at_once = |id| {
        let message = View::new(&*node.state.current(), workspace).message(id);
        message.is_some_and(|message| !message.is_planned())
    };
    match answer {
        Ok(answer) if answer.message_id.is_some_and(goes_at_once) => {
            node.uploads.claimed(workspace, file.id).await;
        }
        Err(Rejected::Refused(_)) => {
            drop(hold);
            node.uploads.delete_unused_of(workspace, file).await;
        }
        Ok(_) | Err(Rejected::Busy | Rejected::ReadOnly | Rejected::Unavailable | Rejected::Internal) => {}
    }
}

/// Answers a command over a socket, once the connection has passed its seq.
pub async fn command(node: Arc<Node>, caller: Arc<Caller>, codec: Codec, frame: CommandFrame) -> Answer {
    let to = ReplyTo::Command(frame.command_id);
    match run_command(&node, &caller, frame).await {
        Ok(done) => {
            let after = if done.workspace_id.is_some() { 0 } else { done.seq };
            Answer { after, frame: write_ok(codec, to, &done) }
        }
        Err(error) => refused(codec, to, error),
    }
}

/// Answers a query over a socket, in its turn among those of its connection.
pub async fn query(
    node: Arc<Node>,
    caller: Arc<Caller>,
    codec: Codec,
    frame: QueryFrame,
    turns: Turns,
) -> Answer {
    let to = ReplyTo::Query(frame.id);
    match queries::run(&node, &caller, codec, frame, &turns).await {
        Ok(frame) => Answer { after: 0, frame },
        Err(error) => refused(codec, to, error),
    }
}

/// Checks another token for the same agent: who is connected from now on, when it works.
pub fn refresh(node: &Node, caller: &Caller, codec: Codec, frame: &Refresh) -> (Answer, Option<Caller>) {
    let to = ReplyTo::Query(frame.id);
    let refusal = match authenticate(node, Some(&frame.token)) {
        Ok(found) if found.agent.id == caller.agent.id => {
            let nothing = std::collections::BTreeMap::<String, String>::new();
            return (Answer { after: 0, frame: write_ok(codec, to, &nothing) }, Some(found));
        }
        Ok(_) => ErrorBody::new(Code::NotAllowed, "this token is another agent's"),
        Err(_) => ErrorBody::new(Code::Unauthenticated, "this token does not work"),
    };
    (refused(codec, to, refusal), None)
}

/// Tells the colleagues what an agent is doing, unless it is about something they do not see.
pub fn signal(node: &Node, caller: &Caller, signal: &SignalUp) {
    let state = node.state.current();
    let conversation = View::new(&*state, caller.workspace.id).conversation(signal.conversation_id);
    let seen = conversation.filter(|conversation| caller.agent.scope.sees(conversation.header.group_id));
    let Some(conversation) = seen else { return };
    let limits = &node.limits.wire;
    let lasting_ms = match signal.doing {
        Doing::Typing | Doing::TakingOver => limits.typing_ms,
        Doing::Viewing | Doing::Nothing => limits.viewing_ms,
    };
    let key = SignalKey { agent_id: caller.agent.id, conversation_id: Some(signal.conversation_id) };
    let group = conversation.header.group_id;
    caller.workspace.hub.signals.set_doing(key, signal.doing.into(), group, node.clock.millis(), lasting_ms);
}

/// An error as clients see it.
pub fn error_of(rejected: &Rejected) -> ErrorBody {
    match rejected {
        Rejected::Refused(refusal) => wire::refusal::refusal(refusal),
        Rejected::Busy => {
            retry(Code::Busy, "too many commands wait: try again with the same command_id", 200)
        }
        Rejected::ReadOnly => {
            retry(Code::ReadOnly, "the server cannot write now: try again with the same command_id", 5_000)
        }
        Rejected::Unavailable => retry(
            Code::Unavailable,
            "it is not known whether this was written: try again with the same command_id",
            1_000,
        ),
        Rejected::Internal => {
            ErrorBody::new(Code::Internal, "the server failed on this command and set it aside")
        }
    }
}

fn retry(code: Code, message: &str, retry_after_ms: u64) -> ErrorBody {
    ErrorBody { retry_after_ms: Some(retry_after_ms), ..ErrorBody::new(code, message) }
}

fn refused(codec: Codec, to: ReplyTo, error: ErrorBody) -> Answer {
    Answer { after: 0, frame: Down::Reply(Reply { to, error: Some(error) }).write(codec) }
}

/// What other workspaces use is told as little as what does not exist.
fn check_provider(node: &Node, workspace: WorkspaceId, create: &CreateChannel) -> Result<(), ErrorBody> {
    let name = &create.provider;
    let refused = |message| Err(ErrorBody::new(Code::InvalidParams, message).with("field", "provider"));
    let Some(account) = node.providers().account_of(workspace, name) else {
        let known: Vec<_> = node.providers().names(workspace).collect();
        return refused(format!("there is no provider '{name}': {}", known.join(", ")));
    };
    let kind = wire::entity::asked_channel_kind(create.kind);
    if account.provider.capabilities().kinds.contains(&kind) {
        return Ok(());
    }
    refused(format!("the provider '{name}' serves no channels of this kind: choose another"))
}

/// In which country numbers are read that have none.
pub fn country(node: &Node, caller: &Caller) -> parloir_desk::entity::Country {
    let state = node.state.current();
    let workspace = View::new(&*state, caller.workspace.id).workspace();
    workspace.map_or(parloir_desk::entity::Country::FRANCE, |workspace| workspace.country)
}
