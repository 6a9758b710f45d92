//! What tells the best apart.
//!
//! How rare a word is in the whole catalogue says how well it picks out a few tools of many. Among the few it is another
//! matter: beside twenty tools for containers, `container` tells nothing and `list`, which is everywhere, tells all. So
//! each word counts a second time, by how rare it is among the best.

use crate::index::{LOT, ToolIndex};
use crate::lent::Lent;
use crate::numbers::fetch;
use crate::question::{Question, Sought};
use crate::search::POINT;
use crate::top::greatest;

/// How many of the best are told apart.
pub(crate) const BEST: usize = 32;

/// How much being rare among the best counts beside being rare in the catalogue.
const CONTRAST: f32 = 0.8;

/// Adds to the scores of the best what the words tell among them. Gives those tools with the scores that they had.
pub(crate) fn tell_apart(index: &ToolIndex, question: &Question, scores: &mut [f32]) -> Lent<(f32, u32)> {
    let best = greatest(scores, BEST);
    // From the words of the few to those sought: the lists of the sought are many times longer.
    let lots = || best.iter().flat_map(|(_, tool)| index.lists[*tool as usize].iter().map(|lot| (*tool, lot)));
    fetch(lots().map(|(_, lot)| lot[0].0 as usize));
    // Without a branch for each word: it would be guessed wrongly.
    let mut found = Lent::of((0, 0, 0.0), LOT * lots().count());
    let mut count = 0;
    for (tool, lot) in lots() {
        for (list, amount) in lot {
            found[count] = (tool, *list, *amount);
            count += usize::from(question.places.may_have(*list));
        }
    }
    let mut with = Lent::of(0_u32, question.sought.len());
    let all_found = count;
    count = 0;
    for at in 0..all_found {
        let (tool, list, amount) = found[at];
        let Some(place) = question.places.get(list) else { continue };
        with[place as usize] += 1;
        found[count] = (tool, place, amount);
        count += 1;
    }
    let all = best.len() as f32;
    let worth = |(sought, with): (&Sought, &u32)| {
        let with = *with;
        let rarity = if with == 0 { 0.0 } else { (1.0 + (all - with as f32 + 0.5) / (with as f32 + 0.5)).ln() };
        CONTRAST * POINT * sought.worth * rarity
    };
    let worths = Lent::with(question.sought.iter().zip(with.iter()).map(worth));
    // A sum of floating point numbers depends on its order: here that of the words in the tool, which is its own.
    for (tool, place, amount) in &found[..count] {
        scores[*tool as usize] += worths[*place as usize] * amount;
    }
    best
}
