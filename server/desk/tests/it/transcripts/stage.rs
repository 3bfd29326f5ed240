//! A desk in memory that transcripts are played on: rows, a clock that moves a second a step, and names.

use std::collections::BTreeMap;

use parloir_desk::answer::Answer;
use parloir_desk::command::{Ask, Command, Expected, Ids, Inbound};
use parloir_desk::commit::{Actor, Commit, Key, OutboxStep};
use parloir_desk::decide::{Decided, decide};
use parloir_desk::entity::SubjectId;
use parloir_desk::event::Event;
use parloir_desk::limits::Limits;
use parloir_desk::refusal::Refusal;
use parloir_desk::rows::MemoryRows;
use parloir_desk::view::View;
use parloir_protocol::ids::{AgentId, CommandId, MessageId, WorkspaceId};
use parloir_protocol::time::Time;
use serde_json::{Value, json};

use crate::erasure::{self, Record};

use super::compare::difference;
use super::look::Looking;
use super::names::{Names, bytes_of, digest_of};
use super::step::{Asked, Step, Then};

/// 2026-11-03T09:00:00.000Z.
const MORNING: Time = Time(1_793_696_400_000);
const EPOCH: u64 = 7;
/// The first event of a transcript's own steps, whatever the world before it took.
const FIRST_SEQ: u64 = 101;

pub(super) struct Stage {
    rows: MemoryRows,
    limits: Limits,
    workspace: WorkspaceId,
    epoch: u64,
    next_seq: u64,
    steps: u32,
    clock: Time,
    names: Names,
    command_ids: BTreeMap<String, CommandId>,
    answers: BTreeMap<String, Answer>,
    log: Vec<Record>,
}

impl Stage {
    /// A desk after `world`, about to take the first step of a transcript.
    pub(super) fn new(world: &[Value], limits: Limits) -> Result<Self, String> {
        let workspace = WorkspaceId::from_bytes(uuid(MORNING, "desk"));
        let mut names = Names::default();
        names.give("desk", &workspace.to_string())?;
        names.give("other", &WorkspaceId::from_bytes(uuid(MORNING, "other")).to_string())?;
        let mut stage = Self {
            rows: MemoryRows::default(),
            limits: Limits::DEFAULT,
            workspace,
            epoch: EPOCH,
            next_seq: 1,
            steps: 0,
            clock: MORNING,
            names,
            command_ids: BTreeMap::new(),
            answers: BTreeMap::new(),
            log: Vec::new(),
        };
        for (i, step) in world.iter().enumerate() {
            stage.play(step).map_err(|e| format!("world, step {}: {e}", i + 1))?;
        }
        assert!(stage.next_seq <= FIRST_SEQ, "the world ends at {}", stage.next_seq);
        stage.next_seq = FIRST_SEQ;
        stage.limits = limits;
        Ok(stage)
    }

    /// Takes one step; the error says what differs.
    pub(super) fn play(&mut self, step: &Value) -> Result<(), String> {
        self.steps += 1;
        self.clock = self.clock.plus_millis(1_000);
        match Step::parse(step, &self.names)? {
            Step::Ask(asked) => self.ask(&asked),
            Step::Look { by, noun, sees } => {
                let by = by.map(|name| self.agent(&name)).transpose()?;
                let looking = Looking { view: self.view(), names: &self.names, by, clock: self.clock };
                let seen = looking.at(&noun)?;
                match difference(&noun, &sees, &seen) {
                    Some(told) => Err(format!("{told}\nit is {seen:#}")),
                    None => Ok(()),
                }
            }
        }
    }

    fn ask(&mut self, asked: &Asked) -> Result<(), String> {
        self.clock = self.clock.plus_millis(asked.after);
        let key = asked.key.clone().unwrap_or_else(|| format!("step {}", self.steps));
        let ask = self.asked(asked, &key)?;
        let ask = self.previewed(ask);
        let decided = decide(&self.view(), self.next_seq, &ask, &self.limits);
        let told = match (&asked.then, &decided) {
            (Then::Accepted, Ok(Decided::New(_))) => None,
            (Then::Events(events), Ok(Decided::New(commit))) => {
                difference("then", &Value::Array(events.iter().map(full).collect()), &self.shown(commit))
            }
            (Then::Refused(refusal), Err(refused)) => {
                difference("refused", &full(refusal), &full(&self.names.show(refused)))
            }
            (Then::Repeated, Ok(Decided::Repeated(answer))) => {
                (self.answers.get(&key) != Some(answer)).then(|| "the answer is another one".to_owned())
            }
            (_, decided) => Some(format!("expected {}, got {}", asked.then.told(), told(decided))),
        };
        match told {
            Some(told) => Err(format!("{told}\n{}", self.outcome(&decided))),
            None => self.take(asked, &key, &ask, decided),
        }
    }

