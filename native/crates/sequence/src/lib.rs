//! Predicts the next command of a shell session.

mod bytes;
mod contexts;
mod history;
mod lines;
mod lstm;
mod mixture;
mod names;
mod predictor;
mod recency;
mod state;
mod symbols;
mod words;

pub use predictor::{CommandPredictor, Event, MAX_CONTEXTS, MAX_NAME_BYTES, MAX_NAMES, Options, Suggestion};
pub use state::StateError;
#[doc(hidden)]
pub use state::seal;
pub use words::{command_name, command_template};
