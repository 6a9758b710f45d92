//! A question, as what to look for.

use crate::index::ToolIndex;
use crate::vocabulary::number_of;
use crate::words::{FILLERS, WEAK, for_each_word, stem};
use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::LazyLock;

/// What a word of the same family is worth, for each part of the two that is the same.
const FAMILY: f32 = 0.4;

/// What a word is worth that begins with the word asked for.
const BEGINNING: f32 = 0.3;

/// What a word is worth for each slip between it and the word asked for.
const SLIP: f32 = 0.3;

/// How many words one unknown word may stand for.
const GUESSES: usize = 4;

/// How many different words of a question are read. What it costs is bounded by this.
const WORDS: usize = 128;

/// What a word of asking is worth.
const WEAKNESS: f32 = 0.5;

static FILLER_NUMBERS: LazyLock<HashSet<u32>> =
    LazyLock::new(|| FILLERS.iter().map(|word| number_of(stem(word))).collect());
static WEAK_NUMBERS: LazyLock<HashSet<u32>> = LazyLock::new(|| WEAK.iter().map(|word| number_of(stem(word))).collect());

/// A stem to look for: its list of postings and what it is worth.
pub(crate) struct Sought {
    pub(crate) list: u32,
    pub(crate) worth: f32,
    /// The number of the stem: an order that neither the order of the words nor the catalogue's history changes, for
    /// sums of floating point numbers depend on it.
    number: u32,
}

pub(crate) struct Question {
    /// The numbers of its different words, in order.
    pub(crate) words: Vec<u32>,
    pub(crate) sought: Vec<Sought>,
    /// Letters and digits of the question, in lower case.
    pub(crate) letters: String,
    /// How many words count that are not known, not even as slips.
    pub(crate) unknown: usize,
}

impl Question {
    pub(crate) fn read(index: &ToolIndex, query: &str) -> Self {
        let mut words = Vec::new();
        let mut unknown: Vec<(usize, String)> = Vec::new();
        let mut seen = HashSet::new();
        for_each_word(query, |word| {
            let stem = stem(word);
            let number = number_of(stem);
            if words.len() < WORDS && seen.insert(number) {
                if index.vocabulary.find(number).is_none() {
                    unknown.push((words.len(), stem.to_owned()));
                }
                words.push(number);
            }
        });
        let mut question = Self::of(index, words);
        question.letters = letters(query);
        for (at, stem) in unknown {
            question.guess(index, &stem, question.worth(at));
        }
        question.merge();
        question
    }

    /// The question again, from the numbers of its words: unknown words stay unknown.
    pub(crate) fn again(index: &ToolIndex, words: &[u32]) -> Self {
        let mut question = Self::of(index, words.to_vec());
        question.merge();
        question
    }

    fn of(index: &ToolIndex, words: Vec<u32>) -> Self {
        let mut question = Self { words, sought: Vec::new(), letters: String::new(), unknown: 0 };
        for at in 0..question.words.len() {
            let worth = question.worth(at);
            let number = question.words[at];
            let Some(list) = index.vocabulary.find(number).filter(|_| worth > 0.0) else { continue };
            question.sought.push(Sought { list, worth, number });
            let stem = index.vocabulary.stem(list);
            index.vocabulary.family(stem, |list, share| {
                question.sought.push(Sought {
                    list,
                    worth: worth * FAMILY * share,
                    number: index.vocabulary.number(list),
                });
            });
        }
        question
    }

    /// What a word is worth by itself: nothing when it is a filler, unless there is no other.
    fn worth(&self, at: usize) -> f32 {
        let number = self.words[at];
        if FILLER_NUMBERS.contains(&number) {
            let only = self.words.iter().all(|number| FILLER_NUMBERS.contains(number));
            return if only { 1.0 } else { 0.0 };
        }
        if WEAK_NUMBERS.contains(&number) { WEAKNESS } else { 1.0 }
    }

    /// What an unknown word may stand for, the nearest first.
    fn guess(&mut self, index: &ToolIndex, stem: &str, worth: f32) {
        if worth == 0.0 {
            return;
        }
        let before = self.sought.len();
        let mut near = index.vocabulary.near(stem);
        near.sort_by_cached_key(|(slips, list)| {
            (*slips, Reverse(index.postings[*list as usize].len()), index.vocabulary.stem(*list).to_owned())
        });
        near.truncate(GUESSES);
        for (slips, list) in &near {
            let worth = worth * if *slips == 0 { BEGINNING } else { (0..*slips).map(|_| SLIP).product() };
            self.sought.push(Sought { list: *list, worth, number: index.vocabulary.number(*list) });
        }
        index.vocabulary.family(stem, |list, share| {
            if near.iter().all(|(_, other)| *other != list) {
                self.sought.push(Sought { list, worth: worth * FAMILY * share, number: index.vocabulary.number(list) });
            }
        });
        self.unknown += usize::from(self.sought.len() == before);
    }

    /// A list is read once, for all words that lead to it.
    fn merge(&mut self) {
        self.sought.sort_by(|one, other| {
            (one.number, one.list).cmp(&(other.number, other.list)).then_with(|| one.worth.total_cmp(&other.worth))
        });
        self.sought.dedup_by(|again, first| {
            let same = again.list == first.list;
            first.worth += if same { again.worth } else { 0.0 };
            same
        });
    }
}

/// The letters and digits of a name, in lower case: what is left when its style is taken away.
pub(crate) fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
