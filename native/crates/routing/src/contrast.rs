//! What tells the best apart.
//!
//! How rare a word is in the whole catalogue says how well it picks out a few tools of many. Among the few it is another
//! matter: beside twenty tools for containers, `container` tells nothing and `list`, which is everywhere, tells all. So
//! each word counts a second time, by how rare it is among the best.

use crate::index::{Lists, ToolIndex};
use crate::numbers::fetch;
use crate::question::{Question, Sought};
use crate::search::POINT;
use crate::top::greatest;

/// How many of the best are told apart.
pub(crate) const BEST: usize = 32;

/// How much being rare among the best counts beside being rare in the catalogue.
const CONTRAST: f32 = 0.8;

/// Adds to the scores of the best what the words tell among them. Gives those tools with the scores that they had.
pub(crate) fn tell_apart(index: &ToolIndex, question: &Question, scores: &mut [f32]) -> Vec<(f32, u32)> {
    let best = greatest(scores, BEST);
    // From the words of the few to those sought: the lists of the sought are many times longer.
    let mut with = vec![0_u32; question.sought.len()];
    let mut found: Vec<(u32, u32, f32)> = Vec::with_capacity(16 * best.len());
    let mut there = Vec::new();
    let lists = |(_, tool): &(f32, u32)| Some((*tool, index.slots[*tool as usize].as_ref()?.lists.as_ref()?));
    let lists: Vec<(u32, &Lists)> = best.iter().filter_map(lists).collect();
    fetch(lists.iter().filter_map(|(_, lists)| lists.numbers.first()).map(|list| *list as usize));
    for (tool, lists) in lists {
        question.places.among(&lists.numbers, &mut there);
        for &at in &there {
            let Some(place) = question.places.get(lists.numbers[at as usize]) else { continue };
            with[place as usize] += 1;
            found.push((tool, place, lists.amounts[at as usize]));
        }
    }
    let all = best.len() as f32;
    let worth = |(sought, with): (&Sought, u32)| {
        let rarity = if with == 0 { 0.0 } else { (1.0 + (all - with as f32 + 0.5) / (with as f32 + 0.5)).ln() };
        CONTRAST * POINT * sought.worth * rarity
    };
    let worths: Vec<f32> = question.sought.iter().zip(with).map(worth).collect();
    // A sum of floating point numbers depends on its order: here that of the words in the tool, which is its own.
    for (tool, place, amount) in found {
        scores[tool as usize] += worths[place as usize] * amount;
    }
    best
}
