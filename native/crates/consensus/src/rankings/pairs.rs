use std::cmp::Ordering;
use std::fmt;

/// Options of one ranking at most.
pub const MAX_RANKED: usize = 200;
/// Ballots at most.
pub const MAX_BALLOTS: usize = 10_000;

/// Why ballots were refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RankingError {
    /// No options, or more than [`MAX_RANKED`].
    Options(usize),
    /// More than [`MAX_BALLOTS`].
    Ballots(usize),
    /// More than [`super::KEMENY_OPTIONS`] options for the exact method.
    TooManyForKemeny(usize),
    /// A ballot names an option that there is not.
    Unknown {
        /// Which ballot, from 0.
        ballot: usize,
        /// The number it names.
        option: usize,
    },
    /// A ballot names an option twice.
    Twice {
        /// Which ballot, from 0.
        ballot: usize,
        /// The option.
        option: usize,
    },
    /// A weight is negative or not a number.
    Weight(usize),
}

impl fmt::Display for RankingError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Options(count) => write!(out, "1 to {MAX_RANKED} options can be ranked, not {count}"),
            Self::Ballots(count) => write!(out, "{count} ballots are too many; {MAX_BALLOTS} at most"),
            Self::TooManyForKemeny(count) => write!(
                out,
                "the exact Kemeny ranking serves up to {} options, not {count}; use Schulze",
                super::KEMENY_OPTIONS
            ),
            Self::Unknown { ballot, option } => {
                write!(out, "ballot {ballot} names option {option}, which there is not (options count from 0)")
            }
            Self::Twice { ballot, option } => write!(out, "ballot {ballot} names option {option} twice"),
            Self::Weight(ballot) => write!(out, "the weight of ballot {ballot} must be a finite number, not negative"),
        }
    }
}

impl std::error::Error for RankingError {}

/// One voter's ranking.
#[derive(Clone, Debug, PartialEq)]
pub struct Ballot {
    /// Groups of options, best first; options of one group are tied.
    pub groups: Vec<Vec<usize>>,
    /// How much it counts; 1 is usual.
    pub weight: f64,
}

/// What a ballot says of options it does not name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unranked {
    /// They stand below all it names, tied among themselves.
    #[default]
    Last,
    /// Nothing.
    Silent,
}

/// Pairwise judgements: the weight of the ballots that put one option above another.
#[derive(Clone, Debug)]
pub struct Pairs {
    options: usize,
    /// Row above column.
    above: Vec<f64>,
    /// Row tied with column.
    tied: Vec<f64>,
    /// `[ballot][option]`: the place of its group; `None` where the ballot is silent.
    levels: Vec<Vec<Option<usize>>>,
}

impl Pairs {
    /// Counts the ballots over so many options. A weight of 0 takes a ballot out.
    ///
    /// # Errors
    /// [`RankingError`] names the ballot and what is wrong.
    pub fn count(options: usize, ballots: &[Ballot], unranked: Unranked) -> Result<Self, RankingError> {
        if options == 0 || options > MAX_RANKED {
            return Err(RankingError::Options(options));
        }
        if ballots.len() > MAX_BALLOTS {
            return Err(RankingError::Ballots(ballots.len()));
        }
        let mut levels = Vec::with_capacity(ballots.len());
        let mut order: Vec<(usize, f64)> = Vec::with_capacity(ballots.len());
        for (ballot, one) in ballots.iter().enumerate() {
            if !one.weight.is_finite() || one.weight < 0.0 {
                return Err(RankingError::Weight(ballot));
            }
            levels.push(read_levels(ballot, one, options, unranked)?);
            order.push((ballot, one.weight));
        }
        // Sums of floating point numbers must not depend on the order of the ballots.
        order.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (mut above, mut tied) = (vec![0.0; options * options], vec![0.0; options * options]);
        for (ballot, weight) in order {
            let row: &Vec<Option<usize>> = &levels[ballot];
            for (a, high) in row.iter().enumerate() {
                for (b, low) in row.iter().enumerate() {
                    if let (Some(high), Some(low)) = (high, low) {
                        match high.cmp(low) {
                            Ordering::Less => above[a * options + b] += weight,
                            Ordering::Equal => tied[a * options + b] += weight,
                            Ordering::Greater => {}
                        }
                    }
                }
            }
        }
        Ok(Self { options, above, tied, levels })
    }

    /// How many options.
    #[must_use]
    pub fn options(&self) -> usize {
        self.options
    }

    /// The weight of the ballots that put `a` above `b`.
    #[must_use]
    pub fn above(&self, a: usize, b: usize) -> f64 {
        self.above[a * self.options + b]
    }

    /// The weight of the ballots that name both and tie them.
    #[must_use]
    pub fn ties(&self, a: usize, b: usize) -> f64 {
        self.tied[a * self.options + b]
    }

    /// The share of the judgements between two options that put `a` above; a half where there is none.
    #[must_use]
    pub fn share(&self, a: usize, b: usize) -> f64 {
        let (up, down) = (self.above(a, b), self.above(b, a));
        if up + down > 0.0 { up / (up + down) } else { 0.5 }
    }

    /// The option that more weight puts above than below, against each other one.
    #[must_use]
    pub fn condorcet_winner(&self) -> Option<usize> {
        (0..self.options).find(|a| (0..self.options).all(|b| *a == b || self.above(*a, b) > self.above(b, *a)))
    }

    /// The share of all judgements that agree with an order.
    pub(super) fn agreement(&self, order: &[usize]) -> f64 {
        let (mut with, mut all) = (0.0, 0.0);
        for (at, high) in order.iter().enumerate() {
            for low in &order[at + 1..] {
                with += self.above(*high, *low);
                all += self.above(*high, *low) + self.above(*low, *high);
            }
        }
        if all > 0.0 { with / all } else { 0.5 }
    }

    /// The same for each ballot.
    pub(super) fn each_agreement(&self, order: &[usize]) -> Vec<f64> {
        let share = |levels: &Vec<Option<usize>>| {
            let (mut with, mut all) = (0_u32, 0_u32);
            for (at, high) in order.iter().enumerate() {
                for low in &order[at + 1..] {
                    if let (Some(high), Some(low)) = (levels[*high], levels[*low]) {
                        with += u32::from(high < low);
                        all += u32::from(high != low);
                    }
                }
            }
            if all > 0 { f64::from(with) / f64::from(all) } else { 0.5 }
        };
        self.levels.iter().map(share).collect()
    }
}

fn read_levels(
    ballot: usize,
    one: &Ballot,
    options: usize,
    unranked: Unranked,
) -> Result<Vec<Option<usize>>, RankingError> {
    let mut levels = vec![None; options];
    for (level, group) in one.groups.iter().enumerate() {
        for &option in group {
            let Some(slot) = levels.get_mut(option) else { return Err(RankingError::Unknown { ballot, option }) };
            if slot.replace(level).is_some() {
                return Err(RankingError::Twice { ballot, option });
            }
        }
    }
    // A ballot that names nothing judges nothing either way.
    if unranked == Unranked::Last {
        let last = one.groups.len();
        for level in &mut levels {
            *level = level.or(Some(last));
        }
    }
    Ok(levels)
}
