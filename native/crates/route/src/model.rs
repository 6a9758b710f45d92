//! The trained weights.
//!
//! Whether a span is an argument is weighed by two small nets, for texts and for numbers: three nets of eight hidden units
//! each, averaged, with a direct (logistic) way beside, fitted by Adam with a ridge penalty; whether a tool fits, by two
//! such nets of twelve. They were fitted to requests with the calls they ask for, of each set one half: `ACEBench`'s single
//! turns (MIT), Seal-Tools dev (Apache-2.0) with none to 60 other tools and with the right one taken away, the
//! schema-guided dialogues' turns that begin an intent (CC BY-SA 4.0, weighing 0.4), the single calls of
//! `MCPToolBench++`, `ToolAlpaca` (Apache-2.0), requests of our own to our own servers and to tools of many fields, short
//! and sloppy ones among them, requests of all of them in small letters and without small words, and requests beside tools
//! of others that share words with them or that do something else with the same thing; for tools also those with
//! optional parameters of other tools added, and `MetaTool` (MIT), half of its tools.
//! The decision asks how likely the tools are and what the best one explains of the request. It was fitted with a ridge
//! penalty to requests with one and with several tools of which one or none is right, each set weighing the same but the
//! last two, which weigh half: CLINC150 (CC BY 3.0), HWU64 (CC BY 4.0) and SNIPS (CC0), short requests that people made,
//! with tools written to their intents, `MetaTool`, Seal-Tools dev, `ACEBench`, API-Bank (Apache-2.0) and `ToolAlpaca`; what no
//! tool fits counts one and a half times, and as much again tools for something else of the same thing: those that the
//! planner took to be nearest to a request of Seal-Tools dev and that share no more than four in ten words with the right
//! one. The two opinions that count where a clause is a value were fitted before, to the halves above and to CLINC150,
//! HWU64, `MetaTool` and Seal-Tools dev.

use crate::evidence::{Evidence, FEATURES};
use std::sync::LazyLock;

/// The least chance of a pair that becomes an argument.
pub(crate) const LEAST_ARGUMENT: f64 = 0.33;
/// The least chance of a pair whose value stands in a row with one that is an argument: "a, b and c".
pub(crate) const LEAST_NEIGHBOUR: f64 = 0.2;
/// The least chance of a pair for a parameter that is required and would be missing, or with a quotation.
pub(crate) const LEAST_REQUIRED: f64 = 0.2;
/// How sure a truth is that the sentence names.
pub(crate) const TRUTH: f64 = 0.8;
/// How sure a value is that the context gives.
pub(crate) const CONTEXT: f64 = 0.6;

/// The weights for texts, then those for numbers.
const NETS: &str = include_str!("arguments.txt");

static ARGUMENTS: LazyLock<[Net<FEATURES>; 2]> = LazyLock::new(|| {
    let (texts, numbers) = NETS.split_once("\n\n").unwrap_or_default();
    [Net::read(texts), Net::read(numbers)]
});

/// The weights for tools.
const TOOL_NET: &str = include_str!("tools.txt");

static TOOLS: LazyLock<Net<{ crate::fit::FEATURES }>> = LazyLock::new(|| Net::read(TOOL_NET));

/// A net with one hidden layer (`ReLU`) beside a direct way, over numbers in their order.
struct Net<const N: usize> {
    /// What each hidden unit counts.
    counts: Vec<f64>,
    /// For each number its weight in the direct way and in each hidden unit, side by side.
    weights: Vec<f64>,
}

impl<const N: usize> Net<N> {
    /// A line for the direct way, and one for each hidden unit that begins with what it counts.
    fn read(lines: &str) -> Self {
        let mut lines = lines.lines().map(|line| line.split_ascii_whitespace().map(|word| word.parse().unwrap_or(0.0)));
        let weights = |numbers: &mut dyn Iterator<Item = f64>| {
            let mut weights = [0.0; N];
            weights.iter_mut().zip(numbers).for_each(|(weight, number)| *weight = number);
            weights
        };
        let mut rows = vec![lines.next().map_or([0.0; N], |mut line| weights(&mut line))];
        let mut counts = Vec::new();
        for mut line in lines {
            counts.push(line.next().unwrap_or(0.0));
            rows.push(weights(&mut line));
        }
        let rows = &rows;
        Self { counts, weights: (0..N).flat_map(|number| rows.iter().map(move |row| row[number])).collect() }
    }

    fn chance(&self, evidence: &[f64; N]) -> f64 {
        let width = self.counts.len() + 1;
        let mut sums = vec![0.0; width];
        // Most numbers are flags that do not hold.
        for (told, weights) in evidence.iter().zip(self.weights.chunks_exact(width)).filter(|(told, _)| **told != 0.0) {
            sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight * told);
        }
        let hidden: f64 = self.counts.iter().zip(&sums[1..]).map(|(counts, sum)| counts * sum.max(0.0)).sum();
        logistic(sums[0] + hidden)
    }
}

/// The chance that a span is the argument of a parameter.
pub(crate) fn argument_chance(evidence: &Evidence, numeric: bool) -> f64 {
    ARGUMENTS[usize::from(numeric)].chance(evidence)
}

