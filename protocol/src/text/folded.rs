//! A folded text that still knows where each part of it was written. It never says what a part means.

use std::ops::Range;

use super::fold::{fold_into, is_attached};

/// A folded text with the way back to the text that it was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// What [`fold`](super::fold) makes of the text.
    pub text: String,
    runs: Vec<Run>,
}

/// A part of the folded text from the byte `folded` to the next run, made of the characters `from..to`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    folded: usize,
    from: usize,
    to: usize,
    grain: Grain,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grain {
    /// One byte of the folded text for each character.
    Even,
    /// Any byte of the run means all of its characters.
    Whole,
}

impl Folded {
    /// Folds a text.
    pub fn of(text: &str) -> Self {
        let mut folded = Self { text: String::with_capacity(text.len()), runs: Vec::new() };
        for (at, c) in text.chars().enumerate() {
            folded.push(at, c);
        }
        folded
    }

    /// The characters (Unicode scalar values) of the original text that these bytes of the folded text came
    /// from. Accents count to the character before them, and a part of an open ligature stands for all of it.
    /// An empty range stays empty.
    ///
    /// ```
    /// use parloir_protocol::text::Folded;
    ///
    /// let folded = Folded::of("L'œuvre d'Hele\u{301}ne");
    /// assert_eq!(folded.text, "l'oeuvre d'helene");
    /// assert_eq!(folded.written(3..8), 2..7);
    /// assert_eq!(folded.written(11..17), 10..17);
    /// ```
    pub fn written(&self, folded: Range<usize>) -> Range<usize> {
        let from = self.characters(folded.start).start;
        let to = if folded.is_empty() { from } else { self.characters(folded.end - 1).end };
        from..to
    }

    fn push(&mut self, at: usize, c: char) {
        let folded = self.text.len();
        fold_into(c, &mut self.text);
        if self.text.len() > folded {
            self.add(folded, at, if c.is_ascii() { Grain::Even } else { Grain::Whole });
        } else if is_attached(c) {
            self.attach(at);
        }
    }

    fn add(&mut self, folded: usize, at: usize, grain: Grain) {
        match self.runs.last_mut() {
            Some(last) if last.to == at && (last.grain, grain) == (Grain::Even, Grain::Even) => last.to += 1,
            Some(_) | None => self.runs.push(Run { folded, from: at, to: at + 1, grain }),
        }
    }

    /// Makes the character at `at`, of which nothing is left, a part of what was written last.
    fn attach(&mut self, at: usize) {
        let Some(last) = self.runs.last_mut() else { return };
        match last.grain {
            Grain::Whole => last.to = at + 1,
            Grain::Even => {
                let (folded, from) = (self.text.len() - 1, last.to - 1);
                last.to = from;
                if last.from == from {
                    self.runs.pop();
                }
                self.runs.push(Run { folded, from, to: at + 1, grain: Grain::Whole });
            }
        }
    }

    /// The characters that this byte came from; none, at the end, for a byte beyond the text.
    fn characters(&self, byte: usize) -> Range<usize> {
        let after = self.runs.partition_point(|run| run.folded <= byte);
        let Some(run) = after.checked_sub(1).and_then(|index| self.runs.get(index)) else { return 0..0 };
        if byte >= self.text.len() {
            let end = self.runs.last().map_or(0, |run| run.to);
            return end..end;
        }
        match run.grain {
            Grain::Even => run.from + byte - run.folded..run.from + byte - run.folded + 1,
            Grain::Whole => run.from..run.to,
        }
    }
}