    fn take(
        &mut self,
        asked: &Asked,
        key: &str,
        ask: &Ask,
        decided: Result<Decided, Refusal>,
    ) -> Result<(), String> {
        let answer = match decided {
            Err(_) => return Ok(()),
            Ok(Decided::Repeated(answer)) => answer,
            Ok(Decided::New(commit)) => self.apply(commit, ask.at),
        };
        let shown = self.names.show(&answer);
        if let Some(told) = asked.answer.as_ref().and_then(|wanted| difference("answer", wanted, &shown)) {
            return Err(format!("{told}\nthe answer is {shown:#}"));
        }
        for (name, noun) in &asked.new {
            let id = noun.as_str().and_then(|noun| shown.get(noun)).and_then(Value::as_str);
            let id = id.ok_or_else(|| format!("the answer has no {noun} to call '{name}': {shown}"))?;
            self.names.give(name, id)?;
        }
        self.answers.insert(key.to_owned(), answer);
        Ok(())
    }

    fn apply(&mut self, commit: Commit, at: Time) -> Answer {
        if let [Event::EpochStarted { epoch }] = commit.events[..] {
            self.epoch = epoch;
        }
        let record = Record { commit, first_seq: self.next_seq, at, epoch: self.epoch };
        let answer = Answer::of(&record.commit, record.first_seq);
        self.rows.apply(&record.changes(&self.rows, self.workspace));
        self.next_seq = answer.seq + 1;
        self.log.push(record);
        answer
    }

    /// Whether the log gives the same rows once whoever was erased is gone from it, and neither knows any
    /// of the `forgotten` words.
    pub(super) fn check_replay(&self, forgotten: &[&str]) -> Result<(), String> {
        let gone = erasure::erased_subjects(&self.log);
        let log = erasure::without(&self.log, |subject| gone.contains(&subject));
        let rows = erasure::replay(&log, self.workspace);
        let differs = |key: &&Vec<u8>| rows.0.get(*key) != self.rows.0.get(*key);
        if let Some(key) = rows.0.keys().chain(self.rows.0.keys()).find(differs) {
            let (replayed, kept) = (rows.0.get(key), self.rows.0.get(key));
            return Err(format!("the log gives another row at {key:?}: {replayed:?} instead of {kept:?}"));
        }
        let events: Vec<String> = log.iter().map(|record| format!("{:?}", record.commit.events)).collect();
        let stored: Vec<String> = rows
            .0
            .iter()
            .map(|row| String::from_utf8_lossy(&[&row.0[..], row.1].concat()).into_owned())
            .collect();
        let knows = |word: &&&str| events.iter().chain(&stored).any(|text| text.contains(**word));
        match forgotten.iter().find(knows) {
            Some(word) => Err(format!("'{word}' is not forgotten")),
            None => Ok(()),
        }
    }

    fn asked(&mut self, asked: &Asked, key: &str) -> Result<Ask, String> {
        let made = MessageId::from_bytes(uuid(self.clock.plus_millis(asked.made), key));
        let id = *self.command_ids.entry(key.to_owned()).or_insert(CommandId(made.0));
        let (actor, key) = self.author(asked, key, id)?;
        let epoch = asked.epoch.unwrap_or(self.epoch);
        let step = format!("entity of step {}", self.steps);
        Ok(Ask {
            key,
            actor,
            command: asked.command.clone().into(),
            expected: asked.expected.map(|seq| Expected { epoch, seq }),
            at: self.clock,
            clock: self.clock,
            ids: Ids { entity: uuid(self.clock, &step), subject: SubjectId(digest_of(&step).0) },
        })
    }

