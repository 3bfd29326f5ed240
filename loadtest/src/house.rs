//! Our own server as a process of the load's own: started on a folder, stopped, and given a workspace full of
//! agents through the doors that everybody uses. It ends with the load, whatever happens.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command as Program, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures_util::{StreamExt as _, TryStreamExt as _};
use parloir_client::protocol::command::{Command, agent, conversation, workspace};
use parloir_client::protocol::entity::{Address, AddressKind, ChannelKind, Role};
use parloir_client::protocol::ids::{ChannelId, ConversationId};
use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::cores::Cores;
use crate::plan::Target;
use crate::webhook::Http;

/// A start builds what is missing, which takes minutes on a large log.
const START_MAX: Duration = Duration::from_secs(1_800);
const STOP_MAX: Duration = Duration::from_secs(120);
const LOOK: Duration = Duration::from_millis(5);
/// Sentences of the server that wait to be read; it says few.
const SENTENCES_MAX: usize = 64;
const LISTENING: &str = "listening on ";
/// Commands over HTTP that wait for an answer.
const HANDS: usize = 32;

/// A folder with a program that serves it.
#[derive(Debug)]
pub(crate) struct House {
    program: PathBuf,
    folder: PathBuf,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    url: String,
}

impl House {
    pub(crate) fn new(program: PathBuf, folder: PathBuf) -> Self {
        Self { program, folder, running: None }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    pub(crate) fn url(&self) -> anyhow::Result<&str> {
        self.running.as_ref().map(|running| running.url.as_str()).context("the server does not run")
    }

    pub(crate) fn address(&self) -> anyhow::Result<SocketAddr> {
        let url = self.url()?;
        let authority = url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/');
        authority.parse().with_context(|| format!("{authority} is no address"))
    }

    pub(crate) fn pid(&self) -> anyhow::Result<u32> {
        self.running.as_ref().map(|running| running.child.id()).context("the server does not run")
    }

    /// Starts the server and waits until it listens; how long that took.
    pub(crate) async fn start(&mut self, cores: Cores) -> anyhow::Result<Duration> {
        self.start_at(cores, "127.0.0.1:0").await
    }

    /// Kills the server without a word, and starts it again where it was; how long the start took.
    pub(crate) async fn crash(&mut self, cores: Cores) -> anyhow::Result<Duration> {
        let address = self.address()?.to_string();
        self.running = None;
        self.start_at(cores, &address).await
    }

    async fn start_at(&mut self, cores: Cores, address: &str) -> anyhow::Result<Duration> {
        std::fs::create_dir_all(&self.folder)?;
        let words = File::options().create(true).append(true).open(self.words())?;
        let mut program = Program::new(&self.program);
        program
            .args(["serve", "--listen", address, "--limits", "load", "--data-dir"])
            .arg(self.data())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(words);
        let began = Instant::now();
        let mut child =
            cores.spawn(&mut program).with_context(|| format!("cannot start {}", self.program.display()))?;
        let stdout = child.stdout.take().context("the server has an output")?;
        self.running = Some(Running { child, url: String::new() });
        let url = tokio::time::timeout(START_MAX, told_address(stdout))
            .await
            .context("the server starts too long")?;
        let took = began.elapsed();
        let url = url.with_context(|| format!("the server did not start: {}", self.last_words()))?;
        self.running.iter_mut().for_each(|running| running.url.clone_from(&url));
        Ok(took)
    }

    /// Lets the server end as an operator would.
    pub(crate) async fn stop(&mut self) -> anyhow::Result<()> {
        let Some(running) = &mut self.running else { return Ok(()) };
        let pid = i32::try_from(running.child.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.context("the server has an id")?, Signal::TERM)?;
        let until = Instant::now() + STOP_MAX;
        while running.child.try_wait()?.is_none() {
            anyhow::ensure!(Instant::now() < until, "the server did not stop within {STOP_MAX:?}");
            tokio::time::sleep(LOOK).await;
        }
        self.running = None;
        Ok(())
    }

    /// Where the server's warnings are.
    fn words(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    fn last_words(&self) -> String {
        let words = std::fs::read_to_string(self.words()).unwrap_or_default();
        words.lines().last().unwrap_or("it said nothing").to_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // An error says that it has ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The address among the first lines; the rest is read and forgotten, so that the server never waits.
async fn told_address(stdout: ChildStdout) -> Option<String> {
    let (told, mut heard) = mpsc::channel(SENTENCES_MAX);
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if let Some(url) = line.strip_prefix(LISTENING) {
                // Who waited for it may have given up.
                told.blocking_send(url.to_owned()).ok();
            }
        }
    });
    heard.recv().await
}

/// A workspace of the load, and the ways into it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Desk {
    pub(crate) admin: String,
    pub(crate) channel: ChannelId,
    /// Tokens of agents who see everything.
    pub(crate) agents: Vec<String>,
    pub(crate) conversations: Vec<ConversationId>,
}

