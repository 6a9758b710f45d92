//! A crowd-labelling job of ordinary size: 1,000 items, 20 workers, 5 labels, 10 votes an item.

use consensus::{InferOptions, Method, Options, Vote, dawid_skene, infer, majority};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

fn consensus(criterion: &mut Criterion) {
    let items: Vec<String> = (0..1000).map(|item| format!("item {item}")).collect();
    let workers: Vec<String> = (0..20).map(|worker| format!("worker {worker}")).collect();
    let labels = ["a", "b", "c", "d", "e"];
    let mut votes = Vec::new();
    for (at, item) in items.iter().enumerate() {
        for turn in 0..10 {
            let worker = (at * 7 + turn * 3) % workers.len();
            let wrong = (at * 31 + turn * 17 + worker * 5) % 20 < worker;
            let label = labels[(at + usize::from(wrong) * (1 + turn % 4)) % labels.len()];
            votes.push(Vote { item, worker: &workers[worker], label });
        }
    }
    let mut group = criterion.benchmark_group("consensus");
    group.throughput(Throughput::Elements(votes.len() as u64));
    group.bench_function("majority", |bencher| bencher.iter(|| majority(black_box(&votes))));
    group.bench_function("dawid-skene", |bencher| bencher.iter(|| dawid_skene(black_box(&votes), Options::default())));
    for method in Method::ALL.into_iter().map(Some).chain([None]) {
        let name = format!("infer/{}", method.map_or("auto", Method::name));
        let options = InferOptions { method, ..InferOptions::default() };
        group.bench_function(name, |bencher| bencher.iter(|| infer(black_box(&votes), options)));
    }
    group.finish();
}

criterion_group!(benches, consensus);
criterion_main!(benches);
