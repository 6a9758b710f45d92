//! Whom a large panel follows.
//!
//! Many members err alike, and the model of a panel has no word for that beyond one option that tempts: with twenty, what
//! nobody judged outweighs fifty judged answers, and the sums of many votes lie far beyond what the logit was learned on. So
//! the best few have seats, by the judged answers as [`super::standing`] corrects the model with them, and the vote of all
//! is one more voice, that has to earn its weight like the others: where errors are independent no member is as often right
//! as the vote (Condorcet 1785), and where they are not the seats are heard beside it.

use super::fit::{Lesson, Prior, fit};
use super::sheet::ABSTAINS;

/// A panel of more members is large.
pub(super) const SMALL: usize = 8;
/// Seats of a large one.
const SEATS: usize = 5;
/// What part of the members stays at a time until the seats are filled (successive halving: Karnin, Koren and Somekh, ICML
/// 2013): with each fit fewer weak ones that err alike have a say in who is able.
const STAYS: f64 = 0.6;

/// The members that have seats, and the vote of all.
#[derive(Clone, Debug)]
pub(super) struct Council {
    /// Who has a seat.
    seats: Vec<usize>,
    /// The others, the one that was left out last first.
    others: Vec<usize>,
    /// How often each of the others knows the answer, as it looked when it was left out.
    known: Vec<f64>,
}

/// Lessons with the answers of these voices only, as `hear` makes them of all answers.
pub(super) fn overheard(lessons: &[Lesson<'_>], hear: impl Fn(&[u16], &mut Vec<u16>)) -> Vec<Vec<u16>> {
    let one = |lesson: &Lesson<'_>| {
        let mut heard = Vec::with_capacity(SMALL);
        hear(lesson.answers, &mut heard);
        heard
    };
    lessons.iter().map(one).collect()
}

/// The same lessons with other answers.
pub(super) fn retold<'a>(lessons: &[Lesson<'_>], answers: &'a [Vec<u16>]) -> Vec<Lesson<'a>> {
    let with = |(lesson, answers): (&Lesson<'_>, &'a Vec<u16>)| Lesson {
        options: lesson.options,
        answers,
        truth: lesson.truth,
        weight: lesson.weight,
    };
    lessons.iter().zip(answers).map(with).collect()
}

impl Council {
    /// Fills the seats. `priors` has one entry a member.
    pub(super) fn choose(lessons: &[Lesson<'_>], priors: &[Prior]) -> Self {
        let mut seats: Vec<usize> = (0..priors.len()).collect();
        let (mut others, mut known) = (Vec::new(), Vec::new());
        while seats.len() > SEATS {
            let answers = overheard(lessons, |all, heard| heard.extend(seats.iter().map(|member| all[*member])));
            let candidates: Vec<Prior> = seats.iter().map(|member| priors[*member]).collect();
            let (model, standing) = fit(&retold(lessons, &answers), &candidates);
            let mut rank: Vec<usize> = (0..seats.len()).collect();
            rank.sort_by(|a, b| standing.mean[*b].total_cmp(&standing.mean[*a]).then(a.cmp(b)));
            let stay = rank.split_off(staying(seats.len()));
            others.splice(0..0, stay.iter().map(|at| seats[*at]));
            known.splice(0..0, stay.iter().map(|at| model.members[*at].knows_in(&model.levels)));
            rank.sort_unstable();
            seats = rank.iter().map(|at| seats[*at]).collect();
        }
        Self { seats, others, known }
    }

    /// Who has a seat; the vote of all speaks after them.
    pub(super) fn seats(&self) -> &[usize] {
        &self.seats
    }

    /// Who has none, and how often each knows the answer, as far as that was learned.
    pub(super) fn others(&self) -> impl Iterator<Item = (usize, f64)> {
        self.others.iter().copied().zip(self.known.iter().copied())
    }

    /// What is known of the voices beforehand.
    pub(super) fn priors(&self, members: &[Prior]) -> Vec<Prior> {
        let vote = Prior { echo: true, ..Prior::default() };
        self.seats.iter().map(|seat| members[*seat]).chain([vote]).collect()
    }

    /// What the voices say where the members gave these answers.
    pub(super) fn hear(&self, answers: &[u16], into: &mut Vec<u16>) {
        into.clear();
        into.extend(self.seats.iter().map(|seat| answers[*seat]));
        into.push(self.vote(answers));
    }

    /// The option that most members name; of equals the one that was named first, those with seats before the others.
    /// It is silent before half of the members have spoken, unless nobody else would speak: of few it tells nothing that
    /// those few do not.
    fn vote(&self, answers: &[u16]) -> u16 {
        let mut votes: Vec<(u16, usize)> = Vec::with_capacity(16);
        let members = self.seats.iter().chain(&self.others);
        for answer in members.map(|member| answers[*member]).filter(|answer| *answer != ABSTAINS) {
            match votes.iter_mut().find(|vote| vote.0 == answer) {
                Some(vote) => vote.1 += 1,
                None => votes.push((answer, 1)),
            }
        }
        let spoken: usize = votes.iter().map(|vote| vote.1).sum();
        let silent = self.seats.iter().all(|seat| answers[*seat] == ABSTAINS);
        if 2 * spoken < answers.len() && !silent {
            return ABSTAINS;
        }
        votes.into_iter().reduce(|most, vote| if vote.1 > most.1 { vote } else { most }).map_or(ABSTAINS, |most| most.0)
    }
}

/// How many of so many stay.
fn staying(members: usize) -> usize {
    // At most 64 members.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let stay = (members as f64 * STAYS) as usize;
    stay.max(SEATS)
}

#[cfg(test)]
mod tests {
    use super::{Council, staying};
    use crate::panel::sheet::ABSTAINS as NO;

    #[test]
    fn the_vote_waits_for_half_and_ties_go_to_the_seats() {
        let council = Council { seats: vec![2, 3], others: vec![0, 1, 4, 5], known: vec![0.5; 4] };
        let hear = |answers: &[u16]| {
            let mut heard = Vec::new();
            council.hear(answers, &mut heard);
            heard
        };
        assert_eq!(hear(&[1, 1, 0, 2, 1, 0]), [0, 2, 1]);
        assert_eq!(hear(&[1, 1, 3, 3, 1, 3]), [3, 3, 3]);
        assert_eq!(hear(&[NO, NO, 0, 2, NO, NO]), [0, 2, NO]);
        assert_eq!(hear(&[NO, NO, NO, NO, 4, NO]), [NO, NO, 4]);
        assert_eq!(hear(&[NO; 6]), [NO; 3]);
    }

    #[test]
    fn seats_are_filled_in_steps() {
        assert_eq!([64, 38, 29, 17, 9, 7, 6].map(staying), [38, 22, 17, 10, 5, 5, 5]);
    }
}
