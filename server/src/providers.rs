//! Who carries messages between a channel and phones, behind one interface. A provider reads and writes its
//! own shapes; it sees no state, and only the outbox asks it to send.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use parloir_desk::commit::Digest;
use parloir_desk::entity::{Address, AddressKind, Attempt, ChannelKind, Delivery, Failure, Workspace};
use parloir_desk::plan::{Carrier, TemplateNames};
use parloir_protocol::ids::{ChannelId, MessageId, WorkspaceId};
use thiserror::Error;

use crate::node::Node;
use crate::poison::Poison as PoisonFolder;
use simulator::{Pace, Simulator};

pub use content::{
    ActionKind, ByteStream, Card, CardAction, Carriage, Content, FetchError, Fetched, FileRef, Files,
    Location, MediaRef, NoFile, NoFiles, Reaction, Template,
};
pub use credential::Credential;
pub use gate::{Admission, Condition, Effect, Gate, Standing, full_jitter};
pub use kept::KeptFiles;
pub use reports::{Owner, Reports, Seat};
pub use request::{RawRequest, Reply, Verdict};
pub use settings::{Keys, Settings, SettingsError, Tenants, providers, tenants};

pub(crate) use gate::Breaker;
pub(crate) use web::{guarded, patient_client, plain_client};

mod content;
#[cfg(test)]
pub(crate) mod contract;
mod credential;
mod esendex;
mod gate;
mod kept;
mod rcs;
#[cfg(test)]
mod recorded;
mod reports;
mod request;
mod settings;
mod signature;
pub mod simulator;
mod smpp;
mod twilio;
mod verdict;
mod web;
mod whatsapp;

/// What the simulator's chances come from: the same on every server.
const SIMULATOR_SEED: u64 = 1;

/// One carrier: an account at a provider.
pub trait Provider: Send + Sync + 'static {
    /// What channels and the configuration call it.
    fn name(&self) -> &str;

    /// What it can carry.
    fn capabilities(&self) -> Capabilities;

    /// How much of it one channel may have.
    fn rate(&self) -> Rate;

    /// How much of it all channels may have together; nothing where each is counted by itself.
    fn account_rate(&self) -> Option<Rate> {
        Some(self.rate())
    }

    /// Begins what it does by itself, such as a line that it keeps up; `gate` hears how that goes.
    fn begin(&self, _ground: &Ground, _gate: &Arc<Gate>) {}

    /// Hands one message over. The message's id and attempt are the idempotency key.
    fn send<'a>(&'a self, outgoing: &'a Outgoing, files: &'a dyn Files) -> BoxFuture<'a, Outcome>;

    /// What can be known of a message whose answer was lost.
    fn idempotency(&self) -> Idempotency<'_>;

    /// Whether a webhook is the provider's own. Looks at the raw bytes, before anything is read.
    fn verify(&self, request: &RawRequest) -> Verdict;

    /// What is answered to a request that sets a webhook up and reports nothing.
    fn handshake(&self, _request: &RawRequest) -> Option<Reply> {
        None
    }

    /// What the account is called in webhooks that speak for several accounts; nothing where each has its own.
    fn seat(&self) -> Option<Seat> {
        None
    }

    /// What the body of a webhook for `channel` says.
    ///
    /// # Errors
    /// [`BadPayload`] when it is not of this provider's shape; then nothing of it counts.
    fn receive(&self, channel: ChannelId, body: &[u8]) -> Result<Reports, BadPayload>;

    /// What is answered once everything reported is on stable storage.
    fn thanks(&self) -> Reply {
        Reply::empty()
    }

    /// What happens to a body that is not understood.
    fn poison(&self) -> Poison {
        Poison::KeepAside
    }

    /// A file that came in with a message.
    fn fetch<'a>(&'a self, media: &'a MediaRef) -> BoxFuture<'a, Result<Fetched, FetchError>>;
}

