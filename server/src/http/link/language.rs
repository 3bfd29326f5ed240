//! The language that a recipient's browser asks for: French or English. It guesses from nothing else.

use axum::http::{HeaderMap, header};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    French,
    English,
}

impl Language {
    /// The first of the two that is wanted most; English for everybody else.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|wanted| wanted.to_str().ok());
        let best =
            wanted.unwrap_or_default().split(',').filter_map(weighed).fold(None, |best, next| {
                match (best, next) {
                    (Some((_, best_weight)), (_, weight)) if weight <= best_weight => best,
                    (_, next) => Some(next),
                }
            });
        best.map_or(Self::English, |(language, _)| language)
    }

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
        }
    }
}

fn weighed(entry: &str) -> Option<(Language, f32)> {
    let (tag, quality) = entry.split_once(';').unwrap_or((entry, "q=1"));
    let primary = tag.trim().split('-').next()?;
    let language = if primary.eq_ignore_ascii_case("fr") {
        Language::French
    } else if primary.eq_ignore_ascii_case("en") {
        Language::English
    } else {
        return None;
    };
    let weight = quality.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok()).unwrap_or(0.0);
    (weight > 0.0).then_some((language, weight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_that_is_wanted_most_is_spoken() {
        let of = |wanted: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, wanted.parse().expect("a header"));
            Language::of(&headers)
        };
        assert_eq!(Language::of(&HeaderMap::new()), Language::English);
        assert_eq!(of("fr-FR,fr;q=0.9,en;q=0.8"), Language::French);
        assert_eq!(of("en-GB,en;q=0.9,fr;q=0.8"), Language::English);
        assert_eq!(of("de, fr;q=0.5, en;q=0.3"), Language::French);
        assert_eq!(of("fr;q=0, en;q=0.1"), Language::English);
        assert_eq!(of("de-CH"), Language::English);
        assert_eq!(of(";;;q=,,"), Language::English);
    }
}
