//! Which name comes next: the experts and what they look at.

use crate::contexts::{Contexts, Slot, discounted};
use crate::history::{History, TASK_WORDS};
use crate::mixture::{BASE, MAX_CANDIDATES, Mixture, Refines, Round, Shape};
use crate::recency::{Counts, Recency};
use crate::symbols::Symbol;
use crate::words::combine;

/// One context expert.
struct Expert {
    /// The expert it refines.
    below: usize,
    /// The first weight of its opinion.
    start: f32,
    discount: f32,
}

const fn expert(below: usize, start: f32, discount: f32) -> Expert {
    Expert { below, start, discount }
}

/// Orders 1 to 4 and 6; skips; template and line; directory, exit code, position; task; person.
const EXPERTS: [Expert; 22] = [
    expert(BASE, 0.9, 0.6), // 0: the latest command
    expert(0, 0.8, 0.7),    // 1: two
    expert(1, 0.7, 0.7),    // 2: three
    expert(2, 0.6, 0.7),    // 3: four
    expert(3, 0.5, 0.7),    // 4: six
    expert(BASE, 0.1, 0.6), // 5: the last but one
    expert(BASE, 0.1, 0.6), // 6: the last but two
    expert(0, 0.2, 0.7),    // 7: the latest and the last but two
    expert(5, 0.1, 0.7),    // 8: the two before the latest
    expert(0, 0.3, 0.7),    // 9: the latest template
    expert(9, 0.3, 0.7),    // 10: the latest line
    expert(9, 0.3, 0.7),    // 11: two templates
    expert(BASE, 0.2, 0.6), // 12: the directory
    expert(0, 0.3, 0.7),    // 13: the directory and the latest command
    expert(0, 0.3, 0.7),    // 14: the exit code and the latest command
    expert(BASE, 0.1, 0.6), // 15: the position in the session
    expert(BASE, 0.5, 0.6), // 16: the task
    expert(0, 0.5, 0.7),    // 17: the task and the latest command
    expert(17, 0.5, 0.7),   // 18: the task and two commands
    expert(BASE, 0.3, 0.6), // 19: the person
    expert(0, 0.3, 0.7),    // 20: the person and the latest command
    expert(1, 0.3, 0.7),    // 21: the person and two commands
];

/// Which of them others refine.
const REFINED: [bool; EXPERTS.len()] = {
    let mut refined = [false; EXPERTS.len()];
    let mut at = 0;
    while at < EXPERTS.len() {
        if EXPERTS[at].below != BASE {
            refined[EXPERTS[at].below] = true;
        }
        at += 1;
    }
    refined
};

/// The experts after those of contexts.
const QUICK: usize = EXPERTS.len();
const SLOW: usize = QUICK + 1;
const WORDS: usize = QUICK + 2;
const NETWORK: usize = QUICK + 3;
const COUNT: usize = QUICK + 4;

/// How many levels of agreement with the past there are: none of the orders 1, 2, 3, 4, 6 known, or up to which.
const LEVELS: usize = 6;
const POSITIONS: usize = 3;

/// Indicators: how long ago, repetition, alternation, in this session, novelty by level.
const DISTANCES: usize = 14;
const RUNS: usize = 4;
const INDICATORS: usize = DISTANCES + RUNS + 2 + LEVELS;

/// How slowly what was counted in a context fades.
const FADE: u16 = 48;
const WORD_DISCOUNT: f32 = 0.6;

/// The contexts of the next command; 0 where there is none.
pub(crate) type Keys = [u32; EXPERTS.len()];

/// The shape of the mixture of names.
pub(crate) fn shape() -> Shape {
    Shape { experts: COUNT, selectors: LEVELS * POSITIONS, indicators: INDICATORS, rate: 0.03, caution: 3.0 }
}

/// The first weight of each expert's opinion.
pub(crate) fn start() -> Vec<f32> {
    let mut start: Vec<f32> = EXPERTS.iter().map(|expert| expert.start).collect();
    start.extend([0.2, 0.1, 0.3, 0.2]);
    start
}

/// The contexts that the next command has.
pub(crate) fn keys(history: &History, directory: u32) -> Keys {
    let past = &history.past;
    let name = |back: usize| past[back].name;
    let mut keys = [0; EXPERTS.len()];
    let order = |count: u32| -> u32 {
        let mut parts = [0; 7];
        parts[0] = count;
        for back in 0..count as usize {
            parts[1 + back] = name(back);
        }
        combine(&parts[..=count as usize])
    };
    for (at, count) in [1, 2, 3, 4, 6].into_iter().enumerate() {
        // Beyond the session's beginning a longer context says no more.
        if count <= history.position + 1 {
            keys[at] = order(count);
        }
    }
    if history.position >= 2 {
        keys[5] = combine(&[11, name(1)]);
        keys[8] = combine(&[14, name(1), name(2)]);
    }
    if history.position >= 3 {
        keys[6] = combine(&[12, name(2)]);
        keys[7] = combine(&[13, name(0), name(2)]);
    }
    let latest = &past[0];
    if latest.template != latest.name {
        keys[9] = combine(&[15, latest.template]);
    }
    if latest.line != latest.name {
        keys[10] = combine(&[16, latest.line]);
    }
    if latest.template != latest.name || past[1].template != past[1].name {
        keys[11] = combine(&[17, latest.template, past[1].template]);
    }
    if directory != 0 {
        keys[12] = combine(&[18, directory]);
        keys[13] = combine(&[19, directory, name(0)]);
    }
    if history.exit != 0 {
        keys[14] = combine(&[20, history.exit, name(0)]);
    }
    if history.position < 12 {
        keys[15] = combine(&[21, history.position]);
    }
    if history.task != 0 {
        keys[16] = combine(&[22, history.task]);
        keys[17] = combine(&[23, history.task, name(0)]);
        keys[18] = combine(&[24, history.task, name(0), name(1)]);
    }
    if history.person != 0 {
        keys[19] = combine(&[25, history.person]);
        keys[20] = combine(&[26, history.person, name(0)]);
        keys[21] = combine(&[27, history.person, name(0), name(1)]);
    }
    keys
}

