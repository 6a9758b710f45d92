//! Four thousand tools, questions of several kinds.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use routing::{Parameter, Tool, ToolIndex};
use std::hint::black_box;

const VERBS: [&str; 16] = [
    "list", "get", "create", "delete", "update", "search", "describe", "restart", "scan", "deploy", "watch", "export",
    "import", "validate", "compare", "archive",
];
const NOUNS: [&str; 25] = [
    "container",
    "image",
    "volume",
    "network",
    "pod",
    "deployment",
    "service",
    "secret",
    "branch",
    "commit",
    "issue",
    "repository",
    "release",
    "alert",
    "metric",
    "dashboard",
    "bucket",
    "object",
    "queue",
    "topic",
    "user",
    "role",
    "policy",
    "certificate",
    "package",
];

fn tools(server: usize) -> Vec<Tool> {
    (0..40)
        .map(|at| {
            let (verb, noun) = (VERBS[(server + at) % 16], NOUNS[(server * 7 + at) % 25]);
            let other = NOUNS[(server + at * 3) % 25];
            let parameter = |name: &str| Parameter {
                name: name.into(),
                description: format!("The {noun} or the {other} that is meant, by its {name}"),
                values: Vec::new(),
            };
            Tool {
                name: format!("{noun}_{verb}_v{at}"),
                title: format!("{verb} {noun}"),
                description: format!(
                    "{verb} a {noun} of one {other} and return what changed; see area{server} and unit{at}."
                ),
                parameters: ["name", "namespace", "limit", "dry_run"].map(parameter).into(),
                ..Tool::default()
            }
        })
        .collect()
}

fn search(criterion: &mut Criterion) {
    let mut index = ToolIndex::default();
    for server in 0..100 {
        index.replace_server(&format!("server{server}"), &tools(server));
    }
    assert_eq!(index.len(), 4000);
    let mut group = criterion.benchmark_group("search-4000");
    for (kind, query) in [
        ("rare", "unit17 area3"),
        ("sentence", "please list all the containers in my namespace that use the image of this repository"),
        ("common", "name namespace limit return changed meant"),
        ("slips", "restrat the deploymnet and comapre certifcates"),
    ] {
        group.bench_with_input(BenchmarkId::from_parameter(kind), query, |bencher, query| {
            bencher.iter(|| index.search(black_box(query), 10).len());
        });
    }
    group.finish();
    let replacement = tools(3);
    criterion.bench_function("replace-40-of-4000", |bencher| {
        bencher.iter(|| index.replace_server("server3", black_box(&replacement)));
    });
}

criterion_group!(benches, search);
criterion_main!(benches);
