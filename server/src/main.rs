//! The binary `parloir`.

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use parloir_server::cli::{Cli, Ended, run};

/// Gives freed memory back sooner than the system's, and takes less time for it.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long what still blocks may take once its verb has ended.
const LEFTOVERS: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    give_up_huge_pages();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("PARLOIR_LOG").unwrap_or_else(|_| "warn".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    match carried_out(Cli::parse()) {
        Ok(Ended { code, remains }) => {
            if let Some(remains) = remains {
                remains.close();
            }
            code
        }
        Err(error) => {
            tell(&error);
            ExitCode::FAILURE
        }
    }
}

/// The allocator asks for them, and gives memory back that came free: whoever writes there first again then waits for
/// two megabytes of zeros. Linux keeps the flag for the whole process.
#[cfg(target_os = "linux")]
fn give_up_huge_pages() {
    // Where they cannot be given up they stay, which costs time and nothing else.
    rustix::thread::disable_transparent_huge_pages(true).ok();
}

/// Elsewhere there is no such call.
#[cfg(not(target_os = "linux"))]
fn give_up_huge_pages() {}

/// Runs a verb in a runtime that is gone when this returns.
fn carried_out(cli: Cli) -> anyhow::Result<Ended> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(run(cli));
    runtime.shutdown_timeout(LEFTOVERS);
    ended
}

#[expect(clippy::print_stderr, reason = "it is for the person at the terminal")]
fn tell(error: &anyhow::Error) {
    eprintln!("parloir: {error:#}");
}
