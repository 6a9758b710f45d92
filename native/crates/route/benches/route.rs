//! Benchmarks.
#![allow(missing_docs)]
use criterion::{Criterion, criterion_group, criterion_main};

fn nothing(criterion: &mut Criterion) {
    criterion.bench_function("nothing", |bencher| bencher.iter(|| 1));
}

criterion_group!(benches, nothing);
criterion_main!(benches);
