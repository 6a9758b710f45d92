//! How many of the past requests with a term were for which tool.

/// How sharply few votes are told from many.
const SHARPNESS: f32 = 10.0;

/// From how many requests on the share of a tool in a term is half trusted.
const UNSURE: f32 = 4.0;

/// How many logarithms are made at once.
const LOT: usize = 16;

/// The votes of the requests that had one term and went well.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Votes {
    /// A tool and its votes, in the order of the tools; none has no vote.
    of: Vec<(u32, u32)>,
    all: u32,
}

/// How often tools were called: what a tool gets of all calls anyway is no sign.
pub(crate) struct Usual<'a> {
    /// Remembered requests by slot.
    pub(crate) called: &'a [u32],
    /// All of them.
    pub(crate) all: usize,
}

impl Votes {
    /// Counts a request for a tool, or stops to.
    pub(crate) fn count(&mut self, tool: u32, counts: bool) {
        match (self.of.binary_search_by_key(&tool, |(tool, _)| *tool), counts) {
            (Ok(at), true) => self.of[at].1 += 1,
            (Err(at), true) => self.of.insert(at, (tool, 1)),
            (Ok(at), false) if self.of[at].1 == 1 => drop(self.of.remove(at)),
            (Ok(at), false) => self.of[at].1 -= 1,
            (Err(_), false) => return,
        }
        // No more than there are requests.
        self.all = if counts { self.all + 1 } else { self.all - 1 };
    }

    /// Forgets the votes of all tools but those.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(u32) -> bool) {
        self.of.retain(|(tool, _)| keep(*tool));
        self.all = self.of.iter().map(|(_, votes)| *votes).sum();
    }

    /// Adds what they say to the scores of the tools, as far as the term counts in the request.
    pub(crate) fn say(&self, share: f32, usual: &Usual<'_>, scores: &mut [f32]) {
        let each = 1.0 / (self.all as f32 + UNSURE);
        let anyway = 1.0 / usual.all.max(1) as f32;
        for lot in self.of.chunks(LOT) {
            let mut says = [1.0_f32; LOT];
            for (says, (tool, votes)) in says.iter_mut().zip(lot) {
                let called = usual.called.get(*tool as usize).map_or(0.0, |called| *called as f32);
                *says += SHARPNESS * (*votes as f32 * each - called * anyway).max(0.0);
            }
            let says = says.map(ln);
            for (says, (tool, _)) in says.iter().zip(lot) {
                if let Some(score) = scores.get_mut(*tool as usize) {
                    *score += share * says;
                }
            }
        }
    }
}

/// The natural logarithm of a number from 1 on, to within 1e-6: 2 artanh((x - 1) / (x + 1)) of what is left of it beside a
/// power of two. Without a branch, so that the compiler makes several at once, as it cannot of the library's.
fn ln(of: f32) -> f32 {
    /// The bits of the square root of 1/2: what is left lies between it and its double.
    const LEAST: u32 = 0x3f35_04f3;
    let over = of.to_bits().wrapping_sub(LEAST);
    let power = (over >> 23) as f32;
    let left = f32::from_bits((over & 0x007f_ffff) + LEAST);
    let root = (left - 1.0) / (left + 1.0);
    let square = root * root;
    let series = 1.0 + square * (1.0 / 3.0 + square * (1.0 / 5.0 + square * (1.0 / 7.0)));
    2.0 * root * series + power * std::f32::consts::LN_2
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_counted_can_be_taken_back() {
        let mut votes = Votes::default();
        for tool in [7, 3, 7, 9] {
            votes.count(tool, true);
        }
        assert_eq!((votes.of.as_slice(), votes.all), ([(3, 1), (7, 2), (9, 1)].as_slice(), 4));
        votes.count(7, false);
        votes.count(3, false);
        votes.count(4, false);
        assert_eq!((votes.of.as_slice(), votes.all), ([(7, 1), (9, 1)].as_slice(), 2));
        votes.retain(|tool| tool == 9);
        assert_eq!((votes.of.as_slice(), votes.all), ([(9, 1)].as_slice(), 1));
    }

    proptest! {
        #[test]
        fn the_logarithm_is_one(of in 1.0_f32..1e6) {
            prop_assert!((ln(of) - of.ln()).abs() <= 1e-6 * of.ln().max(1.0), "{of}: {} {}", ln(of), of.ln());
        }

        /// However many tools have votes.
        #[test]
        fn they_say_what_the_formula_says(
            votes in proptest::collection::btree_map(0_u32..300, 1_u32..9, 0..150),
            called in proptest::collection::vec(0_u32..40, 250),
            share in 0.0_f32..1.0,
        ) {
            let mut counted = Votes::default();
            for (tool, votes) in &votes {
                (0..*votes).for_each(|_| counted.count(*tool, true));
            }
            let all = called.iter().sum::<u32>() as usize;
            let mut scores = vec![0.5_f32; 280];
            counted.say(share, &Usual { called: &called, all }, &mut scores);
            for (tool, score) in (0_u32..).zip(&scores) {
                let given = votes.get(&tool).map_or(0.0, |given| *given as f32);
                let called = called.get(tool as usize).map_or(0.0, |called| *called as f32);
                let lift = given / (votes.values().sum::<u32>() as f32 + UNSURE) - called / all.max(1) as f32;
                let says = if given > 0.0 { share * (SHARPNESS * lift.max(0.0)).ln_1p() } else { 0.0 };
                prop_assert!((score - 0.5 - says).abs() < 1e-5, "{tool}: {score} {says}");
            }
        }
    }
}
