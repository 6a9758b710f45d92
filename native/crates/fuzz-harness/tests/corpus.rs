//! Every parser over its committed corpus, and over mutations of it: no panic, no endless run.

#![allow(clippy::unwrap_used)]

use std::{fs, path::Path};

/// How many mutations of one corpus file are tried.
const MUTATIONS: usize = 200;

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(name);
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

/// Cuts, doubles, overwrites and joins, as a fuzzer would.
fn mutate(random: &mut fastrand::Rng, bytes: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=random.usize(..4) {
        let at = random.usize(..=bytes.len());
        match random.u8(..5) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, random.u8(..)),
            2 if at < bytes.len() => bytes[at] ^= 1 << random.u8(..8),
            3 => bytes.extend_from_within(at..),
            _ => bytes.splice(at..at, other.iter().copied().take(64)).for_each(drop),
        }
    }
    bytes.truncate(1 << 16);
    bytes
}

#[test]
fn no_parser_panics_on_its_corpus_or_mutations_of_it() {
    for (name, target) in fuzz_harness::TARGETS {
        let corpus = corpus(name);
        assert!(!corpus.is_empty(), "{name} has no corpus");
        let mut random = fastrand::Rng::with_seed(7);
        for bytes in &corpus {
            target(bytes);
            for _ in 0..MUTATIONS {
                let other = &corpus[random.usize(..corpus.len())];
                target(&mutate(&mut random, bytes, other));
            }
        }
    }
}
