//! Rows of concepts, found in a row of tokens in one pass.

use super::concept::Set;
use super::kind::SignalKind;
use super::words::Token;
use std::sync::LazyLock;

/// One step of a pattern: a token with one of these concepts and none of those, at most so many tokens after the step before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) any: Set,
    pub(super) none: Set,
    pub(super) within: u32,
}

pub(super) const fn step(any: Set, within: u32) -> Step {
    Step { any, none: 0, within }
}

/// A token of these concepts but of none of those.
pub(super) const fn but(any: Set, none: Set, within: u32) -> Step {
    Step { any, none, within }
}

/// Two or more cues in an order. No pattern is one word alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pattern {
    pub(super) id: &'static str,
    pub(super) kind: SignalKind,
    pub(super) reason: &'static str,
    /// May go on over the end of a sentence.
    pub(super) across: bool,
    pub(super) steps: &'static [Step],
}

/// A pattern inside one sentence.
pub(super) const fn inside(
    id: &'static str,
    kind: SignalKind,
    reason: &'static str,
    steps: &'static [Step],
) -> Pattern {
    Pattern { id, kind, reason, across: false, steps }
}

/// A pattern that may go on over the end of a sentence.
pub(super) const fn across(
    id: &'static str,
    kind: SignalKind,
    reason: &'static str,
    steps: &'static [Step],
) -> Pattern {
    Pattern { id, kind, reason, across: true, steps }
}

/// The most steps a pattern has.
pub(super) const MOST_STEPS: usize = 6;

/// How far one pattern has come.
#[derive(Clone, Copy, Default)]
struct Progress {
    /// For each number of steps done: one more than the token of the last of them; 0 where none.
    last: [u32; MOST_STEPS],
    /// The tokens of the steps up to it.
    trail: [[u32; MOST_STEPS]; MOST_STEPS],
}

/// A row of tokens in which a pattern was found.
pub(super) struct Hit {
    pub(super) pattern: usize,
    trail: [u32; MOST_STEPS],
}

impl Hit {
    /// The tokens of its steps, in order.
    pub(super) fn cues(&self) -> &[u32] {
        &self.trail[..TABLE[self.pattern].steps.len()]
    }
}

/// Which steps a concept may be, so that a token looks only at the patterns it can advance.
struct Steps {
    /// For each concept the (pattern, step), later steps first, so that one token never is two steps of a pattern.
    by_concept: Vec<Vec<(u16, u8)>>,
}

static STEPS: LazyLock<Steps> = LazyLock::new(|| {
    let mut by_concept = vec![Vec::new(); Set::BITS as usize];
    for (pattern, row) in all().enumerate() {
        for (step, cue) in row.steps.iter().enumerate().rev() {
            for (bit, list) in by_concept.iter_mut().enumerate() {
                if cue.any & (1 << bit) != 0 {
                    list.push((u16::try_from(pattern).unwrap_or(u16::MAX), u8::try_from(step).unwrap_or(u8::MAX)));
                }
            }
        }
    }
    Steps { by_concept }
});

/// Every pattern, by number.
pub(super) fn all() -> impl Iterator<Item = &'static Pattern> {
    super::speech::PATTERNS
        .iter()
        .chain(super::pressure::PATTERNS)
        .chain(super::steering::PATTERNS)
        .chain(super::tamper::PATTERNS)
        .chain(super::deeds::PATTERNS)
        .chain(super::intent::PATTERNS)
        .chain(super::carried::PATTERNS)
        .chain(super::meddling::PATTERNS)
}

pub(super) static TABLE: LazyLock<Vec<&'static Pattern>> = LazyLock::new(|| all().collect());

/// Finds every pattern's first place in a row of tokens. Time: tokens times the steps that a token's concepts can be,
/// which is a constant of the tables.
pub(super) fn find(tokens: &[Token]) -> Vec<Hit> {
    // Most texts of a schema are a word or two: they are no row, and cost no table.
    if tokens.iter().filter(|token| token.set != 0).take(2).count() < 2 {
        return Vec::new();
    }
    let table = &*TABLE;
    let steps = &*STEPS;
    let mut progress = vec![Progress::default(); table.len()];
    let mut found: Vec<Option<[u32; MOST_STEPS]>> = vec![None; table.len()];
    // Tokens before the sentence began are out of reach for patterns that stay inside one.
    let mut sentence = 0;
    let mut turn: Vec<(u16, u8)> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let here = u32::try_from(index).unwrap_or(u32::MAX - 1);
        if token.opens {
            sentence = here;
        }
        if token.set == 0 {
            continue;
        }
        turn.clear();
        let mut rest = token.set;
        while rest != 0 {
            turn.extend_from_slice(&steps.by_concept[rest.trailing_zeros() as usize]);
            rest &= rest - 1;
        }
        // Later steps first over all concepts of the token.
        turn.sort_unstable_by_key(|(_, step)| std::cmp::Reverse(*step));
        for &(pattern, number) in &turn {
            let pattern = usize::from(pattern);
            if found[pattern].is_some() {
                continue;
            }
            let row = table[pattern];
            let number = usize::from(number);
            let cue = row.steps[number];
            if token.set & cue.none != 0 {
                continue;
            }
            let state = &mut progress[pattern];
            let mut trail = [here; MOST_STEPS];
            if number > 0 {
                let before = state.last[number - 1];
                let reached = before != 0
                    && before - 1 < here
                    && here - (before - 1) <= cue.within
                    && (row.across || state.trail[number - 1][0] >= sentence);
                if !reached {
                    continue;
                }
                trail = state.trail[number - 1];
                trail[number] = here;
            }
            state.last[number] = here + 1;
            state.trail[number] = trail;
            if number + 1 == row.steps.len() {
                found[pattern] = Some(trail);
            }
        }
    }
    found.into_iter().enumerate().filter_map(|(pattern, trail)| trail.map(|trail| Hit { pattern, trail })).collect()
}
