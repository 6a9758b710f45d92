//! What followed a context: a hashed table of bounded size.
//!
//! One slot, a cache line, holds what followed one context: up to fourteen symbols, the latest first, with their counts.
//! Slots lie in buckets of four. The table begins small and doubles when a bucket is full, up to its limit; from then on a
//! full bucket gives away the slot unused for longest.

use crate::symbols::Symbol;

/// How many symbols a context remembers.
pub(crate) const WIDTH: usize = 14;
/// One observation, in the fixed point that counts are kept in.
const ONE: u16 = 64;
const WAYS: usize = 4;

/// What followed one context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub(crate) struct Slot {
    /// The context's hash; 0: the slot is empty.
    pub(crate) key: u32,
    /// When it was last used, in units of 64 observations.
    pub(crate) used: u16,
    pub(crate) len: u16,
    /// Symbol and count, the latest first.
    pub(crate) entries: [(Symbol, u16); WIDTH],
}

const EMPTY: Slot = Slot { key: 0, used: 0, len: 0, entries: [(0, 0); WIDTH] };

impl Slot {
    pub(crate) fn entries(&self) -> &[(Symbol, u16)] {
        &self.entries[..usize::from(self.len).min(WIDTH)]
    }

    /// The sum of the counts, in observations.
    pub(crate) fn total(&self) -> f32 {
        self.entries().iter().map(|(_, count)| u32::from(*count)).sum::<u32>() as f32 / f32::from(ONE)
    }

    /// The share of the next symbol that is left to the expert below, when each count is discounted.
    pub(crate) fn backed(&self, total: f32, discount: f32) -> f32 {
        let kept: f32 = self.entries().iter().map(|(_, count)| discounted(*count, discount)).sum();
        ((total - kept) / total).clamp(1e-3, 1.0)
    }

    /// Counts one more of a symbol and puts it first. The others fade, so that what was long ago weighs less.
    fn add(&mut self, symbol: Symbol, fade: u16) {
        let len = usize::from(self.len);
        let at = self.entries[..len].iter().position(|(known, _)| *known == symbol);
        let (at, count) = if let Some(at) = at {
            (at, self.entries[at].1)
        } else if len < WIDTH {
            self.len += 1;
            (len, 0)
        } else {
            // The rarest of the older half gives way.
            let at = (WIDTH / 2..WIDTH).rev().min_by_key(|at| self.entries[*at].1).unwrap_or(WIDTH - 1);
            (at, 0)
        };
        for (_, count) in &mut self.entries[..len] {
            *count -= count.checked_div(fade).unwrap_or(0).min(count.saturating_sub(1));
        }
        self.entries.copy_within(..at, 1);
        self.entries[0] = (symbol, count.saturating_add(ONE));
        if self.entries[0].1 > u16::MAX / 2 {
            for (_, count) in &mut self.entries[..usize::from(self.len)] {
                *count = (*count / 2).max(1);
            }
        }
    }
}

/// A count less a discount, in observations.
pub(crate) fn discounted(count: u16, discount: f32) -> f32 {
    (f32::from(count) / f32::from(ONE) - discount).max(0.0)
}

/// The table.
#[derive(Clone, Debug)]
pub(crate) struct Contexts {
    slots: Vec<Slot>,
    filled: usize,
    max_slots: usize,
}

impl Contexts {
    /// `max_slots` is a power of two, 64 bytes each.
    pub(crate) fn new(max_slots: usize) -> Self {
        Self { slots: vec![EMPTY; 1024.min(max_slots)], filled: 0, max_slots }
    }

    pub(crate) fn find(&self, key: u32) -> Option<&Slot> {
        self.way(key, |slot| slot.key == key).map(|at| &self.slots[at])
    }

    /// Counts that a symbol followed a context. `fade`: how slowly the others of that context fade, 0 for not at all.
    pub(crate) fn add(&mut self, key: u32, symbol: Symbol, now: u16, fade: u16) {
        let at = match self.way(key, |slot| slot.key == key) {
            Some(at) => at,
            None => self.make_slot(key, now),
        };
        self.slots[at].used = now;
        self.slots[at].add(symbol, fade);
    }

    /// A slot for a new context: an empty one, one that growing made, or the one unused for longest.
    fn make_slot(&mut self, key: u32, now: u16) -> usize {
        while self.way(key, |slot| slot.key == 0).is_none() && self.slots.len() < self.max_slots {
            self.grow();
        }
        let start = self.bucket(key);
        let at = self.way(key, |slot| slot.key == 0).unwrap_or_else(|| {
            self.filled -= 1;
            start + (0..WAYS).max_by_key(|way| now.wrapping_sub(self.slots[start + way].used)).unwrap_or(0)
        });
        self.filled += 1;
        self.slots[at] = Slot { key, ..EMPTY };
        at
    }

    fn way(&self, key: u32, is: impl Fn(&Slot) -> bool) -> Option<usize> {
        let start = self.bucket(key);
        (start..start + WAYS).find(|at| is(&self.slots[*at]))
    }

