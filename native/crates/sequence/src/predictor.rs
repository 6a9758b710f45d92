//! The predictor: what it knows, what it says, how it learns.

use crate::contexts::Contexts;
use crate::history::History;
use crate::lines::{Lines, age, marks};
use crate::lstm::{Lstm, OTHER};
use crate::mixture::{Mixture, Round};
use crate::names;
use crate::recency::Recency;
use crate::symbols::{NO_SYMBOL, Symbol, Symbols};
use crate::words::{command_name, hash};

/// At most so many names are known at once; when there are more, the quarter unused for longest is forgotten.
pub const MAX_NAMES: usize = 8_192;
/// A longer name is never predicted.
pub const MAX_NAME_BYTES: usize = 256;
/// At most so many contexts of names are known at once, 64 bytes each.
pub const MAX_CONTEXTS: usize = 1 << 16;

/// How a predictor is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether a small recurrent network is among the experts.
    pub lstm: bool,
    /// What its first weights are drawn by.
    pub seed: u64,
}

/// A command that was run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Event<'a> {
    /// The line; one of blanks only is passed over.
    pub command: &'a str,
    /// What it returned, when that is known.
    pub exit_code: Option<i32>,
    /// Where it was run, when that is known; then it stays known until the session ends or another is told.
    pub directory: Option<&'a str>,
}

/// What may come next.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// The command's name: the first word of the line.
    pub name: String,
    /// How likely the name is; over all suggestions the sum is at most 1, the rest is for names not known.
    pub probability: f32,
    /// The likeliest whole line of that name, when one is known.
    pub line: Option<String>,
    /// How likely the whole line is; at most `probability`.
    pub line_probability: f32,
}

/// Predicts the next command from those before it, and learns from each as it comes.
///
/// Memory is bounded: at most 8,192 names, 4,096 lines of 512 bytes, 65,536 contexts of names and 16,384 of lines,
/// about 10 MiB in all; it begins at about 0.2 MiB. What was unused for longest goes first.
#[derive(Clone, Debug)]
pub struct CommandPredictor {
    pub(crate) names: Symbols,
    pub(crate) contexts: Contexts,
    pub(crate) recency: Recency,
    pub(crate) mixture: Mixture,
    pub(crate) history: History,
    pub(crate) lines: Lines,
    pub(crate) network: Option<Lstm>,
    round: Round,
}

impl Default for CommandPredictor {
    fn default() -> Self {
        Self::new(Options::default())
    }
}

