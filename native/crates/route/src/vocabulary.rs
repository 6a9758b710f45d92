//! The stems of all tools, numbered: a word of a sentence is compared once with every stem that may be like it, and not
//! with those of every tool.

use crate::background::weight;
use crate::meaning::{Meaning, meaning};
use crate::text::Token;
use crate::words::alike;
use std::collections::HashMap;

/// As many bytes at least begin alike in two stems that are like one another and not the same.
const SHARED: usize = 4;

/// A stem of a tool.
#[derive(Debug)]
pub(crate) struct Stem {
    pub(crate) text: String,
    /// How telling it is.
    pub(crate) weight: f64,
    /// What it means, where that is known.
    pub(crate) point: Option<&'static Meaning>,
    /// Its number in the vocabulary.
    id: usize,
}

impl Stem {
    pub(crate) fn new(text: String) -> Self {
        Self { weight: weight(&text), point: meaning(&text), id: usize::MAX, text }
    }

    /// Its weight and point, where it has one.
    pub(crate) fn known(&self) -> Option<(f64, &'static Meaning)> {
        Some((self.weight, self.point?))
    }
}

/// The number of a stem and how many tools have it.
#[derive(Debug)]
struct Entry {
    id: usize,
    uses: usize,
}

/// Every stem once.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    entries: HashMap<String, Entry>,
    /// The longer stems by how they begin.
    beginnings: HashMap<[u8; SHARED], Vec<String>>,
    /// Numbers that are in no use any more.
    free: Vec<usize>,
}

fn beginning(stem: &str) -> Option<[u8; SHARED]> {
    stem.as_bytes().first_chunk().copied()
}

impl Vocabulary {
    /// Numbers a stem.
    pub(crate) fn enter(&mut self, stem: &mut Stem) {
        if let Some(entry) = self.entries.get_mut(&stem.text) {
            entry.uses += 1;
            stem.id = entry.id;
            return;
        }
        stem.id = self.free.pop().unwrap_or(self.entries.len());
        self.entries.insert(stem.text.clone(), Entry { id: stem.id, uses: 1 });
        if let Some(beginning) = beginning(&stem.text) {
            self.beginnings.entry(beginning).or_default().push(stem.text.clone());
        }
    }

    /// Forgets one use of a stem that was entered.
    pub(crate) fn leave(&mut self, stem: &Stem) {
        let Some(entry) = self.entries.get_mut(&stem.text) else { return };
        entry.uses -= 1;
        if entry.uses > 0 {
            return;
        }
        self.free.push(entry.id);
        self.entries.remove(&stem.text);
        let Some(beginning) = beginning(&stem.text) else { return };
        if let Some(stems) = self.beginnings.get_mut(&beginning) {
            stems.retain(|other| *other != stem.text);
            if stems.is_empty() {
                self.beginnings.remove(&beginning);
            }
        }
    }

    /// The number of a stem that a tool has.
    pub(crate) fn id(&self, stem: &str) -> Option<usize> {
        self.entries.get(stem).map(|entry| entry.id)
    }

    /// What the words of a sentence say of every stem.
    pub(crate) fn heard(&self, words: &[&Token]) -> Heard {
        let mut heard =
            Heard { lists: vec![0; self.entries.len() + self.free.len()], hits: Vec::new(), words: words.len() };
        for (at, token) in words.iter().enumerate() {
            for own in &token.stems {
                if let Some(id) = self.id(own) {
                    heard.note(id, at, 1.0);
                }
                let near = beginning(own).and_then(|beginning| self.beginnings.get(&beginning));
                for other in near.into_iter().flatten() {
                    let likeness = alike(own, other);
                    if likeness > 0.0
                        && let Some(id) = self.id(other)
                    {
                        heard.note(id, at, likeness);
                    }
                }
            }
        }
        heard
    }
}

/// What the words of a sentence say of the stems of a vocabulary.
pub(crate) struct Heard {
    /// For each number which of `hits` is the stem's, counted from 1; 0 for none.
    lists: Vec<usize>,
    /// The words that are like a stem, and how much.
    hits: Vec<Vec<(usize, f64)>>,
    words: usize,
}

