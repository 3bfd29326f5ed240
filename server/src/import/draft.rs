//! What a row says of a person, whatever the file's format, and the change that saves it. It judges no number:
//! the server knows the workspace's country.

use std::collections::BTreeMap;

use parloir_desk::limits::Limits;
use parloir_protocol::command::contact::Save;
use parloir_protocol::entity::{Address, AddressKind};
use parloir_protocol::ids::ContactId;

use super::own::address_of;
use super::row::{Content, Fault};
use super::text::{line, lines};

/// One more than a contact may have is told, which the rules refuse; of more the time to read them would grow.
const ADDRESSES_TOLD_MAX: usize = Limits::DEFAULT.addresses;
const TAGS_TOLD_MAX: usize = Limits::DEFAULT.tags;

/// A person as a file tells of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    pub name: String,
    pub numbers: Vec<String>,
    pub tags: Vec<String>,
    pub properties: BTreeMap<String, String>,
    /// Who it is already, where the file knows.
    pub contact: Option<ContactId>,
    /// Identities that are no numbers.
    pub ids: Vec<Address>,
}

impl Draft {
    /// Adds the numbers of one cell. Address books write several into one with these between them.
    pub fn add_numbers(&mut self, cell: &str) {
        for number in cell.split(&['|', ';', ',', '\n', '\r'][..]).flat_map(|part| part.split(":::")) {
            if self.numbers.len() > ADDRESSES_TOLD_MAX {
                return;
            }
            let number = line(number.trim().trim_start_matches('\''));
            if !number.is_empty() && !self.numbers.contains(&number) {
                self.numbers.push(number);
            }
        }
    }

    /// Adds the tags of one cell. What begins with `* ` is a group that an address book made itself.
    pub fn add_tags(&mut self, cell: &str) {
        for tag in cell.split(&['|', ';', ',', '\n', '\r'][..]).flat_map(|part| part.split(":::")) {
            let tag = line(tag);
            if !tag.starts_with("* ") {
                self.add_tag(&tag);
            }
        }
    }

    /// Adds one tag as it is.
    pub fn add_tag(&mut self, tag: &str) {
        let is_told = !tag.is_empty() && self.tags.len() <= TAGS_TOLD_MAX;
        if is_told && !self.tags.iter().any(|held| held == tag) {
            self.tags.push(tag.to_owned());
        }
    }

    /// Adds an identity that is no number, by the word for its kind; nothing where the word is not known.
    pub fn add_id(&mut self, word: &str, value: &str) {
        self.ids.extend(address_of(word, value));
    }

    /// Sets a property; a further value of the same one comes behind it.
    pub fn add_property(&mut self, key: &str, value: &str) {
        let value = lines(value);
        if value.is_empty() {
            return;
        }
        let held = self.properties.entry(key.to_owned()).or_default();
        if !held.is_empty() {
            held.push_str("; ");
        }
        held.push_str(&value);
    }

    /// The change that saves the person. What the file does not say stays as it is.
    pub fn content(self) -> Content {
        if self == Self::default() {
            return Content::Blank;
        }
        if self.name.is_empty() && self.numbers.is_empty() && self.ids.is_empty() {
            let fault = Fault::new("no_name_or_number", "neither a name nor a number: fill one in");
            return Content::Fault(fault);
        }
        let address = |value| Address { kind: AddressKind::E164, value };
        let properties = self.properties.into_iter().map(|(key, value)| (key, Some(value)));
        Content::Person(Box::new(Save {
            contact_id: self.contact,
            name: Some(self.name).filter(|name| !name.is_empty()),
            add_tags: Some(self.tags).filter(|tags| !tags.is_empty()),
            remove_tags: None,
            properties: Some(properties.collect::<BTreeMap<_, _>>()).filter(|all| !all.is_empty()),
            add_addresses: Some(self.numbers.into_iter().map(address).chain(self.ids).collect::<Vec<_>>())
                .filter(|all| !all.is_empty()),
            remove_addresses: None,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_may_hold_several_numbers_and_tags() {
        let mut draft = Draft::default();
        draft.add_numbers("'+33 6 12 | 07-13 ; 07-13 ::: (1) 2,\u{a0}");
        draft.add_tags("vip| Lyon ,vip ;* myContacts ::: a\u{a0}b");
        assert_eq!(draft.numbers, ["+33 6 12", "07-13", "(1) 2"]);
        assert_eq!(draft.tags, ["vip", "Lyon", "a b"]);
    }

    #[test]
    fn what_is_empty_changes_nothing() {
        let mut draft = Draft { name: "Ana".to_owned(), ..Draft::default() };
        draft.add_property("city", " ");
        draft.add_property("note", "a\r\nb");
        draft.add_property("note", "c");
        let Content::Person(save) = draft.content() else { panic!("a person") };
        assert_eq!((save.name.as_deref(), &save.add_tags, &save.add_addresses), (Some("Ana"), &None, &None));
        let properties = save.properties.expect("one");
        assert_eq!(properties, BTreeMap::from([("note".to_owned(), Some("a\nb; c".to_owned()))]));
    }

    #[test]
    fn nobody_is_a_fault_and_nothing_is_blank() {
        assert_eq!(Draft::default().content(), Content::Blank);
        let tagged = Draft { tags: vec!["vip".to_owned()], ..Draft::default() };
        assert!(matches!(tagged.content(), Content::Fault(fault) if fault.code == "no_name_or_number"));
    }
}
