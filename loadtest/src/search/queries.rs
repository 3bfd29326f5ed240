//! Searches of every class, made from what can be found: typed in part, in any case, with and without accents.
//! Each comes with its meaning; what it finds is the oracle's to say.

use parloir_client::protocol::entity::Status;
use parloir_client::protocol::text::fold;

use super::question::{Class, Fragment, Qualifier, Question, Term};
use super::world::{Card, Words, World};
use crate::plan::Dice;

mod disguise;
mod fragments;

/// How often something is drawn anew before another kind is taken.
const TRIES_MAX: u32 = 50;

/// Draws searches; the same seed draws the same ones.
pub(crate) struct Drawer<'a> {
    world: &'a World,
    dice: Dice,
}

impl<'a> Drawer<'a> {
    pub(crate) fn new(world: &'a World, seed: u64, stream: u64) -> Self {
        Self { world, dice: Dice::new(seed ^ 0x005e_a7c4, stream.wrapping_add(1)) }
    }

    /// As many searches, all classes in turn.
    pub(crate) fn draw(&mut self, count: usize) -> Vec<Question> {
        (0..count).map(|n| self.one(Class::ALL[n % Class::ALL.len()])).collect()
    }

    /// Searches among messages: one to three words of one of them.
    pub(crate) fn draw_messages(&mut self, count: usize) -> Vec<Question> {
        (0..count).map(|n| self.of_message(n % 3 + 1)).collect()
    }

    /// The same of conversations that a qualifier asks for.
    pub(crate) fn draw_messages_of_some(&mut self, count: usize) -> Vec<Question> {
        let mut questions = self.draw_messages(count);
        questions.iter_mut().for_each(|question| self.qualify(question));
        questions
    }

    fn one(&mut self, class: Class) -> Question {
        match class {
            Class::One => self.part(class, 1, 1),
            Class::Two => self.part(class, 2, 2),
            Class::More => self.part(class, 3, 6),
            Class::Prefix => self.prefix(),
            Class::Inside => self.part(class, 4, 7),
            Class::Digits => self.digits(),
            Class::Words => self.words(),
            Class::Qualifier => self.qualified(),
            Class::Nothing => self.nothing(),
        }
    }

