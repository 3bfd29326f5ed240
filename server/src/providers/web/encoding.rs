//! Values inside addresses and forms: nothing in a value can become a name, a separator or another header.

/// Pairs of one form.
const PAIRS_MAX: usize = 256;

/// A value with everything but letters, digits and `-._~` as `%XX`.
pub(in crate::providers) fn encoded(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => text.push(byte.into()),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

/// Pairs as `application/x-www-form-urlencoded`.
pub(in crate::providers) fn form(pairs: &[(&str, String)]) -> String {
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    pairs.join("&")
}

/// The pairs of a form; nothing when it is none.
pub(in crate::providers) fn form_pairs(body: &[u8]) -> Option<Vec<(String, String)>> {
    let text = std::str::from_utf8(body).ok()?;
    let parts: Vec<&str> = text.split('&').filter(|part| !part.is_empty()).collect();
    if parts.len() > PAIRS_MAX {
        return None;
    }
    let pair = |part: &&str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        Some((decoded(name)?, decoded(value)?))
    };
    parts.iter().map(pair).collect()
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let (digits, behind) = rest.split_at_checked(2)?;
                if !digits.iter().all(u8::is_ascii_hexdigit) {
                    return None;
                }
                bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
                rest = behind;
            }
            other => bytes.push(*other),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::{encoded, form, form_pairs};

    #[test]
    fn a_value_comes_back_as_it_was_and_adds_no_name() {
        let nasty = "a&To=+33\r\nX: é €+%41";
        let body = form(&[("Body", nasty.to_owned()), ("To", "+33".to_owned())]);
        assert_eq!(body.matches('&').count(), 1);
        let pairs = form_pairs(body.as_bytes()).expect("a form");
        assert_eq!(pairs, [("Body".into(), nasty.into()), ("To".into(), "+33".into())]);
        assert_eq!(encoded("../é"), "..%2F%C3%A9");
    }

    #[test]
    fn what_is_no_form_is_none() {
        assert_eq!(form_pairs(b"a=%4"), None);
        assert_eq!(form_pairs(b"a=%FF"), None);
        assert_eq!(form_pairs(b"a=%+4"), None);
        assert_eq!(
            form_pairs(b"a+b=c+d&e"),
            Some(vec![("a b".into(), "c d".into()), ("e".into(), "".into())])
        );
    }
}
