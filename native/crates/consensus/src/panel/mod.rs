//! Panels of language models that answer the same questions.
//!
//! [`Panel`] learns whom to believe from at most a few dozen judged answers, from feedback as it comes, and from what was
//! known before; answers nobody judged tell it the members' habits and how hard the questions are. Its confidence allows
//! for errors that members share. It says which questions are worth a judgement ([`Panel::teach`]), and plans whom to ask
//! first and when to stop ([`Panel::plan`]). Of more than eight members it follows the best five, and hears the vote of all
//! as one voice more. Everything is deterministic for a seed.

mod board;
mod cascade;
mod council;
mod fit;
mod judge;
mod linear;
mod model;
mod records;
mod sheet;
mod standing;
mod teach;
mod verdict;

pub use board::{MAX_JUDGED, MAX_UNJUDGED, Panel};
pub use cascade::{Plan, Step};
pub use records::{Profile, Record, State};
pub use sheet::{MAX_MEMBERS, MAX_OPTIONS, MAX_QUESTIONS, PanelError, Sheet};
pub use verdict::{Likeness, Portrait, Reached, Standing, Verdict};