    fn card(&mut self) -> &'a Card {
        &self.world.cards[self.dice.roll(self.world.cards.len() as u64) as usize]
    }

    /// A word of letters, of at least so many.
    fn word_in(&mut self, words: &'a Words, letters: usize) -> Option<&'a str> {
        let long: Vec<&str> = words.each().filter(|word| is_of_letters(word, letters)).collect();
        self.dice.one_of(&long).copied()
    }

    fn word(&mut self, letters: usize) -> &'a str {
        let drawn = (0..TRIES_MAX).find_map(|_| {
            let card = self.card();
            self.word_in(&card.name, letters)
        });
        drawn.unwrap_or("martin")
    }

    /// A part of a name's word from anywhere in it.
    fn part(&mut self, class: Class, letters: usize, letters_max: usize) -> Question {
        let from_inside = usize::from(class == Class::Inside);
        let word: Vec<char> = self.word(letters + from_inside).chars().collect();
        let length = (letters + self.below(letters_max + 1 - letters)).min(word.len() - from_inside);
        let begin = from_inside + self.below(word.len() + 1 - length - from_inside);
        let part: String = word[begin..begin + length].iter().collect();
        self.of_words(class, vec![part])
    }

    fn prefix(&mut self) -> Question {
        let word = self.word(3);
        let letters = 3 + self.below(word.chars().count() - 2);
        let part = word.chars().take(letters).collect();
        self.of_words(Class::Prefix, vec![part])
    }

    fn digits(&mut self) -> Question {
        let card = self.card();
        let number = self.dice.one_of(&card.numbers).cloned();
        let (text, fragment) =
            number.map_or_else(Default::default, |number| fragments::draw(&number, &mut self.dice));
        Question { class: Class::Digits, text, terms: vec![Term::Number(fragment)], qualifiers: Vec::new() }
    }

    /// Two or three words of one person, shortened, in any order; one of them may be a number. Or two of them
    /// side by side.
    fn words(&mut self) -> Question {
        let card = self.card();
        if self.below(8) == 0 {
            return self.phrase(card);
        }
        let mut fields = vec![&card.name, &card.name];
        fields.extend(card.tags.iter().map(|tag| &self.world.tags[*tag]).chain([&card.values]));
        let mut parts = Vec::new();
        for _ in 0..2 + self.below(2) {
            let field = fields[self.below(fields.len())];
            parts.extend(self.word_in(field, 2).map(|word| self.shortened(word)));
        }
        parts.dedup();
        if parts.is_empty() {
            return self.phrase(card);
        }
        let mut question = self.of_words(Class::Words, parts);
        if let Some((text, fragment)) = self.number_beside(card) {
            question.text = format!("{} {text}", question.text);
            question.terms.push(Term::Number(fragment));
        }
        question
    }

    /// Now and then a number beside words: of the phone, or of the name where it has one.
    fn number_beside(&mut self, card: &Card) -> Option<(String, Fragment)> {
        let in_name: Vec<&str> =
            card.name.each().filter(|word| word.bytes().all(|byte| byte.is_ascii_digit())).collect();
        if let Some(digits) = self.dice.one_of(&in_name).copied() {
            let digits = self.shortened(digits);
            return Some(fragments::together(digits));
        }
        let number = card.numbers.first().filter(|_| self.below(5) == 0)?;
        Some(fragments::plain(number, &mut self.dice))
    }

    fn phrase(&mut self, card: &Card) -> Question {
        let words: Vec<String> = card.name.each().map(str::to_owned).collect();
        if words.is_empty() {
            return self.prefix();
        }
        let begin = self.below(words.len().saturating_sub(1).max(1));
        let side_by_side: Vec<String> = words.into_iter().skip(begin).take(2).collect();
        let text = format!("\"{}\"", side_by_side.join(" "));
        Question {
            class: Class::Words,
            text,
            terms: vec![Term::Phrase(side_by_side)],
            qualifiers: Vec::new(),
        }
    }

    fn shortened(&mut self, word: &str) -> String {
        let letters = word.chars().count();
        let kept = if self.below(3) == 0 { letters } else { 1 + self.below(letters) };
        word.chars().take(kept).collect()
    }

    fn qualified(&mut self) -> Question {
        let letters = 1 + self.below(3);
        let part: String = self.word(3).chars().take(letters).collect();
        let mut question = self.of_words(Class::Qualifier, vec![part]);
        self.qualify(&mut question);
        question
    }

    fn qualify(&mut self, question: &mut Question) {
        let (text, qualifier) = match self.below(3) {
            0 => {
                let tag = self.below(self.world.tags.len().min(40));
                (labelled("tag", &self.world.tag_names[tag]), Qualifier::Tag(tag))
            }
            1 => {
                let group = self.below(self.world.groups.len().min(40));
                (labelled("group", &self.world.group_names[group]), Qualifier::Group(group))
            }
            _ if self.below(2) == 0 => ("status:open".to_owned(), Qualifier::Status(Status::Open)),
            _ => ("status:closed".to_owned(), Qualifier::Status(Status::Closed)),
        };
        question.text = format!("{text} {}", question.text);
        question.qualifiers.push(qualifier);
    }

    /// Letters that stand together nowhere, or a word and a letter too many.
    fn nothing(&mut self) -> Question {
        let word = self.word(4).to_owned();
        let part = match self.below(3) {
            0 => format!("{word}zq"),
            1 => format!("xqj{}", word.chars().take(2).collect::<String>()),
            _ => format!("{}wvq{}", &word.chars().take(2).collect::<String>(), self.below(100)),
        };
        self.of_words(Class::Nothing, vec![part])
    }

    fn of_message(&mut self, words: usize) -> Question {
        let at = self.below(self.world.messages.len().max(1));
        let text = self.world.messages.get(at).map(|said| &said.text);
        let mut parts = Vec::new();
        for _ in 0..words {
            let word = text.and_then(|text| self.word_in(text, 1));
            parts.extend(word.map(|word| self.shortened(word)));
        }
        parts.dedup();
        if parts.is_empty() {
            parts.push("bonjour".to_owned());
        }
        let class = if parts.len() > 1 { Class::Words } else { Class::Prefix };
        self.of_words(class, parts)
    }

    /// A search for folded words, as somebody might type them.
    fn of_words(&mut self, class: Class, words: Vec<String>) -> Question {
        let typed: Vec<String> = words.iter().map(|word| disguise::typed(word, &mut self.dice)).collect();
        let terms = words.into_iter().map(Term::Word).collect();
        Question { class, text: typed.join(" "), terms, qualifiers: Vec::new() }
    }

    fn below(&mut self, below: usize) -> usize {
        self.dice.roll(below as u64) as usize
    }
}

fn labelled(key: &str, label: &str) -> String {
    if label.contains(' ') { format!("{key}:\"{label}\"") } else { format!("{key}:{label}") }
}

fn is_of_letters(word: &str, letters: usize) -> bool {
    word.chars().count() >= letters && word.chars().all(char::is_alphabetic) && fold(word) == word
}

#[cfg(test)]
pub(super) mod tests;
