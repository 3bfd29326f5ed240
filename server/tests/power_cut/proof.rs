//! Whether a log holds what was promised: each once, and nothing twice or out of order.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use super::promises::Promises;

/// How many of the lost are named.
const NAMED_MAX: usize = 3;

/// The number of commits.
pub(crate) fn everything_promised_is_there(log: &[Value], promises: &Promises) -> Result<usize> {
    has_no_gaps(log)?;
    let mut times = BTreeMap::<&str, usize>::new();
    for what in log.iter().flat_map(done) {
        *times.entry(what).or_default() += 1;
    }
    if let Some((what, times)) = times.iter().find(|(_, times)| **times > 1) {
        bail!("'{what}' stands {times} times in the log");
    }
    let lost = promises.broken(|what| times.contains_key(what));
    let named = lost
        .iter()
        .take(NAMED_MAX)
        .map(|(what, age)| format!("\n  '{what}', {age:?} before the end of the cut"));
    ensure!(
        lost.is_empty(),
        "{} of {} acknowledged are lost, among them:{}",
        lost.len(),
        promises.count(),
        named.collect::<String>()
    );
    Ok(log.len())
}

/// What a commit did that somebody may have been promised.
fn done(commit: &Value) -> Vec<&str> {
    let events = commit["events"].as_array().into_iter().flatten();
    let received = events.filter(|event| event["name"] == "message.received");
    let texts = received.filter_map(|event| event["data"]["message"]["text"].as_str());
    commit["command_id"].as_str().into_iter().chain(texts).collect()
}

fn has_no_gaps(log: &[Value]) -> Result<()> {
    let events = log.iter().flat_map(|commit| commit["events"].as_array().into_iter().flatten());
    for (event, seq) in events.zip(1_u64..) {
        let found = event["seq"].as_u64().context("an event has a seq")?;
        ensure!(found == seq, "event {found} stands where {seq} should");
    }
    Ok(())
}
