//! Commands judged.

use crate::{read, write};
use ::shell as core;
use napi::Result;
use napi_derive::napi;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Place {
    cwd: Option<String>,
    home: Option<String>,
    shell: Option<String>,
}

#[derive(Serialize)]
struct Caused<'a> {
    effect: &'static str,
    command: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'a str>,
}

#[derive(Serialize)]
struct Redirection<'a> {
    operator: &'a str,
    target: &'a str,
}

#[derive(Serialize)]
struct Command<'a> {
    argv: &'a [String],
    unknown: &'a [usize],
    wrappers: &'a [String],
    assignments: &'a [String],
    redirections: Vec<Redirection<'a>>,
    depth: usize,
}

#[derive(Serialize)]
struct Judgement<'a> {
    verdict: &'static str,
    reason: &'a str,
    effects: Vec<Caused<'a>>,
    commands: Vec<Command<'a>>,
    warnings: &'a [String],
}

thread_local! {
    // A parser is dear to make and not to be shared between threads.
    static JUDGE: RefCell<core::Judge> = RefCell::new(core::Judge::new());
}

/// Judges a command line at a place, a JSON object or an empty text; gives a JSON object.
#[napi(catch_unwind)]
pub fn judge_command(line: String, place: String) -> Result<String> {
    let Place { cwd, home, shell } = if place.is_empty() { Place::default() } else { read("place", &place)? };
    let place = core::Place { cwd, home, shell };
    let found = JUDGE.with(|judge| match judge.try_borrow_mut() {
        Ok(mut judge) => judge.judge(&line, &place),
        Err(_) => core::Judge::new().judge(&line, &place),
    });
    write(&Judgement {
        verdict: found.verdict.word(),
        reason: &found.reason,
        effects: found
            .effects
            .iter()
            .map(|one| Caused { effect: one.effect.word(), command: &one.command, target: one.target.as_deref() })
            .collect(),
        commands: found
            .commands
            .iter()
            .map(|one| Command {
                argv: &one.argv,
                unknown: &one.unknown,
                wrappers: &one.wrappers,
                assignments: &one.assignments,
                redirections: one
                    .redirections
                    .iter()
                    .map(|one| Redirection { operator: &one.operator, target: &one.target })
                    .collect(),
                depth: one.depth,
            })
            .collect(),
        warnings: &found.warnings,
    })
}
