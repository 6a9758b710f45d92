//! One search.

use crate::Hit;
use crate::index::ToolIndex;
use crate::spelling::{allowed, distance, letter_set};
use crate::stem::stem;
use crate::words::{for_each_word, is_filler};
use std::cmp::Reverse;
use std::ops::Bound;

/// What a word is worth that begins with the word asked for.
const BEGINNING: f64 = 0.6;

/// What a word is worth for each slip between it and the word asked for.
const SLIP: f64 = 0.6;

/// How many words one unknown word may stand for.
const GUESSES: usize = 4;

/// What a tool gains whose name is the whole question.
const EXACT: f64 = 2.0;

/// A stem to look for: its list of postings and what it is worth.
struct Sought<'a> {
    stem: &'a str,
    list: u32,
    worth: f64,
}

pub(crate) struct Search<'a> {
    index: &'a ToolIndex,
    sought: Vec<Sought<'a>>,
    /// Letters and digits of the question, in lower case.
    letters: String,
}

impl<'a> Search<'a> {
    pub(crate) fn read(index: &'a ToolIndex, query: &str) -> Self {
        let mut words: Vec<(String, bool)> = Vec::new();
        for_each_word(query, |word| words.push((stem(word).to_owned(), is_filler(word))));
        let only_fillers = words.iter().all(|(_, filler)| *filler);
        let mut search = Self { index, sought: Vec::new(), letters: letters(query) };
        for (stem, filler) in words {
            if !filler || only_fillers {
                search.seek(&stem);
            }
        }
        // A word said twice counts twice but is read once. The order is one that neither the order of the words nor the
        // catalogue's history changes, for sums of floating point numbers depend on it.
        search.sought.sort_by_key(|sought| sought.stem);
        search.sought.dedup_by(|again, first| {
            let same = again.stem == first.stem;
            first.worth += if same { again.worth } else { 0.0 };
            same
        });
        search
    }

    fn seek(&mut self, stem: &str) {
        if let Some((stem, list)) = self.index.stems.get_key_value(stem) {
            self.sought.push(Sought { stem, list: *list, worth: 1.0 });
        } else {
            let guesses = self.guesses(stem);
            self.sought.extend(guesses);
        }
    }

    /// The known stems that an unknown one begins or misspells, the nearest first.
    fn guesses(&self, stem: &str) -> Vec<Sought<'a>> {
        let letters: Vec<char> = stem.chars().collect();
        // A number or a hash is either known or not.
        if letters.len() < 3 || letters.iter().any(|letter| letter.is_numeric()) {
            return Vec::new();
        }
        let mut guesses: Vec<(usize, &'a str, u32)> = Vec::new();
        for (known, list) in self.beginning_with(stem) {
            guesses.push((0, known, list));
        }
        let limit = allowed(letters.len());
        // The first letter is seldom wrong, but it may be swapped with the second.
        let mut firsts = letters[..2].to_vec();
        firsts.dedup();
        let set = letter_set(stem);
        let mut candidate = Vec::new();
        for first in firsts.into_iter().filter(|_| limit > 0) {
            for (known, list) in self.beginning_with(first.encode_utf8(&mut [0; 4])) {
                // Compared in bytes: quick, and the same for all but a few words.
                let far = known.len().abs_diff(stem.len()) > limit
                    || (set ^ letter_set(known)).count_ones() as usize > 2 * limit;
                if far || known.starts_with(stem) {
                    continue;
                }
                candidate.clear();
                candidate.extend(known.chars());
                if let Some(slips) = distance(&letters, &candidate, limit) {
                    guesses.push((slips, known, list));
                }
            }
        }
        let spread = |list: u32| self.index.impacts(list).len();
        guesses.sort_by_key(|(slips, known, list)| (*slips, Reverse(spread(*list)), *known));
        guesses.truncate(GUESSES);
        let worth = |slips: usize| if slips == 0 { BEGINNING } else { (0..slips).map(|_| SLIP).product() };
        guesses.into_iter().map(|(slips, stem, list)| Sought { stem, list, worth: worth(slips) }).collect()
    }

    fn beginning_with<'b>(&self, start: &'b str) -> impl Iterator<Item = (&'a str, u32)> + use<'a, 'b> {
        let stems = self.index.stems.range::<str, _>((Bound::Included(start), Bound::Unbounded));
        stems.map(|(stem, list)| (&**stem, *list)).take_while(move |(stem, _)| stem.starts_with(start))
    }

    pub(crate) fn run(self, limit: usize) -> Vec<Hit<'a>> {
        let index = self.index;
        let mut scores = vec![0.0_f64; index.tools.len()];
        for sought in &self.sought {
            let impacts = index.impacts(sought.list);
            let (with, without) = (impacts.len() as f64, (index.len() - impacts.len()) as f64);
            let rarity = sought.worth * (1.0 + (without + 0.5) / (with + 0.5)).ln();
            for impact in impacts {
                scores[impact.tool as usize] += rarity * f64::from(impact.amount);
            }
        }
        // A tool whose server has no letters has one name twice.
        let mut named = index.names.get(&self.letters).cloned().unwrap_or_default();
        named.dedup();
        for tool in named {
            scores[tool as usize] *= EXACT;
        }
        let mut hits: Vec<Hit<'a>> = best(&scores, limit)
            .filter_map(|tool| {
                let entry = index.tools[tool].as_ref()?;
                Some(Hit { server: &entry.server, name: &entry.name, score: scores[tool] })
            })
            .collect();
        hits.sort_unstable_by(|one, other| {
            other.score.total_cmp(&one.score).then_with(|| (one.server, one.name).cmp(&(other.server, other.name)))
        });
        hits.truncate(limit);
        hits
    }
}

/// The tools with the `limit` greatest scores, and all that are equal to the least of them.
fn best(scores: &[f64], limit: usize) -> impl Iterator<Item = usize> {
    let mut positive: Vec<f64> = scores.iter().copied().filter(|score| *score > 0.0).collect();
    let least = if limit == 0 {
        f64::INFINITY
    } else if limit < positive.len() {
        *positive.select_nth_unstable_by(limit - 1, |one, other| other.total_cmp(one)).1
    } else {
        f64::MIN_POSITIVE
    };
    scores.iter().enumerate().filter(move |(_, score)| **score >= least).map(|(tool, _)| tool)
}

/// The letters and digits of a name, in lower case: what is left when its style is taken away.
pub(crate) fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
