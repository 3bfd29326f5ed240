//! What the parts of a running server share: where things are kept, the clock, the bounds, and every
//! workspace that is open here.

use std::sync::{Arc, OnceLock};

use dashmap::DashMap;
use parloir_desk::view::View;
use parloir_protocol::cursor::Epoch;
use parloir_protocol::ids::WorkspaceId;
use parloir_session::Mark;
use tokio::sync::{Mutex, RwLock, Semaphore};

use crate::clock::Clock;
use crate::hub::RingLimits;
use crate::imports::Imports;
use crate::log::{Log, Position};
use crate::outbox::hooks::Hooks;
use crate::providers::Providers;
use crate::rules::Rules;
use crate::search::Search;
use crate::state::StateHandle;
use crate::uploads::{self, Uploads};
use crate::workspace::Workspace;

/// What a server is called that nobody gave a name.
const LOCAL_URL: &str = "http://127.0.0.1:8080";

/// Every bound of a server beside those of the log and the state.
#[derive(Debug, Clone)]
pub struct Limits {
    /// What clients are told in `welcome`; every connection has a share.
    pub wire: Arc<parloir_protocol::limits::Limits>,
    pub desk: parloir_desk::limits::Limits,
    pub ring: RingLimits,
    pub uploads: uploads::Limits,
    /// Commands of one workspace that wait to be decided.
    pub writer_queue: usize,
    /// Commands decided into one record.
    pub batch_commands: usize,
    /// What they may weigh together, so that the record stays below the log's bound.
    pub batch_bytes: usize,
    /// Connections that read from the log at once.
    pub log_readers: usize,
    /// Bytes read from the log at a time.
    pub log_read_bytes: usize,
    /// Pieces of exported contacts that are read at once.
    pub exports: usize,
    /// Searches of one server at once; each has a thread to itself.
    pub searches: usize,
    /// Looks at open searches at once, beside those: they never take the turn of somebody who asks.
    pub live_searches: usize,
    /// Events that a client may have missed before a snapshot is cheaper than sending them.
    pub resume_events_max: u64,
    /// Connections of one server.
    pub connections: usize,
    /// From the last connection of an agent until they count as away.
    pub away_ms: u64,
}

impl Limits {
    /// What a server uses when nothing else is configured.
    pub fn standard() -> Self {
        Self {
            wire: Arc::new(parloir_protocol::limits::Limits::standard()),
            desk: parloir_desk::limits::Limits::DEFAULT,
            ring: RingLimits::default(),
            uploads: uploads::Limits::STANDARD,
            writer_queue: 1_024,
            batch_commands: 256,
            batch_bytes: 384 << 10,
            log_readers: 4,
            log_read_bytes: 512 << 10,
            exports: 2,
            searches: 8,
            live_searches: 2,
            resume_events_max: 20_000,
            connections: 20_000,
            away_ms: 120_000,
        }
    }

    /// Rates that one program may use to stand for many people.
    pub fn load() -> Self {
        Self {
            wire: Arc::new(parloir_protocol::limits::Limits::load()),
            uploads: uploads::Limits::LOAD,
            writer_queue: 4_096,
            ..Self::standard()
        }
    }
}

/// A running server's shared parts.
pub struct Node {
    pub log: Arc<dyn Log>,
    pub state: StateHandle,
    pub search: Search,
    pub uploads: Arc<Uploads>,
    /// Held for reading while something is applied, for writing while the state is replaced.
    pub applying: RwLock<()>,
    /// Held by whoever rewrites what is stored.
    pub rewriting: Mutex<()>,
    pub log_readers: Semaphore,
    /// Turns of those who export contacts.
    pub exports: Arc<Semaphore>,
    /// Turns of those who search.
    pub searches: Arc<Semaphore>,
    /// Turns of open searches.
    pub live_searches: Arc<Semaphore>,
    pub clock: Clock,
    pub limits: Limits,
    pub rules: Rules,
    workspaces: DashMap<WorkspaceId, Arc<Workspace>>,
    providers: OnceLock<Arc<Providers>>,
    hooks: OnceLock<Arc<Hooks>>,
    imports: OnceLock<Arc<Imports>>,
    public_url: OnceLock<String>,
    home: OnceLock<String>,
}

