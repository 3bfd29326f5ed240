//! Which cores a server under test may use, and which the load uses, so that neither takes the other's time. It
//! changes nothing where the machine has one core only.

use std::process::{Child, Command};

use rustix::process::{Resource, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Where a server runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cores {
    /// On the first core, alone; the load on all others.
    One,
    /// Wherever the kernel puts it.
    All,
}

impl Cores {
    /// Starts a program on its cores. The calling thread, which is the load, is moved to the others.
    pub(crate) fn spawn(self, program: &mut Command) -> anyhow::Result<Child> {
        let all = everything()?;
        let (first, rest) = split(&all);
        match self {
            Self::One if rest.count() > 0 => {
                sched_setaffinity(None, &first)?;
                let child = program.spawn();
                sched_setaffinity(None, &rest)?;
                Ok(child?)
            }
            Self::One | Self::All => {
                sched_setaffinity(None, &all)?;
                Ok(program.spawn()?)
            }
        }
    }
}

/// All cores that this process was given when it began.
fn everything() -> anyhow::Result<CpuSet> {
    use std::sync::OnceLock;
    static ALL: OnceLock<CpuSet> = OnceLock::new();
    let now = sched_getaffinity(None)?;
    Ok(*ALL.get_or_init(|| now))
}

fn split(all: &CpuSet) -> (CpuSet, CpuSet) {
    let (mut first, mut rest) = (CpuSet::new(), *all);
    if let Some(core) = (0..CpuSet::MAX_CPU).find(|core| all.is_set(*core)) {
        first.set(core);
        rest.unset(core);
    }
    (first, rest)
}

/// As many open files as the machine lets this process have; servers that it starts inherit them.
pub(crate) fn open_files_max() -> anyhow::Result<u64> {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit)?;
    Ok(limit.maximum.unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_core_is_the_servers_and_the_rest_the_loads() {
        let mut all = CpuSet::new();
        [2, 3, 5].into_iter().for_each(|core| all.set(core));
        let (first, rest) = split(&all);
        assert!(first.is_set(2) && first.count() == 1);
        assert!(rest.is_set(3) && rest.is_set(5) && rest.count() == 2);
    }
}
