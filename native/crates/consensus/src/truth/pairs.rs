use crate::ballots::Ballots;

/// The different labels that each worker gave: as many as there are, never workers × labels.
pub(crate) struct Pairs {
    /// The worker of each pair, ascending.
    pub(crate) workers: Vec<usize>,
    /// The label of each pair, ascending for one worker.
    pub(crate) labels: Vec<usize>,
    /// The pair of each mark.
    pub(crate) of_mark: Vec<usize>,
}

impl Pairs {
    pub(crate) fn new(ballots: &Ballots<'_>) -> Self {
        let marks = &ballots.marks;
        let by_label = ordered(0..marks.len(), ballots.labels.len(), |at| marks[at].label);
        let order = ordered(by_label.into_iter(), ballots.workers.len(), |at| marks[at].worker);
        let mut pairs = Self { workers: Vec::new(), labels: Vec::new(), of_mark: vec![0; order.len()] };
        let mut last = None;
        for at in order {
            let own = (marks[at].worker, marks[at].label);
            if last != Some(own) {
                pairs.workers.push(own.0);
                pairs.labels.push(own.1);
                last = Some(own);
            }
            pairs.of_mark[at] = pairs.workers.len() - 1;
        }
        pairs
    }

    pub(crate) fn len(&self) -> usize {
        self.workers.len()
    }
}

/// Numbers by their key, which is below `keys`; those of one key stay in their order.
fn ordered(numbers: impl Iterator<Item = usize> + Clone, keys: usize, key: impl Fn(usize) -> usize) -> Vec<usize> {
    let mut next = vec![0; keys + 1];
    numbers.clone().for_each(|number| next[key(number) + 1] += 1);
    for at in 0..keys {
        next[at + 1] += next[at];
    }
    let mut ordered = vec![0; next[keys]];
    for number in numbers {
        let place = &mut next[key(number)];
        ordered[*place] = number;
        *place += 1;
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::Pairs;
    use crate::Vote;
    use crate::ballots::Ballots;
    use std::collections::BTreeSet;

    #[test]
    fn pairs_are_the_different_ones_in_order() {
        let mut random = fastrand::Rng::with_seed(2);
        let mut name = |most: u8| random.u8(..most).to_string();
        let rows: Vec<[String; 3]> = (0..500).map(|_| [name(90), name(40), name(6)]).collect();
        let votes: Vec<Vote<'_>> = rows.iter().map(|[item, worker, label]| Vote { item, worker, label }).collect();
        let ballots = Ballots::read(&votes);
        let pairs = Pairs::new(&ballots);
        let different: BTreeSet<(usize, usize)> = ballots.marks.iter().map(|mark| (mark.worker, mark.label)).collect();
        let found = pairs.workers.iter().copied().zip(pairs.labels.iter().copied());
        assert!(found.eq(different));
        for (mark, pair) in ballots.marks.iter().zip(&pairs.of_mark) {
            assert_eq!((mark.worker, mark.label), (pairs.workers[*pair], pairs.labels[*pair]));
        }
    }
}
