//! Whole files, as programs export them and as they arrive when something went wrong.

use std::io::{self, Read};

use parloir_protocol::command::contact::Save;
use proptest::prelude::*;

use super::book::{Book, BookError, Reading};
use super::limits::CARD_BYTES_MAX;
use super::row::{Content, Row};

fn rows(text: &[u8], reading: &Reading) -> Result<Vec<Row>, BookError> {
    rows_of(text, reading)
}

fn rows_of(input: impl Read, reading: &Reading) -> Result<Vec<Row>, BookError> {
    let mut book = Book::open(input, reading)?;
    let mut rows = Vec::new();
    while let Some(row) = book.read_row()? {
        rows.push(row);
    }
    Ok(rows)
}

/// One row in a line: name, numbers, tags, properties; or its code.
fn shown(row: &Row) -> String {
    match &row.content {
        Content::Blank => format!("{} blank", row.number),
        Content::Fault(fault) => format!("{} {}", row.number, fault.code),
        Content::Person(save) => format!("{} {}", row.number, told(save)),
    }
}

fn told(save: &Save) -> String {
    let numbers = save.add_addresses.iter().flatten().map(|address| address.value.as_str());
    let tags = save.add_tags.iter().flatten().map(String::as_str);
    let properties = save.properties.iter().flatten();
    let properties = properties.map(|(key, value)| format!("{key}={}", value.as_deref().unwrap_or("-")));
    [
        save.name.clone().unwrap_or_default(),
        numbers.collect::<Vec<_>>().join("+"),
        tags.collect::<Vec<_>>().join("+"),
        properties.collect::<Vec<_>>().join("+"),
    ]
    .join("/")
}

fn csv(text: &[u8]) -> Vec<String> {
    rows(text, &Reading::default()).expect("a book").iter().map(shown).collect()
}

fn cards(text: &str) -> Vec<String> {
    let reading = Reading { extension: Some("vcf".to_owned()), ..Reading::default() };
    rows(text.as_bytes(), &reading).expect("a book").iter().map(shown).collect()
}

#[test]
fn a_french_spreadsheet_is_read_as_it_was_saved() {
    let text = b"Pr\xe9nom;Nom;T\xe9l\xe9phone;\xc9tiquettes;Ville\r\nH\xe9l\xe8ne;Le Goff;06 12 34 56 78;\"vip|Lyon\";B\x9cuf\r\n";
    assert_eq!(csv(text), ["2 Hélène Le Goff/06 12 34 56 78/vip+Lyon/Ville=Bœuf"]);
    let text = "\u{feff}sep=\t\nNom\tMobile\nZoë\t+33 6\n";
    assert_eq!(csv(text.as_bytes()), ["2 Zoë/+33 6//"]);
}

