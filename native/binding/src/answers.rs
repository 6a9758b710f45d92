//! Free text and numbers of several members.

use crate::{read, write};
use ::consensus::{numbers, text};
use napi::{Error, Result, Status};
use napi_derive::napi;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt::Display;

fn refused(error: impl Display) -> Error {
    Error::new(Status::InvalidArg, error.to_string())
}

#[derive(Deserialize)]
struct Said<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
    #[serde(default = "one")]
    weight: f64,
}

fn one() -> f64 {
    1.0
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
enum Difference {
    Numbers { chosen: Vec<String>, dissent: Vec<String> },
    Negation { word: String },
    Opposite { chosen: String, dissent: String },
    Names { chosen: Vec<String>, dissent: Vec<String> },
    Code,
    Missing { words: Vec<String> },
    Added { words: Vec<String> },
}

impl From<text::Difference> for Difference {
    fn from(from: text::Difference) -> Self {
        match from {
            text::Difference::Numbers { chosen, dissent } => Self::Numbers { chosen, dissent },
            text::Difference::Negation { word } => Self::Negation { word },
            text::Difference::Opposite { chosen, dissent } => Self::Opposite { chosen, dissent },
            text::Difference::Names { chosen, dissent } => Self::Names { chosen, dissent },
            text::Difference::Code => Self::Code,
            text::Difference::Missing { words } => Self::Missing { words },
            text::Difference::Added { words } => Self::Added { words },
        }
    }
}

#[derive(Serialize)]
struct Group {
    members: Vec<usize>,
    medoid: usize,
    share: f64,
    differs: Vec<Difference>,
}

#[derive(Serialize)]
struct Texts {
    groups: Vec<Group>,
    silent: Vec<usize>,
    confidence: f64,
    tie: bool,
    reached: &'static str,
}

/// Groups answers, a JSON array, that say the same; gives a JSON object.
#[napi(catch_unwind)]
pub fn settle_texts(answers: String, threshold: f64) -> Result<String> {
    let answers: Vec<Said<'_>> = read("answers", &answers)?;
    let said: Vec<text::Said<'_>> =
        answers.iter().map(|one| text::Said { text: &one.text, weight: one.weight }).collect();
    let found = text::settle(&said, threshold).map_err(refused)?;
    let group = |text::Group { members, medoid, share, differs }| Group {
        members,
        medoid,
        share,
        differs: differs.into_iter().map(Difference::from).collect(),
    };
    write(&Texts {
        reached: found.reached.name(),
        groups: found.groups.into_iter().map(group).collect(),
        silent: found.silent,
        confidence: found.confidence,
        tie: found.tie,
    })
}

#[derive(Serialize)]
struct Outlier {
    at: usize,
    value: f64,
    distance: f64,
}

#[derive(Serialize)]
struct Numbers {
    value: f64,
    unit: String,
    spread: f64,
    interval: (f64, f64),
    confidence: f64,
    outliers: Vec<Outlier>,
    values: Vec<f64>,
    reached: &'static str,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Statement {
    Number(f64),
    Text(String),
}

/// One number from statements, a JSON array of numbers and texts with units; gives a JSON object.
#[napi(catch_unwind)]
pub fn settle_numbers(statements: String, weights: Vec<f64>, location: String, limit: f64) -> Result<String> {
    let statements: Vec<Statement> = read("statements", &statements)?;
    let location = match location.as_str() {
        "median" => numbers::Location::Median,
        "hodges-lehmann" => numbers::Location::HodgesLehmann,
        "huber" => numbers::Location::Huber,
        other => return Err(refused(format!("location must be median, hodges-lehmann or huber, not {other}"))),
    };
    let texts: Vec<String> = statements
        .into_iter()
        .map(|one| match one {
            Statement::Number(number) => number.to_string(),
            Statement::Text(text) => text,
        })
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let found = numbers::agree(&texts, &weights, location, limit).map_err(refused)?;
    let numbers::Settled { value, spread, interval, confidence, outliers, location } = found.settled;
    let outlier = |numbers::Outlier { at, value, distance }| Outlier { at, value, distance };
    write(&Numbers {
        value,
        unit: found.kind.base().to_owned(),
        spread,
        interval,
        confidence,
        outliers: outliers.into_iter().map(outlier).collect(),
        values: found.values,
        reached: location.name(),
    })
}
