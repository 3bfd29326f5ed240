//! The only file that knows every part: what a server is made of, in which order it starts, and how it stops.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use parloir_protocol::ids::WorkspaceId;
use parloir_session::Mark;
use thiserror::Error;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

use crate::blobs::{BlobError, Blobs};
use crate::clock::Clock;
use crate::config::Config;
use crate::fetch::Place;
use crate::http::demo::Demo;
use crate::http::handset::Phones;
use crate::http::link::Links;
use crate::http::{Edge, Reading, origin_of, routes};
use crate::hub::Hub;
use crate::imports::Imports;
use crate::linked::StateLinks;
use crate::log::{OpenError, SegmentLog};
use crate::node::{Node, mark_of};
use crate::outbox::hooks::{self, HookKey, Hooks, KeyError};
use crate::poison::Poison;
use crate::providers::{self, Ground, Providers, SettingsError};
use crate::provision::{SYS, found_sys, has_sys};
use crate::rules::Rules;
use crate::search::{Search, SearchError};
use crate::secret::Secret;
use crate::state::StateError;
use crate::stored::Intake;
use crate::uploads::Uploads;
use crate::workspace::{Rejected, Workspace};
use crate::writer::{Writer, exit};
use crate::{due, epochs, fetching, figures, jobs, outbox, presence};

use house::keep_house;
use listen::listen;
use projection::ProjectionError;
use reading::read_rows;

mod house;
mod listen;
mod projection;
mod reading;

/// Shown from the start, so that what never happened reads 0.
const COUNTERS: &[&str] = &[
    "parloir_events_total",
    "parloir_deliveries_total",
    "parloir_slow_readers_total",
    "parloir_inbound_forged_total",
    "parloir_inbound_kept_aside_total",
    "parloir_webhooks_delivered_total",
    "parloir_webhooks_failed_total",
    "parloir_webhooks_disabled_total",
    "parloir_webhooks_breakers_opened_total",
    "parloir_smpp_sessions_ended_total",
    "parloir_smpp_without_channel_total",
];
/// How long connections may take to say goodbye.
const STOPPING: Duration = Duration::from_secs(5);

