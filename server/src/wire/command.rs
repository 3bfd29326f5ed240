//! What clients ask, in the rules' words: lists become sets, addresses their one normal form. It refuses
//! what has no form at all; everything else is for `decide`.

use parloir_desk::command::{Command, DigestKey, Expected, TokenHash, WebhookSalt};
use parloir_desk::entity::Country;
use parloir_protocol::command::{self as wire, Command as Asked, CommandFrame};
use parloir_protocol::error::ErrorBody;
use parloir_protocol::ids::AgentId;

pub(crate) mod address;
mod contact;
mod message;
mod settings;
mod webhook;

pub use contact::save as contact_save;
pub use message::{SendParts, card as asked_card, check_parts};

/// Who asks, and in which country numbers are read that have none: looked up for commands that name numbers.
#[derive(Clone, Copy)]
pub struct Asker<'a> {
    pub agent_id: AgentId,
    pub country: &'a dyn Fn() -> Country,
}

/// Secrets made for one command. The caller keeps what it must show of them.
#[derive(Debug, Clone, Copy)]
pub struct Secrets {
    pub token: TokenHash,
    pub digest_key: DigestKey,
    pub salt: WebhookSalt,
}

/// The seq that the author had on screen.
pub fn expected(expected: wire::Expected) -> Expected {
    Expected { epoch: expected.epoch.0, seq: expected.seq }
}

/// What `frame` asks. `parts` is what its driver found for a send; `secrets` is called, once, for the commands
/// that make a way in or a webhook's secret.
///
/// # Errors
/// `invalid_number` and `invalid_params`, with the field and the value.
pub fn command(
    frame: &CommandFrame,
    asker: Asker<'_>,
    parts: SendParts,
    secrets: &mut dyn FnMut() -> Secrets,
) -> Result<Command, ErrorBody> {
    use Command as C;
    let country = asker.country;
    Ok(match &frame.command {
        Asked::ConversationStart(start) => address::start(start, country())?,
        Asked::ConversationMove(asked) => moved(asked),
        Asked::ConversationClose(asked) => C::Close { conversation_id: asked.conversation_id },
        Asked::ConversationReopen(asked) => C::Reopen { conversation_id: asked.conversation_id },
        Asked::ConversationAssign(asked) => {
            C::Assign { conversation_id: asked.conversation_id, agent_id: asked.agent_id }
        }
        Asked::ConversationClaim(asked) => C::Claim { conversation_id: asked.conversation_id },
        Asked::ConversationRelease(asked) => C::Release { conversation_id: asked.conversation_id },
        Asked::ConversationNext(asked) => C::Next { group_id: asked.group_id },
        Asked::ConversationMarkRead(asked) => {
            C::MarkRead { conversation_id: asked.conversation_id, up_to: asked.up_to }
        }
        Asked::ConversationMarkUnread(asked) => C::MarkUnread { conversation_id: asked.conversation_id },
        Asked::MessageSend(_)
        | Asked::MessageRetry(_)
        | Asked::MessageCancel(_)
        | Asked::MessageRelease(_)
        | Asked::MessageReschedule(_)
        | Asked::LinkRevoke(_)
        | Asked::ConsentChange(_)
        | Asked::TemplateSave(_)
        | Asked::TemplateDelete(_) => message::of(&frame.command, parts)?,
        Asked::WebhookSave(_) | Asked::WebhookDelete(_) => webhook::of(&frame.command, secrets)?,
        Asked::WebhookRotate(_) | Asked::WebhookReplay(_) => webhook::of(&frame.command, secrets)?,
        Asked::NoteAdd(asked) => contact::note(asked),
        Asked::ContactSave(asked) => contact::save(asked, country())?,
        Asked::ContactMerge(asked) => contact::merge(asked),
        Asked::ContactUnmerge(asked) => contact::unmerge(asked),
        Asked::ContactErase(asked) => C::EraseContact { contact_id: asked.contact_id },
        Asked::GroupCreate(asked) => C::CreateGroup { name: asked.name.clone() },
        Asked::GroupRename(asked) => C::RenameGroup { group_id: asked.group_id, name: asked.name.clone() },
        Asked::GroupArchive(asked) => C::ArchiveGroup { group_id: asked.group_id },
        Asked::GroupDelete(asked) => C::DeleteGroup { group_id: asked.group_id, target: asked.target },
        Asked::GroupClose(asked) => C::CloseGroup { group_id: asked.group_id },
        Asked::AgentCreate(asked) => settings::create_agent(asked),
        Asked::AgentChange(asked) => settings::change_agent(asked),
        Asked::AgentDeactivate(asked) => C::DeactivateAgent { agent_id: asked.agent_id },
        Asked::AgentInvite(asked) => settings::invite(asked, frame.command_id, secrets()),
        Asked::AgentSetAvailability(asked) => settings::set_availability(asked, asker.agent_id),
        Asked::TokenCreate(asked) => settings::create_token(asked, secrets()),
        Asked::TokenRevoke(asked) => C::RevokeToken { token_id: asked.token_id },
        Asked::ChannelCreate(asked) => settings::create_channel(asked, country())?,
        Asked::ChannelChange(asked) => settings::change_channel(asked)?,
        Asked::WorkspaceChange(asked) => settings::change_workspace(asked)?,
        Asked::WorkspaceCreate(asked) => settings::create_workspace(asked, frame.command_id, secrets)?,
    })
}

fn moved(asked: &wire::conversation::Move) -> Command {
    Command::Move {
        conversation_id: asked.conversation_id,
        group_id: asked.group_id,
        expected_group: asked.expected_group,
    }
}
