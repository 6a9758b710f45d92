//! The index as its users meet it.

use proptest::prelude::*;
use routing::{Parameter, Tool, ToolIndex};

fn tool(name: &str, description: &str, parameters: &[&str]) -> Tool {
    let parameters = parameters.iter().map(|name| Parameter { name: (*name).into(), ..Parameter::default() }).collect();
    Tool { name: name.into(), description: description.into(), parameters, ..Tool::default() }
}

fn catalogue() -> ToolIndex {
    let mut index = ToolIndex::default();
    index.replace_server(
        "docker",
        &[
            tool("container_list", "List containers, running and stopped.", &["all", "host"]),
            tool("container_logs", "Read the logs of a container.", &["container", "since", "tail"]),
            tool("container_remove", "Remove a container.", &["container", "force"]),
            tool("image_pull", "Pull an image from a registry, with progress.", &["image", "platform"]),
            tool("system_df", "How much disk space images, containers and volumes take.", &[]),
        ],
    );
    index.replace_server(
        "git",
        &[
            tool("status", "Which files are changed, staged or untracked.", &["repo"]),
            tool("log", "The commits of a branch, newest first.", &["repo", "limit", "author"]),
            tool("branch_create", "Create a branch.", &["repo", "name"]),
            tool("commit", "Record the staged changes.", &["repo", "message"]),
        ],
    );
    index.replace_server(
        "prometheus",
        &[
            tool("query", "Evaluate a PromQL expression at one instant.", &["promql", "source"]),
            tool(
                "query_range",
                "Evaluate a PromQL expression over a span of time.",
                &["promql", "start", "end", "step"],
            ),
            tool("alerts", "Alerts that are pending or firing.", &["source"]),
        ],
    );
    index
}

fn first(index: &ToolIndex, query: &str) -> String {
    index.search(query, 1).first().map(|hit| format!("{}__{}", hit.server, hit.name)).unwrap_or_default()
}

#[test]
fn questions_find_their_tool() {
    let index = catalogue();
    for (query, expected) in [
        ("list running containers", "docker__container_list"),
        ("show me the logs of my container", "docker__container_logs"),
        ("which alerts are firing?", "prometheus__alerts"),
        ("how much disk do images take", "docker__system_df"),
        ("pulling images from the registry", "docker__image_pull"),
        ("create a new branch", "git__branch_create"),
        ("newest commits of a branch", "git__log"),
        ("evaluate PromQL over time", "prometheus__query_range"),
        ("docker__container_remove", "docker__container_remove"),
        ("ContainerRemove", "docker__container_remove"),
        ("query", "prometheus__query"),
        ("git commit", "git__commit"),
    ] {
        assert_eq!(first(&index, query), expected, "{query}");
    }
}

#[test]
fn slips_and_beginnings_are_understood() {
    let index = catalogue();
    for (query, expected) in [
        ("contianer logs", "docker__container_logs"),
        ("prometehus alrets", "prometheus__alerts"),
        ("branhc create", "git__branch_create"),
        ("cont rem", "docker__container_remove"),
    ] {
        assert_eq!(first(&index, query), expected, "{query}");
    }
    assert!(index.search("zzzz qqqq", 5).is_empty());
    assert!(index.search("", 5).is_empty());
    assert!(index.search("container", 0).is_empty());
}

#[test]
fn values_and_descriptions_of_parameters_count() {
    let mut index = catalogue();
    let mut stop = tool("stop", "Ends it.", &["signal"]);
    stop.parameters[0].values = vec!["SIGTERM".into(), "SIGKILL".into()];
    stop.parameters[0].description = "What is sent to the process".into();
    index.replace_server("commander", &[stop]);
    assert_eq!(first(&index, "send sigkill"), "commander__stop");
    assert_eq!(first(&index, "process"), "commander__stop");
}

#[test]
fn a_server_is_replaced_and_removed() {
    let mut index = catalogue();
    assert_eq!(index.len(), 12);
    index.replace_server("git", &[tool("stash", "Put changes aside.", &["repo"])]);
    assert_eq!(index.len(), 9);
    assert_eq!(first(&index, "stash"), "git__stash");
    assert!(index.search("untracked", 5).is_empty());
    assert!(index.remove_server("git"));
    assert!(!index.remove_server("git"));
    assert_eq!(index.len(), 8);
    assert!(index.search("stash", 5).is_empty());
    index.replace_server("git", &[]);
    assert_eq!(index.len(), 8);
    for server in ["docker", "prometheus", "git"] {
        assert!(index.remove_server(server));
    }
    assert!(index.is_empty() && index.search("container", 5).is_empty());
}