#[test]
fn rows_that_are_not_whole_are_named() {
    let text = b"name,phone,city\nAna\n,,\n,,Lyon\nBo,06,Paris,surplus\nCy,07,Nice,,\n,08\nA\0,,\n\"Di,09";
    let found = csv(text);
    let expected = [
        "2 Ana///",
        "3 blank",
        "4 no_name_or_number",
        "5 too_many_fields",
        "6 Cy/07//city=Nice",
        "7 /08//",
        "8 A\0///",
        "9 Di,09///",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_book_without_people_says_so() {
    let said = |text: &[u8]| rows(text, &Reading::default()).expect_err("no book").to_string();
    assert!(said(b"").contains("nothing in it"));
    assert!(said(b"\xef\xbb\xbf\r\n\r\n").contains("nothing in it"));
    assert!(said(b"city,street\n").contains("--map"));
    assert!(said(b"\xff\xfen\0a\0m\0e\0").contains("UTF-16"));
    assert!(said(&vec![b'x'; 300_000]).contains("no header"));
    assert_eq!(csv(b"name,phone"), [""; 0]);
    assert_eq!(cards(""), [""; 0]);
    let reading = Reading { delimiter: Some(b';'), extension: Some("vcf".to_owned()), ..Reading::default() };
    assert!(rows(b"", &reading).expect_err("cards").to_string().contains("--delimiter"));
}

#[test]
fn a_quote_left_open_is_one_bad_row_that_says_how_far_it_goes() {
    let text = [b"name,phone\nAna,06\n\"Bo,07\n".as_slice(), &b"Cy,08\n".repeat(60_000)].concat();
    let found = rows(&text, &Reading::default()).expect("a book");
    assert_eq!(found.len(), 2);
    let Content::Fault(fault) = &found[1].content else { panic!("a fault: {:?}", found[1]) };
    assert_eq!(fault.code, "row_too_long");
    assert!(fault.message.contains("from line 3 to 60"), "{}", fault.message);
}

#[test]
fn cards_of_every_version_are_people() {
    let text = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Le Goff;H=C3=A9l=C3=A8ne;;;\r\n\
        TEL;CELL:06 12 34 56 78\r\nTEL;HOME;FAX:01\r\nPHOTO;ENCODING=BASE64;JPEG:AAAA\r\n BBBB\r\n\r\nEND:VCARD\r\n\
        BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana\\, Moreau\r\nN:Moreau;Ana;;;\r\nitem1.TEL;type=pref:+33 7\r\n\
        TEL:+33 8\r\nEMAIL;TYPE=INTERNET:a@b.fr\r\nEMAIL:c@d.fr\r\nORG:Parloir;Ventes\r\nTITLE:Chef\r\n\
        ADR;TYPE=HOME:;;1 rue\\nX;Lyon;;69001;France\r\nBDAY:1985-04-12\r\nNOTE:un\\ndeux \r\n trois\r\n\
        CATEGORIES:vip,Lyon\r\nEND:VCARD\r\n\
        BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Bo\r\nTEL;VALUE=uri;TYPE=\"voice,cell\":tel:+33-9;ext=1\r\nBDAY:--0412\r\n\
        END:VCARD\r\nBEGIN:VCARD\r\nVERSION:4.0\r\nFN:\r\nORG:Acme\r\nEND:VCARD\r\n";
    let expected = [
        "1 Hélène Le Goff/06 12 34 56 78//fax=01",
        "2 Ana, Moreau/+33 7+\
         +33 8/vip+Lyon/address=1 rue\nX, Lyon, 69001, France+birthday=1985-04-12+company=Parloir, Ventes+\
         email=a@b.fr; c@d.fr+note=un\ndeux trois+title=Chef",
        "3 Bo/+33-9//birthday=--04-12",
        "4 Acme///company=Acme",
    ];
    assert_eq!(cards(text), expected);
}

#[test]
fn quoted_printable_without_a_character_set_is_told_from_its_bytes() {
    let card = |name: &str| {
        format!("BEGIN:VCARD\nVERSION:2.1\nFN;ENCODING=QUOTED-PRINTABLE:{name}\nTEL:1\nEND:VCARD\n")
    };
    assert_eq!(cards(&card("H=C3=A9l=\n=C3=A8ne")), ["1 Hélène/1//"]);
    assert_eq!(cards(&card("H=E9l=E8ne =80")), ["1 Hélène €/1//"]);
    assert_eq!(cards(&card("a=3Bb=2Cc =zz =3")), ["1 a;b,c =zz =3/1//"]);
    let named = "BEGIN:VCARD\nVERSION:2.1\nN;ENCODING=QUOTED-PRINTABLE:Goff;H=E9l=C3;;;\nEND:VCARD\n";
    assert_eq!(cards(named), ["1 HélÃ Goff///"]);
}

#[test]
fn cards_that_are_not_whole_are_named() {
    let long = "x".repeat(1_000);
    let many = format!("NOTE:{long}\n").repeat(CARD_BYTES_MAX / 1_000 + 1);
    let text = format!(
        "BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nEND:VCARD\nBEGIN:VCARD\nNOTE:x\nEND:VCARD\nBEGIN:VCARD\n{many}END:VCARD\n\
         BEGIN:VCARD\nFN:B\n"
    );
    let expected =
        ["1 card_unterminated", "2 blank", "3 no_name_or_number", "4 card_too_long", "5 card_unterminated"];
    assert_eq!(cards(&text), expected);
}

/// Gives few bytes at a time.
struct Slow<'a>(&'a [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let taken = self.0.len().min(buffer.len()).min(self.1);
        buffer[..taken].copy_from_slice(&self.0[..taken]);
        self.0 = &self.0[taken..];
        Ok(taken)
    }
}

/// Pieces of both formats, whole and broken.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"BEGIN:VCARD\n".to_vec()),
        Just(b"END:VCARD\r\n".to_vec()),
        Just(b"N;ENCODING=QUOTED-PRINTABLE:a=C3=\n".to_vec()),
        Just(b"TEL;TYPE=\"a,b\";VALUE=uri:tel:+3\n".to_vec()),
        Just(b"BDAY;VALUE=date:19".to_vec()),
        Just(b"NOTE;CHARSET=UTF-16;ENCODING=B:AA==\n ".to_vec()),
        Just(b"name;phone,\"tag\"\r\n".to_vec()),
        prop::collection::vec(any::<u8>(), 0..12),
        "[A-Za-z;:,=\"\\\\ \n\t.]{0,12}".prop_map(String::into_bytes),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_bytes_are_read_to_their_end_whatever_comes_at_once(text in text(), at_once in 1_usize..9) {
        for extension in ["csv", "vcf"] {
            let reading = Reading { extension: Some(extension.to_owned()), ..Reading::default() };
            let whole = rows(&text, &reading);
            let slow = rows_of(Slow(&text, at_once), &reading);
            match (whole, slow) {
                (Ok(whole), Ok(slow)) => prop_assert_eq!(whole, slow),
                (whole, slow) => prop_assert_eq!(
                    whole.map(drop).map_err(|error| error.to_string()),
                    slow.map(drop).map_err(|error| error.to_string())
                ),
            }
        }
    }
}
