//! Which whole line comes next, once its name is known.

use crate::contexts::Contexts;
use crate::history::{History, Past};
use crate::mixture::{BASE, Mixture, Refines, Round, Shape};
use crate::symbols::{NO_SYMBOL, Symbol, Symbols};
use crate::words::combine;

/// At most so many lines at once, each of at most so many bytes; longer ones are not predicted.
pub(crate) const MAX_LINES: usize = 4_096;
pub(crate) const MAX_LINE_BYTES: usize = 512;
const MAX_CONTEXTS: usize = 1 << 14;
const FADE: u16 = 16;

/// The expert each one refines, its first weight and its discount.
const EXPERTS: [(usize, f32, f32); 7] = [
    (BASE, 1.0, 0.5), // 0: the name
    (0, 0.6, 0.7),    // 1: the template before
    (1, 0.6, 0.7),    // 2: the line before
    (2, 0.5, 0.7),    // 3: two lines before
    (0, 0.6, 0.6),    // 4: the directory
    (0, 0.8, 0.6),    // 5: the task
    (5, 0.6, 0.6),    // 6: the task and the line before
];

/// Which experts others refine.
const REFINED: [bool; EXPERTS.len()] = {
    let mut refined = [false; EXPERTS.len()];
    let mut at = 0;
    while at < EXPERTS.len() {
        if EXPERTS[at].0 != BASE {
            refined[EXPERTS[at].0] = true;
        }
        at += 1;
    }
    refined
};

/// Lines by number and what they followed.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    pub(crate) symbols: Symbols,
    pub(crate) contexts: Contexts,
    pub(crate) mixture: Mixture,
    round: Round,
}

impl Lines {
    pub(crate) fn new() -> Self {
        let shape = Shape { experts: EXPERTS.len(), selectors: 1, indicators: 1, rate: 0.03, caution: 1.0 };
        Self {
            symbols: Symbols::new(MAX_LINES, MAX_LINE_BYTES),
            contexts: Contexts::new(MAX_CONTEXTS),
            mixture: Mixture::new(shape, &EXPERTS.map(|(_, start, _)| start)),
            round: Round::default(),
        }
    }

    fn keys(name: u32, history: &History, directory: u32) -> [u32; EXPERTS.len()] {
        let [one, two, ..] = &history.past;
        let when = |is: bool, parts: &[u32]| if is { combine(parts) } else { 0 };
        [
            combine(&[40, name]),
            combine(&[41, name, one.template]),
            combine(&[42, name, one.line]),
            combine(&[43, name, one.line, two.line]),
            when(directory != 0, &[44, name, directory]),
            when(history.task != 0, &[45, name, history.task]),
            when(history.task != 0, &[46, name, history.task, one.line]),
        ]
    }

    fn mix(&mut self, keys: &[u32; EXPERTS.len()]) {
        let round = &mut self.round;
        round.begin(EXPERTS.len(), self.symbols.span());
        let slots = keys.map(|key| if key == 0 { None } else { self.contexts.find(key) });
        for slot in slots.iter().rev().flatten() {
            for (symbol, _) in slot.entries() {
                round.propose(*symbol);
            }
        }
        round.set_base(1.0, |_| 1.0);
        for (at, (slot, (below, _, discount))) in slots.iter().zip(EXPERTS).enumerate() {
            round.hear_slot(at, *slot, Refines { below, discount, refined: REFINED[at] });
        }
        round.indicate(round.candidates.len(), 0);
        round.mix(&self.mixture, 0);
    }

    /// The likeliest line of a name, by the name's hash, and how likely it is among the lines of that name.
    pub(crate) fn best(&mut self, name: u32, history: &History, directory: u32) -> Option<(&str, f32)> {
        self.mix(&Self::keys(name, history, directory));
        let shares = &self.round.probabilities;
        let mut best = None;
        for place in 0..self.round.candidates.len() {
            if best.is_none_or(|best: usize| shares[place] > shares[best]) {
                best = Some(place);
            }
        }
        let best = best?;
        Some((self.symbols.text(self.round.candidates[best]), shares[best]))
    }

    /// Learns that a line came.
    pub(crate) fn observe(&mut self, line: &str, past: &Past, history: &History, directory: u32, now: u32) {
        let keys = Self::keys(past.name, history, directory);
        self.make_room(line);
        self.mix(&keys);
        let symbol = self.symbols.intern(line, now);
        let place = self.round.place(symbol).unwrap_or(self.round.candidates.len());
        self.round.learn(&mut self.mixture, place);
        if symbol == NO_SYMBOL {
            return;
        }
        for key in keys.into_iter().filter(|key| *key != 0) {
            self.contexts.add(key, symbol, age(now), FADE);
        }
    }

    fn make_room(&mut self, line: &str) {
        if self.symbols.is_full() && self.symbols.find(line).is_none() {
            let gone = self.symbols.make_room();
            self.contexts.forget(&marks(&gone, self.symbols.span()));
        }
    }
}

/// Which symbols are among those that went.
pub(crate) fn marks(gone: &[Symbol], span: usize) -> Vec<bool> {
    let mut marks = vec![false; span];
    for symbol in gone {
        if let Some(mark) = marks.get_mut(usize::from(*symbol)) {
            *mark = true;
        }
    }
    marks
}

/// A time as slots keep it: it wraps after four million commands, when what was unused for longest is no longer told apart.
#[allow(clippy::cast_possible_truncation)]
pub(crate) fn age(now: u32) -> u16 {
    (now >> 6) as u16
}
