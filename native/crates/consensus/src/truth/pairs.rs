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
        let key = |at: usize| (ballots.marks[at].worker, ballots.marks[at].label);
        let mut order: Vec<usize> = (0..ballots.marks.len()).collect();
        order.sort_unstable_by_key(|at| key(*at));
        let mut pairs = Self { workers: Vec::new(), labels: Vec::new(), of_mark: vec![0; order.len()] };
        let mut last = None;
        for at in order {
            let own = key(at);
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
