//! Finds a target of the harness by name.

/// Runs one.
///
/// # Panics
/// When there is none of that name, or a promise is broken.
pub fn run(name: &str, bytes: &[u8]) {
    let (_, target) = fuzz_harness::TARGETS.iter().find(|(target, _)| *target == name).expect("a target of the harness");
    target(bytes);
}
