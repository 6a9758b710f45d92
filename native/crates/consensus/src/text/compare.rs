//! Whether two texts say the same, and what differs where they do not.

use super::meaning::Meaning;
use super::words::opposed;
use std::collections::BTreeMap;

/// Differences of one sort that are told at most.
const MAX_TOLD: usize = 8;

/// What sets an answer apart from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Numbers, dates or versions: those of the other answer, and its own.
    Numbers {
        /// Only the chosen answer has them.
        chosen: Vec<String>,
        /// Only the dissent has them.
        dissent: Vec<String>,
    },
    /// One denies what the other says.
    Negation {
        /// Of what.
        word: String,
    },
    /// One has a word, the other its contrary.
    Opposite {
        /// The word of the chosen answer.
        chosen: String,
        /// The word of the dissent.
        dissent: String,
    },
    /// Names, paths or inline code.
    Names {
        /// Only the chosen answer has them.
        chosen: Vec<String>,
        /// Only the dissent has them.
        dissent: Vec<String>,
    },
    /// Blocks of code that are not the same but for space.
    Code,
    /// Words that the chosen answer has and the dissent lacks.
    Missing {
        /// In the order of the chosen answer.
        words: Vec<String>,
    },
    /// Words that only the dissent has.
    Added {
        /// In the order of the dissent.
        words: Vec<String>,
    },
}

/// Whether two meanings can never be one: numbers, negation, contraries, names or code differ.
pub(super) fn conflict(a: &Meaning, b: &Meaning) -> bool {
    if let (Some(one), Some(other)) = (a.verdict, b.verdict)
        && (one != other || a.bare || b.bare)
    {
        return one != other;
    }
    a.numbers != b.numbers
        || (a.directed && b.directed && a.named != b.named && a.names == b.names)
        || a.code != b.code
        || (a.names.difference(&b.names).next().is_some() && b.names.difference(&a.names).next().is_some())
        || denied(a, b).is_some()
        || denied(b, a).is_some()
        || contrary(a, b).is_some()
}

/// A stem that `a` only denies and `b` only affirms; or that only `a` denies while `b` has nothing of it.
fn denied<'a>(a: &'a Meaning, b: &Meaning) -> Option<&'a String> {
    a.negated.iter().find(|stem| !a.affirmed.contains(*stem) && !b.negated.contains(*stem))
}

/// Contraries of which each text has just one.
fn contrary<'a>(a: &'a Meaning, b: &'a Meaning) -> Option<(&'a str, &'a str)> {
    let only = |one: &'a Meaning, other: &'a Meaning| {
        one.affirmed.iter().filter(move |stem| !other.affirmed.contains(*stem)).map(String::as_str)
    };
    // Words that both have cancel out, so what is left is short where the texts are alike; where it is not they do not
    // merge anyway.
    let rest: Vec<&str> = only(b, a).take(64).collect();
    only(a, b).take(64).find_map(|x| rest.iter().find(|y| opposed(x, y)).map(|y| (x, *y)))
}

/// How alike two meanings are, 0 to 1: three parts words in common, one part pairs of neighbours in common, so that who
/// does what to whom counts; twice that where both say what comes first. A bare yes is like any text that begins with it.
pub(super) fn similarity(a: &Meaning, b: &Meaning) -> f64 {
    if a == b || (a.verdict.is_some() && a.verdict == b.verdict && (a.bare || b.bare)) {
        return 1.0;
    }
    if a.words.is_empty() && b.words.is_empty() {
        return if a.numbers == b.numbers && a.names == b.names && a.code == b.code { 1.0 } else { 0.0 };
    }
    let words = dice(a.words.iter().map(|word| (word.as_str(), "")), b.words.iter().map(|word| (word.as_str(), "")));
    let pairs = dice(neighbours(&a.words), neighbours(&b.words));
    let names = if a.names.is_empty() && b.names.is_empty() {
        words
    } else {
        dice(a.names.iter().map(|name| (name.as_str(), "")), b.names.iter().map(|name| (name.as_str(), "")))
    };
    // A single word has no neighbours.
    let pairs = if a.words.len() < 2 || b.words.len() < 2 { words } else { pairs };
    if a.directed && b.directed {
        return 0.5 * pairs + 0.35 * words + 0.15 * names;
    }
    0.25 * pairs + 0.6 * words + 0.15 * names
}

