use super::coin::{Beliefs, Slots};
use super::dirichlet::{self, digamma, gained};
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
    let mut evidence = 0.0;
    let mut started = false;
    let rounds = limits.run(|| {
        // How many votes of each pair came by habit, and how many of each worker by knowing.
        let mut right = vec![0.0; pairs.len()];
        for (pair, slot) in pairs.of_mark.iter().zip(&slots.of_mark) {
            right[*pair] += beliefs.share[*slot];
        }
        let mut known = vec![0.0; given.len()];
        let mut guessed = Vec::with_capacity(pairs.len());
        for ((worker, right), (guess, votes)) in pairs.workers.iter().zip(right).zip(guess.iter().zip(&votes)) {
            let knew = right * know[*worker] / (know[*worker] + guess);
            known[*worker] += knew;
            guessed.push(votes - knew);
        }
        if learned && started {
            let both = known.iter().zip(&given).flat_map(|(known, given)| [(0, *known), (1, given - known)]);
            dirichlet::learn(&mut knowing, both, given.iter().copied());
            let by_habit = pairs.labels.iter().copied().zip(guessed.iter().copied());
            dirichlet::learn(&mut habits, by_habit, given.iter().zip(&known).map(|(given, known)| given - known));
            beliefs.learn_prior(slots);
        }
        started = true;
        evidence = 0.0;
        let (sum, width) = (knowing[0] + knowing[1], habits.iter().sum::<f64>());
        let mut by_habit = Vec::with_capacity(given.len());
        for ((known, given), know) in known.iter().zip(&given).zip(&mut know) {
            let guessed = given - known;
            let total = digamma(sum + given);
            let (log_know, log_guess) = (digamma(knowing[0] + known) - total, digamma(knowing[1] + guessed) - total);
            *know = log_know.exp();
            by_habit.push(log_guess - digamma(width + guessed));
            evidence -= known * log_know + guessed * log_guess + gained(sum, *given) + gained(width, guessed)
                - gained(knowing[0], *known)
                - gained(knowing[1], guessed);
            // The part of a habit that is the worker's own sum.
            evidence += guessed * digamma(width + guessed);
        }
        for (at, (worker, label)) in pairs.workers.iter().zip(&pairs.labels).enumerate() {
            let habit = digamma(habits[*label] + guessed[at]);
            evidence -= guessed[at] * habit - gained(habits[*label], guessed[at]);
            let log_guess = habit + by_habit[*worker];
            evidence += votes[at] * log_guess;
            guess[at] = log_guess.exp();
        }
        let gains: Vec<f64> =
            pairs.workers.iter().zip(&guess).map(|(worker, guess)| (know[*worker] / guess).ln_1p()).collect();
        let (change, items) = beliefs.update(slots, |mark| gains[pairs.of_mark[mark]]);
        evidence += items;
        change
    });
    beliefs.fit(rounds, Some(evidence))
}
