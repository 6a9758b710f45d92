//! The trained weights.
//!
//! Logistic models, fitted by Newton's method with a ridge penalty (3 for arguments, 1 for tools and decisions) to
//! requests of public sets, each with the calls it asks for: Seal-Tools dev (Apache-2.0) with none to 60 other tools,
//! near neighbours among them, and with the right one taken away; half of `ACEBench`'s single turns (MIT); the schema-guided
//! dialogues' turns that begin an intent (CC BY-SA 4.0, weighing 0.4 to 0.5); `ToolAlpaca` (Apache-2.0); for tools also
//! `MetaTool` (MIT). Tried on the half they were not trained on, pairs had precision 0.91 at recall 0.73, those with
//! numbers 0.89 at 0.87. The decision's weights were fitted to chances that the tool model of the other half gave.

use crate::evidence::{Evidence, FEATURES};

/// The least chance of a pair that becomes an argument.
pub(crate) const LEAST_ARGUMENT: f64 = 0.4;
/// The least chance of a pair whose value stands in a row with one that is an argument: "a, b and c".
pub(crate) const LEAST_NEIGHBOUR: f64 = 0.2;
/// How sure a truth is that the sentence names.
pub(crate) const TRUTH: f64 = 0.8;
/// How sure a value is that the context gives.
pub(crate) const CONTEXT: f64 = 0.6;

/// For texts: the numbers of `evidence`, in its order.
const TEXT: [f64; FEATURES] = [
    -3.60, 2.25, 0.42, 0.44, -0.98, 1.32, 1.47, -0.04, -1.46, -0.40, 6.22, -0.08, -1.36, 1.82, -0.94, 0.78, -0.12,
    -1.80, -0.46, -2.41, -0.83, -2.14, 1.10, 0.64, -1.30, 0.23, 1.15, 0.79, 0.68, 1.41, 0.43, -1.32, 0.06, -0.00,
    -0.52, -0.20,
];

/// For numbers, likewise.
const NUMBER: [f64; FEATURES] = [
    -0.64, 1.94, 0.20, 1.00, 0.21, 1.10, 1.15, -0.51, -0.33, -0.31, 0.68, -0.75, -0.15, 0.83, 0.00, 0.00, 0.00, 0.00,
    0.00, -0.36, -0.28, -0.45, 1.27, 0.95, -2.48, -0.13, -0.29, 0.00, 0.00, 0.51, 0.00, 0.00, -0.52, 0.08, -0.15,
    -0.54,
];

/// The chance that a span is the argument of a parameter.
pub(crate) fn argument_chance(evidence: &Evidence, numeric: bool) -> f64 {
    chance(if numeric { &NUMBER } else { &TEXT }, evidence)
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
    1.0 / (1.0 + (-sum).exp())
}

/// The least confidence of a plan: on the halves not trained on, from here on at most a tenth of the requests that no
/// tool fits got one.
pub(crate) const LEAST_PLAN: f64 = 0.78;

/// For tools: the numbers of `fit`, in its order.
const TOOL: [f64; crate::fit::FEATURES] = [
    -3.34, 0.56, 1.85, -1.30, 1.43, -1.77, 4.27, -1.25, -0.59, -0.09, 2.46, 0.86, -0.42, 0.96, 0.16, 2.20, -0.71, 0.71,
    0.22, -0.17, -0.13, -1.76, -1.87,
];

/// The chance that a tool is the one that is asked for.
pub(crate) fn tool_chance(fit: &crate::fit::Fit) -> f64 {
    chance(&TOOL, fit)
}

/// Of the best tool: one, the log-odds of its chance, and how far those of the second best are from them.
const DECISION: [f64; 3] = [-0.05, 0.68, 0.50];
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
