//! Crowds of our own making.
#![allow(clippy::unwrap_used, dead_code, unreachable_pub)]

use consensus::{Answer, Vote};
use fastrand::Rng;

/// Votes by number.
pub struct Crowd {
    pub truth: Vec<usize>,
    /// item, worker, label
    pub votes: Vec<(usize, usize, usize)>,
}

impl Crowd {
    /// Each item gets votes of `each` of the workers; `vote` says what a worker gives for an item of a label.
    pub fn new(
        seed: u64,
        (items, labels, workers, each): (usize, usize, usize, usize),
        mut vote: impl FnMut(&mut Rng, usize, usize, usize) -> usize,
    ) -> Self {
        let mut random = Rng::with_seed(seed);
        let truth: Vec<usize> = (0..items).map(|_| random.usize(..labels)).collect();
        let mut votes = Vec::new();
        for (item, label) in truth.iter().enumerate() {
            let mut all: Vec<usize> = (0..workers).collect();
            random.shuffle(&mut all);
            for worker in all.into_iter().take(each) {
                votes.push((item, worker, vote(&mut random, item, worker, *label)));
            }
        }
        Self { truth, votes }
    }

    pub fn named(&self) -> Vec<[String; 3]> {
        self.named_as(|worker| worker, |label| label)
    }

    pub fn named_as(&self, worker: impl Fn(usize) -> usize, label: impl Fn(usize) -> usize) -> Vec<[String; 3]> {
        let name = |(item, who, what): &(usize, usize, usize)| {
            [format!("{item:05}"), format!("w{:03}", worker(*who)), format!("l{}", label(*what))]
        };
        self.votes.iter().map(name).collect()
    }

    /// How many answers are right.
    pub fn right(&self, answers: &[Answer<'_>]) -> usize {
        let right =
            |answer: &&Answer<'_>| answer.label == format!("l{}", self.truth[answer.item.parse::<usize>().unwrap()]);
        answers.iter().filter(right).count()
    }
}

pub fn votes(rows: &[[String; 3]]) -> Vec<Vote<'_>> {
    rows.iter().map(|[item, worker, label]| Vote { item, worker, label }).collect()
}

/// A worker that is right with a probability, else gives any other label.
pub fn coin(random: &mut Rng, rate: f64, label: usize, labels: usize) -> usize {
    if random.f64() < rate { label } else { (label + 1 + random.usize(..labels - 1)) % labels }
}

/// A mixed crowd: from nearly always right to nearly by chance.
pub fn mixed(seed: u64, items: usize, labels: usize) -> Crowd {
    Crowd::new(seed, (items, labels, 12, 5), |random, _, worker, label| {
        coin(random, 0.95 - 0.05 * worker as f64, label, labels)
    })
}
