//! Poisoned tool definitions.

use crate::{read, write};
use ::guard::definitions::{Names, Signal, Verdict, score_definition};
use napi::Result;
use napi_derive::napi;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    server: String,
    name: String,
}

#[derive(Serialize)]
struct Told {
    kind: &'static str,
    id: &'static str,
    #[serde(rename = "where")]
    pointer: String,
    span: [u32; 2],
    reason: &'static str,
}

#[derive(Serialize)]
struct Scored {
    flagged: bool,
    score: f64,
    signals: Vec<Told>,
}

impl From<Verdict> for Scored {
    fn from(verdict: Verdict) -> Self {
        let told = |signal: Signal| Told {
            kind: signal.kind.word(),
            id: signal.id,
            pointer: signal.pointer,
            span: [signal.span.start, signal.span.end],
            reason: signal.reason,
        };
        Self {
            flagged: verdict.flagged,
            score: verdict.score,
            signals: verdict.signals.into_iter().map(told).collect(),
        }
    }
}

/// Scores definitions, a JSON text each; a JSON array of verdicts in their order. `others` is a JSON array of
/// `{server, name}`: the tools whose names are held against theirs.
#[napi(catch_unwind)]
pub fn score_definitions(definitions: Vec<String>, others: Option<String>) -> Result<String> {
    let others: Option<Vec<Named>> = others.map(|others| read("others", &others)).transpose()?;
    let names = others.map(|others| Names::new(others.iter().map(|tool| (tool.server.as_str(), tool.name.as_str()))));
    let scored: Vec<Scored> =
        definitions.iter().map(|definition| score_definition(definition, names.as_ref()).into()).collect();
    write(&scored)
}
