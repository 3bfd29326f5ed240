//! What is measured: a name, a unit, which way is better, and the part of the run that takes it. It takes nothing
//! itself.

use clap::ValueEnum;

use super::who::Who;
use crate::better::Better;

/// One figure. Its name is what `--only` and the JSON call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Figure {
    /// The server's CPU per million deliveries, at most 64 events unheard by somebody.
    FanoutFlatOutCpuSPerMillion,
    /// Cores that the load itself took meanwhile: at one, it is the load that is measured.
    FanoutFlatOutLoadCores,
    /// The same at 100 events a second.
    FanoutPacedCpuSPerMillion,
    /// From the moment an event ought to be published to a listener's receipt, at 100 events a second.
    FanoutPacedP99Ms,
    /// The same at as many events as make a million deliveries a second.
    MillionASecondP99Ms,
    /// Cores that the load itself took meanwhile.
    MillionASecondLoadCores,
    /// Memory per connection that has been let in.
    IdleConnectionKib,
    /// Memory per connection after a burst to all.
    BurstConnectionKib,
    /// Connections cut at once that come back, signed in and resumed.
    ReconnectPerS,
    /// The server's CPU for each of them.
    ReconnectCpuMs,
    /// Memory that such a storm leaves behind, for each of them.
    StormConnectionKib,
    /// From the moment at which all come back to that at which the last one has everything, when each missed 1,000
    /// events.
    ReconnectMissedLiveS,
    /// CPU of one more listener for an event flat out, by a line through three sizes each: from as many listeners to ten times
    /// as many, over from a tenth to as many. At 1 it does not grow.
    GrowthSlopeRatio,
    /// The same at 10 events a second, each of which is told by itself.
    GrowthCalmSlopeRatio,
    /// Memory for each of 1,000 workspaces that nobody uses, after a start.
    IdleWorkspaceKib,
    /// Durable commands with 64 on their way.
    #[value(name = "commands_64_per_s")]
    Commands64PerS,
    #[value(name = "commands_64_p99_ms")]
    Commands64P99Ms,
    /// Durable commands with 256 on their way.
    #[value(name = "commands_256_per_s")]
    Commands256PerS,
    #[value(name = "commands_256_p99_ms")]
    Commands256P99Ms,
    /// One agent, one durable command after the other.
    AloneP50Ms,
    /// From a webhook's intended moment to the last agent's receipt, at 100 a second.
    WebhookToLastP99Ms,
    /// One agent's command with a long log, over the same with a short one: half of the commands take no longer.
    CommandGrowthRatio,
    /// The same of the slowest of a hundred.
    CommandGrowthP99Ratio,
    /// From the process's start to its listening, with its state.
    StartS,
    /// The same after a kill: every row is read before anything is served.
    StartAfterKillS,
    /// The same when the state has to be built from the log.
    RebuildS,
}

/// What is run together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    FlatOut,
    Paced,
    Million,
    Memory,
    Reconnect,
    Missed,
    Growth,
    Workspaces,
    Commands(InFlight),
    Alone,
    Webhook,
    Grown,
    Start,
}

/// Commands without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InFlight(pub(crate) usize);

impl Part {
    pub(crate) const ALL: [Self; 14] = [
        Self::FlatOut,
        Self::Paced,
        Self::Million,
        Self::Memory,
        Self::Reconnect,
        Self::Missed,
        Self::Growth,
        Self::Workspaces,
        Self::Commands(InFlight(64)),
        Self::Commands(InFlight(256)),
        Self::Alone,
        Self::Webhook,
        Self::Grown,
        Self::Start,
    ];

    pub(crate) fn figures(self) -> Vec<Figure> {
        Figure::value_variants().iter().copied().filter(|figure| figure.part() == self).collect()
    }

    /// Who else takes part.
    pub(crate) fn peers(self) -> &'static [Who] {
        match self {
            Self::FlatOut | Self::Paced | Self::Million | Self::Memory | Self::Reconnect => &Who::BROKERS,
            Self::Commands(_) => &[Who::Postgres],
            Self::Alone => &[Who::Append, Who::Postgres],
            Self::Growth => &[Who::Floor],
            Self::Missed | Self::Workspaces | Self::Webhook | Self::Grown | Self::Start => &[],
        }
    }
}

