use super::{Location, MAX_VALUES, NumbersError};

/// MAD × this estimates the standard deviation where errors are normal.
const NORMAL: f64 = 1.482_602_218_505_602;
const HUBER: f64 = 1.345;
/// Pairs that Hodges–Lehmann looks at; beyond, it takes evenly spaced order statistics, which keeps it deterministic.
const MAX_FOR_PAIRS: usize = 1_000;

/// A value that stands apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlier {
    /// Who: the place in the caller's list.
    pub at: usize,
    /// What it said.
    pub value: f64,
    /// How many spreads from the rest, with its sign.
    pub distance: f64,
}

/// One number.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// The number.
    pub value: f64,
    /// How it was reached.
    pub location: Location,
    /// The median absolute deviation from the median, scaled to a standard deviation.
    pub spread: f64,
    /// Where the number lies with about 95 %: ± 1.96 standard errors of the location.
    pub interval: (f64, f64),
    /// The share of the weight that does not stand apart, shrunk by one half vote of doubt each way: 0 to 1.
    pub confidence: f64,
    /// Who stands apart, farthest first.
    pub outliers: Vec<Outlier>,
}

/// The weighted median: the middle of the values where the weight on either side balances.
#[must_use]
pub fn median(values: &[f64], weights: &[f64]) -> f64 {
    let mut pairs: Vec<(f64, f64)> =
        values.iter().enumerate().map(|(at, value)| (*value, weights.get(at).copied().unwrap_or(1.0))).collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let half = pairs.iter().map(|pair| pair.1).sum::<f64>() / 2.0;
    let mut seen = 0.0;
    for (at, (value, weight)) in pairs.iter().enumerate() {
        seen += weight;
        if (seen - half).abs() <= 1e-12 * half {
            let next = pairs[at + 1..].iter().find(|pair| pair.1 > 0.0).map_or(*value, |pair| pair.0);
            return f64::midpoint(*value, next);
        }
        if seen > half {
            return *value;
        }
    }
    pairs.last().map_or(0.0, |pair| pair.0)
}

/// One number from many. `weights` is empty (all count alike) or has one for each value. A value stands apart when it
/// is more than `limit` spreads from the median (3.5 is usual, Iglewicz and Hoaglin 1993); where more than half of the
/// values are equal, every other one does.
///
/// # Errors
/// [`NumbersError`].
pub fn settle(values: &[f64], weights: &[f64], location: Location, limit: f64) -> Result<Settled, NumbersError> {
    if values.is_empty() || values.len() > MAX_VALUES {
        return Err(NumbersError::Count(values.len()));
    }
    if let Some(at) = values.iter().position(|value| !value.is_finite() || value.abs() > 1e150) {
        return Err(NumbersError::NotFinite(at));
    }
    if limit.is_nan() || limit <= 0.0 {
        return Err(NumbersError::Limit);
    }
    let usable = weights.len() == values.len()
        && weights.iter().all(|weight| (0.0..=1e9).contains(weight))
        && weights.iter().sum::<f64>() > 1e-9;
    if !usable && !weights.is_empty() {
        return Err(NumbersError::Weights);
    }
    let weights = if usable { weights.to_vec() } else { vec![1.0; values.len()] };
    let middle = median(values, &weights);
    let away: Vec<f64> = values.iter().map(|value| (value - middle).abs()).collect();
    let spread = NORMAL * median(&away, &weights);
    // Rounding must not make an outlier of a value that is equal but for its last digit.
    let least = 1e-9 * middle.abs().max(f64::MIN_POSITIVE);
    let mut outliers: Vec<Outlier> = values
        .iter()
        .enumerate()
        .map(|(at, value)| Outlier { at, value: *value, distance: (value - middle) / spread.max(least) })
        .filter(|one| one.distance.abs() > limit)
        .collect();
    outliers.sort_by(|a, b| b.distance.abs().total_cmp(&a.distance.abs()).then(a.at.cmp(&b.at)));
    let value = match location {
        Location::Median => middle,
        Location::HodgesLehmann => hodges_lehmann(values, &weights),
        Location::Huber => huber(values, &weights, middle, spread),
    };
    let total: f64 = weights.iter().sum();
    let apart: f64 = outliers.iter().map(|one| weights[one.at]).sum();
    let count = total * total / weights.iter().map(|weight| weight * weight).sum::<f64>();
    let error = 1.96 * spread / count.sqrt() * if location == Location::Median { 1.2533 } else { 1.05 };
    let confidence = ((total - apart) / total * count + 0.5) / (count + 1.0);
    Ok(Settled { value, location, spread, interval: (value - error, value + error), confidence, outliers })
}

fn hodges_lehmann(values: &[f64], weights: &[f64]) -> f64 {
    let mut pairs: Vec<(f64, f64)> = values.iter().copied().zip(weights.iter().copied()).collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let step = pairs.len().div_ceil(MAX_FOR_PAIRS);
    // The middle of each run of `step` stands for the run.
    let some: Vec<(f64, f64)> =
        pairs.chunks(step).map(|run| (run[run.len() / 2].0, run.iter().map(|pair| pair.1).sum())).collect();
    let (mut means, mut counts) = (Vec::new(), Vec::new());
    for (at, (one, weight)) in some.iter().enumerate() {
        for (other, other_weight) in &some[at..] {
            means.push(f64::midpoint(*one, *other));
            counts.push(weight * other_weight);
        }
    }
    median(&means, &counts)
}

fn huber(values: &[f64], weights: &[f64], middle: f64, spread: f64) -> f64 {
    if spread <= 0.0 {
        return middle;
    }
    let mut at = middle;
    for _ in 0..100 {
        let (mut sum, mut all) = (0.0, 0.0);
        for (value, weight) in values.iter().zip(weights) {
            let far = ((value - at) / spread).abs();
            let weight = weight * if far <= HUBER { 1.0 } else { HUBER / far };
            sum += weight * value;
            all += weight;
        }
        let next = if all > 0.0 { sum / all } else { at };
        if (next - at).abs() <= 1e-12 * spread {
            return next;
        }
        at = next;
    }
    at
}
