//! What planning answers.

use crate::key::{Key, assembled};
use serde_json::{Map, Value};

/// Why there is a plan, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// There is a plan.
    Planned,
    /// No word of the sentence is one of a tool.
    NothingFits,
    /// The best tool does not fit well enough.
    Unsure,
    /// Two tools fit about as well.
    Ambiguous,
    /// The best tool's schema cannot be used, so that nothing could be checked.
    UnusableSchema,
    /// The sentence is too long or empty.
    Unreadable,
}

/// An argument of a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// The parameter; within objects the keys on the way joined by dots: `range.start`, `items.0.name`.
    pub name: String,
    /// The same as keys.
    pub path: Vec<Key>,
    /// A value that the schema takes.
    pub value: Value,
    /// How sure it is, 0 to 1.
    pub confidence: f64,
    /// The bytes of the sentence it came from; none when it came from the context.
    pub from: Option<(usize, usize)>,
}

/// A call that was planned and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The tool's server.
    pub server: String,
    /// The tool's name in its server.
    pub name: String,
    /// In the order of the schema; together they satisfy it, but for what is missing.
    pub arguments: Vec<Argument>,
    /// Required parameters that neither sentence nor context gave.
    pub missing: Vec<String>,
    /// How sure the tool is, 0 to 1.
    pub confidence: f64,
    /// The bytes of the sentence that ask for this step.
    pub from: (usize, usize),
}

impl Step {
    /// The arguments as a tool takes them.
    #[must_use]
    pub fn values(&self) -> Map<String, Value> {
        assembled(self.arguments.iter().map(|argument| (argument.path.as_slice(), &argument.value)))
    }
}

/// A tool that was considered.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// The tool's server.
    pub server: String,
    /// The tool's name in its server.
    pub name: String,
    /// How sure it is, 0 to 1.
    pub confidence: f64,
}

/// The answer to a sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The calls in order; none when it abstains.
    pub steps: Vec<Step>,
    /// The parts of the sentence that ask for something no step does. A plan with such parts does not do all of it.
    pub unplanned: Vec<Unplanned>,
    /// What else was considered, best first.
    pub alternatives: Vec<Alternative>,
    /// How sure the whole is, 0 to 1: that of its least sure step.
    pub confidence: f64,
    /// Why.
    pub reason: Reason,
}

/// A part of a sentence that asks for something and has no step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unplanned {
    /// The bytes of the sentence.
    pub from: (usize, usize),
    /// Why there is no step for it.
    pub reason: Reason,
}

/// A tool whose schema cannot be used: it is never planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The tool's name.
    pub name: String,
    /// What is wrong with its schema.
    pub reason: String,
}

impl Answer {
    /// Without a step.
    pub(crate) fn nothing(reason: Reason) -> Self {
        Self { steps: Vec::new(), unplanned: Vec::new(), alternatives: Vec::new(), confidence: 0.0, reason }
    }
}
