//! Votes to answers.

use crate::{read, write};
use ::consensus as core;
use napi::{Error, Result, Status};
use napi_derive::napi;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

#[derive(Deserialize)]
struct Vote<'a> {
    #[serde(borrow)]
    item: Cow<'a, str>,
    #[serde(borrow)]
    worker: Cow<'a, str>,
    #[serde(borrow)]
    label: Cow<'a, str>,
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

fn borrow<'a>(votes: &'a [Vote<'a>]) -> Vec<core::Vote<'a>> {
    votes.iter().map(|vote| core::Vote { item: &vote.item, worker: &vote.worker, label: &vote.label }).collect()
}

/// Counts votes, a JSON array; gives a JSON array.
#[napi(catch_unwind)]
pub fn majority(votes: String) -> Result<String> {
    let votes: Vec<Vote<'_>> = read("votes", &votes)?;
    let answers = core::majority(&borrow(&votes));
    write(&answers.iter().map(Answer::from).collect::<Vec<_>>())
}

/// Estimates answers and workers from votes, a JSON array, with options, a JSON object; gives a JSON object.
#[napi(catch_unwind)]
pub fn dawid_skene(votes: String, options: String) -> Result<String> {
    let votes: Vec<Vote<'_>> = read("votes", &votes)?;
    let Options { max_iterations, tolerance, smoothing } = read("options", &options)?;
    let votes = borrow(&votes);
    let found = core::dawid_skene(&votes, core::Options { max_iterations, tolerance, smoothing })
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

/// Infers answers from votes, a JSON array, with options, a JSON object; gives a JSON object.
#[napi(catch_unwind)]
pub fn infer(votes: String, options: String) -> Result<String> {
    let votes: Vec<Vote<'_>> = read("votes", &votes)?;
    let InferOptions { method, seed, max_iterations, tolerance } = read("options", &options)?;
    let refused = |reason: String| Error::new(Status::InvalidArg, format!("options: {reason}"));
    let method = match method.as_str() {
        "auto" => None,
        name => Some(core::Method::named(name).ok_or_else(|| refused(unknown(name)))?),
    };
    let votes = borrow(&votes);
    let options = core::InferOptions { method, seed, max_iterations, tolerance };
    let found = core::infer(&votes, options).map_err(|error| refused(error.to_string()))?;
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
