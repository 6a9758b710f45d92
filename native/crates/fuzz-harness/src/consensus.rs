//! Votes, one a line, `item,worker,label`; the first byte says by which method.

use consensus::{InferOptions, Method, Vote, infer};

/// Votes at most: rounds cost their number.
const VOTES: usize = 300;

pub(crate) fn run(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let vote = |line| {
        let mut fields = str::splitn(line, 3, ',');
        Some(Vote { item: fields.next()?, worker: fields.next()?, label: fields.next()? })
    };
    let votes: Vec<Vote<'_>> = text.lines().filter_map(vote).take(VOTES).collect();
    let method = Method::ALL.get(usize::from(*first) % (Method::ALL.len() + 1)).copied();
    let options = InferOptions { method, max_iterations: 30, ..InferOptions::default() };
    match infer(&votes, options) {
        Ok(found) => {
            for answer in &found.answers {
                assert!((0.0..=1.0).contains(&answer.confidence), "{answer:?} by {}", found.method);
                assert!(votes.iter().any(|vote| vote.item == answer.item));
                assert!(votes.iter().any(|vote| vote.label == answer.label));
            }
            assert!(found.workers.iter().all(|worker| (0.0..=1.0 + 1e-9).contains(&worker.accuracy)));
            assert_eq!(found.workers.iter().map(|worker| worker.votes).sum::<usize>(), votes.len());
        }
        Err(error) => panic!("{} votes: {error}", votes.len()),
    }
}
