//! One search.

use crate::Hit;
use crate::confidence::{Evidence, confidence};
use crate::index::ToolIndex;
use crate::question::Question;
use crate::top::greatest;

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
    if let Some(named) = question.letters.as_ref().and_then(|letters| index.names.get(letters)) {
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
    if index.len() < scores.len() {
        // What is only remembered cannot be found.
        for (score, live) in scores.iter_mut().zip(&index.live) {
            *score = if *live { *score } else { 0.0 };
        }
    }
    let named =
        |(score, tool): (f32, u32)| index.slots[tool as usize].as_ref().map(|slot| (score, &*slot.server, &*slot.name));
    let mut found: Vec<_> = greatest(&scores, limit.max(RIVALS)).into_iter().filter_map(named).collect();
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
