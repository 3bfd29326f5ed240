//! What is configured of an SMPP account: where it is, who binds, how numbers and long texts are written. It
//! connects to nobody.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::super::Credential;
use super::super::settings::Table;
use super::names::{Form, Names};
use super::submit;

/// PDUs that wait for their answers, where nothing else is agreed.
const WINDOW: usize = 10;
const WINDOW_MAX: usize = 1_000;
/// How often a silent line is asked whether it lives.
const ENQUIRE_MS: u64 = 30_000;
const ENQUIRE_MS_MIN: u64 = 50;
const ENQUIRE_MS_MAX: u64 = 600_000;
/// How long an answer may take: below what the outbox waits.
const ANSWER_MS_MAX: u64 = 25_000;
/// The numbering of phone numbers: international, ISDN.
const E164: Numbering = Numbering { ton: 1, npi: 1 };
/// The port where none is named.
const PORT: u16 = 2775;

/// The table `smpp` inside an account's.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in super::super) struct Keys {
    system_type: Option<String>,
    window: Option<usize>,
    enquire_link_ms: Option<u64>,
    source_ton: Option<u8>,
    source_npi: Option<u8>,
    destination_ton: Option<u8>,
    destination_npi: Option<u8>,
    long_messages: LongMessages,
    /// How names of messages stand in answers.
    answer_ids: Form,
    /// How they stand in receipts.
    receipt_ids: Form,
    /// A file of certificates, instead of those of the system.
    roots: Option<PathBuf>,
}

/// How a text that is longer than one message leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum LongMessages {
    /// In parts, each with a header that joins them.
    #[default]
    Header,
    /// Whole, in `message_payload`: the network cuts it.
    Payload,
}

/// What kind of number an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Numbering {
    pub(super) ton: u8,
    pub(super) npi: u8,
}

/// How messages are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Writing {
    pub(super) source: Numbering,
    pub(super) destination: Numbering,
    pub(super) long_messages: LongMessages,
}

/// Who binds.
#[derive(Debug, Clone)]
pub(super) struct Bind {
    pub(super) system_id: String,
    pub(super) password: Credential,
    pub(super) system_type: String,
}

/// Where the network is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) secrecy: Secrecy,
}

/// Whether what is said can be heard on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Secrecy {
    Open,
    /// TLS, with certificates of a file or of the system.
    Tls {
        roots: Option<PathBuf>,
    },
}

/// Everything settled.
#[derive(Debug, Clone)]
pub(super) struct Settled {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) bind: Bind,
    pub(super) writing: Writing,
    pub(super) names: Names,
    pub(super) window: usize,
    pub(super) enquire_every: Duration,
    pub(super) patience: Duration,
}

/// What a table says; what is wrong with it.
pub(super) fn settled(table: &Table<'_>) -> Result<Settled, String> {
    let keys = table.smpp();
    let bind = Bind {
        system_id: table.username()?,
        password: table.password()?,
        system_type: keys.system_type.clone().unwrap_or_default(),
    };
    if submit::bind(&bind).is_none() {
        return Err("SMPP takes a username of 15 characters, a password of 8 and a system_type of 12".into());
    }
    let window = within("window", keys.window.unwrap_or(WINDOW), 1, WINDOW_MAX)?;
    let enquire = within(
        "enquire_link_ms",
        keys.enquire_link_ms.unwrap_or(ENQUIRE_MS),
        ENQUIRE_MS_MIN,
        ENQUIRE_MS_MAX,
    )?;
    let numbering = |ton: Option<u8>, npi: Option<u8>| Numbering {
        ton: ton.unwrap_or(E164.ton),
        npi: npi.unwrap_or(E164.npi),
    };
    let writing = Writing {
        source: numbering(keys.source_ton, keys.source_npi),
        destination: numbering(keys.destination_ton, keys.destination_npi),
        long_messages: keys.long_messages,
    };
    Ok(Settled {
        name: table.name.to_owned(),
        place: place(table.base_url()?, keys.roots.clone())?,
        bind,
        writing,
        names: Names { answers: keys.answer_ids, receipts: keys.receipt_ids },
        window,
        enquire_every: Duration::from_millis(enquire),
        patience: Duration::from_millis(table.answer_ms(ANSWER_MS_MAX)),
    })
}

fn within<T: Copy + PartialOrd + std::fmt::Display>(
    key: &str,
    value: T,
    least: T,
    most: T,
) -> Result<T, String> {
    if value < least || value > most {
        return Err(format!("smpp.{key} is {value}, not {least} to {most}"));
    }
    Ok(value)
}

fn place(base_url: &str, roots: Option<PathBuf>) -> Result<Place, String> {
    let refused = || format!("'{base_url}' must be smpp://host:port, or smpps://host:port for TLS");
    let (scheme, rest) = base_url.trim_end_matches('/').split_once("://").ok_or_else(refused)?;
    let secrecy = match scheme {
        "smpp" if roots.is_some() => return Err("smpp.roots is for smpps:// alone".to_owned()),
        "smpp" => Secrecy::Open,
        "smpps" => Secrecy::Tls { roots },
        _ => return Err(refused()),
    };
    let (host, port) = match rest.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) {
        Some((host, port)) => (host, port.parse().map_err(|_| refused())?),
        None => (rest, PORT),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let is_host = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-.:".contains(c));
    if !is_host || port == 0 {
        return Err(refused());
    }
    Ok(Place { host: host.to_owned(), port, secrecy })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_scheme_a_host_and_a_port() {
        let read = |text: &str| place(text, None).map(|place| (place.host, place.port, place.secrecy));
        let tls = Secrecy::Tls { roots: None };
        assert_eq!(read("smpp://smsc.example"), Ok(("smsc.example".into(), 2775, Secrecy::Open)));
        assert_eq!(read("smpps://smsc.example:3550/"), Ok(("smsc.example".into(), 3550, tls)));
        assert_eq!(read("smpp://[::1]:2776"), Ok(("::1".into(), 2776, Secrecy::Open)));
        for text in ["smsc.example:1", "http://a:1", "smpp://", "smpp://a:0", "smpp://a:x", "smpp://u@a:1"] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(place("smpp://a", Some("/etc/roots.pem".into())).is_err());
    }
}
