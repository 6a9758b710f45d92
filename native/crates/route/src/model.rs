//! The trained weights.
//!
//! Whether a span is an argument is weighed by two small nets, for texts and for numbers: three nets of eight hidden units
//! each, averaged, with a direct (logistic) way beside, fitted by Adam with a ridge penalty. Tools and decisions are weighed
//! by logistic models, fitted by Newton's method with a ridge penalty. They were fitted to requests with the calls they ask
//! for, of each set one half: `ACEBench`'s single turns (MIT), Seal-Tools dev (Apache-2.0) with none to 60 other tools and with
//! the right one taken away, the schema-guided dialogues' turns that begin an intent (CC BY-SA 4.0, weighing 0.4),
//! the single calls of `MCPToolBench++`, `ToolAlpaca` (Apache-2.0), requests of our own to our own servers and to tools of many
//! fields, and requests of those beside tools of others that share words with them; for tools also `MetaTool` (MIT). The
//! decision's weights were fitted to chances that the tool model of the other half gave.

use crate::evidence::{Evidence, FEATURES};
use std::sync::LazyLock;

/// The least chance of a pair that becomes an argument.
pub(crate) const LEAST_ARGUMENT: f64 = 0.4;
/// The least chance of a pair whose value stands in a row with one that is an argument: "a, b and c".
pub(crate) const LEAST_NEIGHBOUR: f64 = 0.2;
/// The least chance of a pair for a parameter that is required and would be missing, or with a quotation.
pub(crate) const LEAST_REQUIRED: f64 = 0.25;
/// How sure a truth is that the sentence names.
pub(crate) const TRUTH: f64 = 0.8;
/// How sure a value is that the context gives.
pub(crate) const CONTEXT: f64 = 0.6;

/// The weights for texts, then those for numbers.
const NETS: &str = include_str!("arguments.txt");

static ARGUMENTS: LazyLock<[Net; 2]> = LazyLock::new(|| {
    let (texts, numbers) = NETS.split_once("\n\n").unwrap_or_default();
    [Net::read(texts), Net::read(numbers)]
});

/// A net with one hidden layer (`ReLU`) beside a direct way, over the numbers of `evidence` in their order.
struct Net {
    direct: Evidence,
    /// What a unit of the hidden layer counts, and what it weighs.
    hidden: Vec<(f64, Evidence)>,
}

impl Net {
    /// A line for the direct way, and one for each hidden unit that begins with what it counts.
    fn read(lines: &str) -> Self {
        let mut lines = lines.lines().map(|line| line.split_ascii_whitespace().map(|word| word.parse().unwrap_or(0.0)));
        let weights = |numbers: &mut dyn Iterator<Item = f64>| {
            let mut weights = [0.0; FEATURES];
            weights.iter_mut().zip(numbers).for_each(|(weight, number)| *weight = number);
            weights
        };
        let direct = lines.next().map_or([0.0; FEATURES], |mut line| weights(&mut line));
        let hidden = lines.map(|mut line| (line.next().unwrap_or(0.0), weights(&mut line))).collect();
        Self { direct, hidden }
    }

    fn chance(&self, evidence: &Evidence) -> f64 {
        let dot =
            |weights: &Evidence| -> f64 { weights.iter().zip(evidence).map(|(weight, told)| weight * told).sum() };
        let hidden: f64 = self.hidden.iter().map(|(counts, weights)| counts * dot(weights).max(0.0)).sum();
        logistic(dot(&self.direct) + hidden)
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
    // A word that is the tool's own (list, search) may be no value at all, unless the tool needs one of the values.
    let own = evidence[21] * (1.0 - evidence[23]);
    (0.9 * quality - 0.5 * own + 0.2 * evidence[1].min(1.0) + 0.2 * evidence[2].min(1.0)).clamp(0.0, 0.98)
}

/// The logistic function of a weighted sum.
pub(crate) fn chance<const N: usize>(weights: &[f64; N], features: &[f64; N]) -> f64 {
    let sum: f64 = weights.iter().zip(features).map(|(weight, feature)| weight * feature).sum();
    logistic(sum)
}

fn logistic(sum: f64) -> f64 {
    1.0 / (1.0 + (-sum).exp())
}

/// The least confidence of a plan: where, on the halves not fitted to, requests that no tool fits and requests that one
/// fits were about as far above what is aimed at (nine of ten abstained from, three of four answered).
pub(crate) const LEAST_PLAN: f64 = 0.85;

/// For tools: the numbers of `fit`, in its order.
const TOOL: [f64; crate::fit::FEATURES] = [
    -3.66, 1.10, 1.44, 0.38, 0.97, 1.19, -1.86, -1.87, -1.12, 0.89, 1.25, 0.77, 0.52, 1.10, 0.25, -1.92, -0.69, 0.26,
    0.03, 0.44, 0.87, -0.40, -3.51, 0.54, -0.23, -0.23, -0.01, 0.02, 0.08, 3.91, 1.09, 3.57,
];

/// The chance that a tool is the one that is asked for.
pub(crate) fn tool_chance(fit: &crate::fit::Fit) -> f64 {
    chance(&TOOL, fit)
}

/// Of the best tool: one, the log-odds of its chance, and how far those of the second best are from them.
const DECISION: [f64; 3] = [0.59, 0.73, 0.45];
/// The log-odds beyond which nothing is surer.
const SUREST: f64 = 8.0;
/// The distance beyond which the second best says nothing.
const FARTHEST: f64 = 4.0;

/// The chance that the best tool is right, given the chance of the second best one where there is one.
pub(crate) fn decision(best: f64, second: Option<f64>) -> f64 {
    let odds = |chance: f64| (chance / (1.0 - chance).max(1e-9)).max(1e-9).ln().clamp(-SUREST, SUREST);
    let distance = second.map_or(FARTHEST, |second| (odds(best) - odds(second)).min(FARTHEST));
    chance(&DECISION, &[1.0, odds(best), distance])
}

#[cfg(test)]
mod tests {
    use super::{FEATURES, NETS};

    /// A number that cannot be read would silently weigh nothing.
    #[test]
    fn every_weight_is_a_number_and_every_line_is_whole() {
        let nets: Vec<&str> = NETS.trim_end().split("\n\n").collect();
        assert_eq!(nets.len(), 2);
        for net in nets {
            for (at, line) in net.lines().enumerate() {
                let numbers: Vec<f64> = line.split(' ').map(|word| word.parse().unwrap()).collect();
                assert_eq!(numbers.len(), FEATURES + usize::from(at > 0), "line {at}");
                assert!(numbers.iter().all(|number| number.is_finite()));
            }
        }
    }
}
