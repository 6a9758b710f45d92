//! Prompt injection and tool poisoning in the definitions of tools.
//!
//! A definition is what a model reads about a tool and a person seldom sees: name, title, description, and every string
//! in its schemas and annotations. Each is taken as a row of words with meanings ([`concept`]), after folding away what
//! makes words look like others ([`fold`]). Signals are of three sorts: rows of meanings in an order ([`speech`], [`pressure`], [`steering`], [`tamper`], [`deeds`], [`intent`], [`carried`], [`meddling`]),
//! hidden text ([`hidden`], [`decode`]), and structure (odd parameters, frames of prompts, hints against words, near names).
//!
//! A signal is weak evidence; a definition is flagged for several together. Their weights add up to log odds
//! ([`weights`]) and count the less the longer the text is that they were found in, and besides a score of one half it takes two different signals that rest on four words or more together: one word or one phrase never flags.
//!
//! Time and memory are linear in the length; nothing recurses and nothing goes back.

mod carried;
mod concept;
mod decode;
mod deeds;
mod fold;
mod frame;
mod hidden;
mod intent;
mod kind;
mod meddling;
mod names;
mod parameter;
mod pattern;
mod places;
mod pressure;
mod score;
mod speech;
mod steering;
mod tamper;
mod tree;
mod weights;
mod words;

pub use kind::SignalKind;
pub use names::{Names, Nearness};
pub use score::{Signal, Verdict, score_definition};
