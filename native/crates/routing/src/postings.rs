//! Where a stem occurs.

/// One tool in so many has a stem that many have; one in so many again, and few have it.
const MANY: usize = 6;
const FEW: usize = 9;

/// The amount where there is none: it changes nothing where it is added.
const NONE: f32 = -0.0;

fn is_there(amount: f32) -> bool {
    amount.to_bits() != NONE.to_bits()
}

/// A tool that a stem occurs in, and how much that says about the tool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Posting {
    /// The slot, and in the lowest bit whether the stem is in the tool's name.
    packed: u32,
    amount: f32,
}

impl Posting {
    pub(crate) fn new(tool: u32, named: bool, amount: f32) -> Self {
        Self { packed: tool << 1 | u32::from(named), amount }
    }

    pub(crate) fn tool(self) -> usize {
        (self.packed >> 1) as usize
    }

    fn named(self) -> bool {
        self.packed & 1 == 1
    }
}

/// The tools that a stem occurs in.
#[derive(Clone, Debug)]
pub(crate) enum Postings {
    /// One after the other.
    Few(Vec<Posting>),
    /// By slot, [`NONE`] for those without the stem: where one tool in six has it, it is quicker to go through all.
    Many { amounts: Vec<f32>, named: Vec<Posting>, count: usize },
}

impl Default for Postings {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Postings {
    /// In how many tools it is.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Few(postings) => postings.len(),
            Self::Many { count, .. } => *count,
        }
    }

    /// Something of what is read first.
    pub(crate) fn beginning(&self) -> usize {
        match self {
            Self::Few(postings) => postings.first().map_or(0, |posting| posting.tool()),
            Self::Many { amounts, .. } => amounts.first().map_or(0, |amount| amount.to_bits() as usize),
        }
    }

    /// Puts in a tool that is not there, of so many slots.
    pub(crate) fn push(&mut self, posting: Posting, slots: usize) {
        match self {
            Self::Few(postings) => {
                postings.push(posting);
                if MANY * postings.len() > slots.max(MANY * 16) {
                    let mut amounts = vec![NONE; slots];
                    for posting in &*postings {
                        amounts[posting.tool()] = posting.amount;
                    }
                    let count = postings.len();
                    postings.retain(|posting| posting.named());
                    *self = Self::Many { amounts, named: std::mem::take(postings), count };
                }
            }
            Self::Many { amounts, named, count } => {
                amounts.resize(amounts.len().max(slots), NONE);
                amounts[posting.tool()] = posting.amount;
                *count += 1;
                if posting.named() {
                    named.push(posting);
                }
            }
        }
    }

    /// Takes out some tools, told by slot.
    pub(crate) fn remove(&mut self, removed: &[bool]) {
        match self {
            Self::Few(postings) => postings.retain(|posting| !removed[posting.tool()]),
            Self::Many { amounts, named, count } => {
                for (amount, _) in amounts.iter_mut().zip(removed).filter(|(_, removed)| **removed) {
                    *count -= usize::from(is_there(*amount));
                    *amount = NONE;
                }
                named.retain(|posting| !removed[posting.tool()]);
                if FEW * *count < amounts.len() {
                    let is_named = |tool: usize| named.iter().any(|posting| posting.tool() == tool);
                    let there = (0_u32..).zip(&*amounts).filter(|(_, amount)| is_there(**amount));
                    *self = Self::Few(
                        there.map(|(tool, amount)| Posting::new(tool, is_named(tool as usize), *amount)).collect(),
                    );
                }
            }
        }
    }

    /// Adds to the scores what the stem says, so many times.
    pub(crate) fn add(&self, scores: &mut [f32], times: f32) {
        match self {
            Self::Few(postings) => add_few(scores, postings, times),
            Self::Many { amounts, .. } => add_many(scores, amounts, times),
        }
    }

    /// The same where the stem is in the tool's name.
    pub(crate) fn add_named(&self, scores: &mut [f32], times: f32) {
        let (Self::Few(postings) | Self::Many { named: postings, .. }) = self;
        for posting in postings.iter().filter(|posting| posting.named()) {
            scores[posting.tool()] += times * posting.amount;
        }
    }
}

/// Kept apart, so that nothing else takes up registers.
#[inline(never)]
fn add_few(scores: &mut [f32], postings: &[Posting], times: f32) {
    for posting in postings {
        if let Some(score) = scores.get_mut(posting.tool()) {
            *score += times * posting.amount;
        }
    }
}

/// Several at once.
#[inline(never)]
fn add_many(scores: &mut [f32], amounts: &[f32], times: f32) {
    for (score, amount) in scores.iter_mut().zip(amounts) {
        *score += times * amount;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whether they are few or many, and when that changes.
        #[test]
        fn what_is_put_in_and_not_taken_out_counts(
            steps in proptest::collection::vec((0_u32..300, any::<bool>(), 0_u8..9, 0_usize..12), 1..400),
            slots in 200_usize..2000,
        ) {
            let mut postings = Postings::default();
            let mut plain = std::collections::BTreeMap::new();
            for (tool, named, amount, take) in steps {
                let amount = f32::from(amount) / 8.0;
                if plain.insert(tool, (named, amount)).is_some() {
                    let mut removed = vec![false; slots.max(300)];
                    removed[tool as usize] = true;
                    postings.remove(&removed);
                }
                postings.push(Posting::new(tool, named, amount), slots.max(300));
                if take == 0 {
                    let removed: Vec<bool> = (0..slots.max(300)).map(|tool| tool % 7 != 0).collect();
                    postings.remove(&removed);
                    plain.retain(|tool, _| tool % 7 == 0);
                }
                let (mut all, mut named) = (vec![1.0; slots.max(300)], vec![1.0; slots.max(300)]);
                postings.add(&mut all, 2.0);
                postings.add_named(&mut named, 2.0);
                prop_assert_eq!(postings.len(), plain.len());
                for (tool, (all, named)) in (0_u32..).zip(all.iter().zip(&named)) {
                    let (is_named, amount) = plain.get(&tool).copied().unwrap_or_default();
                    prop_assert_eq!(*all, 1.0 + 2.0 * amount);
                    prop_assert_eq!(*named, if is_named { 1.0 + 2.0 * amount } else { 1.0 });
                }
            }
        }
    }
}
