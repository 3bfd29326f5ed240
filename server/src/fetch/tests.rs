//! What may be fetched, and from where.

use std::net::IpAddr;

use super::{Door, Place, is_public};
use crate::providers::FetchError;

fn door() -> Door {
    let hosts = vec!["api.twilio.com".to_owned(), "*.whatsapp.net".to_owned()];
    Door::new(hosts, Place::PublicOnly).expect("a list of hosts")
}

#[test]
fn only_listed_hosts_over_https_are_asked() {
    let door = door();
    for address in ["https://api.twilio.com/a?b=c", "https://mmg.whatsapp.net/x"] {
        assert!(door.checked(address).is_ok(), "{address}");
    }
    for address in [
        "http://api.twilio.com/a",
        "https://api.twilio.com:8443/a",
        "https://api.twilio.com./a",
        "https://user@api.twilio.com/a",
        "https://api.twilio.com.evil.example/a",
        "https://evilwhatsapp.net/a",
        "https://whatsapp.net/a",
        "https://.whatsapp.net/a",
        "https://127.0.0.1/a",
        "https://2130706433/a",
        "https://0x7f.1/a",
        "https://0177.0.0.1/a",
        "https://[::1]/a",
        "https://[::ffff:127.0.0.1]/a",
        "https://localhost./a",
        "https://169.254.169.254/latest",
        "file:///etc/passwd",
        "gopher://api.twilio.com/",
        "//api.twilio.com",
        "",
    ] {
        let refused = door.checked(address);
        assert!(matches!(refused, Err(FetchError::Refused(_))), "{address}: {refused:?}");
    }
}

#[test]
fn a_list_of_hosts_holds_hosts() {
    for host in ["*", "*.", "com", "Api.twilio.com", "a b.c", "https://a.b", "a.b/c", "a.b:1"] {
        assert!(Door::new(vec![host.to_owned()], Place::PublicOnly).is_err(), "{host}");
    }
}

#[test]
fn addresses_that_are_not_public_are_known_in_every_form() {
    for ip in [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.255",
        "0.0.0.0",
        "0.1.2.3",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.0.8",
        "198.18.0.1",
        "203.0.113.7",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "2001::1",
        "2001:db8::1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "ff02::1",
        "fec0::1",
    ] {
        assert!(!is_public(ip.parse::<IpAddr>().expect(ip)), "{ip}");
    }
    for ip in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "192.0.1.1", "2606:4700::1111", "2a00:1450:4007::1"] {
        assert!(is_public(ip.parse::<IpAddr>().expect(ip)), "{ip}");
    }
}

#[tokio::test]
async fn a_name_for_this_machine_is_not_asked() {
    // Names below `localhost` resolve to loopback wherever they resolve at all; where not, it is asked later.
    let door = Door::new(vec!["a.localhost".to_owned()], Place::PublicOnly).expect("a list of hosts");
    let refused = door.fetch("https://a.localhost/x", None).await.err();
    assert!(matches!(refused, Some(FetchError::Refused(_) | FetchError::Later(_))), "{refused:?}");
}
