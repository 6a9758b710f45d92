//! What tells the best apart.
//!
//! How rare a word is in the whole catalogue says how well it picks out a few tools of many. Among the few it is another
//! matter: beside twenty tools for containers, `container` tells nothing and `list`, which is everywhere, tells all. So
//! each word counts a second time, by how rare it is among the best.

use crate::index::ToolIndex;
use crate::question::Question;
use crate::search::POINT;
use crate::top::greatest;

/// How many of the best are told apart.
const BEST: usize = 32;

/// How much being rare among the best counts beside being rare in the catalogue.
const CONTRAST: f32 = 0.8;

/// Adds to the scores of the best what the words tell among them.
pub(crate) fn tell_apart(index: &ToolIndex, question: &Question, scores: &mut [f32]) {
    let best = greatest(scores, BEST);
    let mut places = vec![u32::MAX; scores.len()];
    for (place, (_, tool)) in (0_u32..).zip(&best) {
        places[*tool as usize] = place;
    }
    let mut found: Vec<(u32, f32)> = Vec::with_capacity(best.len());
    for sought in &question.sought {
        found.clear();
        for posting in &index.postings[sought.list as usize] {
            let place = places[posting.tool()];
            if place != u32::MAX {
                found.push((place, posting.amount));
            }
        }
        let with = found.len() as f32;
        let rarity = (1.0 + (best.len() as f32 - with + 0.5) / (with + 0.5)).ln();
        for (place, amount) in &found {
            scores[best[*place as usize].1 as usize] += CONTRAST * POINT * sought.worth * rarity * amount;
        }
    }
}
