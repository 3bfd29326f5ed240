//! What a browser does with a file and what it calls it, as RFC 6266 writes it. A name is only data: nothing in
//! it ends the header or another name.

use std::fmt;

/// How a content is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum Disposition<'a> {
    /// Saved under this name.
    Attachment { name: &'a str },
    /// Shown.
    Inline,
}

impl fmt::Display for Disposition<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inline => f.write_str("inline"),
            Self::Attachment { name } => {
                write!(f, "attachment; filename=\"{}\"; filename*=UTF-8''{}", plain(name), encoded(name))
            }
        }
    }
}

/// For programs that know no other alphabet.
fn plain(name: &str) -> String {
    let is_plain = |character: char| {
        character.is_ascii_alphanumeric()
            || matches!(character, ' ' | '.' | '-' | '_' | '(' | ')' | '+' | ',')
    };
    name.chars().map(|character| if is_plain(character) { character } else { '_' }).collect()
}

fn encoded(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_never_leaves_its_quotes() {
        let said = |name| Disposition::Attachment { name }.to_string();
        assert_eq!(said("devis.pdf"), "attachment; filename=\"devis.pdf\"; filename*=UTF-8''devis.pdf");
        assert_eq!(
            said("Été \";x=\".pdf"),
            "attachment; filename=\"_t_ __x__.pdf\"; filename*=UTF-8''%C3%89t%C3%A9%20%22%3Bx%3D%22.pdf"
        );
        assert_eq!(said("a\r\nb"), "attachment; filename=\"a__b\"; filename*=UTF-8''a%0D%0Ab");
        assert_eq!(Disposition::Inline.to_string(), "inline");
    }
}