/// What a provider stands on that does something by itself.
#[derive(Clone)]
pub struct Ground {
    pub node: Arc<Node>,
    /// Where what it cannot read is kept.
    pub poison: Arc<PoisonFolder>,
    /// Where it keeps what has to outlive the process: a folder of its own in it.
    pub folder: std::path::PathBuf,
}

/// What a provider can carry beside text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// The kinds of channels that it serves.
    pub kinds: &'static [ChannelKind],
    pub media: MediaSupport,
    /// Cards with actions.
    pub cards: bool,
    /// Approved templates by name.
    pub templates: TemplateNames,
    /// Whether `read` is ever reported.
    pub reads: bool,
}

impl Capabilities {
    /// Plain text over SMS and nothing else.
    pub const TEXT: Self = Self {
        kinds: &[ChannelKind::Sms],
        media: MediaSupport::None,
        cards: false,
        templates: TemplateNames::None,
        reads: false,
    };

    /// The same, for the rules.
    pub fn carrier(self) -> Carrier {
        let files = match self.media {
            MediaSupport::None => false,
            MediaSupport::Upload | MediaSupport::ByAddress => true,
        };
        Carrier { files, cards: self.cards, templates: self.templates }
    }
}

/// How files get to a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaSupport {
    None,
    /// Their bytes are handed over.
    Upload,
    /// It fetches them from [`FileRef::url`].
    ByAddress,
}

/// How fast an account takes messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Of each channel.
    pub channel: Rate,
    /// Of all of them together, where they are counted so.
    pub account: Option<Rate>,
}

/// Messages that may be handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub per_second: u32,
    /// At once, after a pause.
    pub burst: u32,
}

/// What can be known of a message that may have left.
pub enum Idempotency<'a> {
    /// The same message and attempt, sent again, leaves once.
    Idempotent,
    /// It can be asked what became of them.
    Askable(&'a dyn Ask),
    /// Nothing: sending again could send twice.
    Neither,
}

/// Asking a provider for what became of a message.
pub trait Ask: Send + Sync {
    /// What it says of the message and attempt; nothing when it surely never had them.
    /// [`Outcome::Unknown`] when it cannot tell, [`Outcome::Later`] when it cannot be asked now.
    fn ask<'a>(&'a self, outgoing: &'a Outgoing) -> BoxFuture<'a, Option<Outcome>>;
}

/// What happens to a webhook's body that is not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Poison {
    /// It is refused: whoever sends it reads why.
    Refuse,
    /// It is kept with its reason and answered as if all were well, since the provider would send it again and
    /// again, and everything behind it would wait.
    KeepAside,
}

/// One message on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub workspace: WorkspaceId,
    pub channel_id: ChannelId,
    /// SMS, RCS or WhatsApp.
    pub kind: ChannelKind,
    /// The own number or agent id.
    pub from: Address,
    pub message_id: MessageId,
    pub attempt: Attempt,
    pub to: Address,
    pub content: Content,
}

/// What the provider says to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Accepted {
        /// Its own name for the message, which receipts will carry.
        provider_message_id: String,
    },
    /// It did not leave, and asking again would not help.
    Failed { failure: Failure },
    /// It did not leave, as far as its cause says, and may do so later.
    Later(Later),
    /// No answer: it may have left.
    Unknown,
}

/// A message that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Later {
    /// What it waits for; what it fails with when it waited too long.
    pub failure: Failure,
    /// How long the provider wants to be left alone.
    pub after: Option<Duration>,
    pub cause: Cause,
}

/// Why a message has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The account is too fast: it slows down.
    Pace,
    /// The account cannot send anything: it is out of order.
    Account,
    /// The account failed inside and may have taken the message, which it will take once, whatever it is told.
    Doubt,
    /// This one message cannot leave now.
    Message,
}

