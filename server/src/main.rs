//! The binary `parloir`.

use std::process::ExitCode;

use clap::Parser;
use parloir_server::cli::Cli;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("PARLOIR_LOG").unwrap_or_else(|_| "warn".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    match parloir_server::cli::run(Cli::parse()).await {
        Ok(code) => code,
        Err(error) => {
            tell(&error);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "it is for the person at the terminal")]
fn tell(error: &anyhow::Error) {
    eprintln!("parloir: {error:#}");
}
