//! What headers of address books are called, in French and English, and what each is: a name that is not known is a
//! property. Nothing is guessed from values.

use parloir_protocol::text::fold;

use super::columns::Meaning;
use super::own::{ADDRESSES, CONTACT, ERROR_COLUMNS, PROPERTIES, PROPERTY_PREFIX};

const FIRST_NAME: [&str; 7] =
    ["first name", "firstname", "given name", "givenname", "forename", "prenom", "prenoms"];
const LAST_NAME: [&str; 6] =
    ["last name", "lastname", "surname", "family name", "familyname", "nom de famille"];
const NAME: [&str; 14] = [
    "name",
    "full name",
    "fullname",
    "display name",
    "contact",
    "contact name",
    "customer name",
    "client name",
    "nom",
    "nom complet",
    "nom et prenom",
    "prenom et nom",
    "nom du contact",
    "nom du client",
];
const TAGS: [&str; 13] = [
    "tag",
    "tags",
    "label",
    "labels",
    "group",
    "groups",
    "group membership",
    "category",
    "categories",
    "etiquette",
    "etiquettes",
    "groupe",
    "groupes",
];
const NUMBER: [&str; 7] =
    ["number", "numbers", "numero", "numeros", "num", "contact number", "numero du contact"];

/// One of these makes a column one of numbers, when all its other words are of the second list.
const PHONE_WORDS: [&str; 14] = [
    "phone",
    "phones",
    "telephone",
    "telephones",
    "tel",
    "mobile",
    "mobiles",
    "portable",
    "gsm",
    "cell",
    "cellphone",
    "whatsapp",
    "sms",
    "msisdn",
];
const BESIDE_PHONE: [&str; 33] = [
    "number",
    "numbers",
    "numero",
    "numeros",
    "num",
    "no",
    "n",
    "nr",
    "of",
    "de",
    "du",
    "the",
    "le",
    "home",
    "work",
    "business",
    "office",
    "domicile",
    "travail",
    "bureau",
    "professionnel",
    "pro",
    "personnel",
    "perso",
    "fixe",
    "main",
    "primary",
    "principal",
    "other",
    "autre",
    "value",
    "client",
    "contact",
];
/// What exports write beside a number: whether it is at home or at work.
const PHONE_KINDS: [&str; 3] = ["type", "label", "libelle"];

/// What a column under this name is.
pub fn meaning(name: &str) -> Meaning {
    if name.is_empty() || ERROR_COLUMNS.contains(&name) {
        return Meaning::Skipped;
    }
    own(name).unwrap_or_else(|| known(name))
}

/// A column of `parloir export`.
fn own(name: &str) -> Option<Meaning> {
    match name {
        CONTACT => Some(Meaning::Contact),
        ADDRESSES => Some(Meaning::Ids),
        PROPERTIES => Some(Meaning::Properties),
        _ => {
            let key = name.strip_prefix(PROPERTY_PREFIX)?.trim();
            (!key.is_empty()).then(|| Meaning::Property(key.to_owned()))
        }
    }
}

fn known(name: &str) -> Meaning {
    let folded = fold(name).replace('°', " ");
    let words: Vec<&str> =
        folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let phrase = words.join(" ");
    let is = |phrases: &[&str]| phrases.contains(&phrase.as_str());
    if is(&FIRST_NAME) {
        Meaning::FirstName
    } else if is(&LAST_NAME) {
        Meaning::LastName
    } else if is(&NAME) {
        Meaning::Name
    } else if is(&TAGS) {
        Meaning::Tags
    } else if is(&NUMBER) {
        Meaning::Numbers
    } else {
        of_phone(&words).unwrap_or_else(|| Meaning::Property(name.to_owned()))
    }
}

/// A column about a phone: its number, or whose phone it is.
fn of_phone(words: &[&str]) -> Option<Meaning> {
    let beside = |word: &str| BESIDE_PHONE.contains(&word) || word.bytes().all(|byte| byte.is_ascii_digit());
    let (phone, others): (Vec<&str>, Vec<&str>) = words.iter().partition(|word| PHONE_WORDS.contains(word));
    if phone.is_empty() {
        return None;
    }
    let (kinds, others): (Vec<&str>, Vec<&str>) = others.iter().partition(|word| PHONE_KINDS.contains(word));
    let known = others.iter().all(|word| beside(word));
    known.then_some(if kinds.is_empty() { Meaning::Numbers } else { Meaning::Skipped })
}
