//! Asks each step of the demonstration once, whatever was asked by an earlier start.

use std::sync::Arc;

use parloir_desk::answer::Answer;
use parloir_desk::command::Command;
use parloir_desk::commit::{Actor, Key};
use parloir_desk::view::View;
use parloir_protocol::ids::CommandId;
use uuid::Builder;

use super::DemoError;
use crate::node::Node;
use crate::workspace::Workspace;

pub(super) struct Asker {
    pub(super) node: Arc<Node>,
    pub(super) workspace: Arc<Workspace>,
}

impl Asker {
    pub(super) fn new(node: Arc<Node>, workspace: Arc<Workspace>) -> Self {
        Self { node, workspace }
    }

    /// The answer to the step of this name, now or at an earlier start.
    pub(super) async fn once(&self, step: &str, actor: Actor, command: Command) -> Result<Answer, DemoError> {
        match self.known(step) {
            Some(answer) => Ok(answer),
            None => self.ask(step, Key::Operator(command_id(step)), actor, command).await,
        }
    }

    pub(super) async fn ask(
        &self,
        step: &str,
        key: Key,
        actor: Actor,
        command: Command,
    ) -> Result<Answer, DemoError> {
        let answered = self.workspace.ask(key, actor, command, None).await;
        answered.map_err(|rejected| DemoError::Rejected { step: step.to_owned(), rejected })
    }

    /// What the step of this name was answered, if it was taken already.
    pub(super) fn known(&self, step: &str) -> Option<Answer> {
        self.view(|view| view.answer(&Key::Operator(command_id(step)))).map(|stored| stored.answer)
    }

    pub(super) fn view<T>(&self, look: impl FnOnce(View<'_>) -> T) -> T {
        let state = self.node.state.current();
        look(View::new(&*state, self.workspace.id))
    }
}

/// The same for the same step on every server.
pub(super) fn command_id(step: &str) -> CommandId {
    let hash = blake3::hash(format!("parloir demo {step}").as_bytes());
    let bytes: [u8; 10] = std::array::from_fn(|i| hash.as_bytes()[i]);
    CommandId(Builder::from_unix_timestamp_millis(0, &bytes).into_uuid())
}
