use crate::ballots::{Ballots, greatest};
use crate::{Answer, Vote};

/// The label with the most votes for each item, items in byte order of their names.
///
/// ```
/// # use consensus::{Vote, majority};
/// let vote = |worker, label| Vote { item: "is it up?", worker, label };
/// let answers = majority(&[vote("a", "yes"), vote("b", "no"), vote("c", "yes")]);
/// assert_eq!((answers[0].label, answers[0].tie), ("yes", false));
/// ```
#[must_use]
pub fn majority<'a>(votes: &[Vote<'a>]) -> Vec<Answer<'a>> {
    let ballots = Ballots::read(votes);
    let mut counts = vec![0.0; ballots.labels.len()];
    let mut answers = Vec::with_capacity(ballots.items.len());
    for (item, marks) in &ballots.items {
        counts.fill(0.0);
        for mark in marks {
            counts[mark.label] += 1.0;
        }
        if let Some((at, count, tie)) = greatest(&counts, 0.0) {
            answers.push(Answer { item, label: ballots.labels[at], confidence: count / marks.len() as f64, tie });
        }
    }
    answers
}
