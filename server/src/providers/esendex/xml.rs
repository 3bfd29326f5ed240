//! The XML of Esendex: what is sent, and flat documents as they come back. No entities but the five of XML, no
//! document type, a bounded number of elements.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;

/// Elements inside elements.
const DEPTH_MAX: usize = 8;
/// Elements of one document.
const ELEMENTS_MAX: usize = 256;

/// A document: its root's name, and the texts of its elements by their path, such as `FailureReason/Code`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flat {
    pub(super) root: String,
    pub(super) texts: BTreeMap<String, String>,
}

/// One message for the dispatcher.
pub(super) fn dispatch(account: &str, from: &str, to: &str, text: &str) -> String {
    let [account, from, to, text] = [account, from, to, text].map(escaped);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><messages><accountreference>{account}</accountreference>\
         <message><from>{from}</from><to>{to}</to><type>SMS</type><characterset>Auto</characterset>\
         <body>{text}</body></message></messages>"
    )
}

/// The id of the one message that was dispatched.
pub(super) fn message_id(body: &[u8]) -> Option<String> {
    let mut reader = Reader::from_str(std::str::from_utf8(body).ok()?);
    for _ in 0..ELEMENTS_MAX {
        match reader.read_event().ok()? {
            Event::Start(start) | Event::Empty(start) if start.local_name().as_ref() == "messageheader" => {
                let id = start.try_get_attribute("id").ok()??;
                return Some(id.value.into_owned()).filter(|id| !id.is_empty());
            }
            Event::Eof | Event::DocType(_) => return None,
            _ => {}
        }
    }
    None
}

/// A document without attributes.
pub(super) fn flat(body: &[u8]) -> Result<Flat, String> {
    let mut reader = Reader::from_str(std::str::from_utf8(body).map_err(|error| error.to_string())?);
    let (mut path, mut root, mut texts) = (Vec::<String>::new(), None, BTreeMap::<String, String>::new());
    let mut elements = 0;
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match event {
            Event::Start(start) => {
                elements += 1;
                if path.len() >= DEPTH_MAX || elements > ELEMENTS_MAX {
                    return Err("the document has too many elements".to_owned());
                }
                path.push(start.local_name().as_ref().to_owned());
                root.get_or_insert_with(|| path[0].clone());
            }
            Event::Empty(start) => {
                root.get_or_insert_with(|| start.local_name().as_ref().to_owned());
            }
            Event::End(_) => {
                path.pop();
            }
            Event::Text(text) => append(&mut texts, &path, &text),
            Event::CData(text) => append(&mut texts, &path, &text),
            Event::GeneralRef(entity) => {
                let character = entity.resolve_char_ref().map_err(|error| error.to_string())?;
                let text = match (character, resolve_predefined_entity(&entity)) {
                    (Some(character), _) => character.to_string(),
                    (None, Some(text)) => text.to_owned(),
                    (None, None) => return Err(format!("there is no entity '{}'", &*entity)),
                };
                append(&mut texts, &path, &text);
            }
            Event::DocType(_) => return Err("the document has a document type".to_owned()),
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
    }
    let root = root.filter(|_| path.is_empty()).ok_or("the document is not whole")?;
    Ok(Flat { root, texts })
}

fn append(texts: &mut BTreeMap<String, String>, path: &[String], text: &str) {
    if let Some(inner) = path.get(1..).filter(|inner| !inner.is_empty()) {
        texts.entry(inner.join("/")).or_default().push_str(text);
    }
}

/// A text inside an element: what XML 1.0 cannot hold goes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\t' | '\n' => out.push(character),
            '\u{fffe}' | '\u{ffff}' => {}
            other if other.is_control() => {}
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{dispatch, flat, message_id};

    #[test]
    fn a_text_cannot_leave_its_element() {
        let sent = dispatch("EX1", "33700", "336", "a</body><to>1</to>&amp;\u{0}é\n");
        let read = flat(sent.as_bytes()).expect("a document");
        assert_eq!(read.texts["message/body"], "a</body><to>1</to>&amp;é\n");
        assert_eq!(read.texts["message/to"], "336");
    }

    #[test]
    fn what_is_no_small_flat_document_is_refused() {
        let deep = "<a>".repeat(9) + &"</a>".repeat(9);
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bb\">]><a>&b;</a>";
        for body in ["", "text", "<a>", "<a></b>", "<a>&b;</a>", &deep, bomb] {
            assert!(flat(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn the_id_of_a_message_is_found_or_not() {
        let answer = br#"<?xml version="1.0"?><messageheaders batchid="b" xmlns="http://api.esendex.com/ns/">
            <messageheader uri="u" id="1183C73D" /></messageheaders>"#;
        assert_eq!(message_id(answer), Some("1183C73D".to_owned()));
        for body in ["<html>messageheader</html>", "<messageheader id=''/>", "{}", ""] {
            assert_eq!(message_id(body.as_bytes()), None, "{body}");
        }
    }
}