/// Why a server did not start.
#[derive(Debug, Error)]
pub enum StartError {
    #[error("the log cannot be opened")]
    Log(#[from] OpenError),
    #[error("the state cannot be opened")]
    State(#[from] StateError),
    #[error("the state cannot be built")]
    Projection(#[from] ProjectionError),
    #[error("the index cannot be kept")]
    Search(#[from] SearchError),
    #[error("the store of files cannot be used")]
    Blobs(#[from] BlobError),
    #[error("the uploads cannot be taken up: {0}")]
    Uploads(#[source] std::io::Error),
    #[error("{0} cannot be listened on: {1}")]
    Listen(SocketAddr, std::io::Error),
    #[error("the workspace of the server cannot be founded: {0:?}")]
    Sys(Rejected),
    #[error("a new epoch cannot be recorded: {0:?}")]
    Epoch(Rejected),
    #[error("it cannot be noted that a new epoch is due")]
    Epochs(#[source] std::io::Error),
    #[error("the operator's token cannot be written: {0}")]
    OperatorToken(std::io::Error),
    #[error(
        "accounts at providers are configured and 'public_url' is not: links in messages would lead nowhere, \
         write it into the configuration or into PARLOIR_PUBLIC_URL"
    )]
    NoPublicUrl,
    #[error("a provider is not configured: {0}")]
    Providers(#[from] SettingsError),
    #[error("webhooks cannot be sent")]
    HookKey(#[from] KeyError),
    #[error("webhooks cannot be sent: {0}")]
    Hooks(String),
    #[error("the state hung or died in this process: start again")]
    Tainted,
}

/// A running server.
pub struct Server {
    pub node: Arc<Node>,
    pub providers: Arc<Providers>,
    pub address: SocketAddr,
    /// Set once the demonstration is there: whom anybody may be.
    pub demo: Arc<OnceLock<Demo>>,
    stop: watch::Sender<bool>,
    listening: JoinHandle<()>,
}

/// Opens everything, brings the state up to the log and listens. Ready when it returns.
///
/// # Errors
/// [`StartError`].
pub async fn start(config: &Config, progress: &mut dyn FnMut(&str)) -> Result<Server, StartError> {
    let metrics = metrics();
    check_public_url(config)?;
    let environment = |name: &str| std::env::var(name).ok();
    let configured = providers::providers(&config.providers, config.public_url.as_deref(), &environment)?;
    let (log, state) = projection::open(config, progress)?;
    let log = Arc::new(log);
    exit_when_failed(&log);
    let search = Search::new(&config.data_dir.join("search")).with_reserve(config.reserve_bytes);
    let clock = Clock::system();
    let blobs = Arc::new(Blobs::configured(&config.blobs, &config.data_dir)?);
    let uploads = open_uploads(config, &blobs, &clock)?;
    let limits = config.limits.clone();
    let node = Arc::new(Node::new(log, state, search, uploads, clock.clone(), limits, Rules::OURS));
    node.tell_uploads();
    node.set_imports(Imports::new(&config.data_dir, clock.clone()));
    let tenants = providers::tenants(&config.providers);
    let providers = Arc::new(Providers::new(&node, configured).for_tenants(tenants));
    figures::show(&providers);
    node.set_providers(&providers);
    node.set_hooks(open_hooks(config)?);
    for workspace in node.log.workspaces() {
        let _opened_once = open(&node, workspace).is_ok();
    }
    epochs::begin(&node, &config.data_dir).await.map_err(StartError::Epoch)?;
    // Before jobs go on, which may build another index.
    open_search(&node, progress)?;
    node.workspaces().iter().for_each(|workspace| set_to_work(&node, workspace));
    keep_operator_token(&node, &config.data_dir).await?;
    let poison = Arc::new(Poison::new(config.data_dir.join("poison")));
    keep_house(&node, &poison);
    let listener = listen::bind(config.listen).map_err(|error| StartError::Listen(config.listen, error))?;
    let address = listener.local_addr().map_err(|error| StartError::Listen(config.listen, error))?;
    say_address(&node, config, address);
    begin_providers(&node, &poison, config);
    let (stop, stopping) = watch::channel(false);
    let demo = Arc::new(OnceLock::new());
    let reading = Reading::new(blobs);
    let edge = Arc::new(Edge {
        node: Arc::clone(&node),
        links: Links::new(Arc::new(StateLinks::new(&node)), reading.clone(), clock.clone()),
        reading,
        phones: phones_of(&providers, config, &clock),
        providers: Arc::clone(&providers),
        metrics,
        poison,
        public_url: config.public_url.clone(),
        open_simulator: config.open_simulator,
        demo: Arc::clone(&demo),
        places: Arc::new(Semaphore::new(config.limits.connections)),
        stopping: stopping.clone(),
    });
    let listening = tokio::spawn(listen(listener, routes(edge), stopping));
    read_rows(&node);
    Ok(Server { node, providers, address, demo, stop, listening })
}

/// Where browsers and links find this server.
fn say_address(node: &Node, config: &Config, address: SocketAddr) {
    let own = format!("http://{address}");
    node.set_public_url(config.public_url.as_deref().unwrap_or(&own));
    if let Some(home) = config.public_url.as_deref().and_then(origin_of) {
        node.set_home(home);
    }
}

impl Server {
    /// Says goodbye to everyone, then makes the state durable. What is left is to be closed once nothing of the server
    /// runs any more.
    pub async fn stop(self) -> Remains {
        self.stop.send_replace(true);
        if tokio::time::timeout(STOPPING, self.listening).await.is_err() {
            tracing::warn!("stop.listener_did_not_end");
        }
        let deadline = tokio::time::Instant::now() + STOPPING;
        while self.node.connections() > 0 && tokio::time::Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let node = Arc::clone(&self.node);
        let closed = tokio::task::spawn_blocking(move || {
            if let Err(error) = node.search.flush(&node) {
                tracing::warn!(%error, "stop.index_not_committed");
            }
            node.state.current().flush()
        });
        if !matches!(closed.await, Ok(Ok(()))) {
            tracing::warn!("stop.state_not_flushed");
        }
        Remains(self.node)
    }
}

/// What is left of a server that stopped.
pub struct Remains(Arc<Node>);

impl Remains {
    /// Closes the state, so that the next start need not read all of it. For when the runtime is gone; it blocks.
    pub fn close(self) {
        let deadline = Instant::now() + STOPPING;
        let mut held = self.0;
        let node = loop {
            match Arc::try_unwrap(held) {
                Ok(node) => break node,
                Err(_) if Instant::now() >= deadline => return tracing::warn!("stop.state_still_used"),
                Err(still) => held = still,
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        match node.state.close(deadline) {
            Ok(true) => {}
            Ok(false) => tracing::warn!("stop.state_still_used"),
            Err(error) => tracing::warn!(%error, "stop.state_not_closed"),
        }
    }
}

/// Opens a workspace and sets everyone to work on it; one that is open already is the answer.
pub fn open_workspace(node: &Arc<Node>, id: WorkspaceId) -> Arc<Workspace> {
    if let Some(open) = node.workspace(id) {
        return open;
    }
    match open(node, id) {
        Ok(workspace) => {
            set_to_work(node, &workspace);
            workspace
        }
        Err(open) => open,
    }
}

/// Opens a workspace with its writer only; the one that was faster, when somebody was.
fn open(node: &Arc<Node>, id: WorkspaceId) -> Result<Arc<Workspace>, Arc<Workspace>> {
    let hub = Hub::new(head_of(node, id), node.limits.ring);
    let (workspace, requests) = Workspace::new(id, hub, node.limits.writer_queue);
    let kept = node.keep(Arc::clone(&workspace));
    if !Arc::ptr_eq(&kept, &workspace) {
        return Err(kept);
    }
    tokio::spawn(Writer::new(Arc::clone(node), workspace, requests).run());
    Ok(kept)
}

/// Real phones are sent links and providers call back: both need an address that leads here. A demonstration's
/// phones are on this machine.
fn check_public_url(config: &Config) -> Result<(), StartError> {
    let is_needed = !config.providers.is_empty() && !config.open_simulator;
    if is_needed && config.public_url.is_none() { Err(StartError::NoPublicUrl) } else { Ok(()) }
}

/// Starts what acts by itself.
fn set_to_work(node: &Arc<Node>, workspace: &Arc<Workspace>) {
    tokio::spawn(jobs::run(Arc::clone(node), Arc::clone(workspace)));
    tokio::spawn(outbox::run(Arc::clone(node), Arc::clone(workspace)));
    tokio::spawn(due::run(Arc::clone(node), Arc::clone(workspace)));
    tokio::spawn(fetching::run(Arc::clone(node), Arc::clone(workspace)));
    tokio::spawn(hooks::run(Arc::clone(node), Arc::clone(workspace)));
    presence::watch_absent(node, workspace);
}

/// From here on what providers report by themselves can be taken.
fn begin_providers(node: &Arc<Node>, poison: &Arc<Poison>, config: &Config) {
    let (node, poison, folder) = (Arc::clone(node), Arc::clone(poison), config.data_dir.clone());
    let providers = Arc::clone(node.providers());
    providers.begin(&Ground { node, poison, folder });
}

/// Where a workspace's log ends, with the hash that a cursor there carries.
fn head_of(node: &Node, id: WorkspaceId) -> Mark {
    let tail = node.log.tail(id);
    let last =
        node.log.read(id, tail.seq.saturating_sub(1), 1).ok().and_then(|records| records.into_iter().next());
    mark_of(tail, last.map_or([0; 32], |record| record.prev_hash.0))
}

/// Without another place for it, the key of webhooks is kept beside everything else.
fn open_hooks(config: &Config) -> Result<Hooks, StartError> {
    let path = config.webhook_key_file.clone().unwrap_or_else(|| config.data_dir.join("webhooks.key"));
    let place = if config.open_webhooks { Place::LocalToo } else { Place::PublicOnly };
    let folder = config.data_dir.join("webhooks");
    Hooks::new(folder, HookKey::kept(&path)?, place, hooks::Limits::STANDARD).map_err(StartError::Hooks)
}

/// Phones show what the simulator delivers where somebody can look at them.
fn phones_of(providers: &Providers, config: &Config, clock: &Clock) -> Arc<Phones> {
    let phones = Arc::new(Phones::new(clock.clone()));
    if config.open_simulator
        && let Some(simulator) = providers.simulator()
    {
        phones.follow(simulator);
    }
    phones
}

fn open_uploads(config: &Config, blobs: &Arc<Blobs>, clock: &Clock) -> Result<Arc<Uploads>, StartError> {
    let intake = Arc::new(Intake::new(Arc::clone(blobs)));
    let limits = config.limits.uploads;
    let uploads = Uploads::open(&config.data_dir, limits, config.reserve_bytes, intake, clock.clone());
    uploads.map(Arc::new).map_err(StartError::Uploads)
}

/// An index that cannot be used is built beside service.
fn open_search(node: &Arc<Node>, progress: &mut dyn FnMut(&str)) -> Result<(), StartError> {
    if !node.search.open(node)? {
        progress("the search index is built anew beside service: searches say how far it is");
    }
    Ok(())
}

fn metrics() -> PrometheusHandle {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    // A second server in one process, as in tests, keeps the first one's recorder.
    let _first_stays = metrics::set_global_recorder(recorder);
    for counter in COUNTERS {
        metrics::counter!(*counter).increment(0);
    }
    handle
}

/// The token is kept before it works: whoever is killed in between makes another one at the next start.
async fn keep_operator_token(node: &Arc<Node>, data_dir: &Path) -> Result<(), StartError> {
    if has_sys(node) {
        open_workspace(node, SYS);
        return Ok(());
    }
    let token = Secret::random(SYS);
    let path = data_dir.join("operator.token");
    crate::private_file::write(&path, token.text().as_bytes()).map_err(StartError::OperatorToken)?;
    found_sys(node, &token).await.map_err(StartError::Sys)
}

fn exit_when_failed(log: &Arc<SegmentLog>) {
    let log = Arc::clone(log);
    tokio::spawn(async move {
        log.failed().await;
        tracing::error!("log.failed");
        std::process::exit(exit::LOG_FAILED);
    });
}
