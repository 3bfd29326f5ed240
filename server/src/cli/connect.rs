//! Where the server is and who comes in: from options, the environment, or the file that the demo leaves.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use parloir_client::protocol::entity::View;
use parloir_client::protocol::text::fold;
use parloir_client::{Client, Options, State};
use serde::Deserialize;

#[derive(Debug, Clone, Args)]
pub(crate) struct Access {
    /// The server, as http://host:port.
    #[arg(long, env = "PARLOIR_URL", requires = "token")]
    url: Option<String>,
    /// The agent's token.
    #[arg(long, env = "PARLOIR_TOKEN", hide_env_values = true, requires = "url")]
    token: Option<String>,
    /// The file in which the demo says how to get in.
    #[arg(long, value_name = "FILE", default_value = "./data/demo.json")]
    demo: PathBuf,
    /// Which of the demo's agents, by a part of the name; the first without.
    #[arg(long = "as", value_name = "NAME")]
    demo_agent: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Demo {
    url: String,
    agents: Vec<DemoAgent>,
}

#[derive(Debug, Deserialize)]
struct DemoAgent {
    name: String,
    token: String,
}

impl Access {
    /// A client that keeps `view`, without waiting for the server.
    pub(super) fn client(&self, view: View) -> anyhow::Result<Client> {
        Ok(Client::connect(Options { view, ..self.options()? })?)
    }

    /// A client that is connected; one try, since somebody waits at the terminal.
    pub(super) async fn live(&self) -> anyhow::Result<Client> {
        live(self.client(View::default())?).await
    }

    /// The same, which asks for so many things at once.
    pub(super) async fn live_asking(&self, in_flight_max: usize) -> anyhow::Result<Client> {
        let options = Options { view: View::default(), in_flight_max, ..self.options()? };
        live(Client::connect(options)?).await
    }

    /// Where the server is, as http://host:port.
    pub(super) fn url(&self) -> anyhow::Result<String> {
        Ok(self.door()?.0)
    }

    fn options(&self) -> anyhow::Result<Options> {
        let (url, token) = self.door()?;
        let client = concat!("parloir/", env!("CARGO_PKG_VERSION")).to_owned();
        Ok(Options { client, ..Options::new(url, token) })
    }

    /// Where the server is, and the token.
    pub(super) fn door(&self) -> anyhow::Result<(String, String)> {
        match (&self.url, &self.token) {
            (Some(url), Some(token)) => Ok((url.clone(), token.clone())),
            (None, _) | (_, None) => self.demo_door(&self.demo),
        }
    }

    fn demo_door(&self, path: &Path) -> anyhow::Result<(String, String)> {
        let shown = path.display();
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {shown}: start the demo, or give --url and --token"))?;
        let demo: Demo =
            serde_json::from_str(&text).with_context(|| format!("{shown} is not what the demo writes"))?;
        let wanted = self.demo_agent.as_deref().map(fold);
        let is_wanted =
            |agent: &&DemoAgent| wanted.as_ref().is_none_or(|name| fold(&agent.name).contains(name));
        let agent = demo.agents.iter().find(is_wanted).with_context(|| {
            let names: Vec<&str> = demo.agents.iter().map(|agent| agent.name.as_str()).collect();
            format!("{shown} knows no such agent, only {}", names.join(", "))
        })?;
        Ok((demo.url, agent.token.clone()))
    }
}

async fn live(client: Client) -> anyhow::Result<Client> {
    let mut state = client.state();
    let settled = |state: &State| matches!(state, State::Live | State::Offline { .. } | State::Closed { .. });
    match state.wait_for(settled).await?.clone() {
        State::Offline { reason } => bail!("the server cannot be reached: {reason}"),
        State::Closed { code, reason } => bail!("the server closed the connection ({code}): {reason}"),
        State::Connecting | State::Live | State::Resuming => {}
    }
    Ok(client)
}
