//! The other side: who writes, and what. Each text ends with a mark that tells which message of which run it
//! is, so that it can be found again.

use std::path::Path;

use anyhow::Context;
use serde::Serialize;

use crate::plan::{CUSTOMERS, Dice};

const BUILT_IN: [&str; 8] = [
    "Bonjour, vous êtes ouverts demain ?",
    "Ok merci, à tout à l'heure",
    "Je n'ai toujours pas reçu ma commande…",
    "Can you call me back please?",
    "Le colis est arrivé abîmé 😕",
    "C'est noté, merci beaucoup !",
    "Combien coûte la livraison ?",
    "Je voudrais annuler mon rendez-vous",
];

/// Longer texts than this stand in no text message.
const TEXT_CHARS_MAX: usize = 1_000;

/// A message as the simulator's webhook takes it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Inbound {
    pub(crate) event_id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    from: From,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile_name: Option<String>,
    text: String,
}

#[derive(Debug, Clone, Serialize)]
struct From {
    kind: &'static str,
    value: String,
}

impl Inbound {
    /// A text from a number.
    pub(crate) fn text(event_id: String, number: &str, text: String) -> Self {
        let from = From { kind: "e164", value: number.to_owned() };
        Self { event_id, kind: "message", from, profile_name: None, text }
    }
}

/// All customers of a run.
#[derive(Debug)]
pub(crate) struct Customers {
    run: String,
    texts: Vec<String>,
}

impl Customers {
    pub(crate) fn new(run: String, file: Option<&Path>) -> anyhow::Result<Self> {
        let texts = match file {
            None => BUILT_IN.map(str::to_owned).to_vec(),
            Some(path) => {
                let file = std::fs::read_to_string(path)
                    .with_context(|| format!("cannot read {}", path.display()))?;
                file.lines().filter_map(text_of).collect()
            }
        };
        anyhow::ensure!(!texts.is_empty(), "there is no text in the file");
        Ok(Self { run, texts })
    }

    /// The `n`th message.
    pub(crate) fn message(&self, n: usize, dice: &mut Dice) -> Inbound {
        let who = dice.roll(CUSTOMERS);
        let text = dice.one_of(&self.texts).map_or("", String::as_str);
        Inbound {
            event_id: format!("{}-{n}", self.run),
            kind: "message",
            from: From { kind: "e164", value: format!("+336{:07}7", 1_000_000 + who) },
            profile_name: who.is_multiple_of(4).then(|| format!("Client {who}")),
            text: format!("{text} {}{n}", self.mark()),
        }
    }

    fn mark(&self) -> String {
        format!("#{}-", self.run)
    }

    /// Which message of this run a text is.
    pub(crate) fn number_of(&self, text: &str) -> Option<usize> {
        text.rsplit_once(&self.mark()).and_then(|(_, n)| n.parse().ok())
    }
}

fn text_of(line: &str) -> Option<String> {
    let text = line.split_once('\t').map_or(line, |(_, text)| text).trim();
    (!text.is_empty()).then(|| text.chars().take(TEXT_CHARS_MAX).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_known_by_its_text() {
        let customers = Customers::new("r7".to_owned(), None).expect("the built-in texts");
        let inbound = customers.message(41, &mut Dice::new(1, 1));
        assert_eq!(customers.number_of(&inbound.text), Some(41));
        assert_eq!(customers.number_of("hello #r8-41"), None);
    }

    #[test]
    fn a_line_gives_its_text_without_the_label() {
        assert_eq!(text_of("ham\tsee you there").as_deref(), Some("see you there"));
        assert_eq!(text_of("ham\t "), None);
    }
}
