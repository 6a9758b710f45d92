//! The methods against plain references: dense tables, one loop a formula, no sharing.
#![allow(clippy::unwrap_used, clippy::needless_range_loop)]

mod common;

use common::{Crowd, mixed, votes};
use consensus::{InferOptions, Method, infer};

const ROUNDS: usize = 12;

/// items × labels
type Table = Vec<Vec<f64>>;

struct Size {
    labels: usize,
    workers: usize,
}

fn shares(crowd: &Crowd, size: &Size) -> Table {
    let mut table = vec![vec![0.0; size.labels]; crowd.truth.len()];
    for (item, _, label) in &crowd.votes {
        table[*item][*label] += 1.0;
    }
    normalize_all(&mut table);
    table
}

fn normalize(row: &mut [f64]) {
    let sum: f64 = row.iter().sum();
    for cell in row {
        *cell /= sum;
    }
}

fn normalize_all(table: &mut Table) {
    for row in table {
        normalize(row);
    }
}

fn digamma(mut x: f64) -> f64 {
    let mut sum = 0.0;
    while x < 30.0 {
        sum -= 1.0 / x;
        x += 1.0;
    }
    sum + x.ln() - 0.5 / x - 1.0 / (12.0 * x * x) + 1.0 / (120.0 * x.powi(4))
}

/// Compares after a fixed number of rounds, before rounding errors grow.
fn agrees(method: Method, slack: f64, reference: impl Fn(&Crowd, &Size) -> Table) {
    for (seed, labels) in [(1, 2), (2, 2), (3, 3), (4, 5)] {
        let crowd = mixed(seed, 150, labels);
        let table = reference(&crowd, &Size { labels, workers: 12 });
        let rows = crowd.named();
        let options = InferOptions {
            method: Some(method),
            tolerance: 0.0,
            max_iterations: ROUNDS.try_into().unwrap(),
            ..InferOptions::default()
        };
        let found = infer(&votes(&rows), options).unwrap();
        assert_eq!(found.answers.len(), table.len());
        for (answer, row) in found.answers.iter().zip(&table) {
            let label: usize = answer.label[1..].parse().unwrap();
            let top = row.iter().copied().fold(0.0, f64::max);
            assert!(row[label] > top - slack, "{method}: {answer:?}, reference {row:?}");
            assert!((answer.confidence - top).abs() < slack, "{method}: {answer:?}, reference {row:?}");
        }
    }
}

#[test]
fn majority() {
    agrees(Method::Majority, 1e-9, shares);
}

#[test]
fn dawid_skene() {
    agrees(Method::DawidSkene, 1e-7, |crowd, size| {
        let mut table = shares(crowd, size);
        for _ in 0..ROUNDS {
            let mut rates = vec![vec![vec![0.1; size.labels]; size.labels]; size.workers];
            let mut prior = vec![0.0; size.labels];
            for (item, worker, label) in &crowd.votes {
                for truth in 0..size.labels {
                    rates[*worker][truth][*label] += table[*item][truth];
                }
            }
            for row in &table {
                (0..size.labels).for_each(|label| prior[label] += row[label]);
            }
            normalize(&mut prior);
            for worker in &mut rates {
                normalize_all(worker);
            }
            table = vec![prior; table.len()];
            for (item, worker, label) in &crowd.votes {
                (0..size.labels).for_each(|truth| table[*item][truth] *= rates[*worker][truth][*label]);
            }
            normalize_all(&mut table);
        }
        table
    });
}

#[test]
fn one_coin() {
    agrees(Method::OneCoin, 1e-7, |crowd, size| {
        let mut table = shares(crowd, size);
        for _ in 0..ROUNDS {
            let mut right = vec![2.0; size.workers];
            let mut given = vec![3.0; size.workers];
            for (item, worker, label) in &crowd.votes {
                right[*worker] += table[*item][*label];
                given[*worker] += 1.0;
            }
            let mut prior = vec![1.0 / size.labels as f64; size.labels];
            for row in &table {
                (0..size.labels).for_each(|label| prior[label] += row[label]);
            }
            normalize(&mut prior);
            table = vec![prior; table.len()];
            for (item, worker, label) in &crowd.votes {
                let rate = right[*worker] / given[*worker];
                for truth in 0..size.labels {
                    table[*item][truth] *= if truth == *label { rate } else { (1.0 - rate) / (size.labels - 1) as f64 };
                }
            }
            normalize_all(&mut table);
        }
        table
    });
}

#[test]
fn ibcc() {
    agrees(Method::Ibcc, 1e-7, |crowd, size| {
        let mut table = shares(crowd, size);
        for _ in 0..ROUNDS {
            let mut counts = vec![vec![vec![1.0; size.labels]; size.labels]; size.workers];
            for worker in &mut counts {
                (0..size.labels).for_each(|label| worker[label][label] = 4.0);
            }
            for (item, worker, label) in &crowd.votes {
                (0..size.labels).for_each(|truth| counts[*worker][truth][*label] += table[*item][truth]);
            }
            let mut prior = vec![1.0; size.labels];
            for row in &table {
                (0..size.labels).for_each(|label| prior[label] += row[label]);
            }
            let mut logs: Table = vec![prior.iter().map(|count| digamma(*count)).collect(); table.len()];
            for (item, worker, label) in &crowd.votes {
                for truth in 0..size.labels {
                    let row = &counts[*worker][truth];
                    logs[*item][truth] += digamma(row[*label]) - digamma(row.iter().sum());
                }
            }
            for (row, logs) in table.iter_mut().zip(logs) {
                (0..size.labels).for_each(|label| row[label] = logs[label].exp());
                normalize(row);
            }
        }
        table
    });
}

