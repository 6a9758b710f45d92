//! One prediction of five names with their lines, and one observation, after a year of work of one person.

use criterion::{Criterion, criterion_group, criterion_main};
use sequence::{CommandPredictor, Event, Options};
use std::hint::black_box;

/// A person who repeats some sequences of commands, with what changes in them and slips in between.
fn lines(count: usize) -> Vec<String> {
    let mut random = fastrand::Rng::with_seed(11);
    let habits: Vec<Vec<usize>> =
        (0..60).map(|_| (0..random.usize(2..7)).map(|_| random.usize(..120)).collect()).collect();
    let mut lines = Vec::with_capacity(count);
    while lines.len() < count {
        for command in &habits[random.usize(..habits.len())] {
            if random.u8(..10) == 0 {
                lines.push(format!("tool{} --once {}", random.usize(..400), random.u32(..)));
            }
            lines.push(format!("tool{command} run --in dir{}", random.usize(..5)));
        }
    }
    lines
}

fn sequence(criterion: &mut Criterion) {
    let lines = lines(20_000);
    let mut group = criterion.benchmark_group("sequence");
    for (name, lstm) in [("contexts", false), ("contexts and network", true)] {
        let mut predictor = CommandPredictor::new(Options { lstm, seed: 1 });
        for command in &lines {
            predictor.observe(&Event { command, ..Event::default() });
        }
        group.bench_function(format!("predict, {name}"), |bencher| {
            bencher.iter(|| predictor.predict(black_box(5), None));
        });
        let mut next = lines.iter().cycle();
        group.bench_function(format!("observe, {name}"), |bencher| {
            bencher.iter(|| {
                let Some(command) = next.next() else { return };
                predictor.observe(&Event { command, ..Event::default() });
            });
        });
        group.bench_function(format!("export and import, {name}"), |bencher| {
            bencher.iter(|| CommandPredictor::import(&predictor.export()));
        });
    }
    group.finish();
}

criterion_group!(benches, sequence);
criterion_main!(benches);
