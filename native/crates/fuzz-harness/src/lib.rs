//! What the fuzzers run: one function a parser, which takes any bytes and panics where a promise is broken.
//!
//! `native/fuzz` runs them under libFuzzer; `tests/corpus.rs` runs them over the committed corpus and mutations of it.
// A broken promise is reported by a panic: that is what a fuzzer looks for.
#![allow(clippy::panic, clippy::missing_panics_doc)]

mod consensus;
mod envelope;
mod guard_definition;
mod guard_text;
mod panel;
mod route;
mod routing;
mod sequence;
mod shell;

/// A parser's run over some bytes.
pub type Target = fn(&[u8]);

/// Every parser, by the name of its fuzz target and its corpus folder.
pub const TARGETS: &[(&str, Target)] = &[
    ("envelope", envelope::run),
    ("guard_text", guard_text::run),
    ("guard_definition", guard_definition::run),
    ("routing", routing::run),
    ("route", route::run),
    ("sequence", sequence::run),
    ("shell", shell::run),
    ("consensus", consensus::run),
    ("panel", panel::run),
];
