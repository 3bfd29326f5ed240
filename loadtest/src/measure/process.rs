//! What the kernel says of the server's process. It reads and never signals.

use anyhow::Context;

/// The kernel counts CPU time in hundredths of a second for programs.
const TICKS_PER_SECOND: f64 = 100.0;

pub(super) fn cpu_seconds(pid: u32) -> anyhow::Result<f64> {
    let path = format!("/proc/{pid}/stat");
    let stat = std::fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    ticks(&stat).map(|ticks| ticks as f64 / TICKS_PER_SECOND).with_context(|| format!("cannot read {path}"))
}

/// User and system time are the 14th and 15th field; the second is in parentheses and may hold anything.
fn ticks(stat: &str) -> Option<u64> {
    let (_, after) = stat.rsplit_once(')')?;
    let mut fields = after.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

pub(crate) fn resident_bytes(pid: u32) -> anyhow::Result<u64> {
    bytes_of(pid, "VmRSS:")
}

/// Memory that is no file's: what the process would not get back by reading.
pub(crate) fn own_bytes(pid: u32) -> anyhow::Result<u64> {
    bytes_of(pid, "RssAnon:")
}

fn bytes_of(pid: u32, name: &str) -> anyhow::Result<u64> {
    let path = format!("/proc/{pid}/status");
    let status = std::fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.and_then(|line| line.split_whitespace().next()).and_then(|kib| kib.parse::<u64>().ok());
    kib.map(|kib| kib * 1_024).with_context(|| format!("{path} tells no {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_process_may_hold_anything() {
        let stat = "7 (a) b (c)) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 5 0 100 0 0";
        assert_eq!(ticks(stat), Some(300));
    }
}
