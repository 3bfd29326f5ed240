//! What the benchmark found, for people and for programs. A figure that was not measured is null, and `absent`
//! says why.

use std::collections::BTreeMap;

use serde::Serialize;

use super::times::{ClassTimes, Quantiles, Times};

/// All figures; times are in milliseconds, sizes in bytes.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Figures {
    pub(crate) contacts: u64,
    pub(crate) conversations: u64,
    pub(crate) queries: u64,
    pub(crate) p50_ms: Option<f64>,
    pub(crate) p99_ms: Option<f64>,
    pub(crate) classes: BTreeMap<&'static str, Quantiles>,
    pub(crate) count_p50_ms: Option<f64>,
    pub(crate) count_p99_ms: Option<f64>,
    pub(crate) scan_p50_ms: Option<f64>,
    pub(crate) scan_p99_ms: Option<f64>,
    pub(crate) fts5_p50_ms: Option<f64>,
    pub(crate) fts5_p99_ms: Option<f64>,
    pub(crate) pg_trgm_p50_ms: Option<f64>,
    pub(crate) pg_trgm_p99_ms: Option<f64>,
    pub(crate) peers: BTreeMap<&'static str, PeerFigures>,
    pub(crate) mismatches: u64,
    pub(crate) freshness_p50_ms: Option<f64>,
    pub(crate) freshness_p99_ms: Option<f64>,
    pub(crate) freshness_added_p50_ms: Option<f64>,
    pub(crate) freshness_added_p99_ms: Option<f64>,
    pub(crate) freshness_updates_per_second: Option<f64>,
    pub(crate) freshness_loaded_p50_ms: Option<f64>,
    pub(crate) freshness_loaded_p99_ms: Option<f64>,
    pub(crate) freshness_loaded_added_p99_ms: Option<f64>,
    pub(crate) not_found: u64,
    /// The files of the index of people, for all workspaces.
    pub(crate) index_bytes: Option<u64>,
    /// Without values of properties, for each conversation of all workspaces.
    pub(crate) index_bytes_per_conversation: Option<f64>,
    pub(crate) property_bytes: Option<u64>,
    pub(crate) message_index_bytes: Option<u64>,
    /// By index and field, as the server tells it.
    pub(crate) index_fields: BTreeMap<String, u64>,
    pub(crate) restart_s: Option<f64>,
    pub(crate) rebuild_s: Option<f64>,
    /// The whole server's, resident; and of that what is in no file.
    pub(crate) memory_bytes: Option<u64>,
    pub(crate) memory_own_bytes: Option<u64>,
    /// What search takes of it: words and numbers in memory, and the files of the index, which are mapped.
    pub(crate) people_memory_bytes: Option<u64>,
    pub(crate) message_memory_bytes: Option<u64>,
    pub(crate) limited_p50_ms: Option<f64>,
    pub(crate) limited_p99_ms: Option<f64>,
    /// Names of people who are hidden from him, and names of nobody: he finds nothing by both.
    pub(crate) hidden_p50_ms: Option<f64>,
    pub(crate) hidden_p99_ms: Option<f64>,
    pub(crate) unknown_p50_ms: Option<f64>,
    pub(crate) unknown_p99_ms: Option<f64>,
    /// How often the hidden one of two takes longer; of a half nothing is learned.
    pub(crate) hidden_longer_share: Option<f64>,
    pub(crate) small_workspaces: u64,
    pub(crate) small_workspace_p50_ms: Option<f64>,
    pub(crate) small_workspace_p99_ms: Option<f64>,
    pub(crate) messages: u64,
    pub(crate) messages_p50_ms: Option<f64>,
    pub(crate) messages_p99_ms: Option<f64>,
    /// Of messages with a qualifier as well.
    pub(crate) messages_of_some_p50_ms: Option<f64>,
    pub(crate) messages_of_some_p99_ms: Option<f64>,
    pub(crate) loaded_p50_ms: Option<f64>,
    pub(crate) loaded_p99_ms: Option<f64>,
    pub(crate) loaded_classes: BTreeMap<&'static str, Quantiles>,
    pub(crate) command_p50_ms: Option<f64>,
    pub(crate) command_p99_ms: Option<f64>,
    pub(crate) command_p50_loaded_ms: Option<f64>,
    pub(crate) command_p99_loaded_ms: Option<f64>,
    /// Changes and searches that were not sent, as the server was behind, or refused: there is no figure under load then.
    pub(crate) left_out: Option<u64>,
    /// How much the p99 of command answers grows when somebody searches: 1.2 is a fifth more. The median over pairs of
    /// neighbouring storms.
    pub(crate) command_p99_growth: Option<f64>,
    /// Of each pair of storms, as they came.
    pub(crate) command_p99_growths: Vec<f64>,
    pub(crate) limits: &'static str,
    pub(crate) seed: u64,
    pub(crate) absent: Vec<String>,
}

/// A peer by class, and how often its first page was another one.
#[derive(Debug, Serialize)]
pub(crate) struct PeerFigures {
    pub(crate) queries: u64,
    pub(crate) different: u64,
    pub(crate) built_s: f64,
    pub(crate) bytes: Option<u64>,
    pub(crate) classes: BTreeMap<&'static str, Quantiles>,
}

/// Fills a pair of figures.
pub(crate) fn put(times: &Times, p50: &mut Option<f64>, p99: &mut Option<f64>) {
    if times.count() > 0 {
        let quantiles = times.quantiles();
        (*p50, *p99) = (Some(quantiles.p50_ms), Some(quantiles.p99_ms));
    }
}

impl Figures {
    pub(crate) fn main(&mut self, times: &ClassTimes) {
        self.queries = times.all.count();
        self.classes = times.by_class();
        put(&times.all, &mut self.p50_ms, &mut self.p99_ms);
    }

    pub(crate) fn passed(&self) -> bool {
        self.mismatches == 0 && self.not_found == 0
    }

    #[expect(clippy::print_stdout, reason = "it is what the program is for")]
    pub(crate) fn print(&self, json: bool) -> anyhow::Result<()> {
        let figures = serde_json::to_value(self)?;
        if json {
            println!("{figures}");
            return Ok(());
        }
        for (name, figure) in figures.as_object().into_iter().flatten() {
            match figure {
                serde_json::Value::Object(parts) => {
                    parts
                        .iter()
                        .for_each(|(part, figure)| println!("{:<32} {figure}", format!("{name}.{part}")));
                }
                figure => println!("{name:<32} {figure:>14}"),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_measured_is_null() {
        let mut figures = Figures::default();
        put(&Times::default(), &mut figures.scan_p50_ms, &mut figures.scan_p99_ms);
        let shown = serde_json::to_value(&figures).expect("figures are JSON");
        assert!(shown["scan_p99_ms"].is_null() && shown["fts5_p99_ms"].is_null());
        assert_eq!(shown["mismatches"], 0);
    }

    #[test]
    fn one_wrong_answer_fails_the_run() {
        assert!(Figures::default().passed());
        assert!(!Figures { mismatches: 1, ..Figures::default() }.passed());
        assert!(!Figures { not_found: 1, ..Figures::default() }.passed());
    }
}
