//! What the kernel says of the server's process. It reads and never signals.

use anyhow::Context;

/// The kernel counts CPU time in hundredths of a second for programs.
const TICKS_PER_SECOND: f64 = 100.0;

pub(crate) fn cpu_seconds(pid: u32) -> anyhow::Result<f64> {
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

/// CPU time of a process and everything that came of it and still runs.
pub(crate) fn family_cpu_seconds(pid: u32) -> anyhow::Result<f64> {
    family(pid)?.into_iter().map(cpu_seconds).sum()
}

/// Memory of a process and everything that came of it; what several share counts once.
pub(crate) fn family_bytes(pid: u32) -> anyhow::Result<u64> {
    family(pid)?.into_iter().map(proportional_bytes).sum()
}

fn proportional_bytes(pid: u32) -> anyhow::Result<u64> {
    let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup"));
    let pss = rollup.ok().and_then(|rollup| kib_of(&rollup, "Pss:"));
    pss.map_or_else(|| resident_bytes(pid), |kib| Ok(kib * 1_024))
}

/// The process and its descendants, itself first.
fn family(pid: u32) -> anyhow::Result<Vec<u32>> {
    let mut parents = Vec::new();
    for entry in std::fs::read_dir("/proc")?.flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        // A process may end while it is looked at.
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        parents.extend(parent(&stat).map(|parent| (id, parent)));
    }
    let mut family = vec![pid];
    let mut at = 0;
    while let Some(elder) = family.get(at).copied() {
        family.extend(parents.iter().filter(|(_, parent)| *parent == elder).map(|(id, _)| *id));
        at += 1;
    }
    Ok(family)
}

/// The fourth field.
fn parent(stat: &str) -> Option<u32> {
    let (_, after) = stat.rsplit_once(')')?;
    after.split_whitespace().nth(1)?.parse().ok()
}

pub(crate) fn resident_bytes(pid: u32) -> anyhow::Result<u64> {
    bytes_of(pid, "VmRSS:")
}

/// The most memory that the process ever had, by the kernel's own mark, which misses nothing between two looks.
pub(crate) fn peak_bytes(pid: u32) -> anyhow::Result<u64> {
    bytes_of(pid, "VmHWM:")
}

/// Memory that is no file's: what the process would not get back by reading.
pub(crate) fn own_bytes(pid: u32) -> anyhow::Result<u64> {
    bytes_of(pid, "RssAnon:")
}

fn bytes_of(pid: u32, name: &str) -> anyhow::Result<u64> {
    let path = format!("/proc/{pid}/status");
    let status = std::fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    kib_of(&status, name).map(|kib| kib * 1_024).with_context(|| format!("{path} tells no {name}"))
}

fn kib_of(lines: &str, name: &str) -> Option<u64> {
    let line = lines.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_process_may_hold_anything() {
        let stat = "7 (a) b (c)) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 5 0 100 0 0";
        assert_eq!(ticks(stat), Some(300));
        assert_eq!(parent(stat), Some(1));
    }

    #[test]
    fn the_most_memory_is_remembered() {
        const BYTES: usize = 64 << 20;
        let own = std::process::id();
        let before = resident_bytes(own).expect("it can be read");
        let much = std::hint::black_box(vec![1_u8; BYTES]);
        drop(much);
        let peak = peak_bytes(own).expect("it can be read");
        assert!(peak >= before + BYTES as u64 / 2, "{before} and {peak}");
    }

    #[test]
    fn a_child_belongs_to_the_family_and_its_memory_too() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().expect("there is a sleep");
        let own = std::process::id();
        let family = family(own).expect("it can be read");
        assert!(family.contains(&own) && family.contains(&child.id()));
        assert!(family_bytes(own).expect("it can be read") > 0);
        child.kill().expect("it runs");
        child.wait().expect("it ends");
    }
}