    /// A template whose preview was looked at: `preview` stands for whatever digest that has.
    fn previewed(&self, mut ask: Ask) -> Ask {
        let decided = decide(&self.view(), self.next_seq, &ask, &self.limits);
        let mut command = Command::clone(&ask.command);
        if let Command::Send(send) = &mut command
            && let Some(template) = send.template.as_mut().filter(|template| template.digest == "preview")
            && let Err(Refusal::TemplateChanged { digest }) = decided
        {
            template.digest = digest;
            ask.command = command.into();
        }
        ask
    }

    /// Who asks, and under which key: an agent where the step names one, else whoever sends such commands.
    fn author(&self, asked: &Asked, key: &str, id: CommandId) -> Result<(Actor, Key), String> {
        if let Some(name) = &asked.by {
            let agent = self.agent(name)?;
            return Ok((Actor::Agent(agent), Key::Client(agent, id)));
        }
        Ok(match &asked.command {
            Command::Receive(Inbound { channel_id, .. }) => {
                (Actor::Contact(*channel_id), Key::Provider(*channel_id, digest_of(key)))
            }
            Command::Receipt { channel_id, .. } | Command::OptOut { channel_id, .. } => {
                (Actor::Provider(*channel_id), Key::Provider(*channel_id, digest_of(key)))
            }
            Command::Dispatch { message_id, attempt } => {
                (Actor::System, Key::Outcome(*message_id, *attempt, OutboxStep::Started))
            }
            Command::Answered { message_id, attempt, .. } => {
                (Actor::System, Key::Outcome(*message_id, *attempt, OutboxStep::Answered))
            }
            Command::StepJob { job_id }
            | Command::FinishJob { job_id }
            | Command::AdvanceImport { job_id, .. } => (Actor::System, Key::Job(*job_id, self.steps)),
            Command::AdvanceWebhook { webhook_id, to } => (Actor::System, Key::Webhook(*webhook_id, to.step)),
            Command::DisableWebhook { webhook_id, step, .. } => {
                (Actor::System, Key::Webhook(*webhook_id, *step))
            }
            Command::SetAvailability { agent_id, .. } => (Actor::System, Key::Away(*agent_id, self.clock)),
            _ => (Actor::System, Key::Operator(id)),
        })
    }

    fn agent(&self, name: &str) -> Result<AgentId, String> {
        let id = self.names.resolve(&json!(name));
        id.as_str().and_then(|id| id.parse().ok()).ok_or_else(|| format!("'{name}' is no agent"))
    }

    fn view(&self) -> View<'_> {
        View::new(&self.rows, self.workspace)
    }

    /// The events of a commit as a transcript writes them, each with its seq.
    fn shown(&self, commit: &Commit) -> Value {
        let numbered = (self.next_seq..).zip(&commit.events);
        numbered.map(|(seq, event)| with_seq(self.names.show(event), seq)).collect()
    }

    fn outcome(&self, decided: &Result<Decided, Refusal>) -> String {
        match decided {
            Ok(Decided::New(commit)) => format!("the events are {:#}", self.shown(commit)),
            Ok(Decided::Repeated(answer)) => format!("the answer is {:#}", self.names.show(answer)),
            Err(refusal) => format!("the refusal is {:#}", self.names.show(refusal)),
        }
    }
}

impl Then {
    fn told(&self) -> &'static str {
        match self {
            Self::Accepted | Self::Events(_) => "events",
            Self::Refused(_) => "a refusal",
            Self::Repeated => "the same answer again",
        }
    }
}

fn told(decided: &Result<Decided, Refusal>) -> &'static str {
    match decided {
        Ok(Decided::New(_)) => "events",
        Ok(Decided::Repeated(_)) => "the same answer again",
        Err(_) => "a refusal",
    }
}

/// `"ConversationClosed"` is short for `{"ConversationClosed": {}}`.
fn full(event: &Value) -> Value {
    match event.as_str() {
        Some(name) => json!({ name: {} }),
        None => event.clone(),
    }
}

fn with_seq(mut event: Value, seq: u64) -> Value {
    let fields = event.as_object_mut().and_then(|event| event.values_mut().next());
    if let Some(fields) = fields.and_then(Value::as_object_mut) {
        fields.insert("seq".to_owned(), json!(seq));
    }
    event
}

/// A UUIDv7 of this moment that stands for a word, always the same.
fn uuid(at: Time, word: &str) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&at.0.to_be_bytes()[2..]);
    bytes[6..].copy_from_slice(&bytes_of(word)[..10]);
    bytes[6] = 0x70 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    bytes
}
