//! The trained weights.
//!
//! Three logistic models, fitted by Newton's method with a ridge penalty (3, 3 and 1) to the development requests of
//! Seal-Tools (Apache-2.0): 1,396 calls, each with the sentence or part of one that asks for it. Trained on one half of
//! the requests and tried on the other, the arguments had precision 0.95 at recall 0.72; the right tool among five was
//! given in 92 % with precision 1.00, and 96 % were abstained from once it was taken away. What stands here is trained
//! on both halves.

use crate::evidence::{Evidence, FEATURES};

/// The least chance of a pair that becomes an argument.
pub(crate) const LEAST_ARGUMENT: f64 = 0.5;
/// How sure a truth is that the sentence names.
pub(crate) const TRUTH: f64 = 0.8;
/// How sure a value is that the context gives.
pub(crate) const CONTEXT: f64 = 0.6;

/// For texts: the numbers of `evidence`, in its order.
const TEXT: [f64; FEATURES] = [
    -3.84, 1.86, 0.34, 0.48, -0.95, 1.54, 1.27, 0.03, -1.66, -0.56, 6.00, 0.05, -1.54, 1.80, -0.61, 0.50, -0.78, -2.07,
    -0.51, -2.62, -0.76, -1.99, 1.78, 1.00, 0.03, 0.29, 0.87, 1.24, 1.04, 1.13, 0.30, -1.17, -0.16, 0.00,
];

/// For numbers, likewise.
const NUMBER: [f64; FEATURES] = [
    -0.94, 2.09, -0.22, 0.64, 0.19, 1.20, 1.08, -0.32, 0.00, -0.01, 0.25, -0.20, -0.05, 0.66, 0.00, 0.00, 0.00, 0.00,
    0.00, -0.62, -0.32, -0.44, 1.68, 0.96, -0.12, -0.14, -0.74, 0.00, 0.00, 0.50, 0.00, 0.00, -0.25, 0.09,
];

/// The chance that a span is the argument of a parameter.
pub(crate) fn argument_chance(evidence: &Evidence, numeric: bool) -> f64 {
    chance(if numeric { &NUMBER } else { &TEXT }, evidence)
}

/// The chance that a fixed value that the sentence names, as well as `quality` says, is meant.
pub(crate) fn value_chance(evidence: &Evidence, quality: f64) -> f64 {
    // A word that is the tool's own (list, search) may be no value at all.
    (0.9 * quality - 0.5 * evidence[21] + 0.2 * evidence[1].min(1.0) + 0.2 * evidence[2].min(1.0)).clamp(0.0, 0.98)
}

/// The logistic function of a weighted sum.
pub(crate) fn chance<const N: usize>(weights: &[f64; N], features: &[f64; N]) -> f64 {
    let sum: f64 = weights.iter().zip(features).map(|(weight, feature)| weight * feature).sum();
    1.0 / (1.0 + (-sum).exp())
}

/// The least confidence of a plan.
pub(crate) const LEAST_PLAN: f64 = 0.5;

/// For tools: the numbers of `fit`, in its order.
const TOOL: [f64; crate::fit::FEATURES] = [
    -4.25, 3.26, 2.21, 0.69, 0.83, -0.80, 3.58, -1.13, -2.17, 0.21, -0.05, -1.77, -1.11, -0.14, 0.74, 1.82, -0.13,
    -0.65, 0.19, 0.00,
];

/// The chance that a tool is the one that is asked for.
pub(crate) fn tool_chance(fit: &crate::fit::Fit) -> f64 {
    chance(&TOOL, fit)
}

/// The chance that the best tool is right, given the second best one.
pub(crate) fn decision(best: f64, second: f64) -> f64 {
    best * (1.0 - 0.5 * second / best.max(1e-9))
}
