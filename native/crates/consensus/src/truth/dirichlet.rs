//! Dirichlet priors (of which Beta priors are those of two parts) and the special functions that they need.

/// From here up the asymptotic series suffice.
const LARGE: f64 = 8.0;

/// x (x + 1) … (x + 7) as a polynomial of t = x (x + 7), and its slope by t: in pairs the factors are t, t + 6, t + 10 and
/// t + 12, so that one step of the recurrences goes over eight, without a branch for each.
fn eight(x: f64) -> (f64, f64) {
    let t = x * (x + 7.0);
    let (outer, inner) = (t * (t + 6.0), (t + 10.0) * (t + 12.0));
    (outer * inner, (2.0 * t + 6.0) * inner + outer * (2.0 * t + 22.0))
}

/// The digamma function ψ(x) for x > 0, to about 1e-12: below 8 the recurrence ψ(x) = ψ(x + 8) − Σ 1/(x + i), then the
/// asymptotic series (Abramowitz and Stegun 6.3.5 and 6.3.18).
pub(crate) fn digamma(mut x: f64) -> f64 {
    let mut below = 0.0;
    if x < LARGE {
        let (product, slope) = eight(x);
        below = (2.0 * x + 7.0) * slope / product;
        x += 8.0;
    }
    let inverse = 1.0 / x;
    let square = inverse * inverse;
    let series = square
        * (1.0 / 12.0
            - square * (1.0 / 120.0 - square * (1.0 / 252.0 - square * (1.0 / 240.0 - square * (1.0 / 132.0)))));
    x.ln() - 0.5 * inverse - series - below
}

/// e to the digamma function, e^ψ(x) for x > 0, to about 1e-14: with z = x − ½ it is z + 1/(24 z) − 37/(5760 z³) + …, the
/// exponential of the series ψ(z + ½) = ln z + Σ (1 − 2^(1 − 2k)) B₂ₖ / (2k z²ᵏ) (DLMF 5.11 and 24.4), so that no logarithm is
/// taken; below 8 the same recurrence.
pub(crate) fn exp_digamma(mut x: f64) -> f64 {
    let mut below = 1.0;
    if x < LARGE {
        let (product, slope) = eight(x);
        below = (-(2.0 * x + 7.0) * slope / product).exp();
        x += 8.0;
    }
    let z = x - 0.5;
    let square = 1.0 / (z * z);
    let series = EXPONENTIAL.iter().rev().fold(0.0, |sum, part| (sum + part) * square);
    below * (z + z * series)
}

/// The parts of the series of [`exp_digamma`], of z⁻¹, z⁻³, ….
const EXPONENTIAL: [f64; 7] = [
    1.0 / 24.0,
    -37.0 / 5760.0,
    10_313.0 / 2_903_040.0,
    -5_509_121.0 / 1_393_459_200.0,
    2_709_398_569.0 / 367_873_228_800.0,
    -499_769_010_050_743.0 / 24_103_053_950_976_000.0,
    47_655_701_498_228_027.0 / 578_473_294_823_424_000.0,
];

/// ln Γ(x) for x > 0, to about 1e-11: the same recurrence, then Stirling's series (6.1.41).
pub(crate) fn ln_gamma(mut x: f64) -> f64 {
    let mut below = 0.0;
    if x < LARGE {
        below = eight(x).0.ln();
        x += 8.0;
    }
    let inverse = 1.0 / x;
    let square = inverse * inverse;
    let series = inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square * (1.0 / 1680.0))));
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - below
}

/// ln Γ(prior + count) − ln Γ(prior): what evidence gains and divergence loses by a count.
pub(crate) fn gained(prior: f64, count: f64) -> f64 {
    ln_gamma(prior + count) - ln_gamma(prior)
}

/// The range in which a learned prior is kept, so that few votes prove neither certainty nor its absence.
const LEARNED: (f64, f64) = (0.01, 1000.0);
/// Votes that hold a learned prior where it is.
const HOLD: f64 = 1e-3;

/// Moves the prior that many sets of counts share towards where their probability is greatest: one step of the fixed
/// point of T. P. Minka, *Estimating a Dirichlet distribution* (2000), equation 55.
///
/// `counts` gives a part and its count in one set, parts without a count left out; `totals` the sum of each set.
pub(crate) fn learn(prior: &mut [f64], counts: impl Iterator<Item = (usize, f64)>, totals: impl Iterator<Item = f64>) {
    let sum: f64 = prior.iter().sum();
    let begun: Vec<f64> = prior.iter().map(|part| digamma(*part)).collect();
    let mut up = vec![HOLD; prior.len()];
    for (part, count) in counts {
        if count > 0.0 {
            up[part] += digamma(prior[part] + count) - begun[part];
        }
    }
    let begun = digamma(sum);
    let down: f64 = totals.map(|total| digamma(sum + total) - begun).sum::<f64>() + HOLD;
    for (part, up) in prior.iter_mut().zip(up) {
        *part = (*part * up / down).clamp(LEARNED.0, LEARNED.1);
    }
}

#[cfg(test)]
mod tests {
    use super::{digamma, exp_digamma, ln_gamma};

    #[test]
    fn known_values() {
        const EULER: f64 = 0.577_215_664_901_532_9;
        for (x, value) in [
            (1.0, -EULER),
            (0.5, -EULER - 2.0 * 2.0_f64.ln()),
            (2.0, 1.0 - EULER),
            (10.0, 2.251_752_589_066_721),
            (1e-3, -1_000.575_571_931_810_3),
        ] {
            assert!((digamma(x) - value).abs() < 1e-10 * value.abs().max(1.0), "ψ({x}) = {}", digamma(x));
        }
        for (x, value) in [
            (1.0, 0.0),
            (0.5, 0.5 * std::f64::consts::PI.ln()),
            (5.0, 24.0_f64.ln()),
            (100.0, 359.134_205_369_575_4),
            (1e-3, 6.907_178_885_383_853),
        ] {
            assert!((ln_gamma(x) - value).abs() < 1e-9, "ln Γ({x}) = {}", ln_gamma(x));
        }
    }

    #[test]
    fn exp_digamma_is_the_exponential_of_digamma() {
        for step in 0..6000 {
            let x = 0.01 * (0.003 * f64::from(step)).exp();
            let ratio = exp_digamma(x) / digamma(x).exp();
            assert!((ratio - 1.0).abs() < 3e-12, "{x}: {ratio}");
        }
    }

    #[test]
    fn digamma_is_the_slope_of_ln_gamma() {
        for step in 1..400 {
            let x = f64::from(step) * 0.05;
            let slope = (ln_gamma(x + 1e-5) - ln_gamma(x - 1e-5)) / 2e-5;
            assert!((digamma(x) - slope).abs() < 1e-4 * slope.abs().max(1.0), "{x}");
        }
    }
}
