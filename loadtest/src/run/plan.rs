//! Everything that a run will do, made of a scenario and a seed before it begins: saved, replayed, and dealt out to
//! load processes. Moments are drawn by chance at the scenario's rate and wait for nobody.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::act::{Act, Due, Kind, Wanted};
use super::scenario::Scenario;
use crate::plan::Dice;

const MICROS: f64 = 1e6;
/// Between a contact's saving and a search for it, so that it is acknowledged by then.
const SAVED_BEFORE_MICROS: u64 = 1_000_000;
/// Where the chance of what is searched for comes from: that of the acts goes on as it was.
const WANTED: u64 = 1 << 32;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) scenario: Scenario,
    pub(crate) seed: u64,
    /// The acts of each round, in their order.
    rounds: Vec<Vec<Due>>,
}

impl Plan {
    pub(crate) fn make(scenario: Scenario, seed: u64) -> anyhow::Result<Self> {
        scenario.check()?;
        let rounds = (0..scenario.rounds).map(|round| acts(&scenario, seed, round)).collect();
        Ok(Self { scenario, seed, rounds })
    }

    pub(crate) fn load(file: &Path) -> anyhow::Result<Self> {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let plan: Self =
            serde_json::from_str(&text).with_context(|| format!("{} is no plan", file.display()))?;
        plan.scenario.check()?;
        Ok(plan)
    }

    pub(crate) fn save(&self, file: &Path) -> anyhow::Result<()> {
        std::fs::write(file, serde_json::to_vec(self)?)
            .with_context(|| format!("cannot write {}", file.display()))
    }

    pub(crate) fn rounds(&self) -> u32 {
        u32::try_from(self.rounds.len()).unwrap_or(u32::MAX)
    }

    /// Leaves later rounds out.
    pub(crate) fn keep_rounds(&mut self, rounds: u32) -> anyhow::Result<()> {
        let there = self.rounds();
        anyhow::ensure!(rounds <= there, "the plan has {there} rounds, not {rounds}");
        self.rounds.truncate(rounds as usize);
        Ok(())
    }

    pub(crate) fn round(&self, number: u32) -> &[Due] {
        self.rounds.get(number as usize).map_or(&[], Vec::as_slice)
    }
}

fn acts(scenario: &Scenario, seed: u64, round: u32) -> Vec<Due> {
    let mut draw = Draw { scenario, dice: Dice::new(seed, u64::from(round) + 1), acts: Vec::new() };
    let conversations = u64::from(scenario.desks.conversations);
    draw.at_rate(scenario.webhooks.per_second, |dice| Act::Webhook {
        conversation: dice.roll(conversations) as u32,
    });
    let kinds = kinds(scenario);
    draw.at_rate(scenario.commands.per_second, |dice| Act::Command {
        kind: dice.one_of(&kinds).copied().unwrap_or(Kind::Note),
        conversation: dice.roll(conversations) as u32,
    });
    draw.at_rate(scenario.searches.per_second, |dice| Act::Search {
        text: dice.roll(1 << 20) as u32,
        wanted: None,
    });
    let mut contact = 0;
    draw.at_rate(scenario.saves.per_second, |_| {
        contact += 1;
        Act::Save { contact }
    });
    let agents = u64::from(scenario.desks.agents);
    draw.at_rate(scenario.cuts.per_second, |dice| Act::Cut { agent: dice.roll(agents) as u32 });
    draw.import();
    draw.logins();
    draw.cuts();
    let mut acts = draw.acts;
    acts.sort_by_key(|due| due.at_micros);
    let mut dice = Dice::new(seed, WANTED + u64::from(round));
    want(&mut acts, scenario, &mut dice);
    acts
}

/// Half of the searches ask for somebody who is known to be there: half of these for whoever an act before saved, as
/// soon as there is one.
fn want(acts: &mut [Due], scenario: &Scenario, dice: &mut Dice) {
    let mut saved: BTreeMap<u32, Vec<(u64, u32)>> = BTreeMap::new();
    for due in acts {
        let of_desk = saved.entry(due.desk).or_default();
        match &mut due.act {
            Act::Save { contact } => of_desk.push((due.at_micros, *contact)),
            Act::Search { wanted, .. } if dice.roll(2) == 0 => {
                let until = due.at_micros.saturating_sub(SAVED_BEFORE_MICROS);
                let there = &of_desk[..of_desk.partition_point(|(at, _)| *at < until)];
                let contact = if dice.roll(2) == 0 { dice.one_of(there) } else { None };
                *wanted = Some(match contact {
                    Some((_, contact)) => Wanted::Contact(*contact),
                    None => Wanted::Conversation(dice.roll(u64::from(scenario.desks.conversations)) as u32),
                });
            }
            Act::Search { .. }
            | Act::Webhook { .. }
            | Act::Command { .. }
            | Act::Import { .. }
            | Act::Login { .. }
            | Act::Cut { .. } => {}
        }
    }
}

/// Each kind as often as its weight.
fn kinds(scenario: &Scenario) -> Vec<Kind> {
    let commands = &scenario.commands;
    let weights = [
        (Kind::Note, commands.notes),
        (Kind::Send, commands.sends),
        (Kind::Close, commands.closes),
        (Kind::Reopen, commands.reopens),
        (Kind::Unread, commands.unreads),
        (Kind::Claim, commands.claims),
    ];
    weights.iter().flat_map(|(kind, weight)| std::iter::repeat_n(*kind, *weight as usize)).collect()
}

