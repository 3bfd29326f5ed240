//! `demo.json` in the data folder: where the demonstration is and how to get in.

use std::fs;
use std::io;
use std::path::Path;

use parloir_protocol::ids::{AgentId, ChannelId, WorkspaceId};
use serde::{Deserialize, Serialize};

use crate::http::demo::{Demo, Person};
use crate::private_file;

const NAME: &str = "demo.json";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoFile {
    pub url: String,
    pub workspace: WorkspaceId,
    pub agents: Vec<Agent>,
    pub integration: Integration,
    pub channels: Vec<Channel>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    pub id: AgentId,
    pub name: String,
    pub role: String,
    pub token: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integration {
    pub token: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    pub id: ChannelId,
    pub kind: String,
    pub address: String,
    pub inbound_url: String,
}

impl DemoFile {
    /// The one in `data_dir`, if there is one that can be read.
    pub fn read(data_dir: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(data_dir.join(NAME)).ok()?).ok()
    }

    /// The same on a server that listens at `url`.
    #[must_use]
    pub fn at(mut self, url: &str) -> Self {
        url.clone_into(&mut self.url);
        for channel in &mut self.channels {
            channel.inbound_url = format!("{url}/v1/inbound/{}", channel.id);
        }
        self
    }

    /// Puts it into `data_dir` in one step, for its owner only.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn write(&self, data_dir: &Path) -> io::Result<()> {
        let mut text = serde_json::to_vec_pretty(self).expect("a file of texts has a JSON form");
        text.push(b'\n');
        private_file::write(&data_dir.join(NAME), &text)
    }

    /// Whom anybody may be in a browser.
    pub fn people(&self) -> Demo {
        let person =
            |agent: &Agent| Person { agent_id: agent.id, name: agent.name.clone(), role: agent.role.clone() };
        Demo { workspace: self.workspace, agents: self.agents.iter().map(person).collect() }
    }

    pub(super) fn tokens(self) -> Vec<String> {
        let agents = self.agents.into_iter().map(|agent| agent.token);
        agents.chain([self.integration.token]).collect()
    }
}