impl CommandPredictor {
    /// One that knows nothing.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let mut history = History::default();
        history.begin(None, None);
        Self {
            names: Symbols::new(MAX_NAMES, MAX_NAME_BYTES),
            contexts: Contexts::new(MAX_CONTEXTS),
            recency: Recency::new(),
            mixture: Mixture::new(names::shape(), &names::start()),
            history,
            lines: Lines::new(),
            network: options.lstm.then(|| Lstm::new(options.seed)),
            round: Round::default(),
        }
    }

    /// A session begins: what came before it is no longer what came just before, but stays learned.
    ///
    /// `task`: what the session is for, in words. `person`: who works; what they do differently from others is learned
    /// beside what all do. A predictor of one person needs none.
    pub fn begin(&mut self, task: Option<&str>, person: Option<&str>) {
        self.history.begin(task, person);
        if let Some(network) = &mut self.network {
            network.begin();
        }
    }

    /// The likeliest names with their likeliest lines, at most `count`, best first; equal ones in a fixed order.
    ///
    /// `directory`: where the next command will be run, when it is another than the one last told.
    pub fn predict(&mut self, count: usize, directory: Option<&str>) -> Vec<Suggestion> {
        let directory = directory.map_or(self.history.directory, hash);
        self.mix(&names::keys(&self.history, directory));
        let Self { round, names, lines, history, .. } = self;
        let shares = &round.probabilities;
        let order = greatest(&shares[..round.candidates.len()], count);
        let mut suggestions = Vec::with_capacity(order.len());
        for place in order {
            let name = names.text(round.candidates[place]);
            let probability = shares[place];
            let line = lines.best(hash(name), history, directory);
            suggestions.push(Suggestion {
                name: name.to_owned(),
                probability,
                line: line.map(|(line, _)| line.to_owned()),
                line_probability: line.map_or(0.0, |(_, share)| share * probability),
            });
        }
        suggestions
    }

    /// Learns from a command that was run.
    pub fn observe(&mut self, event: &Event<'_>) {
        let line = event.command.trim();
        let Some(name) = command_name(line) else { return };
        if let Some(directory) = event.directory {
            self.history.directory = hash(directory);
        }
        self.make_room(name);
        let keys = names::keys(&self.history, self.history.directory);
        self.mix(&keys);
        let now = self.recency.now;
        let symbol = self.names.intern(name, now);
        let place = self.round.place(symbol);
        self.round.learn(&mut self.mixture, place.unwrap_or(self.round.candidates.len()));
        if symbol != NO_SYMBOL {
            names::count(&mut self.contexts, &self.history, &keys, symbol, age(now));
        }
        self.recency.add((symbol != NO_SYMBOL).then_some(symbol), place.is_some());
        let past = History::past_of(line, symbol);
        self.lines.observe(line, &past, &self.history, self.history.directory, now);
        if let Some(network) = &mut self.network {
            network.observe(class(Some(symbol)));
        }
        if name == "cd" && event.directory.is_none() {
            self.history.directory = past.line;
        }
        self.history.push(past, event.exit_code);
    }

    /// How many names are known.
    #[must_use]
    pub fn known_names(&self) -> usize {
        self.names.len()
    }

    /// How many contexts are known, those of lines included.
    #[must_use]
    pub fn known_contexts(&self) -> usize {
        self.contexts.len() + self.lines.contexts.len()
    }

    fn mix(&mut self, keys: &names::Keys) {
        let Self { round, mixture, contexts, recency, history, network, .. } = self;
        let share = |symbol: Option<Symbol>| {
            let class = class(symbol);
            // Names without a class of their own share one.
            network.as_ref().map_or(0.0, |network| network.share(class)) * if class == OTHER { 0.1 } else { 1.0 }
        };
        let network: names::NetworkShares<'_> = if network.is_some() { Some(&share) } else { None };
        names::predict(round, mixture, contexts, recency, history, keys, network);
    }

    fn make_room(&mut self, name: &str) {
        if self.names.is_full() && self.names.find(name).is_none() {
            let gone = self.names.make_room();
            let gone = marks(&gone, self.names.span());
            self.contexts.forget(&gone);
            self.recency.forget(&gone);
            self.history.forget(&gone);
        }
    }
}

/// The places of the greatest shares, at most so many, greatest first; of equal ones the earlier.
fn greatest(shares: &[f32], count: usize) -> Vec<usize> {
    let count = count.min(shares.len());
    let mut order = Vec::with_capacity(count + 1);
    for (place, share) in shares.iter().enumerate() {
        let full = order.len() == count;
        if full && order.last().is_none_or(|last: &usize| share.total_cmp(&shares[*last]).is_le()) {
            continue;
        }
        let at = order.iter().rposition(|other| share.total_cmp(&shares[*other]).is_le()).map_or(0, |at| at + 1);
        order.insert(at, place);
        order.truncate(count);
    }
    order
}

/// The network's class of a name.
fn class(symbol: Option<Symbol>) -> usize {
    symbol.map_or(OTHER, |symbol| usize::from(symbol).min(OTHER))
}

#[cfg(test)]
mod tests {
    use super::greatest;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_greatest_are_the_first_of_all_sorted(steps in prop::collection::vec(0..6_u8, 0..40), count in 0..50_usize) {
            let shares: Vec<f32> = steps.into_iter().map(f32::from).collect();
            let mut sorted: Vec<usize> = (0..shares.len()).collect();
            sorted.sort_by(|one, other| shares[*other].total_cmp(&shares[*one]).then(one.cmp(other)));
            sorted.truncate(count);
            prop_assert_eq!(greatest(&shares, count), sorted);
        }
    }
}
