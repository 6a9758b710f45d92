//! How far other methods bear out what one answers otherwise than the majority.

use super::answers::{answers, majority};
use super::coin::Beliefs;
use super::fit::{Fit, Posterior};
use super::prepared::Prepared;

/// What a method answers otherwise than a majority that is clear.
pub(super) struct Departures {
    /// How many items it answers so.
    pub(super) count: usize,
    /// The items, by number, on which it is alone: nobody voted for its answer, or not most of the other methods give
    /// it too. Ascending.
    pub(super) alone: Vec<usize>,
}

impl Departures {
    /// Of a method's fit, held against those of others.
    pub(super) fn of(votes: &Prepared<'_>, fit: &Fit, others: &[&Fit], seed: u64) -> Self {
        let Prepared { ballots, slots, .. } = votes;
        let found = |fit: &Fit| answers(ballots, slots, &fit.posterior, seed);
        let elsewhere: Vec<_> = others.iter().map(|other| found(other)).collect();
        let (mut count, mut alone) = (0, Vec::new());
        let own = found(fit).into_iter().zip(majority(ballots)).zip(ballots.rows()).enumerate();
        for (item, ((answer, counted), marks)) in own {
            if counted.tie || answer.label == counted.label {
                continue;
            }
            count += 1;
            let alike = elsewhere.iter().filter(|other| other[item].label == answer.label).count();
            let given = marks.iter().any(|mark| ballots.labels[mark.label] == answer.label);
            if !given || 2 * alike <= others.len() {
                alone.push(item);
            }
        }
        Self { count, alone }
    }

    /// The share of them in which the method is not alone; of none, all.
    pub(super) fn share(&self) -> f64 {
        if self.count == 0 { 1.0 } else { (self.count - self.alone.len()) as f64 / self.count as f64 }
    }

    /// The fit with the shares of the votes on items where it is alone, so that the majority answers them.
    pub(super) fn without_alone(&self, votes: &Prepared<'_>, fit: &Fit) -> Fit {
        let classes = votes.ballots.labels.len();
        let mut all = fit.posterior.all(&votes.slots, classes);
        let Beliefs { share, .. } = Beliefs::of_votes(&votes.ballots, &votes.slots);
        let mut alone = self.alone.iter().copied().peekable();
        for (item, own) in votes.slots.rows().enumerate() {
            if alone.next_if_eq(&item).is_some() {
                let row = &mut all[item * classes..][..classes];
                row.fill(0.0);
                own.for_each(|slot| row[votes.slots.labels[slot]] = share[slot]);
            }
        }
        Fit { posterior: Posterior::All(all), rounds: fit.rounds, evidence: fit.evidence }
    }
}

#[cfg(test)]
mod tests {
    use super::{Departures, Fit, Posterior, Prepared};
    use crate::Vote;
    use crate::ballots::Ballots;
    use crate::truth::Rounds;

    /// A fit that is sure of these labels, of "a", "b" and "c".
    fn sure(labels: &str) -> Fit {
        let row = |label: char| ['a', 'b', 'c'].map(|other| if other == label { 0.8 } else { 0.1 });
        let posterior = Posterior::All(labels.chars().flat_map(row).collect());
        Fit { posterior, rounds: Rounds { made: 1, converged: true }, evidence: Some(-7.0) }
    }

    #[test]
    fn answers_stand_where_most_others_give_them_and_someone_did() {
        // On the fourth item votes are tied, and nobody gave "c" but on the last.
        let rows = ["aab", "aab", "aab", "ab", "aab", "aac"];
        let names = ["1", "2", "3", "4", "5", "6"];
        let workers = ["u", "v", "w"];
        let votes: Vec<Vote<'_>> = names
            .iter()
            .zip(rows)
            .flat_map(|(item, labels)| {
                (0..labels.len()).map(move |at| Vote { item, worker: workers[at], label: &labels[at..=at] })
            })
            .collect();
        let votes = Prepared::new(Ballots::read(&votes));
        let others = ["bbabcc", "babacc", "aaabca"].map(sure);
        let departures =
            |labels: &str, others: &[Fit]| Departures::of(&votes, &sure(labels), &others.iter().collect::<Vec<_>>(), 0);
        let found = departures("bbbbcc", &others);
        // The first has two of three others beside it, as has the last; the second and third have one; nobody gave "c" to the fifth.
        assert_eq!((found.count, &found.alone[..]), (5, &[1, 2, 4][..]));
        assert!((found.share() - 0.4).abs() < 1e-12);
        // One of two is not most of them.
        assert_eq!(departures("bbbbcc", &others[1..]).alone, [0, 1, 2, 4, 5]);
        assert!((departures("aaabaa", &others).share() - 1.0).abs() < 1e-12);
        let Fit { posterior: Posterior::All(all), evidence: Some(evidence), .. } =
            found.without_alone(&votes, &sure("bbbbcc"))
        else {
            panic!("no posterior")
        };
        let expected = [[0.1, 0.8, 0.1], [2.0 / 3.0, 1.0 / 3.0, 0.0], [2.0 / 3.0, 1.0 / 3.0, 0.0], [0.1, 0.8, 0.1]];
        assert!(all.iter().zip(expected.as_flattened()).all(|(one, other)| (one - other).abs() < 1e-12), "{all:?}");
        assert!((evidence + 7.0).abs() < 1e-12);
    }
}
