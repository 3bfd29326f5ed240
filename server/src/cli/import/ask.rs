//! One row asked of the server until it is answered: whatever happens in between, it is the same command.

use std::time::Duration;

use parloir_client::protocol::codec::Codec;
use parloir_client::protocol::command::contact::Save;
use parloir_client::protocol::command::{Command, CommandFrame};
use parloir_client::protocol::down::Done;
use parloir_client::protocol::error::{Code, ErrorBody};
use parloir_client::protocol::ids::CommandId;
use parloir_client::protocol::limits::Limits;
use parloir_client::protocol::up::Up;
use parloir_client::{Client, CommandError};
use tokio::time::{Instant, sleep};

use crate::import::row::Fault;

/// How long a server may be away: a restart that builds its state anew takes minutes.
const PATIENCE: Duration = Duration::from_secs(300);

/// How long a row waits for work on the same contact, such as its erasure.
const ROW_PATIENCE: Duration = Duration::from_secs(30);

/// Between two tries of what may work later.
const PAUSE: Duration = Duration::from_millis(500);

/// What would be answered to every other row too.
const ENDING: [Code; 6] = [
    Code::Unauthenticated,
    Code::NotAllowed,
    Code::AgentDeactivated,
    Code::CommandIdTooOld,
    Code::CommandIdInFuture,
    Code::UnknownCommand,
];

/// What came of asking.
#[derive(Debug)]
pub(super) enum Answer {
    Done(Box<Done>),
    Refused(Fault),
    /// The import cannot go on.
    Over(String),
}

pub(super) async fn ask(client: Client, command_id: CommandId, save: Box<Save>) -> Answer {
    let mut save = *save;
    let frame =
        Up::Command(CommandFrame { command_id, expected: None, command: Command::ContactSave(save.clone()) });
    let (bytes, max) = (frame.write(Codec::Msgpack).len(), Limits::standard().frame_bytes_max);
    if bytes > max {
        let message = format!("it makes a command of {bytes} bytes, {max} at most: shorten it");
        return Answer::Refused(Fault::new(Code::FrameTooLarge.as_str(), message));
    }
    let began = Instant::now();
    loop {
        let error = match client.command_with(command_id, None, Command::ContactSave(save.clone())).await {
            Ok(done) => return Answer::Done(Box::new(done)),
            Err(error) => error,
        };
        if save.contact_id.is_some() && is_of_another_workspace(&error) {
            save.contact_id = None;
            continue;
        }
        match settled(error, began.elapsed()) {
            Some(answer) => return answer,
            None => sleep(PAUSE).await,
        }
    }
}

/// Whether the row's contact is not known here: the file is of another workspace, and the person is new. Asked once
/// more after a kill, the command is the one without the id.
fn is_of_another_workspace(error: &CommandError) -> bool {
    let codes = [Code::ContactNotFound, Code::CommandIdReused];
    matches!(error, CommandError::Refused(body) if codes.iter().any(|code| code.as_str() == body.code))
}

/// What an error means after so long; nothing when it is worth another try.
fn settled(error: CommandError, after: Duration) -> Option<Answer> {
    match error {
        CommandError::Refused(body) if ends(&body) => {
            Some(Answer::Over(format!("{}: {}", body.code, body.message)))
        }
        CommandError::Refused(body) if !body.temporary => Some(refused(body)),
        CommandError::Refused(body) if body.code == Code::JobRunning.as_str() => {
            (after > ROW_PATIENCE).then(|| refused(body))
        }
        CommandError::Refused(body) => {
            (after > PATIENCE).then(|| Answer::Over(format!("{}: {}", body.code, body.message)))
        }
        CommandError::Unanswered(_) => {
            (after > PATIENCE).then(|| Answer::Over("the server does not answer".to_owned()))
        }
        CommandError::Ended { code, reason } => {
            Some(Answer::Over(format!("the server closed the connection ({code}): {reason}")))
        }
        CommandError::Malformed(error) => Some(Answer::Over(format!("an answer cannot be read: {error}"))),
        CommandError::NotKept(why) => Some(Answer::Over(why)),
    }
}

fn ends(body: &ErrorBody) -> bool {
    ENDING.iter().any(|code| code.as_str() == body.code)
}

fn refused(body: ErrorBody) -> Answer {
    Answer::Refused(Fault { code: body.code, message: body.message })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(code: Code, after: Duration) -> Option<Answer> {
        settled(CommandError::Refused(ErrorBody::new(code, "no")), after)
    }

    #[test]
    fn what_concerns_a_row_fails_it_and_what_concerns_all_ends_the_import() {
        let now = Duration::ZERO;
        assert!(
            matches!(refusal(Code::InvalidNumber, now), Some(Answer::Refused(f)) if f.code == "invalid_number")
        );
        assert!(matches!(refusal(Code::Internal, now), Some(Answer::Refused(_))));
        for code in ENDING {
            assert!(matches!(refusal(code, now), Some(Answer::Over(_))), "{code:?}");
        }
        let ended = CommandError::Ended { code: 4001, reason: "gone".to_owned() };
        assert!(matches!(settled(ended, now), Some(Answer::Over(_))));
    }

    #[test]
    fn what_may_work_later_is_tried_for_a_while() {
        let later = PATIENCE + Duration::from_secs(1);
        for code in Code::ALL.iter().filter(|code| code.is_temporary()) {
            assert!(refusal(*code, Duration::ZERO).is_none(), "{code:?}");
        }
        assert!(matches!(refusal(Code::Busy, later), Some(Answer::Over(_))));
        assert!(matches!(refusal(Code::JobRunning, ROW_PATIENCE * 2), Some(Answer::Refused(_))));
        let id = CommandId(uuid::Uuid::nil());
        assert!(settled(CommandError::Unanswered(id), ROW_PATIENCE).is_none());
        assert!(matches!(settled(CommandError::Unanswered(id), later), Some(Answer::Over(_))));
    }
}
