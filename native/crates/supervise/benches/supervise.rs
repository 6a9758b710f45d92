//! What a start costs, bare and through the launcher.
#![allow(missing_docs, clippy::unwrap_used)]
use std::process::Command;

use criterion::{Criterion, criterion_group, criterion_main};

fn start(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("start");
    group.sample_size(50);
    group.bench_function("bare", |bencher| bencher.iter(|| Command::new("/bin/true").status().unwrap()));
    for (name, policy) in [("launcher", "{}"), ("sandbox", r#"{"files":{},"network":{},"seccomp":"strict"}"#)] {
        let arguments = ["--policy", policy, "--", "/bin/true"];
        let mut command = Command::new(env!("CARGO_BIN_EXE_launcher"));
        command.args(arguments);
        group.bench_function(name, |bencher| bencher.iter(|| command.status().unwrap()));
    }
    group.finish();
}

criterion_group!(benches, start);
criterion_main!(benches);