/// The chance that a fixed value that the sentence names, as well as `quality` says, is meant.
pub(crate) fn value_chance(evidence: &Evidence, quality: f64) -> f64 {
    // The word that a sentence begins with is what is asked for: "restart …" names no state "restarting".
    if quality < 1.0 && evidence[32] > 0.0 {
        return 0.0;
    }
    // A word that is the tool's own (list, search) may be no value at all, unless the tool needs one of the values and the
    // word is written as it has it.
    let own = if quality < 1.0 { evidence[21] } else { evidence[21] * (1.0 - evidence[23]) };
    (0.9 * quality - 0.5 * own + 0.2 * evidence[1].min(1.0) + 0.2 * evidence[2].min(1.0)).clamp(0.0, 0.98)
}

fn logistic(sum: f64) -> f64 {
    1.0 / (1.0 + (-sum).exp())
}

/// The least confidence of a plan: where, on those sets and on BFCL (by its sums, which were looked at for this), nine of
/// ten of the requests that no tool fits are abstained from.
pub(crate) const LEAST_PLAN: f64 = 0.81;
/// The least distance to the second best tool, in log-odds: where, on those halves, 97 to 98 of 100 plans are of the right
/// tool.
const LEAST_DISTANCE: f64 = 1.0;

/// The chance that a tool is the one that is asked for.
pub(crate) fn tool_chance(fit: &crate::fit::Fit) -> f64 {
    fit.first_chunk().map_or(0.0, |fit| TOOLS.chance(fit))
}

/// Of the best tool: one, the log-odds of its chance, and how far those of the second best are from them.
const DECISION: [f64; 3] = [-5.64, 0.31, 0.67];
/// What is asked besides, of what is known of the tool for the sentence: whether it needs nothing; whether the first and the
/// last word of its name stand there; whether its description speaks of the first thing that no argument takes; how near
/// the whole is; and how much of the request is explained. Of two requests that are explained as much the one is the
/// better that leaves one strange word, likely a value, than the one that leaves a little of each.
const ASKED: [(usize, f64); 8] =
    [(10, 0.84), (17, 0.68), (18, 0.34), (27, 0.68), (44, 1.43), (48, 2.6), (49, 1.29), (50, 1.32)];
/// The log-odds beyond which nothing is surer.
const SUREST: f64 = 8.0;
/// The distance beyond which the second best says nothing.
const FARTHEST: f64 = 4.0;
/// The same where the request is explained.
const FAR: f64 = 2.5;

/// Where a part of the request as it stands is a value ("search for how to …") its words explain nothing. Then the lesser of
/// two opinions counts: of the tools' chances alone, and with what is asked of what the tool says.
const PLAIN: [f64; 3] = [0.59, 0.81, 0.16];
const DOUBTED: [f64; 3] = [-3.45, 0.39, 0.47];
/// What the second opinion asks: what the tool does not say of a word; whether the first and the last word of its name stand
/// there; how much of the request its words and those near them explain, and what they leave; how much of its name is said,
/// and what is not; how near its verbs are, and the whole.
const ASKED_OF_WORDS: [(usize, f64); 9] =
    [(8, 1.11), (17, 0.68), (18, 0.97), (37, 2.25), (39, 0.42), (40, 0.27), (41, 0.27), (42, 0.2), (44, 0.85)];
/// Where it is told that a part of the request is a value.
const CLAUSE: usize = 51;

/// The chance that the best tool is right, given the chance of the second best one where there is one, and what the tool
/// explains of the request, for where little is said little speaks against a tool.
pub(crate) fn decision(fit: &crate::fit::Fit, best: f64, second: Option<f64>) -> f64 {
    let weighed = |weights: [f64; 3], farthest: f64| -> f64 {
        let told = [1.0, odds(best), distance(best, second).min(farthest)];
        weights.iter().zip(told).map(|(weight, told)| weight * told).sum()
    };
    let asked = |asked: &[(usize, f64)]| -> f64 { asked.iter().map(|(at, weight)| weight * fit[*at]).sum() };
    logistic(if fit[CLAUSE] > 0.0 {
        weighed(PLAIN, FARTHEST).min(weighed(DOUBTED, FARTHEST) + asked(&ASKED_OF_WORDS))
    } else {
        weighed(DECISION, FAR) + asked(&ASKED)
    })
}

/// Whether no other tool fits about as well.
pub(crate) fn is_clear(best: f64, second: Option<f64>) -> bool {
    distance(best, second) >= LEAST_DISTANCE
}

fn odds(chance: f64) -> f64 {
    (chance / (1.0 - chance).max(1e-9)).max(1e-9).ln().clamp(-SUREST, SUREST)
}

fn distance(best: f64, second: Option<f64>) -> f64 {
    second.map_or(FARTHEST, |second| (odds(best) - odds(second)).min(FARTHEST))
}

#[cfg(test)]
mod tests {
    use super::{FEATURES, NETS, TOOL_NET};

    fn whole(net: &str, features: usize) {
        for (at, line) in net.lines().enumerate() {
            let numbers: Vec<f64> = line.split(' ').map(|word| word.parse().unwrap()).collect();
            assert_eq!(numbers.len(), features + usize::from(at > 0), "line {at}");
            assert!(numbers.iter().all(|number| number.is_finite()));
        }
    }

    /// A number that cannot be read would silently weigh nothing.
    #[test]
    fn every_weight_is_a_number_and_every_line_is_whole() {
        let nets: Vec<&str> = NETS.trim_end().split("\n\n").collect();
        assert_eq!(nets.len(), 2);
        for net in nets {
            whole(net, FEATURES);
        }
        whole(TOOL_NET, crate::fit::FEATURES);
    }
}