/// Something that a webhook reports, under a name that is the same when it is reported again.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    pub event_id: String,
    pub report: Report,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Report {
    /// Somebody wrote.
    Message {
        kind: AddressKind,
        from: String,
        profile_name: Option<String>,
        /// Empty when there is something else.
        text: String,
        media: Vec<MediaRef>,
        location: Option<Location>,
        reaction: Option<Reaction>,
    },
    /// Somebody told the provider that there shall be no more.
    OptOut { kind: AddressKind, from: String },
    /// Where an outbound message is now.
    Receipt { provider_message_id: String, delivery: Delivery, failure: Option<Failure> },
}

impl Report {
    /// A message that is nothing but text.
    pub fn text(kind: AddressKind, from: String, profile_name: Option<String>, text: String) -> Self {
        Self::Message { kind, from, profile_name, text, media: Vec::new(), location: None, reaction: None }
    }
}

/// Why a webhook's body is not understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the body is not what {provider} sends: {reason}")]
pub struct BadPayload {
    /// The provider that should have sent it.
    pub provider: &'static str,
    /// What is wrong.
    pub reason: String,
}

/// The name under which receipts find the message that a provider calls `id`.
pub fn message_digest(workspace: &Workspace, id: &str) -> Digest {
    Digest::keyed(&workspace.digest_key, &[b"message", id.as_bytes()])
}

/// The carriers of this server by name.
#[derive(Default)]
pub struct Providers {
    accounts: BTreeMap<String, Account>,
    tenants: Tenants,
    simulator: Option<Arc<Simulator>>,
}

/// One carrier, and how it is doing.
#[derive(Clone)]
pub struct Account {
    pub provider: Arc<dyn Provider>,
    pub gate: Arc<Gate>,
}

impl Providers {
    /// The simulator, whose calls back come in as webhooks do, and those that are configured.
    pub fn new(node: &Arc<Node>, configured: Vec<Arc<dyn Provider>>) -> Self {
        let (simulator, calls) = Simulator::new(SIMULATOR_SEED, Pace::LIVE);
        let simulator = Arc::new(simulator);
        tokio::spawn(calls.run(simulator::door(node, &simulator)));
        let mut providers = Self::default().with(Arc::clone(&simulator) as Arc<dyn Provider>);
        providers.simulator = Some(simulator);
        configured.into_iter().fold(providers, Self::with)
    }

    /// These and one more.
    #[must_use]
    pub fn with(mut self, provider: Arc<dyn Provider>) -> Self {
        let name = provider.name().to_owned();
        let gate = Arc::new(Gate::new(&name));
        self.accounts.insert(name, Account { provider, gate });
        self
    }

    /// The same, with accounts that are not for every workspace.
    #[must_use]
    pub fn for_tenants(mut self, tenants: Tenants) -> Self {
        self.tenants = tenants;
        self
    }

    /// Every name that a channel of this workspace may carry.
    pub fn names(&self, workspace: WorkspaceId) -> impl Iterator<Item = &str> {
        let names = self.accounts.keys().map(String::as_str);
        names.filter(move |name| self.tenants.allow(workspace, name))
    }

    /// The carrier of this name and its gate, where the operator lets the workspace use it.
    pub fn account_of(&self, workspace: WorkspaceId, name: &str) -> Option<&Account> {
        self.account(name).filter(|_| self.tenants.allow(workspace, name))
    }

    /// The carrier of this name.
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Provider>> {
        self.accounts.get(name).map(|account| &account.provider)
    }

    /// The carrier of this name and its gate.
    pub fn account(&self, name: &str) -> Option<&Account> {
        self.accounts.get(name)
    }

    /// All of them, by name.
    pub fn accounts(&self) -> impl Iterator<Item = (&str, &Account)> {
        self.accounts.iter().map(|(name, account)| (name.as_str(), account))
    }

    /// Lets all of them begin what they do by themselves: once, when what they report can be taken.
    pub fn begin(&self, ground: &Ground) {
        self.accounts.values().for_each(|account| account.provider.begin(ground, &account.gate));
    }

    /// The simulator, for whoever plays the phones.
    pub fn simulator(&self) -> Option<&Arc<Simulator>> {
        self.simulator.as_ref()
    }
}
