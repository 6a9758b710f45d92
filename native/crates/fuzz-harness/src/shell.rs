//! Any bytes as a command line: an answer, the same one twice, within the limits.

use shell::{Judge, LIMITS, Place, Verdict};

pub(crate) fn run(bytes: &[u8]) {
    let line = String::from_utf8_lossy(bytes);
    let place = Place { cwd: Some("/work".to_owned()), home: Some("/home/ann".to_owned()), shell: None };
    let mut judge = Judge::new();
    let found = judge.judge(&line, &place);
    assert_eq!(found, judge.judge(&line, &place), "not the same answer twice");
    assert!(!found.reason.is_empty(), "no reason");
    assert!(found.commands.len() <= LIMITS.commands, "too many commands");
    // What is asked about or denied on its own is not allowed behind something harmless.
    if found.verdict != Verdict::Allow && !line.contains(['\\', '\r']) {
        let longer = judge.judge(&format!("true\n{line}"), &place);
        assert_ne!(longer.verdict, Verdict::Allow, "allowed behind `true`");
    }
}
