//! Votes to answers.

use crate::{read, write};
use ::consensus as core;
use napi::bindgen_prelude::{Float64Array, Uint32Array};
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

    /// Four numbers an answer: the places of its item and its label, its confidence, and 1 where it was a tie.
    fn numbered(&self, answers: &[core::Answer<'_>]) -> Float64Array {
        let (items, labels) = (self.items.places(), self.labels.places());
        let place = |places: &HashMap<&str, f64>, name: &str| places.get(name).copied().unwrap_or(-1.0);
        let mut numbers = Vec::with_capacity(answers.len() * 4);
        for answer in answers {
            let tie = f64::from(u8::from(answer.tie));
            numbers.extend([place(&items, answer.item), place(&labels, answer.label), answer.confidence, tie]);
        }
        Float64Array::new(numbers)
    }
}

/// Columns of a CSV text.
#[napi(object)]
pub struct CsvColumns {
    /// For each column its different fields, a JSON array.
    pub names: Vec<String>,
    /// For each row the place of its field of each column among the names.
    pub rows: Uint32Array,
}

/// Reads columns, named, of a CSV text. What is not UTF-8 becomes U+FFFD.
#[napi(catch_unwind)]
pub fn read_csv(text: &[u8], columns: Vec<String>) -> Result<CsvColumns> {
    let text = String::from_utf8_lossy(text);
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let core::csv::Columns { names, rows } = core::csv::Columns::read(&text, &columns)
        .map_err(|error| Error::new(Status::InvalidArg, format!("csv: {error}")))?;
    Ok(CsvColumns { names: names.iter().map(write).collect::<Result<_>>()?, rows: Uint32Array::new(rows) })
}

/// The votes in `rows`, given as to [`dawid_skene`], without those that were there before.
#[napi(catch_unwind)]
pub fn without_repeats(rows: &[u32]) -> Uint32Array {
    Uint32Array::new(core::without_repeats(rows))
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
    Ok(columns.numbered(&answers))
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
    workers: Vec<Skill<'a>>,
}

/// Answers, and what is said of them.
#[napi(object)]
pub struct Inferred {
    /// As [`majority`] gives them.
    pub answers: Float64Array,
    /// All else, a JSON object.
    pub about: String,
}

/// Infers answers from votes, given as to [`dawid_skene`], with options, a JSON object.
#[napi(catch_unwind)]
pub fn infer(items: String, workers: String, labels: String, rows: &[u32], options: String) -> Result<Inferred> {
    let columns = Columns::read(&items, &workers, &labels)?;
    let InferOptions { method, seed, max_iterations, tolerance } = read("options", &options)?;
    let refused = |reason: String| Error::new(Status::InvalidArg, format!("options: {reason}"));
    let method = match method.as_str() {
        "auto" => None,
        name => Some(core::Method::named(name).ok_or_else(|| refused(unknown(name)))?),
    };
    let options = core::InferOptions { method, seed, max_iterations, tolerance };
    let found = columns.table(rows)?.infer(options).map_err(|error| refused(error.to_string()))?;
    let workers =
        found.workers.iter().map(|one| Skill { worker: one.worker, votes: one.votes, accuracy: one.accuracy });
    let about = write(&Inference {
        method: found.method.name(),
        chosen_because: &found.chosen_because,
        iterations: found.iterations,
        converged: found.converged,
        evidence: found.evidence,
        workers: workers.collect(),
    })?;
    Ok(Inferred { answers: columns.numbered(&found.answers), about })
}

fn unknown(name: &str) -> String {
    let names: Vec<_> = core::Method::ALL.iter().map(|method| method.name()).collect();
    format!("there is no method {name:?}; there are auto, {}", names.join(", "))
}
