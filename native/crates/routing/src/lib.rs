//! Ranked search over a catalogue of tools: which tool does what these words ask for?
//!
//! Scores are BM25F: a word counts by the field it stands in, by the field's length, and by how rare it is in the
//! catalogue. See Robertson and Zaragoza, *The Probabilistic Relevance Framework: BM25 and Beyond* (2009), section 3.6.
//! Identifiers are read as words, words are reduced to stems, and a word that the catalogue does not know stands for
//! those that it may be the beginning or a misspelling of.

mod confidence;
mod contrast;
mod fields;
mod forms;
mod index;
mod lent;
mod memory;
mod numbers;
mod places;
mod postings;
mod question;
mod runs;
mod search;
mod spelling;
mod stem;
mod stored;
mod top;
mod vocabulary;
mod votes;
pub mod words;

pub use fields::{FIELDS, Weights};
pub use index::ToolIndex;
pub use stored::{MEMORY_BYTES, MemoryError};

/// What a tool says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tool {
    /// Its name in its server.
    pub name: String,
    /// A title for people.
    pub title: String,
    /// What it does.
    pub description: String,
    /// What it takes.
    pub parameters: Vec<Parameter>,
    /// Whether it says that it only reads (false: that it changes something); none when it does not say.
    pub reads: Option<bool>,
}

/// What a tool says about one of its parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// What it means.
    pub description: String,
    /// The values it may have, when they are few and fixed.
    pub values: Vec<String>,
}

/// A tool that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit<'a> {
    /// The tool's server.
    pub server: &'a str,
    /// The tool's name in its server.
    pub name: &'a str,
    /// What stands for the tool until its server is replaced or removed.
    pub number: u32,
    /// Greater is better, always above 0. Comparable only within one search.
    pub score: f32,
    /// The probability that this tool is the one that is asked for, from 0 to 1.
    pub confidence: f32,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It did what was asked.
    Ok,
    /// It did not.
    Failed,
}
