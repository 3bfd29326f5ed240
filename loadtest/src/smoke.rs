//! The smoke run from its first agent to its verdict: agents work, customers write, a third of the agents is
//! cut again and again, and in the end the oracle looks at everything.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context;
use parloir_client::Client;
use parloir_client::protocol::command::{Command, agent as agents, group as groups};
use parloir_client::protocol::entity::Role;
use parloir_client::protocol::ids::{ChannelId, CommandId, GroupId};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::agent::{self, Agent, Badge, Floor, options};
use crate::customer::Customers;
use crate::oracle;
use crate::plan::{CUT_ONE_OF, Dice, LIMITED_AGENTS, Smoke, Target};
use crate::report::{self, Report};
use crate::webhook::Http;

/// Messages that are being handed in at once.
const HANDS: usize = 16;
/// One message of so many is handed in twice.
const TWICE_ONE_OF: u64 = 10;
/// Between two cuts.
const CUT_EVERY: Duration = Duration::from_millis(40);
/// The log is at rest when its head did not move for so long.
const REST: Duration = Duration::from_millis(1_500);
const SETTLE_MAX: Duration = Duration::from_secs(120);

pub(crate) async fn run(plan: Smoke) -> anyhow::Result<ExitCode> {
    let url = plan.target.url.clone();
    let boss = Client::connect(options(&url, &plan.target.token))?;
    agent::live(&boss).await?;
    let start = oracle::head(&boss).await?;
    let (mut report, mut acked) =
        (Report { agents: u64::from(plan.agents), ..Report::default() }, Vec::new());
    let floor = Arc::new(floor(&boss, &plan, &mut acked).await?);
    let team = hire(&boss, &plan, &floor, &mut acked).await?;
    let channel = channel(&boss)?;
    work(&plan, &team, &floor, channel, &mut report, &mut acked).await?;
    let head = settle(&boss, &team).await?;
    report.commands_acked = acked.len() as u64;
    let log = Http::new(plan.target.clone()).log(start).await?;
    oracle::check_deliveries(&mut report, &team, (&floor, &oracle::written(&log)?), head);
    oracle::check_messages(&mut report, &floor);
    oracle::check_log(&mut report, &log, &acked)?;
    for agent in &team {
        oracle::check_picture(&mut report, &url, agent).await?;
    }
    latencies(&mut report, &floor);
    report.print(plan.json)?;
    Ok(if report.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn give(
    boss: &Client,
    acked: &mut Vec<CommandId>,
    command: Command,
) -> anyhow::Result<parloir_client::protocol::down::Done> {
    let id = CommandId(Uuid::now_v7());
    let done = boss.command_with(id, None, command).await?;
    acked.push(id);
    Ok(done)
}

async fn floor(boss: &Client, plan: &Smoke, acked: &mut Vec<CommandId>) -> anyhow::Result<Floor> {
    let run = Uuid::now_v7().simple().to_string().split_off(20);
    let default = boss.read(|store| store.directory().workspace.as_ref().map(|desk| desk.default_group));
    let mut all = vec![default.context("there is no workspace")?];
    for name in ["sales", "support"] {
        let create = groups::Create { name: format!("{name} {run}") };
        let done = give(boss, acked, Command::GroupCreate(create)).await?;
        all.push(done.group_id.context("a group has an id")?);
    }
    Ok(Floor {
        customers: Customers::new(run, plan.texts.as_deref())?,
        groups: all,
        told: Mutex::new(BTreeMap::new()),
        sent: Mutex::new(BTreeMap::new()),
        arrived: Mutex::new(BTreeMap::new()),
    })
}

async fn hire(
    boss: &Client,
    plan: &Smoke,
    floor: &Arc<Floor>,
    acked: &mut Vec<CommandId>,
) -> anyhow::Result<Vec<Agent>> {
    let mut team = Vec::new();
    for n in 0..plan.agents {
        let limited = n > 0 && n + LIMITED_AGENTS >= plan.agents;
        let groups = limited.then(|| vec![floor.groups[n as usize % floor.groups.len()]]);
        let badge = hire_one(boss, n, groups, acked).await?;
        team.push(Agent::start(&plan.target.url, badge, Arc::clone(floor)).await?);
    }
    Ok(team)
}

async fn hire_one(
    boss: &Client,
    n: u32,
    groups: Option<Vec<GroupId>>,
    acked: &mut Vec<CommandId>,
) -> anyhow::Result<Badge> {
    let create =
        agents::Create { name: format!("Load {n}"), role: Role::Agent, groups: groups.clone(), rights: None };
    let done = give(boss, acked, Command::AgentCreate(create)).await?;
    let id = done.agent_id.context("an agent has an id")?;
    let create = agents::CreateToken { agent_id: id, expires_at: None };
    let done = give(boss, acked, Command::TokenCreate(create)).await?;
    Ok(Badge { id, token: done.token.context("a token is shown once")?, groups, cut: n % CUT_ONE_OF == 1 })
}

/// One more agent, to write as over HTTP.
pub(crate) async fn writer(boss: &Client, target: &Target) -> anyhow::Result<Target> {
    let badge = hire_one(boss, 0, None, &mut Vec::new()).await?;
    Ok(Target { url: target.url.clone(), token: badge.token })
}

pub(crate) fn channel(boss: &Client) -> anyhow::Result<ChannelId> {
    boss.read(|store| store.directory().channels.keys().next().copied()).context("there is no channel")
}

async fn work(
    plan: &Smoke,
    team: &[Agent],
    floor: &Arc<Floor>,
    channel: ChannelId,
    report: &mut Report,
    acked: &mut Vec<CommandId>,
) -> anyhow::Result<()> {
    let cutting = tokio::spawn(cut(cuttable(team), Dice::new(plan.seed, 1)));
    let writing = write(plan, floor, channel);
    let working = async {
        let shifts = team.iter().zip(2..).map(|(agent, n)| agent.work(Dice::new(plan.seed, n)));
        anyhow::Ok(futures_util::future::join_all(shifts).await)
    };
    // Agents would wait for ever for messages that are not written.
    let done = tokio::try_join!(writing, working);
    cutting.abort();
    let ((), worked) = done?;
    for work in worked {
        acked.extend(work.acked);
        report.lost += work.failures.len() as u64;
        work.failures.into_iter().for_each(|failure| report.find(failure));
    }
    Ok(())
}

fn cuttable(team: &[Agent]) -> Vec<Agent> {
    team.iter().filter(|agent| agent.badge.cut).cloned().collect()
}

async fn cut(agents: Vec<Agent>, mut dice: Dice) {
    let mut ticks = tokio::time::interval(CUT_EVERY);
    loop {
        ticks.tick().await;
        if let Some(agent) = dice.one_of(&agents) {
            agent.cut().await;
        }
    }
}

/// Hands all messages in, `HANDS` at once.
async fn write(plan: &Smoke, floor: &Arc<Floor>, channel: ChannelId) -> anyhow::Result<()> {
    let http = Http::new(plan.target.clone());
    let mut dice = Dice::new(plan.seed, 0);
    let mut hands = JoinSet::new();
    for n in 0..plan.messages as usize {
        if hands.len() >= HANDS {
            hands.join_next().await.transpose()?.transpose()?;
        }
        let (inbound, twice) = (floor.customers.message(n, &mut dice), dice.roll(TWICE_ONE_OF) == 0);
        let (http, floor) = (http.clone(), Arc::clone(floor));
        hands.spawn(async move {
            floor.sent.lock().unwrap_or_else(PoisonError::into_inner).insert(n, Instant::now());
            http.hand_in(channel, &inbound).await?;
            if twice {
                http.hand_in(channel, &inbound).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(handed) = hands.join_next().await {
        handed??;
    }
    Ok(())
}

/// The head once it is at rest and every agent has it; receipts still come in after the last command.
async fn settle(boss: &Client, team: &[Agent]) -> anyhow::Result<u64> {
    let settled = async {
        let mut at = oracle::head(boss).await?;
        loop {
            tokio::time::sleep(REST).await;
            let now = oracle::head(boss).await?;
            if now == at {
                break;
            }
            at = now;
        }
        for agent in team {
            agent.client.seq().wait_for(|seq| *seq >= at).await?;
            filled(&agent.client).await?;
        }
        anyhow::Ok(at)
    };
    tokio::time::timeout(SETTLE_MAX, settled).await.context("the agents did not come to the head in time")?
}

/// Waits until no row is missing.
async fn filled(client: &Client) -> anyhow::Result<()> {
    let mut look = client.look();
    while client.read(|store| store.missing(1).is_some()) {
        look.changed().await?;
    }
    Ok(())
}

fn latencies(report: &mut Report, floor: &Floor) {
    let (sent, arrived) = (&floor.sent, &floor.arrived);
    let sent = sent.lock().unwrap_or_else(PoisonError::into_inner);
    let arrived = arrived.lock().unwrap_or_else(PoisonError::into_inner);
    let mut times = report::times();
    for (n, at) in sent.iter() {
        if let Some(last) = arrived.get(n) {
            report::record(&mut times, last.saturating_duration_since(*at));
        }
    }
    report.times(&times);
}
