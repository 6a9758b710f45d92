//! What past calls teach, and how it is kept.

use proptest::prelude::*;
use routing::{MemoryError, Outcome, Tool, ToolIndex};

fn tool(name: &str, description: &str) -> Tool {
    Tool { name: name.into(), description: description.into(), ..Tool::default() }
}

fn docker() -> Vec<Tool> {
    vec![tool("container_list", "List containers."), tool("image_pull", "Pull an image."), tool("logs", "Read logs.")]
}

fn catalogue() -> ToolIndex {
    let mut index = ToolIndex::default();
    index.replace_server("docker", &docker());
    index.replace_server("git", &[tool("status", "Which files changed."), tool("log", "Commits, newest first.")]);
    index
}

fn first(index: &ToolIndex, query: &str) -> String {
    index.search(query, 1).first().map(|hit| format!("{}__{}", hit.server, hit.name)).unwrap_or_default()
}

#[test]
fn calls_that_went_well_teach_words_the_tool_does_not_have() {
    let mut index = catalogue();
    assert!(index.search("what boxes live here", 3).is_empty());
    for request in ["which boxes live on this machine", "show the boxes", "boxes please"] {
        assert!(index.learn(request, "docker", "container_list", Outcome::Ok));
    }
    assert_eq!(index.memory_len(), 3);
    assert_eq!(first(&index, "my boxes"), "docker__container_list");
    assert_eq!(first(&index, "pull an image"), "docker__image_pull");
}

#[test]
fn failed_calls_teach_to_look_elsewhere() {
    let mut index = catalogue();
    index.replace_server("a", &[tool("log", "Commits, newest first.")]);
    let score = |index: &ToolIndex, server: &str| {
        index.search("newest commits", 9).iter().find(|hit| hit.server == server).map_or(0.0, |hit| hit.score)
    };
    for _ in 0..5 {
        index.learn("newest commits", "a", "log", Outcome::Failed);
    }
    assert!(score(&index, "a") < score(&index, "git"));
}

#[test]
fn what_was_learned_outlives_its_server() {
    let mut index = catalogue();
    for _ in 0..3 {
        index.learn("boxes", "docker", "container_list", Outcome::Ok);
    }
    index.replace_server("docker", &docker());
    assert_eq!(first(&index, "boxes"), "docker__container_list");
    assert!(index.remove_server("docker"));
    assert!(index.search("boxes", 3).is_empty());
    assert!(!index.learn("boxes", "docker", "container_list", Outcome::Ok));
    index.replace_server("docker", &docker());
    assert_eq!(first(&index, "boxes"), "docker__container_list");
}

#[test]
fn memory_moves_to_another_index_before_its_tools_do() {
    let mut index = catalogue();
    for request in ["boxes", "boxes that run", "what changed"] {
        index.learn(request, "docker", "container_list", Outcome::Ok);
    }
    let bytes = index.export_memory();
    let mut other = ToolIndex::default();
    other.import_memory(&bytes).unwrap();
    assert_eq!((other.memory_len(), other.len()), (3, 0));
    assert_eq!(other.export_memory(), bytes);
    other.replace_server("git", &[tool("status", "Which files changed."), tool("log", "Commits, newest first.")]);
    other.replace_server("docker", &docker());
    let hits = |index: &ToolIndex| -> Vec<_> {
        let found = index.search("boxes that changed", 5);
        // Which number a tool has is an index's own affair.
        found.iter().map(|hit| (hit.name.to_owned(), hit.score, hit.confidence)).collect()
    };
    assert_eq!(hits(&other), hits(&index));
}

#[test]
fn bytes_that_are_no_memory_are_refused() {
    let mut index = catalogue();
    index.learn("boxes", "docker", "container_list", Outcome::Ok);
    let bytes = index.export_memory();
    let mut refused = |bytes: &[u8], error: MemoryError| {
        assert_eq!(index.import_memory(bytes), Err(error));
        assert_eq!(index.memory_len(), 1);
    };
    refused(b"", MemoryError::Foreign);
    refused(b"{\"version\":1}", MemoryError::Foreign);
    refused(&bytes[..bytes.len() - 1], MemoryError::Damaged);
    let mut newer = bytes.clone();
    newer[7] = 9;
    refused(&newer, MemoryError::Version(9));
}

#[test]
fn a_tool_keeps_so_many_requests() {
    let mut index = catalogue();
    for at in 0..200 {
        index.learn(&format!("boxes w{at}x"), "docker", "container_list", Outcome::Ok);
    }
    index.learn("commits", "git", "log", Outcome::Ok);
    assert_eq!(index.memory_len(), 129);
    assert!(index.export_memory().len() < 100_000);
}

#[test]
fn confidence_tells_a_plain_answer_from_a_guess() {
    let index = catalogue();
    let sure = index.search("pull an image", 3)[0].confidence;
    let unsure = index.search("the zebra log of quantum newest llamas", 3)[0].confidence;
    assert!(sure > unsure, "{sure} {unsure}");
}

proptest! {
    #[test]
    fn any_bytes_are_refused_or_read(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0_usize..400, bit in 0_u8..8) {
        let mut index = catalogue();
        prop_assert!(index.import_memory(&bytes).is_err());
        index.learn("boxes of this machine", "docker", "container_list", Outcome::Ok);
        let mut stored = index.export_memory();
        let at = at % stored.len();
        stored[at] ^= 1 << bit;
        prop_assert!(index.import_memory(&stored).is_err());
    }

    #[test]
    fn learning_keeps_answers_in_range(calls in proptest::collection::vec(("[a-e ]{0,12}", 0_usize..3, any::<bool>()), 0..30), query in "[a-e ]{0,12}") {
        let mut index = catalogue();
        for (request, at, ok) in calls {
            index.learn(&request, "docker", &docker()[at].name, if ok { Outcome::Ok } else { Outcome::Failed });
        }
        let hits = index.search(&query, 5);
        prop_assert!(hits.iter().all(|hit| hit.score > 0.0 && (0.0..=1.0).contains(&hit.confidence)));
        prop_assert!(hits.windows(2).all(|pair| pair[0].score >= pair[1].score));
    }
}
