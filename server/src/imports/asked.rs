//! One row asked of the rules until it is settled: whatever happens in between, it is the same command.

use std::time::Duration;

use parloir_desk::commit::{Actor, Key};
use parloir_desk::entity::Country;
use parloir_desk::refusal::Refusal;
use parloir_desk::view::View;
use parloir_protocol::command::contact::Save;
use parloir_protocol::error::ErrorBody;
use parloir_protocol::ids::{AgentId, CommandId};
use tokio::time::Instant;

use super::place::Place;
use crate::asked::error_of;
use crate::backoff::Backoff;
use crate::import::row::Fault;
use crate::node::Node;
use crate::wire::command::contact_save;
use crate::workspace::{Answered, Rejected, Workspace};

/// How long a row waits for work on the same contact.
const ROW_PATIENCE: Duration = Duration::from_secs(30);

/// What came of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Imported,
    Unchanged,
    Blank,
    Failed(Fault),
    /// It is not settled, and no other row will be: a code says why, or somebody said that it is to stop.
    Over(Option<String>),
}

/// Where rows are asked, and by whom.
pub(super) struct Asking<'a> {
    pub(super) node: &'a Node,
    pub(super) workspace: &'a Workspace,
    pub(super) agent: AgentId,
    pub(super) country: Country,
    pub(super) place: &'a Place,
}

/// What a refusal means for a row.
enum Next {
    Settled(Outcome),
    Again,
    /// The contact is not known here: the file is of another workspace, and the person is new.
    AsNew,
}

impl Asking<'_> {
    pub(super) async fn ask(&self, id: CommandId, mut save: Save) -> Outcome {
        let (began, mut backoff) = (Instant::now(), Backoff::of(id.0.as_bytes()));
        loop {
            let command = match contact_save(&save, self.country) {
                Ok(command) => command,
                Err(error) => return Outcome::Failed(fault(error)),
            };
            let key = Key::Client(self.agent, id);
            let answered = self.workspace.ask(key, Actor::Agent(self.agent), command, None).await;
            match self.next(answered, &save, began.elapsed()) {
                Next::Settled(outcome) => return outcome,
                Next::AsNew => save.contact_id = None,
                Next::Again if self.place.asked_to_stop().is_some() => return Outcome::Over(None),
                Next::Again => backoff.wait().await,
            }
        }
    }

    fn next(&self, answered: Answered, save: &Save, after: Duration) -> Next {
        let rejected = match answered {
            Ok(answer) => {
                let state = self.node.state.current();
                let saved =
                    answer.contact_id.and_then(|id| View::new(&*state, self.workspace.id).contact(id));
                let changed = saved.is_some_and(|contact| contact.seq >= answer.seq);
                return Next::Settled(if changed { Outcome::Imported } else { Outcome::Unchanged });
            }
            Err(rejected) => rejected,
        };
        match &rejected {
            Rejected::Refused(Refusal::ContactNotFound | Refusal::CommandIdReused)
                if save.contact_id.is_some() =>
            {
                Next::AsNew
            }
            Rejected::Refused(
                Refusal::NotAllowed
                | Refusal::AgentDeactivated
                | Refusal::CommandIdTooOld
                | Refusal::CommandIdInFuture,
            ) => Next::Settled(Outcome::Over(Some(error_of(&rejected).code))),
            Rejected::Refused(Refusal::JobRunning) if after < ROW_PATIENCE => Next::Again,
            Rejected::Busy | Rejected::ReadOnly | Rejected::Unavailable => Next::Again,
            Rejected::Refused(_) | Rejected::Internal => {
                Next::Settled(Outcome::Failed(fault(error_of(&rejected))))
            }
        }
    }
}

fn fault(error: ErrorBody) -> Fault {
    Fault { code: error.code, message: error.message }
}