impl Node {
    pub fn new(
        log: Arc<dyn Log>,
        state: StateHandle,
        search: Search,
        uploads: Arc<Uploads>,
        clock: Clock,
        limits: Limits,
        rules: Rules,
    ) -> Self {
        let log_readers = Semaphore::new(limits.log_readers);
        let exports = Arc::new(Semaphore::new(limits.exports));
        let searches = Arc::new(Semaphore::new(limits.searches));
        let live_searches = Arc::new(Semaphore::new(limits.live_searches));
        Self {
            log,
            state,
            search,
            uploads,
            applying: RwLock::new(()),
            rewriting: Mutex::new(()),
            log_readers,
            exports,
            searches,
            live_searches,
            clock,
            limits,
            rules,
            workspaces: DashMap::new(),
            providers: OnceLock::new(),
            hooks: OnceLock::new(),
            imports: OnceLock::new(),
            public_url: OnceLock::new(),
            home: OnceLock::new(),
        }
    }

    /// Says who carries messages: once, before any workspace is opened, since they call back to this node.
    pub fn set_providers(&self, providers: &Arc<Providers>) {
        self.providers.get_or_init(|| Arc::clone(providers));
    }

    /// Who carries messages.
    ///
    /// # Panics
    /// Before they were set.
    pub fn providers(&self) -> &Arc<Providers> {
        self.providers.get().expect("providers are set before a workspace is opened")
    }

    /// Says what webhooks share: once, before any workspace is set to work.
    pub fn set_hooks(&self, hooks: Hooks) {
        self.hooks.get_or_init(|| Arc::new(hooks));
    }

    /// What webhooks share.
    ///
    /// # Panics
    /// Before it was set.
    pub fn hooks(&self) -> &Arc<Hooks> {
        self.hooks.get().expect("webhooks are set before a workspace is set to work")
    }

    /// Says where files are imported from: once, before any workspace is set to work.
    pub fn set_imports(&self, imports: Imports) {
        self.imports.get_or_init(|| Arc::new(imports));
    }

    /// Where files are imported from.
    ///
    /// # Panics
    /// Before it was set.
    pub fn imports(&self) -> &Arc<Imports> {
        self.imports.get().expect("imports are set before a workspace is set to work")
    }

    /// Lets the uploads ask the state which contents events name: once, before anything is deleted.
    pub fn tell_uploads(self: &Arc<Self>) {
        let asked = Arc::downgrade(self);
        self.uploads.set_used(Box::new(move |workspace, digest| {
            asked.upgrade().is_none_or(|node| View::new(&*node.state.current(), workspace).uses_blob(digest))
        }));
    }

    /// Says what the outside calls this server, without a slash at the end: once, before anybody asks.
    pub fn set_public_url(&self, url: &str) {
        self.public_url.get_or_init(|| url.trim_end_matches('/').to_owned());
    }

    /// Says where the operator says that this server's pages are: once, before anybody asks.
    pub fn set_home(&self, origin: String) {
        self.home.get_or_init(|| origin);
    }

    /// The origin of this server's pages, where the operator says it.
    pub fn home(&self) -> Option<&str> {
        self.home.get().map(String::as_str)
    }

    /// What the outside calls this server.
    pub fn public_url(&self) -> &str {
        self.public_url.get().map_or(LOCAL_URL, String::as_str)
    }

    /// A workspace that is open here.
    pub fn workspace(&self, id: WorkspaceId) -> Option<Arc<Workspace>> {
        self.workspaces.get(&id).map(|entry| Arc::clone(entry.value()))
    }

    /// Every workspace that is open here.
    pub fn workspaces(&self) -> Vec<Arc<Workspace>> {
        self.workspaces.iter().map(|entry| Arc::clone(entry.value())).collect()
    }

    /// How many connections read here.
    pub fn connections(&self) -> usize {
        self.workspaces.iter().map(|entry| entry.value().hub.connections()).sum()
    }

    /// Remembers an opened workspace, unless it is open already.
    pub fn keep(&self, workspace: Arc<Workspace>) -> Arc<Workspace> {
        Arc::clone(self.workspaces.entry(workspace.id).or_insert(workspace).value())
    }
}

/// The mark at the end of a log.
pub fn mark_of(tail: Position, prev_hash: [u8; 32]) -> Mark {
    let hash_prefix = std::array::from_fn(|i| prev_hash[i]);
    Mark { epoch: Epoch(tail.epoch), seq: tail.seq, hash_prefix }
}