impl Desk {
    /// Makes a workspace with agents, and conversations that are open.
    pub(crate) async fn found(
        url: &str,
        data: &Path,
        name: &str,
        agents: usize,
        conversations: usize,
    ) -> anyhow::Result<Self> {
        let operator = std::fs::read_to_string(data.join("operator.token"))
            .context("the server wrote no token of its operator")?;
        let operator = Http::new(target(url, operator.trim()));
        let create =
            workspace::Create { name: name.to_owned(), country: "FR".to_owned(), admin: "Load".to_owned() };
        let done = operator.command(Command::WorkspaceCreate(create)).await?;
        let admin = done.token.context("a token is shown once")?;
        let http = Http::new(target(url, &admin));
        let channel = open_channel(&http).await?;
        let agents = futures_util::stream::iter(0..agents).map(|n| hire(&http, n)).buffered(HANDS);
        let agents = agents.try_collect().await?;
        let started =
            futures_util::stream::iter(0..conversations).map(|n| begin(&http, channel, n)).buffered(HANDS);
        Ok(Self { admin, channel, agents, conversations: started.try_collect().await? })
    }

    pub(crate) fn admin(&self, url: &str) -> Target {
        target(url, &self.admin)
    }
}

async fn open_channel(http: &Http) -> anyhow::Result<ChannelId> {
    let create = workspace::CreateChannel {
        kind: ChannelKind::Sms,
        name: "SMS".to_owned(),
        address: Address { kind: AddressKind::E164, value: "+33990000001".to_owned() },
        provider: "simulator".to_owned(),
        approved_countries: None,
    };
    let done = http.command(Command::ChannelCreate(create)).await?;
    done.channel_id.context("a channel has an id")
}

async fn hire(http: &Http, n: usize) -> anyhow::Result<String> {
    let create = agent::Create { name: format!("Load {n}"), role: Role::Agent, groups: None, rights: None };
    let agent_id = http.command(Command::AgentCreate(create)).await?.agent_id;
    let agent_id = agent_id.context("an agent has an id")?;
    let create = agent::CreateToken { agent_id, expires_at: None };
    http.command(Command::TokenCreate(create)).await?.token.context("a token is shown once")
}

/// The number of the `n`th customer; none of them has a fate of its own at the simulator.
pub(crate) fn number(n: usize) -> String {
    format!("+337{:07}7", 1_000_000 + n)
}

async fn begin(http: &Http, channel_id: ChannelId, n: usize) -> anyhow::Result<ConversationId> {
    let address = Address { kind: AddressKind::E164, value: number(n) };
    let start = conversation::Start { channel_id, address, group_id: None };
    let done = http.command(Command::ConversationStart(start)).await?;
    done.conversation_id.context("a conversation has an id")
}

pub(crate) fn target(url: &str, token: &str) -> Target {
    Target { url: url.to_owned(), token: token.to_owned() }
}
