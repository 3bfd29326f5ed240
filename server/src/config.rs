//! What can be configured: flags before environment before a file before defaults. A key that is not known
//! is an error, not a wish.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Deserialize;
use thiserror::Error;

use crate::blobs;
use crate::node::Limits;
use crate::providers::Settings;
use crate::state::CACHE_BYTES;

/// How a server is started.
#[derive(Debug, Clone, Default, Args)]
pub struct Flags {
    /// Where to listen, e.g. 127.0.0.1:8080; port 0 takes a free one
    #[arg(long, env = "PARLOIR_LISTEN")]
    pub listen: Option<SocketAddr>,
    /// Where everything is kept
    #[arg(long, env = "PARLOIR_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// What the outside calls this server, e.g. https://desk.example.com
    #[arg(long, env = "PARLOIR_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// `default` or `load`
    #[arg(long, env = "PARLOIR_LIMITS")]
    pub limits: Option<String>,
    /// A TOML file with the same keys
    #[arg(long, env = "PARLOIR_CONFIG")]
    pub config: Option<PathBuf>,
}

/// The same keys in a file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileKeys {
    listen: Option<SocketAddr>,
    data_dir: Option<PathBuf>,
    limits: Option<String>,
    cache_bytes: Option<u64>,
    reserve_bytes: Option<u64>,
    open_simulator: Option<bool>,
    open_webhooks: Option<bool>,
    webhook_key_file: Option<PathBuf>,
    public_url: Option<String>,
    #[serde(default)]
    providers: Settings,
    blobs: Option<blobs::Settings>,
}

/// Everything settled.
#[derive(Debug, Clone)]
pub struct Config {
    pub listen: SocketAddr,
    pub data_dir: PathBuf,
    pub limits: Limits,
    /// Memory for the state's pages.
    pub cache_bytes: u64,
    /// Free space on the disk that is never written into.
    pub reserve_bytes: u64,
    /// Whether the simulator's webhook takes messages from this machine without a token.
    pub open_simulator: bool,
    /// Whether webhooks may call this machine, for tests and demonstrations.
    pub open_webhooks: bool,
    /// Where the key is that secrets of webhooks are made of.
    pub webhook_key_file: Option<PathBuf>,
    /// What the outside calls this server, without a slash at the end.
    pub public_url: Option<String>,
    /// Accounts at providers.
    pub providers: Settings,
    /// Where the contents of files are kept.
    pub blobs: blobs::Settings,
}

/// What is wrong with a configuration.
#[derive(Debug, Error)]
pub enum ConfigError {
    #[error("cannot read {path}: {source}")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{path} is not a configuration: {source}")]
    Invalid { path: PathBuf, source: Box<toml::de::Error> },
    #[error("public_url is '{0}', not an http or https address without a path")]
    PublicUrl(String),
    #[error("there is no profile of limits named '{0}': `default` or `load`")]
    NoSuchLimits(String),
}

const LISTEN: &str = "127.0.0.1:8080";
const DATA_DIR: &str = "./data";
const RESERVE_BYTES: u64 = 256 << 20;

impl Config {
    /// Settles flags and environment, the file and the defaults.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn settle(flags: &Flags) -> Result<Self, ConfigError> {
        let file = flags.config.as_deref().map(read_file).transpose()?.unwrap_or_default();
        let limits = flags.limits.clone().or(file.limits);
        Ok(Self {
            listen: flags.listen.or(file.listen).unwrap_or_else(|| LISTEN.parse().expect("an address")),
            data_dir: flags.data_dir.clone().or(file.data_dir).unwrap_or_else(|| DATA_DIR.into()),
            limits: limits_named(limits.as_deref().unwrap_or("default"))?,
            cache_bytes: file.cache_bytes.unwrap_or(CACHE_BYTES),
            reserve_bytes: file.reserve_bytes.unwrap_or(RESERVE_BYTES),
            open_simulator: file.open_simulator.unwrap_or(false),
            open_webhooks: file.open_webhooks.unwrap_or(false),
            webhook_key_file: file.webhook_key_file,
            public_url: public_url(flags.public_url.clone().or(file.public_url))?,
            providers: file.providers,
            blobs: file.blobs.unwrap_or_default(),
        })
    }
}

/// The address in the form that others are told: scheme, host and port.
fn public_url(given: Option<String>) -> Result<Option<String>, ConfigError> {
    let Some(given) = given else { return Ok(None) };
    let bare = given.trim_end_matches('/');
    let rest = bare.strip_prefix("https://").or_else(|| bare.strip_prefix("http://"));
    let is_fit = rest.is_some_and(|rest| {
        !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || "-.:[]".contains(c))
    });
    if is_fit { Ok(Some(bare.to_owned())) } else { Err(ConfigError::PublicUrl(given)) }
}

fn read_file(path: &Path) -> Result<FileKeys, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
    toml::from_str(&text)
        .map_err(|source| ConfigError::Invalid { path: path.to_owned(), source: Box::new(source) })
}

fn limits_named(name: &str) -> Result<Limits, ConfigError> {
    match name {
        "default" => Ok(Limits::standard()),
        "load" => Ok(Limits::load()),
        other => Err(ConfigError::NoSuchLimits(other.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(config: Option<PathBuf>) -> Flags {
        Flags { listen: None, data_dir: Some("/from/flag".into()), public_url: None, limits: None, config }
    }

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("parloir.toml");
        std::fs::write(&path, "data_dir = '/from/file'\nlisten = '127.0.0.1:9'\n").expect("written");
        let config = Config::settle(&flags(Some(path))).expect("settled");
        assert_eq!(config.data_dir, Path::new("/from/flag"));
        assert_eq!(config.listen.port(), 9);
        assert_eq!(config.cache_bytes, CACHE_BYTES);
    }

    #[test]
    fn a_public_address_is_a_scheme_and_a_host() {
        let read = |text: &str| public_url(Some(text.to_owned()));
        assert_eq!(read("https://desk.example/").ok().flatten().as_deref(), Some("https://desk.example"));
        assert_eq!(read("http://127.0.0.1:8080").ok().flatten().as_deref(), Some("http://127.0.0.1:8080"));
        for text in ["desk.example", "https://", "https://a/b", "https://a?b", "https://a@b"] {
            assert!(matches!(read(text), Err(ConfigError::PublicUrl(_))), "{text}");
        }
    }

    #[test]
    fn an_unknown_key_is_an_error() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("parloir.toml");
        std::fs::write(&path, "lisen = '127.0.0.1:9'\n").expect("written");
        assert!(matches!(Config::settle(&flags(Some(path))), Err(ConfigError::Invalid { .. })));
    }
}
