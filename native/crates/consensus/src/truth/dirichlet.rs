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
        up[part] += digamma(prior[part] + count) - begun[part];
    }
    let begun = digamma(sum);
    let down: f64 = totals.map(|total| digamma(sum + total) - begun).sum::<f64>() + HOLD;
    for (part, up) in prior.iter_mut().zip(up) {
        *part = (*part * up / down).clamp(LEARNED.0, LEARNED.1);
    }
}

#[cfg(test)]
mod tests {
    use super::{digamma, ln_gamma};

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
    fn digamma_is_the_slope_of_ln_gamma() {
        for step in 1..400 {
            let x = f64::from(step) * 0.05;
            let slope = (ln_gamma(x + 1e-5) - ln_gamma(x - 1e-5)) / 2e-5;
            assert!((digamma(x) - slope).abs() < 1e-4 * slope.abs().max(1.0), "{x}");
        }
    }
}
