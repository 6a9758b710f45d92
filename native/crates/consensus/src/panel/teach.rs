//! Which questions are worth a judgement.

use super::fit::differ;
use super::judge::Judge;
use super::sheet::{ABSTAINS, Sheet};

/// Judgements that are spread over all questions on which members disagree, before any are aimed.
const SPREAD: usize = 20;
/// Judgements of one batch: after these it is asked again who the rivals are.
const BATCH: usize = 10;

/// Chooses questions to have judged, at most `count` and at most one batch. Where all members agree a judgement tells
/// nothing of whom to believe, so the first ones are spread over the questions with disagreement; later ones go where
/// the two rivals differ, the member that looks best and the one that may yet be better, because mistaking the second
/// for the best is what costs most (racing, as in best-arm identification). The choice looks only at answers, never at
/// truths other than through who the rivals are.
///
/// Deterministic for a seed. Falls back to any question when no better one is left.
pub(super) fn choose(
    sheet: &Sheet,
    known: &[usize],
    judged: usize,
    judge: &Judge,
    count: usize,
    seed: u64,
) -> Vec<usize> {
    let mut taken = vec![false; sheet.len()];
    for question in known {
        if let Some(slot) = taken.get_mut(*question) {
            *slot = true;
        }
    }
    let mut questions: Vec<usize> = (0..sheet.len()).collect();
    fastrand::Rng::with_seed(seed).shuffle(&mut questions);
    let mut heard = Vec::new();
    let mut aimed = |question: usize| match judge.rivals {
        Some((first, second)) => {
            let answers = judge.hear(sheet.answers(question), &mut heard);
            let (a, b) = (answers[first], answers[second]);
            a != b && a != ABSTAINS && b != ABSTAINS
        }
        None => false,
    };
    let mut wished = |wish: u8, question: usize| match wish {
        0 => judged >= SPREAD && aimed(question),
        1 => differ(sheet.answers(question)),
        _ => true,
    };
    let room = if judged < SPREAD { SPREAD - judged } else { BATCH };
    let count = count.min(room);
    let mut chosen = Vec::with_capacity(count);
    for wish in 0..3 {
        for question in &questions {
            if chosen.len() < count && !taken[*question] && wished(wish, *question) {
                taken[*question] = true;
                chosen.push(*question);
            }
        }
    }
    chosen
}
