//! One search.

use crate::Hit;
use crate::confidence::{Evidence, confidence};
use crate::index::ToolIndex;
use crate::question::Question;

/// What a tool gains whose name is the whole question.
const EXACT: f32 = 2.0;

/// How much a point of BM25F is worth, in log-odds against the other tools.
pub(crate) const POINT: f32 = 0.6;

/// How many of the best are weighed against each other.
const RIVALS: usize = 16;

/// What the words of the tools say, by slot: 0 for a tool that no word leads to. With it the greatest sum that one
/// tool could have.
pub(crate) fn words_say(index: &ToolIndex, question: &Question) -> (Vec<f32>, f32) {
    let mut scores = vec![0.0_f32; index.slots.len()];
    let mut most = 0.0;
    for sought in &question.sought {
        let postings = &index.postings[sought.list as usize];
        let (with, without) = (postings.len() as f32, index.len().saturating_sub(postings.len()) as f32);
        let rarity = POINT * sought.worth * (1.0 + (without + 0.5) / (with + 0.5)).ln();
        most += rarity;
        for posting in postings {
            scores[posting.tool as usize] += rarity * posting.amount;
        }
    }
    if let Some(named) = index.names.get(&question.letters) {
        // A tool whose server has no letters has one name twice.
        let mut named = named.clone();
        named.dedup();
        for tool in named {
            scores[tool as usize] *= EXACT;
        }
    }
    (scores, most)
}

pub(crate) fn search<'a>(index: &'a ToolIndex, question: &Question, limit: usize) -> Vec<Hit<'a>> {
    if limit == 0 {
        return Vec::new();
    }
    let (mut scores, most) = words_say(index, question);
    let remembered = index.memory.say(&question.words, &mut scores);
    let mut found = best(index, &scores, limit.max(RIVALS));
    found
        .sort_unstable_by(|one, other| other.0.total_cmp(&one.0).then_with(|| (one.1, one.2).cmp(&(other.1, other.2))));
    let top: Vec<f32> = found.iter().take(RIVALS).map(|found| found.0).collect();
    let evidence = Evidence { top: &top, most, sought: question.sought.len(), unknown: question.unknown, remembered };
    let sure = confidence(&evidence);
    let first = top.first().copied().unwrap_or(0.0);
    found.truncate(limit);
    found
        .into_iter()
        .map(|(score, server, name)| Hit {
            server,
            name,
            score: f64::from(positive(score)),
            confidence: f64::from(sure * (score - first).exp()),
        })
        .collect()
}

/// A tool that calls have taught to be wrong may have less than no score; what is shown is above 0, in the same order.
fn positive(score: f32) -> f32 {
    if score > 1.0 { score } else { (score - 1.0).exp().max(f32::MIN_POSITIVE) }
}

/// The tools with the `limit` greatest scores, and all that are equal to the least of them, in no order.
fn best<'a>(index: &'a ToolIndex, scores: &[f32], limit: usize) -> Vec<(f32, &'a str, &'a str)> {
    let mut least = f32::NEG_INFINITY;
    let mut found: Vec<(f32, u32)> = Vec::with_capacity(4 * limit.min(64));
    let mut full = limit.saturating_mul(4).max(64);
    for (tool, &score) in (0_u32..).zip(scores) {
        if score == 0.0 || score < least || index.slots[tool as usize].as_ref().is_none_or(|slot| slot.lists.is_none())
        {
            continue;
        }
        found.push((score, tool));
        if found.len() >= full {
            least = cut(&mut found, limit);
            full = (2 * found.len()).max(limit.saturating_mul(4)).max(64);
        }
    }
    cut(&mut found, limit);
    found
        .into_iter()
        .filter_map(|(score, tool)| index.slots[tool as usize].as_ref().map(|slot| (score, &*slot.server, &*slot.name)))
        .collect()
}

/// Leaves the `limit` greatest and their equals; gives the least of them.
fn cut(found: &mut Vec<(f32, u32)>, limit: usize) -> f32 {
    if found.len() <= limit {
        return f32::NEG_INFINITY;
    }
    let least = found.select_nth_unstable_by(limit - 1, |one, other| other.0.total_cmp(&one.0)).1.0;
    found.retain(|found| found.0 >= least);
    least
}
