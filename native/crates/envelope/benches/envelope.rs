//! One `tools/call` answer of several sizes, prose and dense JSON.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

fn answer(size: usize, dense: bool) -> String {
    let item =
        if dense { r#"{"a":1,"b":[true,null],"c":"x\"y"},"# } else { "A line of a log, as long as such lines are.\\n" };
    let body = item.repeat(size / item.len() + 1);
    if dense {
        format!(r#"{{"jsonrpc":"2.0","result":{{"content":[],"structuredContent":{{"rows":[{body}0]}}}},"id":17}}"#)
    } else {
        format!(r#"{{"jsonrpc":"2.0","result":{{"content":[{{"type":"text","text":"{body}"}}]}},"id":17}}"#)
    }
}

fn scan(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scan");
    for size in [200, 4 << 10, 64 << 10, 1 << 20] {
        for (kind, dense) in [("text", false), ("dense", true)] {
            let message = answer(size, dense);
            group.throughput(Throughput::Bytes(message.len() as u64));
            group.bench_with_input(BenchmarkId::new(kind, size), message.as_bytes(), |bencher, bytes| {
                bencher.iter(|| envelope::scan(black_box(bytes)));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, scan);
criterion_main!(benches);