#[test]
fn the_later_of_two_tools_of_one_name_counts() {
    let mut index = ToolIndex::default();
    index.replace_server("a", &[tool("x", "old words", &[]), tool("x", "new words", &[])]);
    assert_eq!(index.len(), 1);
    assert!(index.search("old", 5).is_empty());
    assert_eq!(index.search("new", 5).len(), 1);
}

#[test]
fn equal_tools_are_in_order_of_their_names() {
    let mut index = ToolIndex::default();
    for server in ["c", "a", "b"] {
        index.replace_server(server, &[tool("two", "same", &[]), tool("one", "same", &[])]);
    }
    let names: Vec<_> = index.search("same", 4).iter().map(|hit| [hit.server, hit.name].concat()).collect();
    assert_eq!(names, ["aone", "atwo", "bone", "btwo"]);
}

const WORDS: [&str; 18] = [
    "list",
    "lists",
    "container",
    "containerLogs",
    "git_log",
    "branch",
    "k8s",
    "pod",
    "日志",
    "café",
    "the",
    "deploy",
    // A family, and one that begins or misspells it.
    "calculate",
    "calculator",
    "calculus",
    "calculatr",
    "",
    "x",
];

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(WORDS.as_slice()), 0..6).prop_map(|words| words.join(" "))
}

fn some_tool() -> impl Strategy<Value = Tool> {
    let parameter = (text(), text(), proptest::collection::vec(text(), 0..2))
        .prop_map(|(name, description, values)| Parameter { name, description, values });
    (text(), text(), text(), proptest::collection::vec(parameter, 0..3), any::<Option<bool>>())
        .prop_map(|(name, title, description, parameters, reads)| Tool { name, title, description, parameters, reads })
}

fn servers() -> impl Strategy<Value = Vec<(String, Vec<Tool>)>> {
    proptest::collection::vec(("[a-d]", proptest::collection::vec(some_tool(), 0..5)), 0..8)
}

proptest! {
    /// However a catalogue came about, searches answer alike.
    #[test]
    fn history_leaves_no_trace(history in servers(), removed in "[a-d]", query in text()) {
        let mut index = ToolIndex::default();
        let mut last = std::collections::BTreeMap::new();
        for (server, tools) in &history {
            index.replace_server(server, tools);
            last.insert(server.clone(), tools);
        }
        prop_assert_eq!(index.remove_server(&removed), last.remove(&removed).is_some());
        let mut fresh = ToolIndex::default();
        for (server, tools) in last.iter().rev() {
            fresh.replace_server(server, tools);
        }
        prop_assert_eq!(index.len(), fresh.len());
        // Which number a tool has is an index's own affair.
        let hits = |index: &ToolIndex| -> Vec<_> {
            let found = index.search(&query, 50);
            assert!(found.iter().all(|hit| index.number(hit.server, hit.name) == Some(hit.number)));
            found.iter().map(|hit| (hit.server.to_owned(), hit.name.to_owned(), hit.score, hit.confidence)).collect()
        };
        prop_assert_eq!(hits(&index), hits(&fresh));
    }

    #[test]
    fn answers_are_ranked(history in servers(), query in any::<String>(), words in text(), limit in 0_usize..12) {
        let mut index = ToolIndex::default();
        for (server, tools) in &history {
            index.replace_server(server, tools);
        }
        for query in [query, words] {
            let all = index.search(&query, usize::MAX);
            prop_assert!(all.len() <= index.len());
            prop_assert!(all.iter().all(|hit| hit.score > 0.0 && hit.score.is_finite()));
            let name = |hit: &routing::Hit<'_>| (hit.server.to_owned(), hit.name.to_owned());
            let ranked = all.windows(2).all(|pair| {
                pair[1].score.total_cmp(&pair[0].score).then_with(|| name(&pair[0]).cmp(&name(&pair[1]))).is_lt()
            });
            prop_assert!(ranked);
            prop_assert_eq!(index.search(&query, limit), &all[..limit.min(all.len())]);
        }
    }

    #[test]
    fn a_tool_is_found_by_its_own_words(tools in proptest::collection::vec(some_tool(), 1..5)) {
        let mut index = ToolIndex::default();
        index.replace_server("s", &tools);
        let last = &tools[tools.len() - 1];
        let found = index.search(&format!("{} {}", last.name, last.description), 50);
        let has_words = format!("{} {}", last.name, last.description).split(' ').any(|word| !word.is_empty() && word != "x");
        prop_assert_eq!(found.iter().any(|hit| hit.name == last.name), has_words);
    }
}
