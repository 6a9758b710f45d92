//! Benchmarks.
#![allow(missing_docs)]
use criterion::{Criterion, criterion_group, criterion_main};
use shell::{Judge, Place};

const LINES: &[(&str, &str)] = &[
    ("a read", "git log --oneline -n 20"),
    ("a pipeline", "find . -name '*.rs' -print0 | xargs -0 grep -l unsafe | sort -u | head -n 5"),
    ("wrapped", "sudo env A=1 nice -n 5 bash -c 'rm -rf /srv/data && echo done'"),
];

fn judging(criterion: &mut Criterion) {
    let (mut judge, place) = (Judge::new(), Place::default());
    for (name, line) in LINES {
        criterion.bench_function(name, |bencher| bencher.iter(|| judge.judge(line, &place)));
    }
}

criterion_group!(benches, judging);
criterion_main!(benches);
