//! What a run does: its size, its seed, and chance that a seed replays. It does nothing itself.

use std::path::PathBuf;

use clap::Args;

/// Where a server is, and a way in for the integration that the run works as.
#[derive(Debug, Clone, Args)]
pub(crate) struct Target {
    /// The server, as http://host:port.
    #[arg(long, env = "PARLOIR_URL")]
    pub(crate) url: String,
    /// The integration's token.
    #[arg(long, env = "PARLOIR_TOKEN", hide_env_values = true)]
    pub(crate) token: String,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Smoke {
    #[command(flatten)]
    pub(crate) target: Target,
    /// Texts of customers, a line each: label, tab, text.
    #[arg(long)]
    pub(crate) texts: Option<PathBuf>,
    /// Agents who work at once.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(2..=2_000))]
    pub(crate) agents: u32,
    /// Messages that customers send.
    #[arg(long, default_value_t = 1_000)]
    pub(crate) messages: u32,
    /// The same seed makes the same choices.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// One line of JSON instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Agents at the end of the list who see only some groups.
pub(crate) const LIMITED_AGENTS: u32 = 5;

/// Commands that each agent gives.
pub(crate) const COMMANDS_PER_AGENT: u32 = 20;

/// Customers who write.
pub(crate) const CUSTOMERS: u64 = 200;

/// One agent of so many is cut again and again.
pub(crate) const CUT_ONE_OF: u32 = 3;

/// A repeatable source of chance (xorshift64*).
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mixed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ stream.wrapping_mul(0xbf58_476d_1ce4_e5b9);
        Self(mixed | 1)
    }

    pub(crate) fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % below.max(1)
    }

    /// An order by chance.
    pub(crate) fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            all.swap(last, self.roll(last as u64 + 1) as usize);
        }
    }

    pub(crate) fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.roll(all.len() as u64) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_by_chance_and_a_seed_replays_it() {
        let shuffled = |seed| {
            let mut all = [1, 2, 3, 4, 5];
            Dice::new(seed, 0).shuffle(&mut all);
            all
        };
        let orders: std::collections::BTreeSet<[i32; 5]> = (1..50).map(shuffled).collect();
        assert!(
            orders.len() > 20 && orders.iter().all(|order| order.iter().sum::<i32>() == 15),
            "{orders:?}"
        );
        assert_eq!(shuffled(7), shuffled(7));
    }
}
