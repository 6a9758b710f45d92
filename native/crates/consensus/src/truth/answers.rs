use super::coin::{Beliefs, Slots, unseen};
use super::fit::Posterior;
use super::lot::lot;
use crate::Answer;
use crate::ballots::Ballots;

/// Beliefs closer than this are a tie.
const SLACK: f64 = 1e-9;

/// The label with the most votes of each item.
pub(crate) fn majority<'a>(ballots: &Ballots<'a>) -> Vec<Answer<'a>> {
    let slots = Slots::new(ballots);
    answers(ballots, &slots, &Posterior::Given(Beliefs::of_votes(ballots, &slots)), 0)
}

/// The likeliest label of each item; among those that are equally likely, by lot.
pub(crate) fn answers<'a>(ballots: &Ballots<'a>, slots: &Slots, posterior: &Posterior, seed: u64) -> Vec<Answer<'a>> {
    let mut answers = Vec::with_capacity(ballots.items.len());
    match posterior {
        Posterior::All(values) => {
            for (item, row) in ballots.items.iter().zip(values.chunks_exact(ballots.labels.len().max(1))) {
                answers.extend(best(ballots, seed, item, row.iter().copied().enumerate()));
            }
        }
        Posterior::Given(beliefs) => {
            // Labels from the most frequent down, where that is not the same for all.
            let mut frequent: Vec<usize> = (0..ballots.labels.len()).collect();
            frequent.sort_by(|a, b| beliefs.prior[*b].total_cmp(&beliefs.prior[*a]));
            for ((item, own), rest) in ballots.items.iter().zip(slots.rows()).zip(&beliefs.rest) {
                let seen = &slots.labels[own.clone()];
                let shares = &beliefs.share[own];
                let scale = rest / unseen(&beliefs.prior, seen).max(f64::MIN_POSITIVE);
                let top = shares.iter().copied().fold(0.0, f64::max);
                // An item's own labels, and of the others those that reach them.
                let others = frequent.iter().take_while(|label| scale * beliefs.prior[**label] >= top - SLACK);
                let others = others.filter(|label| !seen.contains(label));
                let others = others.map(|label| (*label, scale * beliefs.prior[*label]));
                let all = seen.iter().copied().zip(shares.iter().copied()).chain(others);
                answers.extend(best(ballots, seed, item, all));
            }
        }
    }
    answers
}

fn best<'a>(
    ballots: &Ballots<'a>,
    seed: u64,
    item: &'a str,
    shares: impl Iterator<Item = (usize, f64)> + Clone,
) -> Option<Answer<'a>> {
    let top = shares.clone().map(|(_, share)| share).reduce(f64::max)?;
    let mut near = shares.filter(|(_, share)| top - share <= SLACK).map(|(label, _)| ballots.labels[label]);
    let first = near.next()?;
    let mut label = first;
    let mut tie = false;
    for other in near {
        tie = true;
        if lot(seed, item, other) > lot(seed, item, label) {
            label = other;
        }
    }
    Some(Answer { item, label, confidence: top.clamp(0.0, 1.0), tie })
}

/// How likely the labels are that each worker gave, on average over its votes.
pub(crate) fn accuracies(ballots: &Ballots<'_>, slots: &Slots, posterior: &Posterior) -> Vec<f64> {
    let mut right = vec![0.0; ballots.workers.len()];
    match posterior {
        Posterior::All(values) => {
            for (marks, row) in ballots.rows().zip(values.chunks_exact(ballots.labels.len().max(1))) {
                for mark in marks {
                    right[mark.worker] += row[mark.label];
                }
            }
        }
        Posterior::Given(beliefs) => {
            let shares = slots.of_mark.iter().map(|slot| beliefs.share[*slot]);
            ballots.marks.iter().zip(shares).for_each(|(mark, share)| right[mark.worker] += share);
        }
    }
    right.iter_mut().zip(ballots.votes_by_worker()).for_each(|(right, votes)| *right /= votes);
    right
}
