//! Everyday requests over the tools of three of our servers, as a person would say them.
//!
//! `seen.tsv` was looked at while the ranking was designed, `unseen.tsv` only when it was done. A line is a request and
//! the tools that are right for it. What stays wrong needs words that the definitions do not have: that is what the
//! memory of past calls is for.

use routing::{Outcome, Parameter, Tool, ToolIndex};
use serde_json::Value;
use std::collections::BTreeMap;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn catalogue() -> ToolIndex {
    let mut servers: BTreeMap<String, Vec<Tool>> = BTreeMap::new();
    for line in include_str!("everyday/tools.jsonl").lines() {
        let tool: Value = serde_json::from_str(line).unwrap_or_default();
        let parameters = tool["parameters"].as_array().into_iter().flatten().map(|parameter| Parameter {
            name: text(&parameter["name"]),
            description: text(&parameter["description"]),
            values: parameter["enum"].as_array().into_iter().flatten().map(text).collect(),
        });
        servers.entry(text(&tool["server"])).or_default().push(Tool {
            name: text(&tool["name"]),
            title: text(&tool["title"]),
            description: text(&tool["description"]),
            parameters: parameters.collect(),
            reads: tool["reads"].as_bool(),
        });
    }
    let mut index = ToolIndex::default();
    for (server, tools) in &servers {
        index.replace_server(server, tools);
    }
    assert_eq!(index.len(), 112);
    index
}

/// Requests with the tools that are right.
fn requests(lines: &str) -> Vec<(&str, Vec<&str>)> {
    lines
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(query, right)| (query, right.split('|').collect()))
        .collect()
}

/// Where the right tool comes, from 0, if it comes among the first five.
fn place(index: &ToolIndex, query: &str, right: &[&str]) -> Option<usize> {
    index.search(query, 5).iter().position(|hit| right.contains(&&*format!("{}__{}", hit.server, hit.name)))
}

/// How many requests have the right tool first, and among the first five.
fn found(index: &ToolIndex, requests: &[(&str, Vec<&str>)]) -> (usize, usize) {
    let places: Vec<_> = requests.iter().filter_map(|(query, right)| place(index, query, right)).collect();
    (places.iter().filter(|place| **place == 0).count(), places.len())
}

#[test]
fn requests_that_were_tuned_on() {
    let (first, five) = found(&catalogue(), &requests(include_str!("everyday/seen.tsv")));
    assert!(first >= 20 && five >= 26, "of 30: {first} first, {five} among five");
}

#[test]
fn requests_that_were_not() {
    let (first, five) = found(&catalogue(), &requests(include_str!("everyday/unseen.tsv")));
    assert!(first >= 19 && five >= 30, "of 31: {first} first, {five} among five");
}

/// A request that begins with what is to be done is not led astray by how a thing is.
#[test]
fn what_is_to_be_done_comes_first() {
    let index = catalogue();
    for query in ["list the running docker containers", "please list the running containers", "list running containers"]
    {
        assert_eq!(place(&index, query, &["docker__container_list"]), Some(0), "{query}");
    }
}

/// What no definition says is learned from few calls.
#[test]
fn a_few_calls_teach_the_rest() {
    let mut index = catalogue();
    for request in ["what have I changed here", "which files did I edit", "show files that changed in the repository"] {
        assert!(index.learn(request, "git", "status", Outcome::Ok));
    }
    let query = "which files have I changed in this repository";
    assert_eq!(place(&index, query, &["git__status"]), Some(0));
    // After so few calls their words count for more than they will later: two of the other requests lose the first place.
    let (first, five) = found(&index, &requests(include_str!("everyday/seen.tsv")));
    assert!(first >= 18 && five >= 27, "of 30: {first} first, {five} among five");
}
