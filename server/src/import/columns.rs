//! What each column of a CSV file means: told by its header in French or English, or by whoever imports. A
//! column that nothing is known about is a property under its own name; nothing is guessed from values.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use parloir_desk::limits::Limits;
use parloir_protocol::ids::ContactId;
use parloir_protocol::text::fold;
use thiserror::Error;

use super::draft::Draft;
use super::headers::meaning;
use super::limits::SHOWN_CHARS_MAX;
use super::own::{ADDRESSES, CONTACT, PROPERTIES, PROPERTY_PREFIX};
use super::row::Fault;
use super::text::line;
use crate::spreadsheet::several;

/// What a column's values are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    Name,
    FirstName,
    LastName,
    Numbers,
    Tags,
    Property(String),
    /// The id of the contact itself, in files of `parloir export`.
    Contact,
    /// Identities that are no numbers, in such files.
    Ids,
    /// Properties without a column, in such files.
    Properties,
    Skipped,
}

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => f.write_str("name"),
            Self::FirstName => f.write_str("first name"),
            Self::LastName => f.write_str("last name"),
            Self::Numbers => f.write_str("phone"),
            Self::Tags => f.write_str("tags"),
            Self::Property(key) => write!(f, "property {key}"),
            Self::Contact => f.write_str("the contact's id"),
            Self::Ids => f.write_str("identities without a number"),
            Self::Properties => f.write_str("further properties"),
            Self::Skipped => f.write_str("left out"),
        }
    }
}

/// What whoever imports says of a column: `Column=name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    column: String,
    meaning: Meaning,
}

/// What whoever imports may say that a column is.
const WORDS: &str = "name, first, last, phone, tag, skip or prop:key";

impl Meaning {
    /// The word that [`Self::told`] reads.
    pub fn word(&self) -> String {
        match self {
            Self::Name => "name".to_owned(),
            Self::FirstName => "first".to_owned(),
            Self::LastName => "last".to_owned(),
            Self::Numbers => "phone".to_owned(),
            Self::Tags => "tag".to_owned(),
            Self::Property(key) => format!("{PROPERTY_PREFIX}{key}"),
            Self::Contact => CONTACT.to_owned(),
            Self::Ids => ADDRESSES.to_owned(),
            Self::Properties => PROPERTIES.to_owned(),
            Self::Skipped => "skip".to_owned(),
        }
    }

    /// What a word means.
    ///
    /// # Errors
    /// The words that there are.
    pub fn told(word: &str) -> Result<Self, String> {
        Ok(match word.trim() {
            "name" => Self::Name,
            "first" => Self::FirstName,
            "last" => Self::LastName,
            "phone" => Self::Numbers,
            "tag" => Self::Tags,
            "skip" => Self::Skipped,
            CONTACT => Self::Contact,
            ADDRESSES => Self::Ids,
            PROPERTIES => Self::Properties,
            other => match other.strip_prefix(PROPERTY_PREFIX).map(str::trim).filter(|key| !key.is_empty()) {
                Some(key) => Self::Property(key.to_owned()),
                None => return Err(format!("'{other}' is none of {WORDS}")),
            },
        })
    }
}

impl FromStr for Mapping {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (column, word) =
            text.rsplit_once('=').ok_or_else(|| format!("'{text}' is not of the form Column={WORDS}"))?;
        Ok(Self { column: line(column), meaning: Meaning::told(word)? })
    }
}

/// Why a header cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ColumnsError {
    #[error("there is no column '{column}', only {}", shown(header))]
    Unknown { column: String, header: Vec<String> },
    #[error("no column is a name or a number, of {}: say which with --map \"Column=phone\"", shown(header))]
    NoPerson { header: Vec<String> },
    #[error("the property '{key}' has more than {max} characters: name it with --map \"Column=prop:key\"")]
    KeyTooLong { key: String, max: usize },
}

/// The columns of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    header: Vec<String>,
    meanings: Vec<Meaning>,
    style: Style,
}

/// How exactly the values of a file are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// As people type: white space around and inside is tidied up.
    Typed,
    /// As `parloir export` writes: every character counts.
    Exact,
}

impl Columns {
    /// What the columns under `header` seem to mean, whether or not somebody could be saved by them.
    pub fn guessed(header: &[String]) -> Self {
        let style = if header.iter().any(|name| name == CONTACT) { Style::Exact } else { Style::Typed };
        let header: Vec<String> = header.iter().map(|name| style.line(name)).collect();
        let mut meanings = numbered(header.iter().map(|name| meaning(name)).collect());
        settle_last_name(&mut meanings);
        Self { header, meanings, style }
    }

    /// The same columns with the meaning of each as told; those that were told too many mean nothing.
    #[must_use]
    pub fn with(self, told: &[Meaning]) -> Self {
        let left = self.meanings.iter().skip(told.len()).cloned();
        let meanings = told.iter().take(self.header.len()).cloned().chain(left).collect();
        Self { meanings, ..self }
    }

