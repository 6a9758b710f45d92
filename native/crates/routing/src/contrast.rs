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
const BEST: usize = 32;

/// How much being rare among the best counts beside being rare in the catalogue.
const CONTRAST: f32 = 0.8;

/// Adds to the scores of the best what the words tell among them.
pub(crate) fn tell_apart(index: &ToolIndex, question: &Question, scores: &mut [f32]) {
    let best = greatest(scores, BEST);
    // From the words of the few to those sought: the lists of the sought are many times longer.
    let asked = Asked::of(&question.sought, index.postings.len());
    let mut with = vec![0_u32; question.sought.len()];
    let mut found: Vec<(u32, u32, f32)> = Vec::with_capacity(16 * best.len());
    let mut there = Vec::new();
    let lists = |(_, tool): &(f32, u32)| Some((*tool, index.slots[*tool as usize].as_ref()?.lists.as_ref()?));
    let lists: Vec<(u32, &Lists)> = best.iter().filter_map(lists).collect();
    fetch(lists.iter().filter_map(|(_, lists)| lists.numbers.first()).map(|list| *list as usize));
    for (tool, lists) in lists {
        asked.among(&lists.numbers, &mut there);
        for &at in &there {
            let place = asked.place(lists.numbers[at as usize]);
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
}

/// Which lists are sought, and where among the sought each is. A bit a list, so that all fits into the nearest cache.
struct Asked {
    bits: Vec<u64>,
    /// How many bits are set before each word of them.
    before: Vec<u32>,
    /// The places, in the order of the bits.
    places: Vec<u32>,
}

impl Asked {
    fn of(sought: &[Sought], lists: usize) -> Self {
        let mut bits = vec![0_u64; lists.div_ceil(64)];
        for sought in sought {
            bits[sought.list as usize / 64] |= 1 << (sought.list % 64);
        }
        let running = bits.iter().scan(0, |set, word| {
            let before = *set;
            *set += word.count_ones();
            Some(before)
        });
        let before = running.collect();
        let mut asked = Self { bits, before, places: vec![0; sought.len()] };
        for (place, sought) in (0_u32..).zip(sought) {
            let (word, bit) = (sought.list as usize / 64, sought.list % 64);
            let rank = asked.rank(word, bit);
            asked.places[rank] = place;
        }
        asked
    }

    fn rank(&self, word: usize, bit: u32) -> usize {
        (self.before[word] + (self.bits[word] & ((1 << bit) - 1)).count_ones()) as usize
    }

    /// Which of these lists are sought. Without a branch for each: it would be guessed wrongly.
    fn among(&self, lists: &[u32], there: &mut Vec<u32>) {
        there.clear();
        there.resize(lists.len(), 0);
        let mut next = 0;
        for (at, &list) in (0_u32..).zip(lists) {
            there[next] = at;
            next += (self.bits[list as usize / 64] >> (list % 64) & 1) as usize;
        }
        there.truncate(next);
    }

    /// Where among the sought one of them is.
    fn place(&self, list: u32) -> u32 {
        self.places[self.rank(list as usize / 64, list % 64)]
    }
}