#[test]
fn mace() {
    agrees(Method::Mace, 1e-7, |crowd, size| {
        let mut table = shares(crowd, size);
        let mut know = vec![0.5; size.workers];
        let mut guess = vec![vec![0.5 / size.labels as f64; size.labels]; size.workers];
        for _ in 0..ROUNDS {
            let mut knows = vec![0.0; size.workers];
            let mut habits = vec![vec![0.0; size.labels]; size.workers];
            for (item, worker, label) in &crowd.votes {
                let knew = table[*item][*label] * know[*worker] / (know[*worker] + guess[*worker][*label]);
                knows[*worker] += knew;
                habits[*worker][*label] += 1.0 - knew;
            }
            for worker in 0..size.workers {
                let guesses: f64 = habits[worker].iter().sum();
                let total = digamma(knows[worker] + guesses + 1.0);
                know[worker] = (digamma(knows[worker] + 0.5) - total).exp();
                for label in 0..size.labels {
                    let habit = digamma(habits[worker][label] + 10.0) - digamma(guesses + 10.0 * size.labels as f64);
                    guess[worker][label] = (digamma(guesses + 0.5) - total + habit).exp();
                }
            }
            table = vec![vec![1.0; size.labels]; table.len()];
            for (item, worker, label) in &crowd.votes {
                for truth in 0..size.labels {
                    let knew = if truth == *label { know[*worker] } else { 0.0 };
                    table[*item][truth] *= knew + guess[*worker][*label];
                }
            }
            normalize_all(&mut table);
        }
        table
    });
}

#[test]
fn bwa() {
    agrees(Method::Bwa, 1e-7, |crowd, size| {
        let begun = shares(crowd, size);
        let mut table = begun.clone();
        let mut by_item = vec![0.0; begun.len()];
        let mut by_worker = vec![0.0; size.workers];
        for (item, worker, _) in &crowd.votes {
            by_item[*item] += 1.0;
            by_worker[*worker] += 1.0;
        }
        for class in 0..size.labels {
            let mut mean: Vec<f64> = begun.iter().map(|row| row[class]).collect();
            let scatter: f64 = mean.iter().zip(&by_item).map(|(mean, votes)| votes * mean * (1.0 - mean)).sum();
            let rate = 15.0 * scatter / crowd.votes.len() as f64 * 4.0 * (1.0 - 1.0 / size.labels as f64);
            for _ in 0..ROUNDS {
                let all = mean.iter().sum::<f64>() / mean.len() as f64;
                let mut off = vec![rate; size.workers];
                for (item, worker, label) in &crowd.votes {
                    off[*worker] += (mean[*item] - f64::from(u8::from(*label == class))).powi(2);
                }
                let (mut up, mut down) = (vec![all; mean.len()], vec![1.0; mean.len()]);
                for (item, worker, label) in &crowd.votes {
                    let weight = (15.0 + by_worker[*worker]) / off[*worker];
                    up[*item] += if *label == class { weight } else { 0.0 };
                    down[*item] += weight;
                }
                (0..mean.len()).for_each(|item| mean[item] = up[item] / down[item]);
            }
            (0..mean.len()).for_each(|item| table[item][class] = mean[item]);
        }
        normalize_all(&mut table);
        table
    });
}

/// GLAD, maximized by many short steps uphill in place of scoring; both near their rest.
#[test]
fn glad() {
    let crowd = mixed(5, 80, 3);
    let size = Size { labels: 3, workers: 12 };
    let mut table = shares(&crowd, &size);
    let (mut ability, mut ease) = (vec![1.0_f64; size.workers], vec![1.0_f64; table.len()]);
    let sigma = |x: f64| 1.0 / (1.0 + (-x).exp());
    for _ in 0..80 {
        for _ in 0..40 {
            let mut up_ability: Vec<f64> = ability.iter().map(|a| 1.0 - a).collect();
            let mut up_ease: Vec<f64> = ease.iter().map(|b| 1.0 - b).collect();
            for (item, worker, label) in &crowd.votes {
                let beta = ease[*item].exp();
                let miss = table[*item][*label] - sigma(ability[*worker] * beta);
                up_ability[*worker] += miss * beta;
                up_ease[*item] += miss * beta * ability[*worker];
            }
            ability.iter_mut().zip(up_ability).for_each(|(a, up)| *a += 0.01 * up);
            ease.iter_mut().zip(up_ease).for_each(|(b, up)| *b += 0.01 * up);
        }
        table = vec![vec![1.0; size.labels]; table.len()];
        for (item, worker, label) in &crowd.votes {
            let right = sigma(ability[*worker] * ease[*item].exp());
            for truth in 0..size.labels {
                table[*item][truth] *= if truth == *label { right } else { (1.0 - right) / 2.0 };
            }
        }
        normalize_all(&mut table);
    }
    let rows = crowd.named();
    let options =
        InferOptions { method: Some(Method::Glad), tolerance: 1e-7, max_iterations: 2000, ..InferOptions::default() };
    let found = infer(&votes(&rows), options).unwrap();
    assert!(found.converged);
    for (answer, row) in found.answers.iter().zip(&table) {
        let label: usize = answer.label[1..].parse().unwrap();
        assert!((answer.confidence - row[label]).abs() < 0.02, "{answer:?}, reference {row:?}");
    }
}
