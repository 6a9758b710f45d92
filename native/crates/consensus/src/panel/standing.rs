//! How often each member is right, as far as it is known.
//!
//! A model of the answers is the better for those that nobody judged, but believes agreement: where a few members err
//! alike it takes them for able, and one that stands alone for weak, against what the judged answers say. So the model only
//! predicts. How much more often a member was right than predicted, in the judged answers, corrects the mean of the
//! predictions (a difference estimator: Särndal, Swensson and Wretman, *Model Assisted Survey Sampling*, 1992;
//! prediction-powered inference: Angelopoulos et al., Science 382, 2023). Judged questions are chosen by their answers, and
//! the predictions know the answers, so that the choice does not bend the estimate as it would bend a plain share.

use super::fit::{Lesson, differ};
use super::linear::solve;
use super::model::{Model, Reading, Tables};
use super::sheet::ABSTAINS;

/// How far a model is off, a standard deviation: for each member by itself, for all of them alike, and as a share of what
/// sets a member apart from the others. Who stands alone among many that err alike looks weak by as much as it differs.
const OWN_SPREAD: f64 = 0.12;
const COMMON_SPREAD: f64 = 0.05;
const APART_SPREAD: f64 = 1.0;
/// The variance of being right beyond the prediction that is expected before any judgement, and for how many judged
/// answers that counts.
const VARIANCE: f64 = 0.2;
const VARIANCE_WEIGHT: f64 = 10.0;

/// What is believed of the accuracies of all members.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    /// How often each member is right in all questions, silence counted as wrong.
    pub(super) mean: Vec<f64>,
    /// Of those, members × members.
    covariance: Vec<f64>,
    /// How much more often each member is right than the model has it, where it answers.
    pub(super) more: Vec<f64>,
}

/// What the lessons show.
struct Seen {
    /// How often each member answers.
    spoke: Vec<f64>,
    /// How often each member is right by the model.
    predicted: Vec<f64>,
    /// How frequent questions are on which members differ.
    contested: f64,
    /// Judged answers to such questions: their weight, the same squared, how much more often than predicted each member was
    /// right, and the products of that for each two members.
    judged: f64,
    squares: f64,
    off: Vec<f64>,
    both: Vec<f64>,
}

