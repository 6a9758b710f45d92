//! Rankings of several voters.

use crate::{read, write};
use ::consensus::rankings as core;
use napi::{Error, Result, Status};
use napi_derive::napi;
use serde::{Deserialize, Serialize};

fn refused(error: core::RankingError) -> Error {
    Error::new(Status::InvalidArg, error.to_string())
}

#[derive(Deserialize)]
struct Ballot {
    groups: Vec<Vec<usize>>,
    #[serde(default = "one")]
    weight: f64,
}

fn one() -> f64 {
    1.0
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    option: usize,
    score: f64,
    tied_with_previous: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ranking {
    places: Vec<Place>,
    reached: &'static str,
    confidence: f64,
    winner_confidence: f64,
    condorcet_winner: Option<usize>,
    agreement: Vec<f64>,
}

/// One ranking of `options` options from ballots, a JSON array; gives a JSON object. `silent`: what a ballot leaves out
/// it says nothing of.
#[napi(catch_unwind)]
pub fn settle_rankings(options: u32, ballots: String, method: String, silent: bool) -> Result<String> {
    let ballots: Vec<Ballot> = read("ballots", &ballots)?;
    let ballots: Vec<core::Ballot> =
        ballots.into_iter().map(|Ballot { groups, weight }| core::Ballot { groups, weight }).collect();
    let unranked = if silent { core::Unranked::Silent } else { core::Unranked::Last };
    let pairs = core::Pairs::count(options as usize, &ballots, unranked).map_err(refused)?;
    let ranking = match method.as_str() {
        "borda" => core::borda(&pairs),
        "schulze" => core::schulze(&pairs),
        "kemeny" => core::kemeny(&pairs).map_err(refused)?,
        other => {
            let message = format!("method must be borda, schulze or kemeny, not {other}");
            return Err(Error::new(Status::InvalidArg, message));
        }
    };
    let place = |core::Place { option, score, tied_with_previous }| Place { option, score, tied_with_previous };
    write(&Ranking {
        places: ranking.places.into_iter().map(place).collect(),
        reached: ranking.method.name(),
        confidence: ranking.confidence,
        winner_confidence: ranking.winner_confidence,
        condorcet_winner: ranking.condorcet_winner,
        agreement: ranking.agreement,
    })
}
