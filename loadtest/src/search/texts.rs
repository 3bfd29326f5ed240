//! Texts of messages: varied from a file of real ones where one is given, else composed. Each is a function of
//! seed and number; it knows nothing of who writes them.

use std::path::Path;

use anyhow::Context as _;

use crate::plan::Dice;

/// Longer texts stand in few messages, and their tails change no figure.
const TEXT_CHARS_MAX: usize = 300;

const OPENINGS: [&str; 8] =
    ["Bonjour,", "Bonsoir,", "Re-bonjour,", "Hello,", "Guten Tag,", "Salut,", "Rebonjour !", "Coucou,"];
const WISHES: [&str; 12] = [
    "je n'ai toujours pas reçu",
    "pouvez-vous me rappeler pour",
    "combien coûte",
    "je voudrais annuler",
    "où en est",
    "merci beaucoup pour",
    "il manque une pièce à",
    "could you please check",
    "ich suche noch",
    "c'est d'accord pour",
    "j'ai bien reçu",
    "à quelle heure ouvre",
];
const THINGS: [&str; 14] = [
    "ma commande",
    "le colis abîmé",
    "la livraison",
    "mon rendez-vous",
    "le devis",
    "la facture",
    "les bougies",
    "the delivery",
    "meine Bestellung",
    "le canapé œuf",
    "l'étagère",
    "la garantie",
    "le gâteau",
    "le vélo",
];
const TIMES: [&str; 10] = [
    "de lundi",
    "de mardi matin",
    "d'hier",
    "demain à 14h30",
    "de la semaine dernière",
    "de Noël",
    "avant l'été",
    "aujourd'hui",
    "tomorrow",
    "am Samstag",
];
const ENDINGS: [&str; 6] = ["?", "!", ". Merci d'avance.", ". Cordialement.", "…", ". 😕"];

/// Every text of a run.
#[derive(Debug)]
pub(crate) struct Texts {
    seed: u64,
    real: Vec<String>,
}

impl Texts {
    /// Texts like those of `file`, a line each: label, tab, text.
    pub(crate) fn new(seed: u64, file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = file else { return Ok(Self { seed, real: Vec::new() }) };
        let file =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let real: Vec<String> = file.lines().filter_map(text_of).collect();
        anyhow::ensure!(!real.is_empty(), "there is no text in {}", path.display());
        Ok(Self { seed, real })
    }

    /// The `n`th text.
    pub(crate) fn text(&self, n: u64) -> String {
        let mut dice = Dice::new(self.seed ^ 0x7e87, n.wrapping_add(1));
        match dice.one_of(&self.real) {
            Some(text) => varied(&text.clone(), &self.real, &mut dice),
            None => composed(&mut dice),
        }
    }
}

/// Begins as `text`, goes on as another one, and names something that few others name.
fn varied(text: &str, others: &[String], dice: &mut Dice) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let cut = 1 + dice.roll(words.len() as u64) as usize;
    let other = dice.one_of(others).map_or("", String::as_str);
    let tail = other.split(' ').skip(dice.roll(4) as usize).take(words.len().saturating_sub(cut));
    let kept = words.iter().copied().take(cut);
    let mut varied: Vec<&str> = kept.chain(tail).collect();
    let rare = format!("{}{}", rare(dice), dice.roll(10_000));
    if dice.roll(3) == 0 {
        varied.push(&rare);
    }
    varied.join(" ").chars().take(TEXT_CHARS_MAX).collect()
}

fn composed(dice: &mut Dice) -> String {
    let one = |dice: &mut Dice, of: &[&str]| dice.one_of(of).copied().unwrap_or_default().to_owned();
    let mut text = format!("{} {} {}", one(dice, &OPENINGS), one(dice, &WISHES), one(dice, &THINGS));
    if dice.roll(2) == 0 {
        text = format!("{text} {}", one(dice, &TIMES));
    }
    if dice.roll(3) == 0 {
        text = format!("{text} {}{}", rare(dice), dice.roll(10_000));
    }
    format!("{text}{}", one(dice, &ENDINGS))
}

fn rare(dice: &mut Dice) -> String {
    (0..3).map(|_| char::from(b'a' + dice.roll(26) as u8)).collect()
}

fn text_of(line: &str) -> Option<String> {
    let text = line.split_once('\t').map_or(line, |(_, text)| text).trim();
    let text: String =
        text.chars().filter(|character| !character.is_control()).take(TEXT_CHARS_MAX).collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_seed_says_the_same_for_ever_and_repeats_little() {
        let texts = Texts::new(4, None).expect("no file is read");
        let some: Vec<String> = (0..2_000).map(|n| texts.text(n)).collect();
        assert!(some.iter().enumerate().all(|(n, text)| *text == texts.text(n as u64)));
        assert!(some.iter().collect::<BTreeSet<_>>().len() > 1_800);
        assert_ne!(some[7], Texts::new(5, None).expect("no file is read").text(7));
    }

    #[test]
    fn real_texts_are_varied() {
        let real: Vec<String> = ["the parcel came late", "where are you now"].map(str::to_owned).to_vec();
        let texts = Texts { seed: 1, real };
        let some: BTreeSet<String> = (0..200).map(|n| texts.text(n)).collect();
        assert!(
            some.len() > 20 && some.iter().all(|text| text.starts_with("the") || text.starts_with("where"))
        );
    }

    #[test]
    fn a_line_gives_its_text_without_label_and_control_characters() {
        assert_eq!(text_of("ham\tsee \u{7}you\t there").as_deref(), Some("see you there"));
        assert_eq!(text_of("ham\t "), None);
    }
}
