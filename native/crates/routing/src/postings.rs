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

/// How many tools are gone through at once: for short lists, where they end is the less often guessed wrongly.
const LOT: usize = 4;

/// What fills up a lot: it changes nothing.
const FILLER: Posting = Posting { packed: 0, amount: NONE };

/// Tools one after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lots {
    lots: Vec<[Posting; LOT]>,
    count: usize,
}

impl Lots {
    fn push(&mut self, posting: Posting) {
        if self.count.is_multiple_of(LOT) {
            self.lots.push([FILLER; LOT]);
        }
        self.lots.as_flattened_mut()[self.count] = posting;
        self.count += 1;
    }

    fn iter(&self) -> impl Iterator<Item = Posting> {
        self.lots.as_flattened()[..self.count].iter().copied()
    }

    fn retain(&mut self, stays: impl Fn(Posting) -> bool) {
        let postings = self.lots.as_flattened_mut();
        let mut kept = 0;
        for at in 0..self.count {
            let posting = postings[at];
            postings[kept] = posting;
            kept += usize::from(stays(posting));
        }
        postings[kept..].fill(FILLER);
        self.lots.truncate(kept.div_ceil(LOT));
        self.count = kept;
    }
}

/// The tools that a stem occurs in.
#[derive(Clone, Debug)]
pub(crate) enum Postings {
    /// One after the other.
    Few(Lots),
    /// By slot, [`NONE`] for those without the stem: where one tool in six has it, it is quicker to go through all.
    Many { amounts: Vec<f32>, named: Lots, count: usize },
}

impl Default for Postings {
    fn default() -> Self {
        Self::Few(Lots::default())
    }
}

impl Postings {
    /// In how many tools it is.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Few(postings) => postings.count,
            Self::Many { count, .. } => *count,
        }
    }

    /// Something of what is read first.
    pub(crate) fn beginning(&self) -> usize {
        match self {
            Self::Few(postings) => postings.lots.first().map_or(0, |lot| lot[0].tool()),
            Self::Many { amounts, .. } => amounts.first().map_or(0, |amount| amount.to_bits() as usize),
        }
    }

    /// Puts in a tool that is not there, of so many slots.
    pub(crate) fn push(&mut self, posting: Posting, slots: usize) {
        match self {
            Self::Few(postings) => {
                postings.push(posting);
                if MANY * postings.count > slots.max(MANY * 16) {
                    let mut amounts = vec![NONE; slots];
                    for posting in postings.iter() {
                        amounts[posting.tool()] = posting.amount;
                    }
                    let count = postings.count;
                    postings.retain(Posting::named);
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

    /// Takes out some tools, told by their numbers and by slot.
    pub(crate) fn remove(&mut self, numbers: &[u32], removed: &[bool]) {
        match self {
            Self::Few(postings) => postings.retain(|posting| !removed[posting.tool()]),
            Self::Many { amounts, named, count } => {
                for number in numbers {
                    let Some(amount) = amounts.get_mut(*number as usize) else { continue };
                    *count -= usize::from(is_there(*amount));
                    *amount = NONE;
                }
                named.retain(|posting| !removed[posting.tool()]);
                if FEW * *count < amounts.len() {
                    let mut few = Lots::default();
                    for (tool, amount) in (0_u32..).zip(&*amounts).filter(|(_, amount)| is_there(**amount)) {
                        let is_named = named.iter().any(|posting| posting.tool() == tool as usize);
                        few.push(Posting::new(tool, is_named, *amount));
                    }
                    *self = Self::Few(few);
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
fn add_few(scores: &mut [f32], postings: &Lots, times: f32) {
    for posting in postings.lots.as_flattened() {
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
                    postings.remove(&[tool], &removed);
                }
                postings.push(Posting::new(tool, named, amount), slots.max(300));
                if take == 0 {
                    let removed: Vec<bool> = (0..slots.max(300)).map(|tool| tool % 7 != 0).collect();
                    let numbers: Vec<u32> = (0..300).filter(|tool| tool % 7 != 0).collect();
                    postings.remove(&numbers, &removed);
                    plain.retain(|tool, _| tool % 7 == 0);
                }
                let (mut all, mut named) = (vec![1.0; slots.max(300)], vec![1.0; slots.max(300)]);
                postings.add(&mut all, 2.0);
                postings.add_named(&mut named, 2.0);
                prop_assert_eq!(postings.len(), plain.len());
                for (tool, (all, named)) in (0_u32..).zip(all.iter().zip(&named)) {
                    let (is_named, amount) = plain.get(&tool).copied().unwrap_or_default();
                    prop_assert_eq!(all.to_bits(), (1.0 + 2.0 * amount).to_bits());
                    prop_assert_eq!(named.to_bits(), if is_named { 1.0 + 2.0 * amount } else { 1.0_f32 }.to_bits());
                }
            }
        }
    }
}