    /// What the columns under `header` mean, with what whoever imports says of some.
    ///
    /// # Errors
    /// [`ColumnsError`].
    pub fn of(header: &[String], told: &[Mapping]) -> Result<Self, ColumnsError> {
        let Self { header, mut meanings, style } = Self::guessed(header);
        for Mapping { column, meaning } in told {
            let wanted = fold(column);
            let hits: Vec<usize> = (0..header.len()).filter(|at| fold(&header[*at]) == wanted).collect();
            if hits.is_empty() {
                let header = header.clone();
                return Err(ColumnsError::Unknown { column: column.clone(), header });
            }
            hits.into_iter().for_each(|at| meanings[at] = meaning.clone());
        }
        let columns = Self { header, meanings, style };
        columns.check().map(|()| columns)
    }

    /// Whether somebody can be saved by them.
    ///
    /// # Errors
    /// [`ColumnsError`].
    pub fn check(&self) -> Result<(), ColumnsError> {
        let names = |meaning: &Meaning| {
            matches!(meaning, Meaning::Name | Meaning::FirstName | Meaning::LastName | Meaning::Numbers)
        };
        if !self.meanings.iter().any(names) {
            return Err(ColumnsError::NoPerson { header: self.header.clone() });
        }
        let max = Limits::DEFAULT.property_key_chars;
        let keys = self.meanings.iter().filter_map(|meaning| match meaning {
            Meaning::Property(key) => Some(key),
            Meaning::Name
            | Meaning::FirstName
            | Meaning::LastName
            | Meaning::Numbers
            | Meaning::Tags
            | Meaning::Contact
            | Meaning::Ids
            | Meaning::Properties
            | Meaning::Skipped => None,
        });
        match keys.clone().find(|key| key.chars().count() > max) {
            Some(key) => {
                let key = key.chars().take(SHOWN_CHARS_MAX).collect();
                Err(ColumnsError::KeyTooLong { key, max })
            }
            None => Ok(()),
        }
    }

    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Each column with its meaning.
    pub fn each(&self) -> impl Iterator<Item = (&str, &Meaning)> {
        self.header.iter().map(String::as_str).zip(&self.meanings)
    }

    /// What a record says. Fields that are missing at its end are empty.
    ///
    /// # Errors
    /// A value that cannot be what its column is.
    pub fn draft(&self, fields: &[String]) -> Result<Draft, Fault> {
        let mut draft = Draft::default();
        let (mut first, mut last) = (String::new(), String::new());
        for (meaning, field) in self.meanings.iter().zip(fields) {
            match meaning {
                Meaning::Name if draft.name.is_empty() => draft.name = self.style.line(field),
                Meaning::FirstName if first.is_empty() => first = line(field),
                Meaning::LastName if last.is_empty() => last = line(field),
                Meaning::Numbers => draft.add_numbers(field),
                Meaning::Tags => self.style.add_tags(field, &mut draft),
                Meaning::Property(key) => draft.add_property(key, field),
                Meaning::Contact => draft.contact = contact(field)?,
                Meaning::Ids => add_pairs(field, |kind, value| draft.add_id(kind, value)),
                Meaning::Properties => add_pairs(field, |key, value| draft.add_property(key, value)),
                Meaning::Name | Meaning::FirstName | Meaning::LastName | Meaning::Skipped => {}
            }
        }
        if draft.name.is_empty() {
            draft.name = line(&format!("{first} {last}"));
        }
        Ok(draft)
    }
}

impl Style {
    /// A value of one line.
    fn line(self, field: &str) -> String {
        match self {
            Self::Typed => line(field),
            Self::Exact => field.trim().to_owned(),
        }
    }

    fn add_tags(self, cell: &str, draft: &mut Draft) {
        match self {
            Self::Typed => draft.add_tags(cell),
            Self::Exact => several::parted(cell).iter().for_each(|tag| draft.add_tag(tag)),
        }
    }
}

/// The contact that a row is about; nothing for somebody new.
fn contact(field: &str) -> Result<Option<ContactId>, Fault> {
    let id = field.trim();
    let unknown = |_| {
        let shown: String = id.chars().take(SHOWN_CHARS_MAX).collect();
        Fault::new(
            "invalid_contact_id",
            format!("'{shown}' is no contact's id: empty the cell for somebody new"),
        )
    };
    if id.is_empty() { Ok(None) } else { id.parse().map(Some).map_err(unknown) }
}

/// The pairs of a cell.
fn add_pairs(cell: &str, mut add: impl FnMut(&str, &str)) {
    let values = several::parted(cell);
    for pair in values.chunks_exact(2) {
        add(&pair[0], &pair[1]);
    }
}

/// Beside a first name and without a last name of its own, a name is the last name.
fn settle_last_name(meanings: &mut [Meaning]) {
    if meanings.contains(&Meaning::FirstName) && !meanings.contains(&Meaning::LastName) {
        let names = meanings.iter_mut().filter(|meaning| **meaning == Meaning::Name);
        names.for_each(|meaning| *meaning = Meaning::LastName);
    }
}

