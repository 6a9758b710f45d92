//! What past calls have taught.
//!
//! A request is a set of terms: its words, the pairs of neighbours and the pairs with one word between, each weighed by
//! how rare it is among past requests. For each term and tool the memory holds a weight; the sum over a request's terms is added to what the
//! words of the tool say. After each call the weights move so that the tool which was called well gains on those that
//! were ranked beside it: logistic regression over the tools with what the words say as a given offset, one step of
//! `AdaGrad` a request (Duchi, Hazan and Singer, JMLR 12, 2011). So the memory learns only what the words do not tell,
//! and few calls move little. Some remembered requests are gone through again with each new one.
//!
//! Bounds: 128 requests a tool, 65,536 in all, 1,048,576 weights. What is over drops the oldest requests of the tool
//! that was called least recently, and the weights nearest to 0. Weights halve in the time of 50,000 calls unless
//! requests refresh them.

use crate::Outcome;
use crate::index::ToolIndex;
use crate::numbers::{NumberMap, mix};
use crate::question::Question;
use crate::search::words_say;
use crate::votes::{Usual, Votes};
use std::collections::{BTreeMap, VecDeque};

/// How many requests are kept for a tool, and in all.
pub(crate) const REQUESTS_PER_TOOL: usize = 128;
pub(crate) const REQUESTS: usize = 65_536;

/// How many weights are kept.
pub(crate) const WEIGHTS: usize = 1 << 20;

/// How many words of a request are kept.
pub(crate) const WORDS: usize = 48;

/// How many remembered requests are gone through again with each new one.
const AGAIN: u32 = 8;

/// How sure a step may become of a request: others may have meant another tool by the same words (label smoothing,
/// Szegedy et al., CVPR 2016).
const SURE: f32 = 0.95;

/// How far one step goes.
const STEP: f32 = 1.0;

/// What a weight is taken to have moved before its first step, squared.
const MOVED: f32 = 0.1;

/// A call that failed says less than one that went well: the tool may have been the right one.
const FAILURE: f32 = 0.3;

/// Tools less likely than this are no rivals; at most so many are.
const RIVAL: f32 = 0.02;
const RIVALS: usize = 12;

/// In how many calls a weight that nothing refreshes halves.
const HALF_LIFE: f32 = 50_000.0;

/// What a pair of neighbours, and one with a word between, counts beside a word.
const PAIR: f32 = 0.4;
const APART: f32 = 0.3;

/// How much the counts say beside the weights.
const VOTES: f32 = 0.8;

/// What an unknown term counts in the length of a request.
const UNKNOWN: f32 = 0.8;

/// How much a tool gains by being called often, and from how many remembered requests on that counts.
const USUAL: f32 = 0.8;
const OFTEN: f32 = 20.0;

