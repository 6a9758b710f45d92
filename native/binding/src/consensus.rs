//! Votes to answers.

use crate::{read, write};
use ::consensus as core;
use napi::bindgen_prelude::Float64Array;
use napi::{Error, Result, Status};
use napi_derive::napi;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::HashMap;

/// The names of one column, a JSON array.
#[derive(Deserialize)]
struct Names<'a>(#[serde(borrow)] Vec<Cow<'a, str>>);

impl Names<'_> {
    fn places(&self) -> HashMap<&str, f64> {
        self.0.iter().enumerate().map(|(at, name)| (&**name, at as f64)).collect()
    }
}

/// Votes as they cross: each name once, and three numbers a vote.
struct Columns<'a> {
    items: Names<'a>,
    workers: Names<'a>,
    labels: Names<'a>,
}

impl<'a> Columns<'a> {
    fn read(items: &'a str, workers: &'a str, labels: &'a str) -> Result<Self> {
        Ok(Self { items: read("items", items)?, workers: read("workers", workers)?, labels: read("labels", labels)? })
    }

    fn table(&self, rows: &[u32]) -> Result<core::Table<'_>> {
        let [items, workers, labels] = [&self.items, &self.workers, &self.labels]
            .map(|names| names.0.iter().map(|name| &**name).collect::<Vec<&str>>());
        core::Table::numbered(&items, &workers, &labels, rows)
            .map_err(|error| Error::new(Status::InvalidArg, format!("votes: {error}")))
    }
}

#[derive(Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Options {
    max_iterations: u32,
    tolerance: f64,
    smoothing: f64,
}

impl Default for Options {
    fn default() -> Self {
        let core::Options { max_iterations, tolerance, smoothing } = core::Options::default();
        Self { max_iterations, tolerance, smoothing }
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    item: &'a str,
    label: &'a str,
    confidence: f64,
    tie: bool,
}

impl<'a> From<&core::Answer<'a>> for Answer<'a> {
    fn from(answer: &core::Answer<'a>) -> Self {
        Self { item: answer.item, label: answer.label, confidence: answer.confidence, tie: answer.tie }
    }
}

#[derive(Serialize)]
#[allow(clippy::struct_field_names)] // the names are those of the JSON
struct Worker<'a> {
    worker: &'a str,
    accuracy: f64,
    confusion: &'a [Vec<f64>],
}

#[derive(Serialize)]
struct Estimate<'a> {
    answers: Vec<Answer<'a>>,
    posteriors: &'a [Vec<f64>],
    labels: &'a [&'a str],
    prevalence: &'a [f64],
    workers: Vec<Worker<'a>>,
    iterations: u32,
    converged: bool,
}

/// Counts votes, given as to [`dawid_skene`]. Gives four numbers an answer: the places of its item and its label, its
/// confidence, and 1 where it was a tie.
#[napi(catch_unwind)]
pub fn majority(items: String, workers: String, labels: String, rows: &[u32]) -> Result<Float64Array> {
    let columns = Columns::read(&items, &workers, &labels)?;
    let answers = columns.table(rows)?.majority();
    let (items, labels) = (columns.items.places(), columns.labels.places());
    let place = |places: &HashMap<&str, f64>, name: &str| places.get(name).copied().unwrap_or(-1.0);
    let mut numbers = Vec::with_capacity(answers.len() * 4);
    for answer in answers {
        let tie = f64::from(u8::from(answer.tie));
        numbers.extend([place(&items, answer.item), place(&labels, answer.label), answer.confidence, tie]);
    }
    Ok(Float64Array::new(numbers))
}

/// Estimates answers and workers from votes with options, a JSON object; gives a JSON object. `rows` has an item, a
/// worker and a label for each vote, by place in `items`, `workers` and `labels`, JSON arrays of names.
#[napi(catch_unwind)]
pub fn dawid_skene(items: String, workers: String, labels: String, rows: &[u32], options: String) -> Result<String> {
    let columns = Columns::read(&items, &workers, &labels)?;
    let Options { max_iterations, tolerance, smoothing } = read("options", &options)?;
    let found = columns
        .table(rows)?
        .dawid_skene(core::Options { max_iterations, tolerance, smoothing })
        .map_err(|error| Error::new(Status::InvalidArg, format!("options: {error}")))?;
    write(&Estimate {
        answers: found.answers.iter().map(Answer::from).collect(),
        posteriors: &found.posteriors,
        labels: &found.labels,
        prevalence: &found.prevalence,
        workers: found
            .workers
            .iter()
            .map(|one| Worker { worker: one.worker, accuracy: one.accuracy, confusion: &one.confusion })
            .collect(),
        iterations: found.iterations,
        converged: found.converged,
    })
}

#[derive(Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct InferOptions {
    method: String,
    seed: u64,
    max_iterations: u32,
    tolerance: f64,
}

impl Default for InferOptions {
    fn default() -> Self {
        let core::InferOptions { method: _, seed, max_iterations, tolerance } = core::InferOptions::default();
        Self { method: "auto".to_owned(), seed, max_iterations, tolerance }
    }
}

#[derive(Serialize)]
struct Inferred<'a> {
    item: &'a str,
    answer: &'a str,
    confidence: f64,
    tie: bool,
}

#[derive(Serialize)]
struct Skill<'a> {
    worker: &'a str,
    votes: usize,
    accuracy: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Inference<'a> {
    method: &'a str,
    chosen_because: &'a str,
    iterations: u32,
    converged: bool,
    evidence: Option<f64>,
    answers: Vec<Inferred<'a>>,
    workers: Vec<Skill<'a>>,
}

/// Infers answers from votes, given as to [`dawid_skene`], with options, a JSON object; gives a JSON object.
#[napi(catch_unwind)]
pub fn infer(items: String, workers: String, labels: String, rows: &[u32], options: String) -> Result<String> {
    let columns = Columns::read(&items, &workers, &labels)?;
    let InferOptions { method, seed, max_iterations, tolerance } = read("options", &options)?;
    let refused = |reason: String| Error::new(Status::InvalidArg, format!("options: {reason}"));
    let method = match method.as_str() {
        "auto" => None,
        name => Some(core::Method::named(name).ok_or_else(|| refused(unknown(name)))?),
    };
    let options = core::InferOptions { method, seed, max_iterations, tolerance };
    let found = columns.table(rows)?.infer(options).map_err(|error| refused(error.to_string()))?;
    let answers = found.answers.iter().map(|one| Inferred {
        item: one.item,
        answer: one.label,
        confidence: one.confidence,
        tie: one.tie,
    });
    let workers =
        found.workers.iter().map(|one| Skill { worker: one.worker, votes: one.votes, accuracy: one.accuracy });
    write(&Inference {
        method: found.method.name(),
        chosen_because: &found.chosen_because,
        iterations: found.iterations,
        converged: found.converged,
        evidence: found.evidence,
        answers: answers.collect(),
        workers: workers.collect(),
    })
}

fn unknown(name: &str) -> String {
    let names: Vec<_> = core::Method::ALL.iter().map(|method| method.name()).collect();
    format!("there is no method {name:?}; there are auto, {}", names.join(", "))
}
