//! Any bytes as the state of a command predictor: as they are, and as the payload of a whole one.

use sequence::{CommandPredictor, Event, StateError, seal};

pub(crate) fn run(bytes: &[u8]) {
    check(bytes);
    check(&seal(bytes));
    // A committed state with another payload: what is behind the beginning and before the checksum.
    if let Some(payload) = bytes.get(6..bytes.len().saturating_sub(8)) {
        check(&seal(payload));
    }
}

/// What is read can be used: it predicts a distribution, learns, and what it writes then is read again.
fn check(bytes: &[u8]) {
    let mut predictor = match CommandPredictor::import(bytes) {
        Ok(predictor) => predictor,
        Err(StateError::Checksum | StateError::NotAState | StateError::Version(_)) => return,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    again(&predictor);
    for command in ["git status", "ls", "git status", "cd src"] {
        let mut sum = 0.0;
        for suggestion in predictor.predict(200, None) {
            assert!((0.0..=1.0).contains(&suggestion.probability), "{}", suggestion.probability);
            assert!(suggestion.line_probability <= suggestion.probability);
            sum += suggestion.probability;
        }
        assert!(sum <= 1.001, "{sum}");
        predictor.observe(&Event { command, ..Event::default() });
    }
    again(&predictor);
}

/// What it writes is read, and written again as it was.
fn again(predictor: &CommandPredictor) {
    let written = predictor.export();
    match CommandPredictor::import(&written) {
        Ok(read) => assert!(read.export() == written, "a state changed by being read"),
        Err(error) => panic!("its own state is refused: {error}"),
    }
}