/// The contexts of the words of the task: at the beginning of a session apart from later on.
fn word_keys(history: &History) -> impl Iterator<Item = u32> + '_ {
    let beginning = u32::from(history.position == 0);
    history.words.iter().map(move |word| combine(&[30, *word, beginning]))
}

/// What a network gives: a share for each candidate and one for every other symbol.
pub(crate) type NetworkShares<'a> = Option<&'a dyn Fn(Option<Symbol>) -> f32>;

/// Makes a distribution over the next name in `round`.
pub(crate) fn predict(
    round: &mut Round,
    mixture: &Mixture,
    contexts: &Contexts,
    recency: &Recency,
    history: &History,
    keys: &Keys,
    network: NetworkShares<'_>,
) {
    round.begin(COUNT, recency.span());
    let slots = keys.map(|key| if key == 0 { None } else { contexts.find(key) });
    // The most telling contexts first, as places are few.
    for at in [4, 3, 18, 2, 17, 21, 10, 1, 13, 11, 14, 20, 16, 9, 0, 7, 8, 12, 19, 5, 6, 15] {
        for (symbol, _) in slots[at].map(Slot::entries).unwrap_or_default() {
            round.propose(*symbol);
        }
    }
    recency.propose(round);
    let mut words = [None; TASK_WORDS];
    for (slot, key) in words.iter_mut().zip(word_keys(history)) {
        *slot = contexts.find(key);
    }
    for (symbol, _) in words.iter().copied().flatten().flat_map(Slot::entries) {
        round.propose(*symbol);
    }
    let counts: Vec<Counts> = round.candidates.iter().map(|symbol| recency.counts(*symbol)).collect();
    round.set_base(recency.novelty(), |place| recency.frequency(counts[place]));
    for (at, Expert { below, discount, .. }) in EXPERTS.iter().enumerate() {
        round.hear_slot(at, slots[at], Refines { below: *below, discount: *discount, refined: REFINED[at] });
    }
    recency.speak(round, &counts, QUICK, SLOW);
    hear_words(round, &words);
    if let Some(share) = network {
        let candidates = std::mem::take(&mut round.candidates);
        round.hear_shares(NETWORK, 0, |place, _| share(candidates.get(place).copied()));
        round.candidates = candidates;
    }
    let level = slots[..5].iter().rposition(Option::is_some).map_or(0, |at| at + 1);
    indicate(round, recency, history, level);
    let selector = level * POSITIONS + (history.position as usize).min(POSITIONS - 1);
    round.mix(mixture, selector);
}

/// The words of the task together: the mean of how each changes the odds, more for more words.
fn hear_words(round: &mut Round, words: &[Option<&Slot>; TASK_WORDS]) {
    let count = round.base().len();
    let mut change = [0.0; MAX_CANDIDATES];
    let change = &mut change[..count];
    let mut heard = 0;
    for slot in words.iter().copied().flatten() {
        let total = slot.total();
        let backed = slot.backed(total, WORD_DISCOUNT);
        let silence = f32::ln(backed).max(-2.0);
        for value in &mut *change {
            *value += silence;
        }
        for (symbol, count) in slot.entries() {
            if let Some(place) = round.place(*symbol) {
                let share = discounted(*count, WORD_DISCOUNT) / total;
                change[place] += f32::ln(backed + share / round.base()[place]).clamp(-2.0, 4.0) - silence;
            }
        }
        heard += 1;
    }
    if heard > 0 {
        let scale = (heard as f32).sqrt().recip();
        for value in &mut *change {
            *value *= scale;
        }
        round.hear_change(WORDS, heard - 1, change);
    }
}

fn indicate(round: &mut Round, recency: &Recency, history: &History, level: usize) {
    let mut known = [false; MAX_CANDIDATES];
    for place in history.names.iter().filter_map(|name| round.place(*name)) {
        known[place] = true;
    }
    for (place, known) in known.into_iter().enumerate().take(round.candidates.len()) {
        let symbol = round.candidates[place];
        round.indicate(place, recency.distance(symbol));
        if symbol == history.past[0].symbol {
            round.indicate(place, DISTANCES + (history.run as usize).clamp(1, RUNS) - 1);
        } else if symbol == history.past[1].symbol {
            round.indicate(place, DISTANCES + RUNS);
        }
        if known {
            round.indicate(place, DISTANCES + RUNS + 1);
        }
    }
    round.indicate(round.candidates.len(), DISTANCES + RUNS + 2 + level);
}

/// Counts what came.
pub(crate) fn count(contexts: &mut Contexts, history: &History, keys: &Keys, symbol: Symbol, used: u16) {
    for key in keys.iter().filter(|key| **key != 0) {
        contexts.add(*key, symbol, used, FADE);
    }
    for key in word_keys(history) {
        contexts.add(key, symbol, used, 0);
    }
}
