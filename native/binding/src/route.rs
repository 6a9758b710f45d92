//! Plans.

use crate::{read, write};
use ::route as core;
use napi::{Error, Result, Status};
use napi_derive::napi;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Definition {
    name: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    input_schema: Value,
    /// A stranger's: of any type.
    #[serde(default)]
    annotations: Value,
}

#[derive(Deserialize)]
struct ToolName {
    server: String,
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Options {
    among: Option<Vec<ToolName>>,
    now: Option<String>,
    cwd: Option<String>,
    names: Vec<String>,
    recent: Map<String, Value>,
}

#[derive(Serialize)]
struct Refused<'a> {
    name: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct Tool<'a> {
    server: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct Origin<'a> {
    parameter: &'a str,
    confidence: f64,
    /// In UTF-16 units, as JavaScript counts.
    span: Option<[usize; 2]>,
}

#[derive(Serialize)]
struct Step<'a> {
    tool: Tool<'a>,
    arguments: Map<String, Value>,
    missing: &'a [String],
    confidence: f64,
    from: Vec<Origin<'a>>,
}

#[derive(Serialize)]
struct Plan<'a> {
    steps: Vec<Step<'a>>,
}

#[derive(Serialize)]
struct Unplanned {
    /// In UTF-16 units, as JavaScript counts.
    span: [usize; 2],
    reason: &'static str,
}

#[derive(Serialize)]
struct Alternative<'a> {
    tool: Tool<'a>,
    confidence: f64,
}

#[derive(Serialize)]
struct Answer<'a> {
    plan: Option<Plan<'a>>,
    unplanned: Vec<Unplanned>,
    alternatives: Vec<Alternative<'a>>,
    confidence: f64,
    reason: &'static str,
}

fn reason(reason: core::Reason) -> &'static str {
    match reason {
        core::Reason::Planned => "planned",
        core::Reason::NothingFits => "nothing_fits",
        core::Reason::Unsure => "unsure",
        core::Reason::Ambiguous => "ambiguous",
        core::Reason::UnusableSchema => "unusable_schema",
        core::Reason::Unreadable => "unreadable",
    }
}

/// A range of bytes in UTF-16 units.
fn units(sentence: &str, (start, end): (usize, usize)) -> [usize; 2] {
    [start, end].map(|bytes| sentence.get(..bytes).map_or(0, |before| before.encode_utf16().count()))
}

fn step<'a>(sentence: &str, step: &'a core::Step) -> Step<'a> {
    Step {
        tool: Tool { server: &step.server, name: &step.name },
        arguments: step.values(),
        missing: &step.missing,
        confidence: step.confidence,
        from: step
            .arguments
            .iter()
            .map(|argument| Origin {
                parameter: &argument.name,
                confidence: argument.confidence,
                span: argument.from.map(|range| units(sentence, range)),
            })
            .collect(),
    }
}

/// Tools with compiled schemas, from which calls are planned.
#[napi]
#[derive(Default)]
pub struct Planner {
    planner: core::Planner,
}

#[napi]
impl Planner {
    /// Without a tool.
    #[napi(constructor, catch_unwind)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts tools, a JSON array, in place of those of a server; gives those that cannot be planned, a JSON array.
    #[napi(catch_unwind)]
    pub fn replace_server(&mut self, server: String, tools: String) -> Result<String> {
        let definitions: Vec<Definition> = read("tools", &tools)?;
        let definitions: Vec<core::Definition> = definitions
            .into_iter()
            .map(|definition| core::Definition {
                name: definition.name,
                title: definition.title.unwrap_or_default(),
                description: definition.description.unwrap_or_default(),
                input_schema: definition.input_schema,
                reads: definition.annotations.get("readOnlyHint").and_then(Value::as_bool),
            })
            .collect();
        let refused = self.planner.replace_server(&server, &definitions);
        let refused: Vec<Refused<'_>> =
            refused.iter().map(|tool| Refused { name: &tool.name, reason: &tool.reason }).collect();
        write(&refused)
    }

    /// Removes a server; false when it was not there.
    #[napi(catch_unwind)]
    pub fn remove_server(&mut self, server: String) -> bool {
        self.planner.remove_server(&server)
    }

    /// The plan for a sentence, with options as JSON, as JSON.
    #[napi(catch_unwind)]
    pub fn plan(&self, sentence: String, options: String) -> Result<String> {
        let options: Options = read("options", &options)?;
        let now = match options.now.as_deref() {
            Some(now) => Some(
                core::moment(now)
                    .ok_or_else(|| Error::new(Status::InvalidArg, format!("now: not a date and time: {now}")))?,
            ),
            None => None,
        };
        let context = core::Context { now, cwd: options.cwd, names: options.names, recent: options.recent };
        let among: Option<Vec<(String, String)>> =
            options.among.map(|tools| tools.into_iter().map(|tool| (tool.server, tool.name)).collect());
        let answer = self.planner.plan(&sentence, &context, among.as_deref());
        let steps: Vec<Step<'_>> = answer.steps.iter().map(|planned| step(&sentence, planned)).collect();
        write(&Answer {
            plan: (!steps.is_empty()).then_some(Plan { steps }),
            unplanned: answer
                .unplanned
                .iter()
                .map(|part| Unplanned { span: units(&sentence, part.from), reason: reason(part.reason) })
                .collect(),
            alternatives: answer
                .alternatives
                .iter()
                .map(|other| Alternative {
                    tool: Tool { server: &other.server, name: &other.name },
                    confidence: other.confidence,
                })
                .collect(),
            confidence: answer.confidence,
            reason: reason(answer.reason),
        })
    }

    /// How many tools there are.
    #[napi(getter, catch_unwind)]
    #[must_use]
    pub fn size(&self) -> u32 {
        u32::try_from(self.planner.len()).unwrap_or(u32::MAX)
    }
}
