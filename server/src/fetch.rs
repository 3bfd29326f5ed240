//! Fetching what others name: files that came in with messages. Only from hosts that are listed, only over
//! HTTPS, only from addresses that are public, never more than its bound. It sends nothing but the request.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION};
use reqwest::{Client, Response, Url};

use crate::providers::{FetchError, Fetched, guarded};

#[cfg(test)]
mod tests;

/// Bytes of one file: the largest that a provider lets people send (a document over WhatsApp).
pub const FILE_BYTES_MAX: u64 = 100 << 20;
/// From the request to the last byte.
const FETCH_MAX: Duration = Duration::from_secs(600);
/// Until the next bytes.
const SILENCE_MAX: Duration = Duration::from_secs(30);
/// Redirections of one file: each is checked as the first address was.
const HOPS_MAX: u32 = 2;
/// Hosts of one list.
const HOSTS_MAX: usize = 64;

/// Where addresses may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// To the public internet, at the port of HTTPS.
    PublicOnly,
    /// For tests: also to this machine, without TLS.
    LocalToo,
}

/// The way out for one provider's files.
#[derive(Clone)]
pub struct Door {
    hosts: Arc<[String]>,
    place: Place,
    client: Client,
}

impl Door {
    /// A door to these hosts; `*.example.com` means every host below it.
    ///
    /// # Errors
    /// A sentence when the list is of no use.
    pub fn new(hosts: Vec<String>, place: Place) -> Result<Self, String> {
        let is_host = |host: &String| {
            let name = host.strip_prefix("*.").unwrap_or(host);
            name.contains('.')
                && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c))
        };
        if let Some(host) = hosts.iter().find(|host| !is_host(host)) {
            return Err(format!("'{host}' is no host that media may come from"));
        }
        if hosts.len() > HOSTS_MAX {
            return Err(format!("{} hosts are more than {HOSTS_MAX}", hosts.len()));
        }
        let client = checked_client(place).timeout(FETCH_MAX).read_timeout(SILENCE_MAX).build();
        Ok(Self { hosts: hosts.into(), place, client: client.map_err(|error| error.to_string())? })
    }

    /// The file at `address`. `authorization` goes to the host of that address and to no other.
    pub async fn fetch(&self, address: &str, authorization: Option<String>) -> Result<Fetched, FetchError> {
        let first = self.checked(address)?;
        let mut url = first.clone();
        for _ in 0..=HOPS_MAX {
            let mut request = self.client.get(url.clone());
            if let Some(authorization) = authorization.as_ref().filter(|_| url.origin() == first.origin()) {
                request = request.header(AUTHORIZATION, authorization);
            }
            let response = request.send().await.map_err(|error| unsent(&error))?;
            match next_hop(&response, &url) {
                Some(next) => url = self.checked(&next)?,
                None => return file(response),
            }
        }
        Err(FetchError::Refused(format!("it leads on more than {HOPS_MAX} times")))
    }

    /// The address, when it may be asked. The name is checked here, what it stands for where it is resolved.
    fn checked(&self, address: &str) -> Result<Url, FetchError> {
        let refused = |reason: &str| FetchError::Refused(reason.to_owned());
        let url = Url::parse(address).map_err(|_| refused("it is no address"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("it names a user"));
        }
        let host = url.host_str().ok_or_else(|| refused("it names no host"))?;
        if self.place == Place::LocalToo && matches!(host, "127.0.0.1" | "localhost") {
            return Ok(url);
        }
        if url.scheme() != "https" || url.port().is_some() {
            return Err(refused("it is not https at its usual port"));
        }
        if !self.hosts.iter().any(|listed| is_listed(listed, host)) {
            return Err(FetchError::Refused(format!("'{host}' is not on the list of hosts")));
        }
        Ok(url)
    }
}

fn is_listed(listed: &str, host: &str) -> bool {
    match listed.strip_prefix("*.") {
        Some(parent) => {
            host.strip_suffix(parent).is_some_and(|below| below.len() > 1 && below.ends_with('.'))
        }
        None => listed == host,
    }
}

fn next_hop(response: &Response, from: &Url) -> Option<String> {
    if !response.status().is_redirection() {
        return None;
    }
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    Some(from.join(location).ok()?.into())
}

fn file(response: Response) -> Result<Fetched, FetchError> {
    let status = response.status();
    if !status.is_success() {
        let sentence = format!("it was answered {}", status.as_u16());
        let is_gone = matches!(status.as_u16(), 400 | 404 | 410) || status.is_redirection();
        return Err(if is_gone { FetchError::Gone(sentence) } else { FetchError::Later(sentence) });
    }
    let bytes = response.content_length();
    if let Some(bytes) = bytes.filter(|bytes| *bytes > FILE_BYTES_MAX) {
        return Err(FetchError::Refused(format!("{bytes} bytes are more than {FILE_BYTES_MAX}")));
    }
    let media_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = media_type.map(str::to_owned);
    let mut total = 0_u64;
    let content = response.bytes_stream().map(move |piece| {
        let piece = piece.map_err(|_| std::io::Error::other("the file did not come whole"))?;
        total += piece.len() as u64;
        if total > FILE_BYTES_MAX {
            let sentence = format!("it has more than {FILE_BYTES_MAX} bytes");
            return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, sentence));
        }
        Ok(piece)
    });
    Ok(Fetched { media_type, bytes, content: content.boxed() })
}

/// A client whose connections go to addresses of `place` only, each to what was looked up and checked for it.
pub(crate) fn checked_client(place: Place) -> reqwest::ClientBuilder {
    guarded(Arc::new(Checked(place)))
}

/// Whether nothing was sent because the host stands for an address that is not public.
pub(crate) fn is_not_public(error: &reqwest::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if cause.is::<NotPublic>() {
            return true;
        }
        source = cause.source();
    }
    false
}

/// Without the address, which may hold a secret.
fn unsent(error: &reqwest::Error) -> FetchError {
    if is_not_public(error) {
        return FetchError::Refused("its host stands for an address that is not public".to_owned());
    }
    let sentence = if error.is_timeout() { "it took too long" } else { "no answer came" };
    FetchError::Later(sentence.to_owned())
}

/// Resolves names, and connects only to what it checked: there is no second look-up in between.
struct Checked(Place);

#[derive(Debug, thiserror::Error)]
#[error("the name stands for an address that is not public")]
struct NotPublic;

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let place = self.0;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One private address among public ones is a trap, not a mistake.
            let is_fit = |address: &SocketAddr| place == Place::LocalToo || is_public(address.ip());
            if found.is_empty() || !found.iter().all(is_fit) {
                return Err(NotPublic.into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether an address belongs to the public internet, in whichever form it is written.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let is_special = ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_broadcast()
        || ip.is_documentation();
    let is_this_network = a == 0;
    let is_shared = a == 100 && (64..128).contains(&b);
    let is_assignment = a == 192 && b == 0 && c == 0;
    let is_relay = a == 192 && b == 88 && c == 99;
    let is_benchmark = a == 198 && (18..20).contains(&b);
    let is_reserved = a >= 240;
    !(is_special || is_this_network || is_shared || is_assignment || is_relay || is_benchmark || is_reserved)
}

/// Global unicast only, without the parts that stand for other addresses: 6to4, Teredo, documentation.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    let is_global = first & 0xe000 == 0x2000;
    let is_special = first == 0x2001 && (second < 0x0200 || second == 0x0db8);
    is_global && !is_special && first != 0x2002 && first != 0x3fff
}
