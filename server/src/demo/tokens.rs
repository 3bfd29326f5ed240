//! The ways into the demonstration: those that still work are kept, others are made anew.

use parloir_desk::command::{Command, TokenDraft, TokenHash};
use parloir_desk::commit::{Actor, Key};
use parloir_desk::entity::Purpose;
use parloir_protocol::ids::{AgentId, CommandId};
use uuid::Uuid;

use super::DemoError;
use super::ask::Asker;
use crate::secret::Secret;

pub(super) struct Tokens<'a> {
    asker: &'a Asker,
    known: Vec<String>,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(asker: &'a Asker, known: Vec<String>) -> Self {
        Self { asker, known }
    }

    /// A token that lets `agent` in.
    pub(super) async fn of(&self, agent: AgentId) -> Result<String, DemoError> {
        match self.known.iter().find(|token| self.opens(token, agent)) {
            Some(token) => Ok(token.clone()),
            None => self.made(agent).await,
        }
    }

    fn opens(&self, token: &str, agent: AgentId) -> bool {
        let Some(secret) = Secret::parse(token) else { return false };
        let now = self.asker.node.clock.now();
        let found = self.asker.view(|view| view.token(&secret.hash()));
        found.is_some_and(|found| {
            found.agent_id == agent && found.expires_at.is_none_or(|expires_at| now < expires_at)
        })
    }

    async fn made(&self, agent_id: AgentId) -> Result<String, DemoError> {
        let secret = Secret::random(self.asker.workspace.id);
        let key = Key::Operator(CommandId(Uuid::now_v7()));
        let create = Command::CreateToken(TokenDraft {
            agent_id,
            hash: TokenHash(secret.hash()),
            expires_at: None,
            purpose: Purpose::Access,
            made_from: None,
        });
        self.asker.ask("token", key, Actor::System, create).await?;
        Ok(secret.text())
    }
}
