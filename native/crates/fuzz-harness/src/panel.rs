//! Free text and quantities of a panel, an answer a line: every answer stands in one group or is silent, and an error is told.

use consensus::numbers::{Location, agree};
use consensus::text::{Said, settle};

/// Answers at most: groups cost their square.
const ANSWERS: usize = 40;

pub(crate) fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.lines().take(ANSWERS).collect();
    let said: Vec<Said<'_>> = lines.iter().map(|text| Said { text, weight: 1.0 }).collect();
    if let Ok(settled) = settle(&said, 0.78) {
        let mut members: Vec<usize> = settled.groups.iter().flat_map(|group| group.members.iter().copied()).collect();
        members.extend(&settled.silent);
        members.sort_unstable();
        assert_eq!(members, (0..said.len()).collect::<Vec<_>>());
        assert!((0.0..=1.0).contains(&settled.confidence), "{settled:?}");
        for group in &settled.groups {
            assert!(group.members.contains(&group.medoid), "{group:?}");
        }
    }
    let _ = agree(&lines, &[], Location::Median, 3.5);
}