struct Draw<'a> {
    scenario: &'a Scenario,
    dice: Dice,
    acts: Vec<Due>,
}

impl Draw<'_> {
    /// Moments with pauses by chance, as independent people make them.
    fn at_rate(&mut self, per_second: f64, mut act: impl FnMut(&mut Dice) -> Act) {
        let (end, mut at) = (f64::from(self.scenario.seconds), 0.0);
        if per_second <= 0.0 {
            return;
        }
        loop {
            let chance = (self.dice.roll(1 << 30) as f64 + 1.0) / f64::from(1 << 30);
            at -= chance.ln() / per_second;
            if at >= end {
                return;
            }
            let desk = self.dice.roll(u64::from(self.scenario.desks.count)) as u32;
            let act = act(&mut self.dice);
            self.acts.push(Due { at_micros: (at * MICROS) as u64, desk, act });
        }
    }

    fn import(&mut self) {
        let Some(import) = &self.scenario.import else { return };
        let at_micros = (import.at_seconds * MICROS) as u64;
        self.acts.push(Due { at_micros, desk: 0, act: Act::Import { rows: import.rows } });
    }

    fn logins(&mut self) {
        let Some(logins) = &self.scenario.logins else { return };
        for n in 0..logins.agents {
            let at = logins.over_seconds * f64::from(n) / f64::from(logins.agents);
            let (desk, agent) = (n % self.scenario.desks.count, n / self.scenario.desks.count);
            let agent = self.scenario.desks.agents + agent;
            self.acts.push(Due { at_micros: (at * MICROS) as u64, desk, act: Act::Login { agent } });
        }
    }

    fn cuts(&mut self) {
        let desks = &self.scenario.desks;
        let lost = u64::from(desks.agents) * u64::from(self.scenario.cuts.percent) / 100;
        for at in &self.scenario.cuts.at_seconds {
            let at_micros = (at * MICROS) as u64;
            for desk in 0..desks.count {
                let cut = |agent| Due { at_micros, desk, act: Act::Cut { agent: agent as u32 } };
                self.acts.extend((0..lost).map(cut));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario(tail: &str) -> Scenario {
        let head = "about = \"x\"\nseconds = 100\nrounds = 2\n";
        toml::from_str(&format!("{head}{tail}")).expect("a scenario")
    }

    #[test]
    fn the_same_seed_makes_the_same_plan_and_rounds_differ() {
        let busy = scenario("[webhooks]\nper_second = 30.0\n[commands]\nper_second = 20.0\nsends = 2\n");
        let plan = Plan::make(busy.clone(), 7).expect("a plan");
        assert_eq!(plan, Plan::make(busy.clone(), 7).expect("a plan"));
        assert_ne!(plan, Plan::make(busy, 8).expect("a plan"));
        assert_ne!(plan.round(0), plan.round(1));
        let count = plan.round(0).len();
        assert!((4_500..5_500).contains(&count), "{count} acts in 100 s at 50 a second");
        assert!(plan.round(0).is_sorted_by_key(|due| due.at_micros));
    }

    #[test]
    fn half_of_the_searches_want_somebody_who_is_there() {
        let tail = "[desks]\ncount = 2\n[searches]\nper_second = 20.0\n[saves]\nper_second = 10.0\n";
        let plan = Plan::make(scenario(tail), 3).expect("a plan");
        let (mut saved, mut conversations, mut contacts, mut others) = (BTreeMap::new(), 0, 0, 0);
        for due in plan.round(0) {
            match due.act {
                Act::Save { contact } => _ = saved.insert(contact, *due),
                Act::Search { wanted: Some(Wanted::Conversation(_)), .. } => conversations += 1,
                Act::Search { wanted: Some(Wanted::Contact(contact)), .. } => {
                    contacts += 1;
                    let save: Due = saved[&contact];
                    assert_eq!(save.desk, due.desk);
                    assert!(save.at_micros + SAVED_BEFORE_MICROS < due.at_micros);
                }
                _ => others += 1,
            }
        }
        assert!(conversations > 300 && contacts > 300 && others > 700, "{conversations} {contacts} {others}");
    }

    #[test]
    fn a_plan_of_before_searches_for_nobody() {
        let due: Due = serde_json::from_str(r#"{"at":5,"desk":0,"act":{"search":{"text":9}}}"#).expect("it");
        assert_eq!(due.act, Act::Search { text: 9, wanted: None });
    }

    #[test]
    fn a_kept_plan_is_the_plan() {
        let tail = "[logins]\nagents = 4\nover_seconds = 2.0\n[cuts]\nat_seconds = [3.0]\npercent = 50\n";
        let plan = Plan::make(scenario(tail), 1).expect("a plan");
        let text = serde_json::to_string(&plan).expect("it is JSON");
        let mut kept: Plan = serde_json::from_str(&text).expect("a plan");
        assert_eq!(kept, plan);
        assert!(kept.keep_rounds(3).is_err() && kept.keep_rounds(1).is_ok());
        assert_eq!(kept.rounds(), 1);
        let cuts = plan.round(0).iter().filter(|due| matches!(due.act, Act::Cut { .. })).count();
        assert_eq!((plan.round(0).len(), cuts), (29, 25));
    }
}