/// Two columns of one name are two properties.
fn numbered(mut meanings: Vec<Meaning>) -> Vec<Meaning> {
    let mut taken = BTreeSet::new();
    for meaning in &mut meanings {
        if let Meaning::Property(key) = meaning {
            let others = (2..).map(|n: usize| format!("{key} {n}"));
            let free = std::iter::once(key.clone()).chain(others).find(|key| !taken.contains(key));
            *key = free.unwrap_or_default();
            taken.insert(key.clone());
        }
    }
    meanings
}

fn shown(header: &[String]) -> String {
    let names =
        header.iter().map(|name| format!("'{}'", name.chars().take(SHOWN_CHARS_MAX).collect::<String>()));
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(header: &[&str], told: &[&str]) -> Result<Vec<String>, String> {
        let header: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
        let told: Vec<Mapping> = told.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
        let columns = Columns::of(&header, &told).map_err(|error| error.to_string())?;
        Ok(columns.each().map(|(_, meaning)| meaning.to_string()).collect())
    }

    fn of(header: &[&str]) -> Vec<String> {
        told(header, &[]).expect("a header")
    }

    #[test]
    fn headers_are_known_in_french_and_english() {
        assert_eq!(of(&["Name", "PHONE", "Tags"]), ["name", "phone", "tags"]);
        assert_eq!(of(&["Nom", "Téléphone", "Étiquettes", "Groupes"]), ["name", "phone", "tags", "tags"]);
        assert_eq!(of(&["Prénom", "Nom", "N° de mobile"]), ["first name", "last name", "phone"]);
        assert_eq!(of(&["First_Name", "Last Name", "Name"]), ["first name", "last name", "name"]);
        assert_eq!(of(&["Numéro"]), ["phone"]);
        assert_eq!(of(&["nom de famille", "Tél. portable (pro)"]), ["last name", "phone"]);
        assert_eq!(of(&["name", "Mobile Phone 2", "Home Phone"]), ["name", "phone", "phone"]);
        assert_eq!(
            of(&["Given Name", "Family Name", "Phone 1 - Label", "Phone 1 - Value"]),
            ["first name", "last name", "left out", "phone"]
        );
    }

    #[test]
    fn what_only_looks_like_a_number_is_a_property() {
        let header = ["Nom", "N°", "Numéro client", "Fax phone", "Mobile opt-in", "TVA", ""];
        let properties =
            ["name", "property N°", "property Numéro client", "property Fax phone", "property Mobile opt-in"];
        assert_eq!(of(&header)[..5], properties);
        assert_eq!(of(&header)[5..], ["property TVA", "left out"]);
        assert_eq!(
            of(&["name", "parloir_code", "E-mail", "E-mail", " E-mail "]),
            ["name", "left out", "property E-mail", "property E-mail 2", "property E-mail 3"]
        );
    }

    #[test]
    fn whoever_imports_knows_better() {
        let header = ["Qui", "Ligne", "a=b", "Ville"];
        assert_eq!(
            told(&header, &["qui=name", "LIGNE = phone", "a=b=tag", "Ville=prop:city"]),
            Ok(["name", "phone", "tags", "property city"].map(str::to_owned).to_vec())
        );
        let unknown = told(&header, &["Who=name"]).expect_err("there is none");
        assert_eq!(unknown, "there is no column 'Who', only 'Qui', 'Ligne', 'a=b', 'Ville'");
        assert!(told(&header, &[]).expect_err("nobody").contains("--map"));
        assert!(told(&header, &["Qui=who"]).expect_err("no meaning").contains("is none of"));
        assert!(told(&header, &["Qui"]).expect_err("no form").contains("Column="));
        let long = "k".repeat(65);
        assert!(told(&["name", &long], &[]).expect_err("too long").contains("64 characters"));
    }

    #[test]
    fn a_record_becomes_a_person() {
        let header = ["Prénom", "Nom", "Tel", "Mobile", "Tags", "Ville"].map(str::to_owned);
        let columns = Columns::of(&header, &[]).expect("a header");
        let fields = [" Hélène", "Le  Goff", "01", "06|01", "vip, Lyon", "Lyon"].map(str::to_owned);
        let draft = columns.draft(&fields).expect("a person");
        assert_eq!(draft.name, "Hélène Le Goff");
        assert_eq!(draft.numbers, ["01", "06"]);
        assert_eq!(draft.tags, ["vip", "Lyon"]);
        assert_eq!(draft.properties.into_iter().collect::<Vec<_>>(), [("Ville".into(), "Lyon".into())]);
        assert_eq!(columns.draft(&fields[..1]).expect("a person").name, "Hélène");
        assert_eq!(columns.draft(&[]), Ok(Draft::default()));
    }
}
