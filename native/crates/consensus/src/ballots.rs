//! Votes with names replaced by numbers, in an order of their own.

use crate::Vote;
use std::collections::BTreeMap;

/// One vote of an item: a worker and a label, by number.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    pub(crate) worker: usize,
    pub(crate) label: usize,
}

/// The votes of each item. Items, workers and labels are numbered in byte order of their names.
pub(crate) struct Ballots<'a> {
    pub(crate) items: Vec<(&'a str, Vec<Mark>)>,
    pub(crate) workers: Vec<&'a str>,
    pub(crate) labels: Vec<&'a str>,
}

impl<'a> Ballots<'a> {
    pub(crate) fn read(votes: &[Vote<'a>]) -> Self {
        let (mut workers, mut labels) = (BTreeMap::new(), BTreeMap::new());
        for vote in votes {
            workers.insert(vote.worker, 0);
            labels.insert(vote.label, 0);
        }
        number(&mut workers);
        number(&mut labels);
        let mut items: BTreeMap<&str, Vec<Mark>> = BTreeMap::new();
        for vote in votes {
            if let (Some(&worker), Some(&label)) = (workers.get(vote.worker), labels.get(vote.label)) {
                items.entry(vote.item).or_default().push(Mark { worker, label });
            }
        }
        for marks in items.values_mut() {
            // Sums of floating point numbers must not depend on the order of the votes.
            marks.sort_unstable_by_key(|mark| (mark.worker, mark.label));
        }
        Self {
            items: items.into_iter().collect(),
            workers: workers.into_keys().collect(),
            labels: labels.into_keys().collect(),
        }
    }
}

fn number(names: &mut BTreeMap<&str, usize>) {
    for (number, slot) in names.values_mut().enumerate() {
        *slot = number;
    }
}

/// The place of the greatest value, the first of those that are equal to within `slack`, and whether there are such.
pub(crate) fn greatest(values: &[f64], slack: f64) -> Option<(usize, f64, bool)> {
    let top = values.iter().copied().reduce(f64::max)?;
    let mut near = values.iter().enumerate().filter(|(_, value)| top - **value <= slack);
    let (at, value) = near.next()?;
    Some((at, *value, near.next().is_some()))
}
