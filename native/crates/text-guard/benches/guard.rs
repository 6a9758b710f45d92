//! Clean and dirty text of the sizes that tools return.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use guard::{Format, Personal, mask, mask_for};
use std::hint::black_box;

const LINE: &str =
    "2026-11-22T10:15:30Z INFO  api request id=3f786850e387550f path=/v1/containers status=200 took=12ms\n";

fn guard(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("guard");
    for size in [300, 4 << 10, 64 << 10, 1 << 20] {
        let log = LINE.repeat(size / LINE.len() + 1);
        let json = serde_json::json!({ "content": [{ "type": "text", "text": log }] }).to_string();
        let dirty = json.replacen("request", &format!("ghp_{}", "a1".repeat(20)), 1);
        let japanese = "コンテナの一覧を表示します。".repeat(size / 42 + 1);
        for (kind, text, format) in [
            ("text", &log, Format::Text),
            ("json", &json, Format::Json),
            ("json-with-a-secret", &dirty, Format::Json),
            ("japanese", &japanese, Format::Text),
        ] {
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_with_input(BenchmarkId::new(kind, size), text.as_bytes(), |bencher, bytes| {
                bencher.iter(|| mask(black_box(bytes), format));
            });
        }
    }
    let log = LINE.repeat((1 << 20) / LINE.len());
    group.throughput(Throughput::Bytes(log.len() as u64));
    group.bench_function("text-for-personal-data/1048576", |bencher| {
        bencher.iter(|| mask_for(black_box(log.as_bytes()), Format::Text, Personal::ALL));
    });
    let items: Vec<_> = log
        .as_bytes()
        .chunks(1 << 10)
        .map(|part| serde_json::json!({ "type": "text", "text": String::from_utf8_lossy(part) }))
        .collect();
    let json = serde_json::json!({ "content": items }).to_string();
    group.bench_function("json-of-many-items/1048576", |bencher| {
        bencher.iter(|| mask(black_box(json.as_bytes()), Format::Json));
    });
    group.finish();
}

criterion_group!(benches, guard);
criterion_main!(benches);
