use crate::ballots::Ballots;
use crate::truth;
use crate::{Answer, Vote};

/// The label with the most votes for each item, items in byte order of their names. Ties are told, and settled by a
/// lot drawn from the names of the item and the labels: always alike, and in favour of no label.
///
/// ```
/// # use consensus::{Vote, majority};
/// let vote = |worker, label| Vote { item: "is it up?", worker, label };
/// let answers = majority(&[vote("a", "yes"), vote("b", "no"), vote("c", "yes")]);
/// assert_eq!((answers[0].label, answers[0].tie), ("yes", false));
/// ```
#[must_use]
pub fn majority<'a>(votes: &[Vote<'a>]) -> Vec<Answer<'a>> {
    truth::majority(&Ballots::read(votes))
}