impl Heard {
    fn note(&mut self, id: usize, word: usize, likeness: f64) {
        let Some(list) = self.lists.get_mut(id) else { return };
        if *list == 0 {
            self.hits.push(Vec::new());
            *list = self.hits.len();
        }
        let hits = &mut self.hits[*list - 1];
        match hits.last_mut().filter(|(last, _)| *last == word) {
            Some((_, most)) => *most = most.max(likeness),
            None => hits.push((word, likeness)),
        }
    }

    fn hits(&self, stem: &Stem) -> &[(usize, f64)] {
        let list = self.lists.get(stem.id).copied().unwrap_or(0);
        if list == 0 { &[] } else { &self.hits[list - 1] }
    }

    /// How much the word that is most like a stem is.
    pub(crate) fn best(&self, stem: &Stem) -> f64 {
        self.hits(stem).iter().map(|(_, likeness)| *likeness).fold(0.0, f64::max)
    }

    /// How much each word is like the stem that is most like it; none where no word is like any.
    pub(crate) fn of_words<'a>(&self, stems: impl IntoIterator<Item = &'a Stem>) -> Option<Vec<f64>> {
        let mut found = None;
        for (word, likeness) in stems.into_iter().flat_map(|stem| self.hits(stem)) {
            let found = found.get_or_insert_with(|| vec![0.0_f64; self.words]);
            found[*word] = found[*word].max(*likeness);
        }
        found
    }

    /// The same, as zeros where no word is like any.
    pub(crate) fn all_words<'a>(&self, stems: impl IntoIterator<Item = &'a Stem>) -> Vec<f64> {
        self.of_words(stems).unwrap_or_else(|| vec![0.0; self.words])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;
    use proptest::prelude::*;

    fn entered(vocabulary: &mut Vocabulary, stems: &[String]) -> Vec<Stem> {
        let mut stems: Vec<Stem> = stems.iter().cloned().map(Stem::new).collect();
        for stem in &mut stems {
            vocabulary.enter(stem);
        }
        stems
    }

    proptest! {
        /// What is heard is what comparing every word with every stem gives, also after stems have left.
        #[test]
        fn every_likeness_is_heard(
            gone in prop::collection::vec("[ab]{1,7}", 0..6),
            stems in prop::collection::vec("[ab]{1,7}", 0..12),
            sentence in "([ab]{1,7} ){0,8}",
        ) {
            let mut vocabulary = Vocabulary::default();
            let left = entered(&mut vocabulary, &gone);
            let mut stems = entered(&mut vocabulary, &stems);
            for stem in &left {
                vocabulary.leave(stem);
            }
            stems.extend(entered(&mut vocabulary, &["abab".to_owned()]));
            let text = Text::read(&sentence);
            let words: Vec<&Token> = text.tokens.iter().collect();
            let heard = vocabulary.heard(&words);
            let likeness = |token: &Token, stem: &Stem| {
                token.stems.iter().map(|own| alike(own, &stem.text)).fold(0.0, f64::max)
            };
            for stem in &stems {
                let best = words.iter().map(|token| likeness(token, stem)).fold(0.0, f64::max);
                prop_assert!((heard.best(stem) - best).abs() < 1e-12, "{}", stem.text);
            }
            let of_words = heard.all_words(&stems);
            for (token, said) in words.iter().zip(of_words) {
                let best = stems.iter().map(|stem| likeness(token, stem)).fold(0.0, f64::max);
                prop_assert!((said - best).abs() < 1e-12, "{}", token.lower);
            }
        }
    }

    #[test]
    fn what_no_tool_has_any_more_is_forgotten() {
        let mut vocabulary = Vocabulary::default();
        let stems = entered(&mut vocabulary, &["branch".to_owned(), "cat".to_owned(), "branch".to_owned()]);
        vocabulary.leave(&stems[0]);
        assert!(vocabulary.id("branch").is_some());
        for stem in &stems[1..] {
            vocabulary.leave(stem);
        }
        assert!(vocabulary.id("branch").is_none() && vocabulary.beginnings.is_empty());
        // A number is taken again.
        let again = entered(&mut vocabulary, &["dog".to_owned(), "cow".to_owned(), "pig".to_owned()]);
        assert!(again.iter().all(|stem| stem.id < 3), "{again:?}");
    }
}
