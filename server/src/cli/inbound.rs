//! `parloir inbound`: webhooks that could not be read and were kept aside.

use std::io::Write as _;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use serde::de::DeserializeOwned;

use super::connect::Access;
use super::terminal::plain;
use crate::http::aside::{Aside, Taken};
use crate::providers::plain_client;

#[derive(Debug, Subcommand)]
pub(crate) enum Inbound {
    /// Lists them, the oldest first.
    List(List),
    /// Hands one in again, or all.
    Retry(Retry),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    access: Access,
}

#[derive(Debug, Args)]
pub(crate) struct Retry {
    #[command(flatten)]
    access: Access,
    /// Its id, as in the list.
    #[arg(required_unless_present = "all")]
    id: Option<String>,
    /// All that are in the list.
    #[arg(long, conflicts_with = "id")]
    all: bool,
}

/// Why a request was refused, as the server says it.
#[derive(serde::Deserialize)]
struct Problem {
    message: String,
}

impl Inbound {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::List(verb) => list(&verb.access).await,
            Self::Retry(verb) => retry(&verb).await,
        }
    }
}

async fn list(access: &Access) -> anyhow::Result<()> {
    let aside = kept(access).await?;
    let mut out = std::io::stdout().lock();
    for item in aside.items {
        let at = serde_json::to_value(item.at)?;
        let at = at.as_str().unwrap_or_default();
        writeln!(
            out,
            "{} {at} {} {} bytes: {}",
            plain(&item.id),
            plain(&item.provider),
            item.bytes,
            plain(&item.reason)
        )?;
    }
    Ok(())
}

async fn retry(verb: &Retry) -> anyhow::Result<()> {
    let ids = match &verb.id {
        Some(id) => vec![id.clone()],
        None => kept(&verb.access).await?.items.into_iter().map(|item| item.id).collect(),
    };
    let mut refused = 0;
    for id in &ids {
        let is_id = id.chars().all(|c| c.is_ascii_hexdigit());
        anyhow::ensure!(is_id, "'{}' is no id of the list", plain(id));
        let taken = ask::<Taken>(&verb.access, reqwest::Method::POST, &format!("/v1/aside/{id}/retry")).await;
        let sentence = match taken {
            Ok(_) => "taken".to_owned(),
            Err(error) => {
                refused += 1;
                format!("{error:#}")
            }
        };
        writeln!(std::io::stdout().lock(), "{} {}", plain(id), plain(&sentence))?;
    }
    if refused > 0 {
        bail!("{refused} of {} could not be taken", ids.len());
    }
    Ok(())
}

async fn kept(access: &Access) -> anyhow::Result<Aside> {
    ask(access, reqwest::Method::GET, "/v1/aside").await
}

async fn ask<T: DeserializeOwned>(access: &Access, method: reqwest::Method, path: &str) -> anyhow::Result<T> {
    let (url, token) = access.door()?;
    let client = plain_client().map_err(|reason| anyhow::anyhow!(reason))?;
    let request = client.request(method, format!("{}{path}", url.trim_end_matches('/')));
    let response = request.bearer_auth(token).send().await.context("the server cannot be reached")?;
    let status = response.status();
    let body = response.bytes().await.context("the answer did not come whole")?;
    if status.is_success() {
        return serde_json::from_slice(&body).context("the answer is not understood");
    }
    let problem = serde_json::from_slice::<Problem>(&body).map(|problem| problem.message);
    bail!("{}", plain(&problem.unwrap_or_else(|_| format!("the server answered {status}"))))
}
