//! The next command.

use crate::write;
use ::sequence as core;
use napi::Result;
use napi::bindgen_prelude::Buffer;
use napi_derive::napi;
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Suggestion {
    name: String,
    probability: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<String>,
    line_probability: f32,
}

impl From<core::Suggestion> for Suggestion {
    fn from(suggestion: core::Suggestion) -> Self {
        let core::Suggestion { name, probability, line, line_probability } = suggestion;
        Self { name, probability, line, line_probability }
    }
}

#[derive(Serialize)]
struct Refusal {
    code: &'static str,
    message: String,
}

impl From<core::StateError> for Refusal {
    fn from(error: core::StateError) -> Self {
        let code = match error {
            core::StateError::NotAState => "not_a_state",
            core::StateError::Version(_) => "unknown_version",
            core::StateError::Truncated => "truncated",
            core::StateError::Checksum => "damaged",
            core::StateError::Invalid(_) => "invalid",
        };
        Self { code, message: error.to_string() }
    }
}

/// Predicts the next command.
#[napi]
pub struct CommandPredictor {
    predictor: core::CommandPredictor,
}

#[napi]
impl CommandPredictor {
    /// One that knows nothing.
    #[napi(constructor, catch_unwind)]
    #[must_use]
    pub fn new(lstm: bool, seed: u32) -> Self {
        Self { predictor: core::CommandPredictor::new(core::Options { lstm, seed: u64::from(seed) }) }
    }

    /// A session begins.
    #[napi(catch_unwind)]
    pub fn begin(&mut self, task: Option<String>, person: Option<String>) {
        self.predictor.begin(task.as_deref(), person.as_deref());
    }

    /// Learns from a command.
    #[napi(catch_unwind)]
    pub fn observe(&mut self, command: String, exit_code: Option<i32>, directory: Option<String>) {
        let directory = directory.as_deref();
        self.predictor.observe(&core::Event { command: &command, exit_code, directory });
    }

    /// What may come next, a JSON array.
    #[napi(catch_unwind)]
    pub fn predict(&mut self, count: u32, directory: Option<String>) -> Result<String> {
        let suggestions = self.predictor.predict(count as usize, directory.as_deref());
        let suggestions: Vec<Suggestion> = suggestions.into_iter().map(Suggestion::from).collect();
        write(&suggestions)
    }

    /// What was learned, as bytes.
    #[napi(catch_unwind)]
    pub fn save(&self) -> Buffer {
        self.predictor.export().into()
    }

    /// Takes the place of what was learned; a JSON object that says why not when the bytes are no state.
    #[napi(catch_unwind)]
    pub fn load(&mut self, bytes: &[u8]) -> Result<Option<String>> {
        match core::CommandPredictor::import(bytes) {
            Ok(predictor) => {
                self.predictor = predictor;
                Ok(None)
            }
            Err(error) => write(&Refusal::from(error)).map(Some),
        }
    }
}