fn neighbours(words: &[String]) -> impl Iterator<Item = (&str, &str)> {
    words.windows(2).map(|pair| (pair[0].as_str(), pair[1].as_str()))
}

/// Twice what is common over what there is, repetitions counted.
fn dice<'a>(a: impl Iterator<Item = (&'a str, &'a str)>, b: impl Iterator<Item = (&'a str, &'a str)>) -> f64 {
    let mut counts: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    let (mut all, mut common) = (0_u32, 0_u32);
    for one in a {
        *counts.entry(one).or_default() += 1;
        all += 1;
    }
    for one in b {
        all += 1;
        if let Some(left) = counts.get_mut(&one).filter(|left| **left > 0) {
            *left -= 1;
            common += 1;
        }
    }
    if all == 0 { 1.0 } else { f64::from(2 * common) / f64::from(all) }
}

/// What sets a dissent apart from the chosen answer, the weightiest first.
pub(super) fn differences(chosen: &Meaning, dissent: &Meaning) -> Vec<Difference> {
    let mut found = Vec::new();
    let only = |a: &std::collections::BTreeSet<String>, b: &std::collections::BTreeSet<String>| {
        a.difference(b).take(MAX_TOLD).cloned().collect::<Vec<_>>()
    };
    if chosen.numbers != dissent.numbers {
        let told = |list: Vec<String>| list.iter().map(|one| readable(one)).collect();
        found.push(Difference::Numbers {
            chosen: told(only(&chosen.numbers, &dissent.numbers)),
            dissent: told(only(&dissent.numbers, &chosen.numbers)),
        });
    }
    if let Some(stem) = denied(chosen, dissent) {
        found.push(Difference::Negation { word: spelled_in(chosen, stem) });
    } else if let Some(stem) = denied(dissent, chosen) {
        found.push(Difference::Negation { word: spelled_in(dissent, stem) });
    }
    if let Some((a, b)) = contrary(chosen, dissent) {
        found.push(Difference::Opposite { chosen: spelled_in(chosen, a), dissent: spelled_in(dissent, b) });
    }
    if chosen.code != dissent.code {
        found.push(Difference::Code);
    }
    if chosen.names != dissent.names {
        let (ours, theirs) = (only(&chosen.names, &dissent.names), only(&dissent.names, &chosen.names));
        found.push(Difference::Names { chosen: ours, dissent: theirs });
    }
    let missing = extra_words(chosen, dissent);
    if !missing.is_empty() {
        found.push(Difference::Missing { words: missing });
    }
    let added = extra_words(dissent, chosen);
    if !added.is_empty() {
        found.push(Difference::Added { words: added });
    }
    found
}

fn extra_words(a: &Meaning, b: &Meaning) -> Vec<String> {
    let known = |stem: &String| b.affirmed.contains(stem) || b.negated.contains(stem);
    let mut seen = std::collections::BTreeSet::new();
    a.words
        .iter()
        .zip(&a.spelling)
        .filter(|(stem, _)| !known(stem) && seen.insert((*stem).clone()))
        .take(MAX_TOLD)
        .map(|(_, spelling)| spelling.clone())
        .collect()
}

fn spelled_in(meaning: &Meaning, stem: &str) -> String {
    meaning
        .words
        .iter()
        .position(|word| word == stem)
        .map_or_else(|| stem.to_owned(), |at| meaning.spelling[at].clone())
}

/// `1.50000000e1 s` as `15 s`.
fn readable(number: &str) -> String {
    let (value, unit) = number.split_once(' ').unwrap_or((number, ""));
    match value.parse::<f64>() {
        Ok(parsed) if value.contains('e') => format!("{parsed} {unit}").trim_end().to_owned(),
        _ => number.to_owned(),
    }
}
