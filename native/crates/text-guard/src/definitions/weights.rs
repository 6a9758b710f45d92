//! How much each signal says, in log odds.

/// What speaks against it before anything is seen.
pub(super) const BIAS: f64 = -3.0;
/// What is left of a hostile word in a tool that speaks of defence.
pub(super) const DEFENCE: f64 = 0.3;

/// The weight of a signal.
pub(super) fn of(id: &str) -> f64 {
    WEIGHTS.iter().find(|(name, _)| *name == id).map_or(1.5, |(_, weight)| *weight)
}

const WEIGHTS: &[(&str, f64)] = &[("same_name", 0.2)];