impl Seen {
    fn of(model: &Model, lessons: &[Lesson<'_>]) -> Self {
        let members = model.members.len();
        let none = || vec![0.0; members];
        let (mut spoke, mut predicted, mut off) = (none(), none(), none());
        let (mut contested, mut judged, mut squares, mut both) = (0.0, 0.0, 0.0, vec![0.0; members * members]);
        let tables = Tables::of(model, lessons.iter().map(|lesson| lesson.options));
        let (mut reading, mut right) = (Reading::default(), none());
        for lesson in lessons {
            model.read(&tables, lesson.options, lesson.answers, None, &mut reading);
            right.fill(0.0);
            for mark in &reading.marks {
                right[mark.member] = reading.right[mark.place].iter().sum();
                spoke[mark.member] += 1.0;
                predicted[mark.member] += right[mark.member];
            }
            if !differ(lesson.answers) {
                continue;
            }
            contested += 1.0;
            let Some(truth) = lesson.truth else { continue };
            judged += lesson.weight;
            squares += lesson.weight * lesson.weight;
            for (right, answer) in right.iter_mut().zip(lesson.answers) {
                *right = f64::from(u8::from(*answer == truth && *answer != ABSTAINS)) - *right;
            }
            for (a, one) in right.iter().enumerate() {
                off[a] += lesson.weight * one;
                let products = right.iter().map(|other| lesson.weight * one * other);
                both[a * members..(a + 1) * members].iter_mut().zip(products).for_each(|(sum, one)| *sum += one);
            }
        }
        let total = f64::max(lessons.len() as f64, 1.0);
        for (spoke, predicted) in spoke.iter_mut().zip(&mut predicted) {
            *spoke = (*spoke + 1.0) / (total + 1.0);
            *predicted /= total;
        }
        if judged > 0.0 {
            off.iter_mut().chain(&mut both).for_each(|one| *one /= judged);
        }
        Self { spoke, predicted, contested: contested / total, judged, squares, off, both }
    }

    /// The covariance of what the judged answers say of the accuracies.
    fn noise(&self, a: usize, b: usize) -> f64 {
        let count = self.judged * self.judged / self.squares;
        let seen = self.both[a * self.off.len() + b] - self.off[a] * self.off[b];
        let expected = if a == b { VARIANCE } else { 0.0 };
        let of_one = (count * seen + VARIANCE_WEIGHT * expected) / (count + VARIANCE_WEIGHT);
        self.contested * self.contested * of_one / count
    }
}

impl Standing {
    pub(super) fn of(model: &Model, lessons: &[Lesson<'_>]) -> Self {
        let seen = Seen::of(model, lessons);
        let members = seen.spoke.len();
        let middle = seen.predicted.iter().sum::<f64>() / members as f64;
        let apart = |one: usize| APART_SPREAD * (seen.predicted[one] - middle);
        let mut covariance: Vec<f64> = (0..members)
            .flat_map(|a| (0..members).map(move |b| COMMON_SPREAD * COMMON_SPREAD + apart(a) * apart(b)))
            .collect();
        (0..members).for_each(|one| covariance[one * members + one] += OWN_SPREAD * OWN_SPREAD);
        let mut more = vec![0.0; members];
        if seen.judged > 0.0 {
            // With what the model is off by ~ N(0, V), and seen with noise C: V (V + C)⁻¹ seen, and V − V (V + C)⁻¹ V.
            let before = covariance.clone();
            let mut matrix = before.clone();
            let columns = members + 1;
            let mut gain = Vec::with_capacity(members * columns);
            for a in 0..members {
                (0..members).for_each(|b| matrix[a * members + b] += seen.noise(a, b));
                gain.push(seen.contested * seen.off[a]);
                gain.extend_from_slice(&before[a * members..(a + 1) * members]);
            }
            if solve(&mut matrix, &mut gain, members, columns) {
                for (a, row) in before.chunks(members).enumerate() {
                    let sum = |column: usize| row.iter().zip(gain.chunks(columns)).map(|(v, g)| v * g[column]).sum();
                    more[a] = sum(0);
                    for b in 0..members {
                        let known: f64 = sum(1 + b);
                        covariance[a * members + b] -= known;
                    }
                }
            }
        }
        let mean = seen.predicted.iter().zip(&more).map(|(predicted, more)| predicted + more).collect();
        more.iter_mut().zip(&seen.spoke).for_each(|(more, spoke)| *more /= spoke);
        Self { mean, covariance, more }
    }

    /// The two members that a judgement should tell apart: the one that looks best, and of the others the one that may be
    /// best, by its mean and one standard deviation of the difference (LUCB: Kalyanakrishnan et al., ICML 2012). The
    /// second best by the mean alone may be a wrong guess that no judgement is ever aimed at.
    pub(super) fn rivals(&self) -> Option<(usize, usize)> {
        let members = self.mean.len();
        let first = (1..members).fold(0, |best, one| if self.mean[one] > self.mean[best] { one } else { best });
        let cell = |a: usize, b: usize| self.covariance[a * members + b];
        let bound = |other: usize| {
            let variance = cell(first, first) + cell(other, other) - 2.0 * cell(first, other);
            self.mean[other] - self.mean[first] + variance.max(0.0).sqrt()
        };
        let others = (0..members).filter(|other| *other != first);
        others.reduce(|best, one| if bound(one) > bound(best) { one } else { best }).map(|second| (first, second))
    }
}

#[cfg(test)]
mod tests {
    use super::Standing;

    #[test]
    fn the_rival_is_the_one_that_may_yet_be_best() {
        // The second is known well to be a little less able; of the third next to nothing is known.
        let covariance = vec![1e-4, 0.0, 0.0, 0.0, 1e-4, 0.0, 0.0, 0.0, 1e-2];
        let standing = |covariance| Standing { mean: vec![0.50, 0.47, 0.44], covariance, more: vec![0.0; 3] };
        assert_eq!(standing(covariance).rivals(), Some((0, 2)));
        assert_eq!(standing(vec![0.0; 9]).rivals(), Some((0, 1)));
    }
}