/// The weight of a term for a tool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Weight {
    pub(crate) tool: u32,
    pub(crate) value: f32,
    /// The sum of the squares of its steps.
    pub(crate) moved: f32,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Term {
    /// In how many requests it was.
    pub(crate) seen: u32,
    /// When its weights were last brought up to date.
    pub(crate) last: u32,
    /// In the order of the tools.
    pub(crate) weights: Vec<Weight>,
    /// Of tools that have a weight.
    pub(crate) votes: Votes,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Request {
    pub(crate) words: Box<[u32]>,
    pub(crate) outcome: Outcome,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Past {
    pub(crate) requests: VecDeque<Request>,
    /// When it was last called.
    pub(crate) last: u32,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    pub(crate) terms: NumberMap<Term>,
    pub(crate) tools: BTreeMap<u32, Past>,
    /// How many requests are kept, by slot, and what a tool gains by that.
    called: Vec<u32>,
    gained: Vec<f32>,
    /// The remembered tools, to draw from.
    drawn: Vec<u32>,
    /// How many calls there were.
    pub(crate) calls: u32,
    kept: usize,
    weights: usize,
}

/// The terms of a request with what each counts: its words, the pairs of neighbours and those with one word between.
fn terms(words: &[u32]) -> impl Iterator<Item = (u32, f32)> {
    let pair = |first: u32, second: u32, salt: u32| mix(first.rotate_left(7) ^ mix(second ^ salt));
    let near = words.windows(2).map(move |two| (pair(two[0], two[1], 0x9e37_79b9), PAIR));
    let apart = words.windows(3).map(move |three| (pair(three[0], three[2], 0x85eb_ca6b), APART));
    words.iter().map(|word| (*word, 1.0)).chain(near).chain(apart)
}

impl Memory {
    /// Memory from its parts, as they were stored.
    pub(crate) fn of(terms: NumberMap<Term>, tools: BTreeMap<u32, Past>, calls: u32) -> Self {
        let kept = tools.values().map(|past| past.requests.len()).sum();
        let weights = terms.values().map(|term| term.weights.len()).sum();
        let drawn = tools.iter().filter(|(_, past)| !past.requests.is_empty()).map(|(tool, _)| *tool).collect();
        let mut memory = Self { terms, tools, called: Vec::new(), gained: Vec::new(), drawn, calls, kept, weights };
        // The counts are what the requests say: they need not be stored.
        let tools = std::mem::take(&mut memory.tools);
        for (tool, past) in &tools {
            memory.count(*tool, past.requests.len());
            for request in past.requests.iter().filter(|request| request.outcome == Outcome::Ok) {
                memory.vote(&request.words, *tool, true);
            }
        }
        memory.tools = tools;
        memory
    }

    /// How many requests are remembered.
    pub(crate) fn len(&self) -> usize {
        self.kept
    }

    /// Whether it has nothing to say.
    pub(crate) fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    pub(crate) fn remembers(&self, tool: u32) -> bool {
        self.tools.contains_key(&tool)
    }

    /// Adds what the memory says about a request to the scores of the tools. Gives how much of the request it has met
    /// before, 0 to 1.
    ///
    /// Two views are added: the weights, and how many of the past requests with each term were for the tool. The weights
    /// are the sharper of the two where there is much to learn from, the counts are sound from the first call on. A tool
    /// that is often called gains a little on one that nobody asks for.
    pub(crate) fn say(&self, words: &[u32], scores: &mut [f32]) -> f32 {
        if self.is_empty() {
            return 0.0;
        }
        let (weighed, met) = self.weigh(words);
        self.add(&weighed, scores);
        let usual = Usual { called: &self.called, all: self.kept };
        for (term, share) in weighed {
            term.votes.say(VOTES * share, &usual, scores);
        }
        for (score, gained) in scores.iter_mut().zip(&self.gained).filter(|(score, _)| **score != 0.0) {
            *score += gained;
        }
        met
    }

    fn add(&self, weighed: &[(&Term, f32)], scores: &mut [f32]) {
        for (term, share) in weighed {
            let left = share * self.left(term.last);
            for weight in &term.weights {
                if let Some(score) = scores.get_mut(weight.tool as usize) {
                    *score += left * weight.value;
                }
            }
        }
    }

    fn count(&mut self, tool: u32, requests: usize) {
        let tool = tool as usize;
        let slots = self.called.len().max(tool + 1);
        self.called.resize(slots, 0);
        self.gained.resize(slots, 0.0);
        self.called[tool] = u32::try_from(requests).unwrap_or(u32::MAX);
        self.gained[tool] = USUAL * (requests as f32 / OFTEN).ln_1p();
    }

    /// Counts a remembered request that went well, or stops to.
    fn vote(&mut self, words: &[u32], tool: u32, counts: bool) {
        for (number, _) in terms(words) {
            let Some(term) = self.terms.get_mut(&number) else { continue };
            if term.weights.binary_search_by_key(&tool, |weight| weight.tool).is_ok() {
                term.votes.count(tool, counts);
            }
        }
    }

    /// What is left of a weight of that age.
    fn left(&self, last: u32) -> f32 {
        let age = self.calls.saturating_sub(last);
        if age < 64 { 1.0 } else { (-(age as f32) / HALF_LIFE).exp2() }
    }

    /// The known terms of a request with their share in it (the whole is 1 long), and how much of it is known.
    fn weigh(&self, words: &[u32]) -> (Vec<(&Term, f32)>, f32) {
        let words = &words[..words.len().min(WORDS)];
        let all = self.calls as f32;
        let (mut known, mut unknown) = (0.0, 0.0);
        let mut shares: Vec<(&Term, f32)> = Vec::with_capacity(3 * words.len());
        for (number, kind) in terms(words) {
            // How much more a rare term counts than a frequent one: the square of its inverse frequency.
            let share = |seen: f32| kind * (1.0 + all / (seen + 0.5)).ln().powi(2);
            if let Some(term) = self.terms.get(&number) {
                let share = share(term.seen as f32);
                known += share * share;
                shares.push((term, share));
            } else {
                let share = share(0.0);
                unknown += share * share;
            }
        }
        let length = (known + UNKNOWN * unknown).sqrt().max(f32::MIN_POSITIVE);
        for (_, share) in &mut shares {
            *share /= length;
        }
        (shares, known / (known + unknown).max(f32::MIN_POSITIVE))
    }

    /// Learns from one call. Gives the tools that were forgotten for it.
    pub(crate) fn learn(&mut self, index: &ToolIndex, mut words: Vec<u32>, tool: u32, outcome: Outcome) -> Vec<u32> {
        words.truncate(WORDS);
        self.calls = self.calls.saturating_add(1);
        for (number, _) in terms(&words) {
            let term = self.terms.entry(number).or_insert_with(|| Term { last: self.calls, ..Term::default() });
            term.seen = term.seen.saturating_add(1);
        }
        self.step(index, &words, tool, outcome);
        for turn in 0..AGAIN {
            let draw =
                |of: usize, salt: u32| mix(self.calls.wrapping_mul(AGAIN + 1) ^ turn ^ salt) as usize % of.max(1);
            let Some(&other) = self.drawn.get(draw(self.drawn.len(), 0)) else { break };
            let Some(past) = self.tools.get(&other) else { continue };
            let Some(request) = past.requests.get(draw(past.requests.len(), 0x5bd1_e995)) else { continue };
            let (words, outcome) = (request.words.clone(), request.outcome);
            self.step(index, &words, other, outcome);
        }
        self.keep(words.into(), tool, outcome)
    }

    /// Remembers a request and forgets what is too much.
    fn keep(&mut self, words: Box<[u32]>, tool: u32, outcome: Outcome) -> Vec<u32> {
        if outcome == Outcome::Ok {
            self.vote(&words, tool, true);
        }
        let past = self.tools.entry(tool).or_default();
        if past.requests.is_empty() {
            self.drawn.push(tool);
        }
        past.last = self.calls;
        past.requests.push_back(Request { words, outcome });
        self.kept += 1;
        let gone = if past.requests.len() > REQUESTS_PER_TOOL { past.requests.pop_front() } else { None };
        let kept = past.requests.len();
        if let Some(Request { words, outcome }) = gone {
            self.kept -= 1;
            if outcome == Outcome::Ok {
                self.vote(&words, tool, false);
            }
        }
        self.count(tool, kept);
        let mut forgotten = Vec::new();
        while self.kept > REQUESTS || self.tools.len() > REQUESTS {
            let Some((&stale, _)) = self.tools.iter().min_by_key(|(_, past)| past.last) else { break };
            let Some(past) = self.tools.remove(&stale) else { break };
            self.kept -= past.requests.len();
            self.count(stale, 0);
            self.drawn.retain(|tool| *tool != stale);
            for term in self.terms.values_mut() {
                term.weights.retain(|weight| weight.tool != stale);
                term.votes.retain(|tool| tool != stale);
            }
            forgotten.push(stale);
        }
        if !forgotten.is_empty() || self.weights > WEIGHTS {
            self.prune();
        }
        forgotten
    }

    /// Brings the weights to half of what may be, those nearest to 0 first, and drops terms without any.
    fn prune(&mut self) {
        let mut sizes: Vec<f32> =
            self.terms.values().flat_map(|term| &term.weights).map(|weight| weight.value.abs()).collect();
        if sizes.len() > WEIGHTS / 2 {
            let over = sizes.len() - WEIGHTS / 2;
            let least = *sizes.select_nth_unstable_by(over, f32::total_cmp).1;
            for term in self.terms.values_mut() {
                term.weights.retain(|weight| weight.value.abs() > least);
                let weights = &term.weights;
                term.votes.retain(|tool| weights.binary_search_by_key(&tool, |weight| weight.tool).is_ok());
            }
        }
        self.terms.retain(|_, term| !term.weights.is_empty());
        self.weights = self.terms.values().map(|term| term.weights.len()).sum();
    }

    /// One step towards ranking the tool first for these words, or lower when its call failed.
    fn step(&mut self, index: &ToolIndex, words: &[u32], tool: u32, outcome: Outcome) {
        let mut scores = words_say(index, &Question::again(index, words)).scores;
        let (weighed, _) = self.weigh(words);
        self.add(&weighed, &mut scores);
        let shares: Vec<f32> = weighed.into_iter().map(|(_, share)| share).collect();
        let greatest = scores.iter().copied().fold(0.0, f32::max);
        let mut sum = 0.0;
        let mut rivals: Vec<(u32, f32)> = Vec::new();
        for (number, score) in (0_u32..).zip(scores.iter()) {
            let share = (score - greatest).exp();
            sum += share;
            if share > RIVAL && *score != 0.0 && number != tool {
                rivals.push((number, share));
            }
        }
        let own = scores.get(tool as usize).map_or(0.0, |score| (score - greatest).exp() / sum);
        let mut moves = Vec::new();
        match outcome {
            Outcome::Ok => {
                rivals.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
                rivals.truncate(RIVALS);
                moves.push((tool, own - SURE));
                moves.extend(
                    rivals.into_iter().map(|(rival, share)| (rival, share / sum)).filter(|(_, share)| *share > RIVAL),
                );
            }
            Outcome::Failed => moves.push((tool, FAILURE * own)),
        }
        // A tool with weights is remembered, so that its slot is not given to another.
        for (tool, _) in &moves {
            self.tools.entry(*tool).or_default();
        }
        let mut shares = shares.into_iter();
        for (number, _) in terms(words) {
            let Some(left) = self.terms.get(&number).map(|term| self.left(term.last)) else { continue };
            let (Some(term), Some(share)) = (self.terms.get_mut(&number), shares.next()) else { continue };
            if left < 1.0 {
                for weight in &mut term.weights {
                    weight.value *= left;
                }
                term.last = self.calls;
            }
            for (tool, size) in &moves {
                let at = match term.weights.binary_search_by_key(tool, |weight| weight.tool) {
                    Ok(at) => at,
                    Err(at) => {
                        term.weights.insert(at, Weight { tool: *tool, value: 0.0, moved: MOVED });
                        self.weights += 1;
                        at
                    }
                };
                let weight = &mut term.weights[at];
                let slope = share * size;
                weight.moved += slope * slope;
                weight.value -= STEP * slope / weight.moved.sqrt();
            }
        }
    }
}