    /// Forgets symbols wherever they are.
    pub(crate) fn forget(&mut self, gone: &[bool]) {
        for slot in &mut self.slots {
            let mut kept = 0;
            for at in 0..usize::from(slot.len) {
                if !gone.get(usize::from(slot.entries[at].0)).copied().unwrap_or(false) {
                    slot.entries[kept] = slot.entries[at];
                    kept += 1;
                }
            }
            slot.entries[kept..].fill((0, 0));
            slot.len = u16::try_from(kept).unwrap_or(0);
            if slot.len == 0 && slot.key != 0 {
                *slot = EMPTY;
                self.filled -= 1;
            }
        }
        // Holes go to the end of their bucket, so that a table is the same after it was written and read.
        for bucket in self.slots.chunks_exact_mut(WAYS) {
            bucket.sort_by_key(|slot| slot.key == 0);
        }
    }

    fn bucket(&self, key: u32) -> usize {
        // The length is a power of two and at least one bucket.
        (key as usize).wrapping_mul(WAYS) & (self.slots.len() - 1)
    }

    fn grow(&mut self) {
        let larger = vec![EMPTY; self.slots.len() * 2];
        let old = std::mem::replace(&mut self.slots, larger);
        // What shared a bucket lies in one of two now, so each finds room.
        for slot in old.into_iter().filter(|slot| slot.key != 0) {
            self.place(slot);
        }
    }

    /// Puts a slot where it belongs; false when its bucket is full.
    fn place(&mut self, slot: Slot) -> bool {
        let Some(at) = self.way(slot.key, |other| other.key == 0) else { return false };
        self.slots[at] = slot;
        true
    }

    /// How many slots there are room for now.
    pub(crate) fn capacity(&self) -> usize {
        self.slots.len()
    }

    /// The filled slots, in the order that [`Contexts::restore`] takes.
    pub(crate) fn filled(&self) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(|slot| slot.key != 0)
    }

    /// How many contexts are known.
    pub(crate) fn len(&self) -> usize {
        self.filled
    }

    /// Puts slots back; false when the table cannot hold them.
    pub(crate) fn restore(&mut self, capacity: usize, slots: &[Slot]) -> bool {
        if !capacity.is_power_of_two() || capacity < WAYS || capacity > self.max_slots {
            return false;
        }
        self.slots = vec![EMPTY; capacity];
        self.filled = slots.len();
        slots.iter().all(|slot| slot.key != 0 && self.find(slot.key).is_none() && self.place(*slot))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Contexts, ONE, WIDTH};
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        /// As long as there is room and nothing fades, a table is what a plain count of what followed what is.
        #[test]
        fn counts_as_a_plain_count_model_does(stream in prop::collection::vec(0..10_u16, 1..400), order in 0..4_usize) {
            let mut table = Contexts::new(1 << 16);
            let mut plain: HashMap<Vec<u16>, HashMap<u16, u32>> = HashMap::new();
            let key = |context: &[u16]| crate::words::combine(&context.iter().map(|symbol| u32::from(*symbol)).collect::<Vec<_>>());
            for window in stream.windows(order + 1) {
                let (context, next) = window.split_at(order);
                table.add(key(context), next[0], 0, 0);
                *plain.entry(context.to_vec()).or_default().entry(next[0]).or_default() += 1;
            }
            prop_assert_eq!(table.len(), plain.len());
            for (context, followers) in plain {
                let slot = table.find(key(&context)).unwrap();
                let counted: HashMap<u16, u32> =
                    slot.entries().iter().map(|(symbol, count)| (*symbol, u32::from(count / ONE))).collect();
                prop_assert_eq!(counted, followers);
            }
        }

        #[test]
        fn a_table_stays_within_its_limit(keys in prop::collection::vec(1..u32::MAX, 1..3000), limit in 4..9_u32) {
            let mut table = Contexts::new(1 << limit);
            for (at, key) in keys.iter().enumerate() {
                table.add(*key, u16::try_from(at % 40).unwrap_or(0), 0, 8);
                prop_assert!(table.find(*key).is_some(), "what was just counted is there");
            }
            prop_assert!(table.capacity() <= 1 << limit);
            prop_assert_eq!(table.filled().count(), table.len());
        }
    }

    #[test]
    fn the_latest_is_first_and_the_rarest_of_the_older_half_gives_way() {
        let mut table = Contexts::new(16);
        for symbol in [7, 7, 7].into_iter().chain(0..14) {
            table.add(1, symbol, 0, 0);
        }
        let symbols: Vec<u16> =
            table.find(1).map(|slot| slot.entries().iter().map(|(symbol, _)| *symbol).collect()).unwrap_or_default();
        assert_eq!(symbols.len(), WIDTH);
        assert_eq!(symbols[0], 13);
        assert!(symbols.contains(&7), "it came four times");
    }

    #[test]
    fn what_is_forgotten_leaves_no_hole() {
        let mut table = Contexts::new(64);
        for key in 1..=40 {
            table.add(key, u16::from(key % 2 == 0), 0, 0);
        }
        let before = table.len();
        table.forget(&[true, false]);
        assert!(table.len() < before);
        let slots: Vec<_> = table.filled().copied().collect();
        let mut again = Contexts::new(64);
        assert!(again.restore(table.capacity(), &slots));
        assert_eq!(again.slots, table.slots);
    }
}
