use super::coin::{Beliefs, Slots};
use super::dirichlet::{self, digamma, exp_digamma, gained};
use super::fit::{Fit, Limits};
use super::pairs::Pairs;
use crate::ballots::Ballots;

/// What is known before the votes.
#[derive(Clone, Copy)]
pub(crate) enum Prior {
    /// As published: Beta(½, ½) on knowing, Dirichlet(10) on what is given without knowing, labels equally frequent.
    Published,
    /// Learned from all workers together, with the frequency of the labels.
    Learned,
}

/// A worker either knows the true label, or gives one by habit without looking; how often, and which habit, is each
/// worker's own.
///
/// D. Hovy, T. Berg-Kirkpatrick, A. Vaswani and E. Hovy, *Learning Whom to Trust with MACE*, NAACL-HLT 2013, with
/// their variational Bayes; begun from the shares of the votes, where they begin at random ten times. With
/// [`Prior::Learned`] the priors are fitted to all workers by maximizing the evidence (Minka's fixed point; the
/// population level that S. Paun et al., *Comparing Bayesian Models of Annotation*, TACL 2018, find to pay).
pub(crate) fn mace(ballots: &Ballots<'_>, slots: &Slots, pairs: &Pairs, prior: Prior, limits: Limits) -> Fit {
    let classes = ballots.labels.len();
    let learned = matches!(prior, Prior::Learned);
    let given = ballots.votes_by_worker();
    let mut votes = vec![0.0; pairs.len()];
    pairs.of_mark.iter().for_each(|pair| votes[*pair] += 1.0);
    let mut beliefs = Beliefs::of_votes(ballots, slots);
    let mut knowing = if learned { [1.0; 2] } else { [0.5; 2] };
    let mut habits = vec![if learned { 1.0 } else { 10.0 }; classes];
    let mut know = vec![0.5; given.len()];
    // How likely each pair's label is by habit, times how likely its worker is to act by habit.
    let mut guess = vec![0.5 / classes as f64; pairs.len()];
    let (mut known, mut guessed) = (vec![0.0; given.len()], vec![0.0; pairs.len()]);
    let mut right = vec![0.0; pairs.len()];
    let mut ratios = vec![0.0; pairs.len()];
    let mut by_habit = vec![0.0; given.len()];
    let mut items = 0.0;
    let mut started = false;
    let rounds = limits.run(|| {
        // How many votes of each pair came by habit, and how many of each worker by knowing.
        right.fill(0.0);
        for (pair, slot) in pairs.of_mark.iter().zip(&slots.of_mark) {
            right[*pair] += beliefs.share[*slot];
        }
        known.fill(0.0);
        for (at, worker) in pairs.workers.iter().enumerate() {
            let knew = right[at] * know[*worker] / (know[*worker] + guess[at]);
            known[*worker] += knew;
            guessed[at] = votes[at] - knew;
        }
        if learned && started {
            let both = known.iter().zip(&given).flat_map(|(known, given)| [(0, *known), (1, given - known)]);
            dirichlet::learn(&mut knowing, both, given.iter().copied());
            let by_habit = pairs.labels.iter().copied().zip(guessed.iter().copied());
            dirichlet::learn(&mut habits, by_habit, given.iter().zip(&known).map(|(given, known)| given - known));
            beliefs.learn_prior(slots);
        }
        started = true;
        let (sum, width) = (knowing[0] + knowing[1], habits.iter().sum::<f64>());
        for (worker, (known, given)) in known.iter().zip(&given).enumerate() {
            let (guessed, total) = (given - known, exp_digamma(sum + given));
            know[worker] = exp_digamma(knowing[0] + known) / total;
            by_habit[worker] = exp_digamma(knowing[1] + guessed) / (total * exp_digamma(width + guessed));
        }
        let mut most = 1.0_f64;
        for (at, (worker, label)) in pairs.workers.iter().zip(&pairs.labels).enumerate() {
            guess[at] = exp_digamma(habits[*label] + guessed[at]) * by_habit[*worker];
            ratios[at] = 1.0 + know[*worker] / guess[at];
            most = most.max(ratios[at]);
        }
        let change;
        (change, items) = beliefs.update_by_ratios(ballots, slots, most, |mark| ratios[pairs.of_mark[mark]]);
        change
    });
    // Of the last round: what the votes gain, and how far rates lie from what was believed before the votes.
    let mut evidence = items;
    let (sum, width) = (knowing[0] + knowing[1], habits.iter().sum::<f64>());
    for (worker, (known, given)) in known.iter().zip(&given).enumerate() {
        let guessed = given - known;
        let guesses = by_habit[worker].ln() + digamma(width + guessed);
        evidence -= known * know[worker].ln() + guessed * guesses + gained(sum, *given) + gained(width, guessed)
            - gained(knowing[0], *known)
            - gained(knowing[1], guessed);
        // The part of a habit that is the worker's own sum.
        evidence += guessed * digamma(width + guessed);
    }
    for (at, (worker, label)) in pairs.workers.iter().zip(&pairs.labels).enumerate() {
        let habit = digamma(habits[*label] + guessed[at]);
        evidence +=
            gained(habits[*label], guessed[at]) - guessed[at] * habit + votes[at] * (habit + by_habit[*worker].ln());
    }
    beliefs.fit(rounds, Some(evidence))
}
