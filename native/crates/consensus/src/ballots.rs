//! Votes with names replaced by numbers, in an order of their own.

use crate::Vote;
use std::collections::HashMap;
use std::ops::Range;

/// One vote of an item: a worker and a label, by number.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    pub(crate) worker: usize,
    pub(crate) label: usize,
}

/// The different names of a column in byte order, and the place of each vote's name among them.
pub(crate) type Numbered<'a> = (Vec<&'a str>, Vec<usize>);

/// The votes of each item. Items, workers and labels are numbered in byte order of their names.
pub(crate) struct Ballots<'a> {
    pub(crate) items: Vec<&'a str>,
    pub(crate) workers: Vec<&'a str>,
    pub(crate) labels: Vec<&'a str>,
    /// All votes, those of one item together, by worker and label within it: sums of floating point numbers must not
    /// depend on the order in which the votes came.
    pub(crate) marks: Vec<Mark>,
    /// Where each item's votes begin in `marks`, and the end of the last.
    starts: Vec<usize>,
}

impl<'a> Ballots<'a> {
    pub(crate) fn read(votes: &[Vote<'a>]) -> Self {
        Self::of(
            number(votes.iter().map(|vote| vote.item)),
            number(votes.iter().map(|vote| vote.worker)),
            number(votes.iter().map(|vote| vote.label)),
        )
    }

    /// From the names of each column in byte order and, for each vote, its places among them.
    pub(crate) fn of(items: Numbered<'a>, workers: Numbered<'a>, labels: Numbered<'a>) -> Self {
        let ((items, item_of), (workers, worker_of), (labels, label_of)) = (items, workers, labels);
        let mut starts = vec![0; items.len() + 1];
        for item in &item_of {
            starts[item + 1] += 1;
        }
        for item in 0..items.len() {
            starts[item + 1] += starts[item];
        }
        let mut marks = vec![Mark { worker: 0, label: 0 }; item_of.len()];
        let mut next = starts.clone();
        for ((item, worker), label) in item_of.into_iter().zip(worker_of).zip(label_of) {
            marks[next[item]] = Mark { worker, label };
            next[item] += 1;
        }
        for range in starts.windows(2) {
            marks[range[0]..range[1]].sort_unstable_by_key(|mark| (mark.worker, mark.label));
        }
        Self { items, workers, labels, marks, starts }
    }

    /// The votes on some of the items. All workers and labels stay.
    pub(crate) fn of_items(&self, keep: impl Fn(&str) -> bool) -> Self {
        let mut part = Self {
            items: Vec::new(),
            workers: self.workers.clone(),
            labels: self.labels.clone(),
            marks: Vec::new(),
            starts: vec![0],
        };
        for (item, marks) in self.items.iter().zip(self.rows()) {
            if keep(item) {
                part.items.push(item);
                part.marks.extend_from_slice(marks);
                part.starts.push(part.marks.len());
            }
        }
        part
    }

    /// Where the votes of each item are in `marks`, in the order of the items.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = Range<usize>> {
        self.starts.windows(2).map(|range| range[0]..range[1])
    }

    /// The votes of each item.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[Mark]> {
        self.ranges().map(|range| &self.marks[range])
    }

    /// How many votes each worker gave.
    pub(crate) fn votes_by_worker(&self) -> Vec<f64> {
        let mut votes = vec![0.0; self.workers.len()];
        for mark in &self.marks {
            votes[mark.worker] += 1.0;
        }
        votes
    }
}

/// The different names in byte order, and for each name that came its place among them.
fn number<'a>(names: impl Iterator<Item = &'a str>) -> Numbered<'a> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut different = Vec::new();
    let mut numbers = Vec::with_capacity(names.size_hint().0);
    for name in names {
        numbers.push(*seen.entry(name).or_insert_with(|| {
            different.push(name);
            different.len() - 1
        }));
    }
    sorted(&different, numbers)
}

/// Puts names in byte order and numbers votes anew. Equal names become one; names that no vote has are left out.
pub(crate) fn sorted<'a>(names: &[&'a str], mut numbers: Vec<usize>) -> Numbered<'a> {
    let mut voted = vec![false; names.len()];
    for at in &numbers {
        voted[*at] = true;
    }
    let mut order: Vec<usize> = (0..names.len()).filter(|at| voted[*at]).collect();
    order.sort_unstable_by_key(|&at| names[at]);
    let mut place = vec![0; names.len()];
    let mut different: Vec<&str> = Vec::with_capacity(order.len());
    for at in order {
        if different.last() != Some(&names[at]) {
            different.push(names[at]);
        }
        place[at] = different.len() - 1;
    }
    for number in &mut numbers {
        *number = place[*number];
    }
    (different, numbers)
}
