//! What tells the best apart.
//!
//! How rare a word is in the whole catalogue says how well it picks out a few tools of many. Among the few it is another
//! matter: beside twenty tools for containers, `container` tells nothing and `list`, which is everywhere, tells all. So
//! each word counts a second time, by how rare it is among the best.

use crate::index::{LOT, Lot, ToolIndex};
use crate::lent::Lent;
use crate::numbers::fetch;
use crate::question::{Question, Sought};
use crate::search::POINT;
use crate::top::greatest;
use std::sync::LazyLock;

/// How many of the best are told apart.
pub(crate) const BEST: usize = 32;

/// How much being rare among the best counts beside being rare in the catalogue.
const CONTRAST: f32 = 0.8;

/// How many the best usually are at most: more are, where scores are equal.
const MOST: usize = BEST + 8;

/// How rare a word is that some of so many have; 0 where none has it, as it tells nothing then.
fn rarity(all: usize, with: usize) -> f32 {
    let (all, with) = (all as f32, with as f32);
    if with == 0.0 { 0.0 } else { (1.0 + (all - with + 0.5) / (with + 0.5)).ln() }
}

/// The same, found once: by how many there are and how many of them have the word.
static RARITIES: LazyLock<Vec<[f32; MOST + 1]>> =
    LazyLock::new(|| (0..=MOST).map(|all| std::array::from_fn(|with| rarity(all, with.min(all)))).collect());

/// Adds to the scores of the best what the words tell among them. Gives those tools with the scores that they had.
pub(crate) fn tell_apart(index: &ToolIndex, question: &Question, scores: &mut [f32]) -> Lent<(f32, u32)> {
    let best = greatest(scores, BEST);
    // From the words of the few to those sought: the lists of the sought are many times longer.
    let lists = || best.iter().map(|(_, tool)| (*tool, &*index.lists[*tool as usize]));
    let first = |(_, lists): (u32, &[Lot])| lists.first().map_or(0, |lot| lot[0].0 as usize);
    let other = |(_, lists): (u32, &[Lot])| lists.get(lists.len() / 2).map_or(0, |lot| lot[LOT - 1].0 as usize);
    fetch(lists().map(first).chain(lists().map(other)));
    // Without a branch for each word: it would be guessed wrongly.
    let mut found = Lent::of((0, 0, 0.0), LOT * lists().map(|(_, lists)| lists.len()).sum::<usize>());
    let mut count = 0;
    for (tool, lists) in lists() {
        for lot in lists {
            for (list, amount) in lot {
                found[count] = (tool, *list, *amount);
                count += usize::from(question.places.may_have(*list));
            }
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
    let rarities = &RARITIES[best.len().min(MOST)];
    let worth = |(sought, with): (&Sought, &u32)| {
        let rarity = if best.len() <= MOST { rarities[*with as usize] } else { rarity(best.len(), *with as usize) };
        CONTRAST * POINT * sought.worth * rarity
    };
    let worths = Lent::with(question.sought.iter().zip(with.iter()).map(worth));
    // A sum of floating point numbers depends on its order: here that of the words in the tool, which is its own.
    for (tool, place, amount) in &found[..count] {
        scores[*tool as usize] += worths[*place as usize] * amount;
    }
    best
}
