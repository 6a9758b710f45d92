//! Rankings of options by several voters, made one ranking.
//!
//! A [`Ballot`] is a list of groups, best first; options of one group are tied. A ballot may be partial: options that it
//! leaves out stand below all that it names and tied among themselves (the usual reading of truncated ballots), or say
//! nothing at all ([`Unranked::Silent`]): then only pairs that the ballot names both of count.
//!
//! Three ways: [`borda`] adds up points and costs least; [`schulze`] elects a Condorcet winner where there is one, takes
//! clones for one, and serves any number of options; [`kemeny`] is the ranking that contradicts the fewest pairwise
//! judgements, exact, for up to [`KEMENY_OPTIONS`] options. All are deterministic and do not depend on the order of the
//! ballots; where the ballots do not tell two options apart the one that comes first in the caller's list goes first,
//! and the result says so ([`Place::tied_with_previous`]).

mod borda;
mod kemeny;
mod pairs;
mod schulze;

pub use borda::borda;
pub use kemeny::{KEMENY_OPTIONS, kemeny};
pub use pairs::{Ballot, MAX_BALLOTS, MAX_RANKED, Pairs, RankingError, Unranked};
pub use schulze::schulze;

/// How a ranking was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Points by places.
    Borda,
    /// Strongest paths.
    Schulze,
    /// Fewest contradicted judgements, exact.
    Kemeny,
}

impl Method {
    /// The method in words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Borda => "borda",
            Self::Schulze => "schulze",
            Self::Kemeny => "kemeny",
        }
    }
}

/// One option in the common ranking.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The option, by its number in the caller's list.
    pub option: usize,
    /// Borda: mean points, 1 for the best of all, 0 for the last of all. Schulze: the share of the others that it beats,
    /// half for a draw. Kemeny: the share of the weight of judgements on it that agree with its place.
    pub score: f64,
    /// The ballots do not tell it from the one before; the order of the caller's list decided.
    pub tied_with_previous: bool,
}

/// A common ranking.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    /// Best first, every option once.
    pub places: Vec<Place>,
    /// How it was reached.
    pub method: Method,
    /// The share (by weight) of the pairwise judgements of the ballots that agree with this order, 0 to 1; a half where
    /// the ballots say nothing.
    pub confidence: f64,
    /// For the winner alone: the smallest share with which it wins against any other option, a half where it ties.
    pub winner_confidence: f64,
    /// The option that beats every other one in pairs, where there is one.
    pub condorcet_winner: Option<usize>,
    /// For each ballot, in order: the share of its judgements that agree with the ranking, so that who dissents shows.
    pub agreement: Vec<f64>,
}

/// Puts an order into a result.
fn finish(
    pairs: &Pairs,
    method: Method,
    order: Vec<usize>,
    scores: &[f64],
    tied: impl Fn(usize, usize) -> bool,
) -> Ranking {
    let mut places: Vec<Place> = Vec::with_capacity(order.len());
    for option in order {
        let tied_with_previous = places.last().is_some_and(|last: &Place| tied(last.option, option));
        places.push(Place { option, score: scores[option], tied_with_previous });
    }
    let order: Vec<usize> = places.iter().map(|place| place.option).collect();
    let confidence = pairs.agreement(&order);
    let winner_confidence = order
        .first()
        .map_or(0.5, |winner| order.iter().skip(1).map(|other| pairs.share(*winner, *other)).fold(1.0, f64::min));
    let agreement = pairs.each_agreement(&order);
    Ranking { places, method, confidence, winner_confidence, condorcet_winner: pairs.condorcet_winner(), agreement }
}