impl Figure {
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    pub(crate) fn unit(self) -> &'static str {
        match self {
            Self::FanoutFlatOutCpuSPerMillion | Self::FanoutPacedCpuSPerMillion => "s per million",
            Self::FanoutPacedP99Ms
            | Self::MillionASecondP99Ms
            | Self::Commands64P99Ms
            | Self::Commands256P99Ms
            | Self::AloneP50Ms
            | Self::WebhookToLastP99Ms => "ms",
            Self::IdleConnectionKib
            | Self::BurstConnectionKib
            | Self::StormConnectionKib
            | Self::IdleWorkspaceKib => "KiB",
            Self::GrowthSlopeRatio
            | Self::GrowthCalmSlopeRatio
            | Self::CommandGrowthRatio
            | Self::CommandGrowthP99Ratio => "ratio",
            Self::FanoutFlatOutLoadCores | Self::MillionASecondLoadCores => "cores",
            Self::ReconnectPerS | Self::Commands64PerS | Self::Commands256PerS => "per s",
            Self::ReconnectCpuMs => "ms CPU",
            Self::StartS | Self::StartAfterKillS | Self::RebuildS | Self::ReconnectMissedLiveS => "s",
        }
    }

    pub(crate) fn better(self) -> Better {
        match self {
            Self::ReconnectPerS | Self::Commands64PerS | Self::Commands256PerS => Better::Higher,
            Self::FanoutFlatOutCpuSPerMillion
            | Self::FanoutFlatOutLoadCores
            | Self::FanoutPacedCpuSPerMillion
            | Self::FanoutPacedP99Ms
            | Self::MillionASecondP99Ms
            | Self::MillionASecondLoadCores
            | Self::IdleConnectionKib
            | Self::BurstConnectionKib
            | Self::ReconnectCpuMs
            | Self::StormConnectionKib
            | Self::ReconnectMissedLiveS
            | Self::GrowthSlopeRatio
            | Self::GrowthCalmSlopeRatio
            | Self::IdleWorkspaceKib
            | Self::Commands64P99Ms
            | Self::Commands256P99Ms
            | Self::AloneP50Ms
            | Self::WebhookToLastP99Ms
            | Self::CommandGrowthRatio
            | Self::CommandGrowthP99Ratio
            | Self::StartS
            | Self::StartAfterKillS
            | Self::RebuildS => Better::Lower,
        }
    }

    pub(crate) fn part(self) -> Part {
        match self {
            Self::FanoutFlatOutCpuSPerMillion | Self::FanoutFlatOutLoadCores => Part::FlatOut,
            Self::FanoutPacedCpuSPerMillion | Self::FanoutPacedP99Ms => Part::Paced,
            Self::MillionASecondP99Ms | Self::MillionASecondLoadCores => Part::Million,
            Self::IdleConnectionKib | Self::BurstConnectionKib => Part::Memory,
            Self::ReconnectPerS | Self::ReconnectCpuMs | Self::StormConnectionKib => Part::Reconnect,
            Self::ReconnectMissedLiveS => Part::Missed,
            Self::GrowthSlopeRatio | Self::GrowthCalmSlopeRatio => Part::Growth,
            Self::IdleWorkspaceKib => Part::Workspaces,
            Self::Commands64PerS | Self::Commands64P99Ms => Part::Commands(InFlight(64)),
            Self::Commands256PerS | Self::Commands256P99Ms => Part::Commands(InFlight(256)),
            Self::AloneP50Ms => Part::Alone,
            Self::WebhookToLastP99Ms => Part::Webhook,
            Self::CommandGrowthRatio | Self::CommandGrowthP99Ratio => Part::Grown,
            Self::StartS | Self::StartAfterKillS | Self::RebuildS => Part::Start,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_is_better_of_what_is_done_in_a_second() {
        for figure in Figure::value_variants() {
            let higher = figure.better() == Better::Higher;
            assert_eq!(higher, figure.unit() == "per s", "{}", figure.name());
        }
    }

    #[test]
    fn every_figure_is_taken_by_a_part_and_named_as_in_the_json() {
        let all: usize = Part::ALL.iter().map(|part| part.figures().len()).sum();
        assert_eq!(all, Figure::value_variants().len());
        let names =
            [Figure::FanoutFlatOutCpuSPerMillion, Figure::MillionASecondP99Ms, Figure::Commands64PerS];
        let wanted = ["fanout_flat_out_cpu_s_per_million", "million_a_second_p99_ms", "commands_64_per_s"];
        assert_eq!(names.map(Figure::name), wanted);
    }
}
