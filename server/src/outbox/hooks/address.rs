//! Where events may be sent: to public hosts over HTTPS. A name is looked up and checked where it is connected
//! to; what can be told by the address alone is told here.

use std::net::IpAddr;

use reqwest::Url;
use thiserror::Error;

use crate::fetch::{Place, is_public};

/// Why nothing is sent to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unfit {
    #[error("it is no address")]
    NoAddress,
    #[error("it names a user")]
    User,
    #[error("it is not https at its usual port")]
    NotHttps,
    #[error("it is not an address of the public internet")]
    NotPublic,
}

/// The normal form of an address that may be called.
///
/// # Errors
/// [`Unfit`].
pub fn normal(typed: &str, place: Place) -> Result<String, Unfit> {
    let mut url = Url::parse(typed.trim()).map_err(|_| Unfit::NoAddress)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Unfit::User);
    }
    url.set_fragment(None);
    let host = url.host_str().ok_or(Unfit::NoAddress)?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let ip = bare.parse::<IpAddr>().ok();
    let is_here = ip.is_some_and(|ip| ip.is_loopback()) || bare == "localhost";
    if place == Place::LocalToo && is_here && matches!(url.scheme(), "http" | "https") {
        return Ok(url.into());
    }
    if url.scheme() != "https" || url.port().is_some() {
        return Err(Unfit::NotHttps);
    }
    let is_name = ip.is_none() && bare.trim_end_matches('.').contains('.');
    if !is_name && !ip.is_some_and(is_public) {
        return Err(Unfit::NotPublic);
    }
    Ok(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_hosts_over_https_are_called() {
        let public = |typed: &str| normal(typed, Place::PublicOnly);
        assert_eq!(public(" https://Hooks.Example.com/a?b#c "), Ok("https://hooks.example.com/a?b".into()));
        assert_eq!(public("https://93.184.216.34"), Ok("https://93.184.216.34/".into()));
        for (typed, why) in [
            ("hooks.example.com", Unfit::NoAddress),
            ("https://", Unfit::NoAddress),
            ("https://a:b@hooks.example.com/", Unfit::User),
            ("http://hooks.example.com/", Unfit::NotHttps),
            ("https://hooks.example.com:8443/", Unfit::NotHttps),
            ("ftp://hooks.example.com/", Unfit::NotHttps),
            ("https://localhost/", Unfit::NotPublic),
            ("https://localhost./", Unfit::NotPublic),
            ("https://127.0.0.1/", Unfit::NotPublic),
            ("https://2130706433/", Unfit::NotPublic),
            ("https://0x7f.1/", Unfit::NotPublic),
            ("https://0177.0.0.1/", Unfit::NotPublic),
            ("https://10.0.0.1/", Unfit::NotPublic),
            ("https://169.254.169.254/latest/meta-data", Unfit::NotPublic),
            ("https://100.64.0.1/", Unfit::NotPublic),
            ("https://0.0.0.0/", Unfit::NotPublic),
            ("https://[::1]/", Unfit::NotPublic),
            ("https://[::ffff:127.0.0.1]/", Unfit::NotPublic),
            ("https://[64:ff9b::7f00:1]/", Unfit::NotPublic),
            ("https://[2002:7f00:1::]/", Unfit::NotPublic),
            ("https://[fe80::1]/", Unfit::NotPublic),
            ("https://[fd00::1]/", Unfit::NotPublic),
            ("https://intranet/", Unfit::NotPublic),
        ] {
            assert_eq!(public(typed), Err(why), "{typed}");
        }
    }

    #[test]
    fn this_machine_is_called_where_the_operator_allows_it() {
        let local = |typed: &str| normal(typed, Place::LocalToo);
        assert_eq!(local("http://127.0.0.1:9/x"), Ok("http://127.0.0.1:9/x".into()));
        assert_eq!(local("http://localhost:9"), Ok("http://localhost:9/".into()));
        assert_eq!(local("http://10.0.0.1/"), Err(Unfit::NotHttps));
        assert_eq!(local("https://10.0.0.1/"), Err(Unfit::NotPublic));
    }
}
