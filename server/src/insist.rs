//! Asking until there is an answer: for those whose commands must not be lost because the writer was busy,
//! the disk full or the log away. The key makes it happen once, however often it is asked.

use parloir_desk::answer::Answer;
use parloir_desk::command::Command;
use parloir_desk::commit::{Actor, Key};

use crate::backoff::Backoff;
use crate::workspace::{Rejected, Workspace};

/// The answer to `command`, asked again for as long as it is only delayed.
///
/// # Errors
/// [`Rejected`] when asking again would not help: the rules say no, or failed.
pub async fn insist(
    workspace: &Workspace,
    key: Key,
    actor: Actor,
    command: &Command,
) -> Result<Answer, Rejected> {
    let mut backoff = Backoff::of(format!("{key:?}").as_bytes());
    loop {
        match workspace.ask(key, actor, command.clone(), None).await {
            Ok(answer) => return Ok(answer),
            Err(rejected @ (Rejected::Refused(_) | Rejected::Internal)) => return Err(rejected),
            Err(Rejected::Busy | Rejected::ReadOnly | Rejected::Unavailable) => backoff.wait().await,
        }
    }
}
