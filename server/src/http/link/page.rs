//! The pages that recipients see, in their language, without a script. Every text of somebody's is escaped.

use std::fmt::Write as _;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use parloir_protocol::time::Time;

use super::book::LinkTarget;
use super::language::Language;
use crate::media::Format;

const DAY_MS: i64 = 24 * 3_600_000;

const HEADERS: [(HeaderName, HeaderValue); 8] = [
    (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    ),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    (header::VARY, HeaderValue::from_static("accept-language")),
    (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow, noarchive")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// A page as an answer.
pub(super) fn answer(status: StatusCode, body: String) -> Response {
    (status, HeaderMap::from_iter(HEADERS), body).into_response()
}

/// The page of a file that waits.
pub(super) fn file(language: Language, code: &str, target: &LinkTarget, now: Time) -> String {
    let (title, button) = match language {
        Language::French => ("Un fichier pour vous", "Télécharger"),
        Language::English => ("A file for you", "Download"),
    };
    let unnamed = match language {
        Language::French => "Fichier",
        Language::English => "File",
    };
    let name = escaped(target.name.as_deref().unwrap_or(unnamed));
    let facts = format!("{} · {}", kind(language, &target.media_type), size(language, target.bytes));
    let until = until(language, target.expires_at, now);
    let body = format!(
        "<p class=\"lead\">{title}</p>\
         <h1 class=\"name\" dir=\"auto\">{name}</h1>\
         <p class=\"facts\">{facts}</p>\
         <a class=\"button\" href=\"/a/{code}/file\" rel=\"noreferrer nofollow\" download>{button}</a>\
         <p class=\"small\">{until}</p>"
    );
    page(language, title, &body)
}

/// The page of a code that stands for nothing, whatever the reason.
pub(super) fn nothing(language: Language) -> String {
    let (title, text) = match language {
        Language::French => (
            "Ce lien ne mène nulle part",
            "Il a peut-être expiré, ou l’adresse n’est pas complète. Répondez au message que vous avez reçu : \
             on vous en enverra un autre.",
        ),
        Language::English => (
            "This link leads nowhere",
            "It may have expired, or the address is not whole. Reply to the message that you got and ask for \
             another one.",
        ),
    };
    page(language, title, &format!("<h1>{title}</h1><p>{text}</p>"))
}

/// The page of somebody who tried too many.
pub(super) fn slower(language: Language) -> String {
    let (title, text) = match language {
        Language::French => ("Un instant", "Trop de tentatives. Réessayez dans une minute."),
        Language::English => ("One moment", "Too many tries. Try again in a minute."),
    };
    page(language, title, &format!("<h1>{title}</h1><p>{text}</p>"))
}

fn page(language: Language, title: &str, body: &str) -> String {
    let code = language.code();
    format!(
        "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex, nofollow, noarchive\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>{title}</title>\n\
         <link rel=\"stylesheet\" href=\"/a/look.css\">\n</head>\n<body>\n<main>\
         <span class=\"mark\" aria-hidden=\"true\"></span>{body}</main>\n</body>\n</html>\n"
    )
}

fn kind(language: Language, media_type: &str) -> &'static str {
    match (Format::of_media_type(media_type), language) {
        (Some(Format::Pdf), Language::French) => "Document PDF",
        (Some(Format::Pdf), Language::English) => "PDF document",
        (Some(Format::Jpeg | Format::Png), Language::French) => "Image",
        (Some(Format::Jpeg | Format::Png), Language::English) => "Picture",
        (Some(Format::Mp4), Language::French) => "Vidéo",
        (Some(Format::Mp4), Language::English) => "Video",
        (None, Language::French) => "Fichier",
        (None, Language::English) => "File",
    }
}

/// In the units of the language, with one figure behind the point.
fn size(language: Language, bytes: u64) -> String {
    let units = match language {
        Language::French => ["octets", "ko", "Mo"],
        Language::English => ["bytes", "kB", "MB"],
    };
    let (value, unit) = match bytes {
        0..1_000 => return format!("{bytes}\u{a0}{}", units[0]),
        1_000..1_000_000 => (bytes.div_ceil(100), units[1]),
        _ => (bytes.div_ceil(100_000), units[2]),
    };
    let point = match language {
        Language::French => ',',
        Language::English => '.',
    };
    match value % 10 {
        0 => format!("{}\u{a0}{unit}", value / 10),
        tenth => format!("{}{point}{tenth}\u{a0}{unit}", value / 10),
    }
}

fn until(language: Language, expires_at: Time, now: Time) -> String {
    let days = (expires_at.0 - now.0).max(0).div_euclid(DAY_MS);
    match (language, days) {
        (Language::French, 0) => "Disponible moins d’un jour encore".to_owned(),
        (Language::French, 1) => "Disponible encore 1 jour".to_owned(),
        (Language::French, days) => format!("Disponible encore {days} jours"),
        (Language::English, 0) => "Available for less than a day".to_owned(),
        (Language::English, 1) => "Available for 1 more day".to_owned(),
        (Language::English, days) => format!("Available for {days} more days"),
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // What turns the direction of writing is shown as what it is.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                // A string always takes more.
                let _always = write!(safe, "[U+{:04X}]", u32::from(character));
            }
            character if character.is_control() => safe.push('\u{fffd}'),
            character => safe.push(character),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_as_people_write_them() {
        assert_eq!(size(Language::French, 2_400_000), "2,4\u{a0}Mo");
        assert_eq!(size(Language::English, 2_400_000), "2.4\u{a0}MB");
        assert_eq!(size(Language::English, 30_000_000), "30\u{a0}MB");
        assert_eq!(size(Language::French, 950), "950\u{a0}octets");
        assert_eq!(size(Language::English, 1_050), "1.1\u{a0}kB");
    }

    #[test]
    fn a_name_is_text_and_nothing_else() {
        assert_eq!(escaped("<script>\"'&\u{202e}\n"), "&lt;script&gt;&quot;&#39;&amp;[U+202E]\u{fffd}");
    }
}
