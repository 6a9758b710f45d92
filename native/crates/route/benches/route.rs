//! How long a plan takes over one tool's case and over a large catalogue.
#![allow(missing_docs, clippy::unwrap_used)]
use criterion::{Criterion, criterion_group, criterion_main};
use route::{Context, Definition, Planner};
use serde_json::json;
use std::hint::black_box;

/// Tools of many verbs and nouns, each with two parameters.
fn planner(tools: usize) -> Planner {
    const VERBS: [&str; 8] = ["list", "create", "delete", "restart", "scale", "describe", "rename", "export"];
    const NOUNS: [&str; 10] =
        ["container", "volume", "branch", "bucket", "alert", "dashboard", "service", "secret", "policy", "report"];
    let definitions: Vec<Definition> = (0..tools)
        .map(|at| {
            let (verb, noun) = (VERBS[at % 8], NOUNS[at / 8 % 10]);
            Definition {
                name: format!("{noun}_{verb}_{at}"),
                title: String::new(),
                description: format!("Can {verb} a {noun} of team {at}."),
                input_schema: json!({
                    "type": "object",
                    "properties": {
                        "name": { "type": "string", "description": format!("The {noun}'s name") },
                        "replicas": { "type": "integer", "description": "How many copies" },
                    },
                    "required": ["name"],
                }),
                reads: None,
            }
        })
        .collect();
    let mut planner = Planner::new();
    planner.replace_server("team", &definitions);
    planner
}

fn plans(criterion: &mut Criterion) {
    let context = Context::default();
    for tools in [8, 80, 4_000] {
        let planner = planner(tools);
        criterion.bench_function(&format!("plan/{tools}"), |bencher| {
            bencher
                .iter(|| black_box(planner.plan("Scale the container named \"web-1\" to 5 replicas", &context, None)));
        });
    }
}

criterion_group!(benches, plans);
criterion_main!(benches);
