//! Where among the sought each list is.

use crate::lent::Lent;

/// How many bits tell that a list is not sought.
const BITS: usize = 8192;

/// No list has this number.
const EMPTY: u32 = u32::MAX;

/// A small table from the lists that are sought to their places: its size is that of the question, not of the catalogue.
#[derive(Default)]
pub(crate) struct Places {
    /// A bit for the end of a list's number: enough to tell most that are not sought.
    bits: Lent<u64>,
    /// Lists with their places, each as near behind the end of its number as there was room.
    table: Lent<(u32, u32)>,
}

impl Places {
    /// With room for so many lists.
    pub(crate) fn with_room(lists: usize) -> Self {
        Self { bits: Lent::of(0, BITS / 64), table: Lent::of((EMPTY, 0), (3 * lists + 1).next_power_of_two()) }
    }

    /// Puts a list at a place, unless it has one; gives the one it has then.
    pub(crate) fn put(&mut self, list: u32, place: u32) -> u32 {
        let at = self.slot(list);
        if self.table[at].0 == EMPTY {
            self.table[at] = (list, place);
            self.bits[list as usize / 64 % (BITS / 64)] |= 1 << (list % 64);
        }
        self.table[at].1
    }

    /// The place of a list; none when it is not sought.
    pub(crate) fn get(&self, list: u32) -> Option<u32> {
        let (known, place) = self.table.get(self.slot(list))?;
        (*known == list).then_some(*place)
    }

    /// Whether a list may be sought; all that are sought may.
    pub(crate) fn may_have(&self, list: u32) -> bool {
        self.bits[list as usize / 64 % (BITS / 64)] >> (list % 64) & 1 == 1
    }

    /// Where a list is in the table or would be.
    fn slot(&self, list: u32) -> usize {
        let mask = self.table.len().wrapping_sub(1);
        let mut at = list as usize & mask;
        while self.table.get(at).is_some_and(|(known, _)| *known != list && *known != EMPTY) {
            at = (at + 1) & mask;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        /// Lists whose numbers end alike are many here.
        #[test]
        fn lists_are_where_they_were_put(
            sought in proptest::collection::vec((0_u32..4, 0_u32..40).prop_map(|(high, low)| high << 13 | low), 0..60),
            asked in proptest::collection::vec((0_u32..4, 0_u32..40).prop_map(|(high, low)| high << 13 | low), 0..60),
        ) {
            let mut places = Places::with_room(sought.len());
            let mut plain = BTreeMap::new();
            for (place, &list) in (0_u32..).zip(&sought) {
                let first = *plain.entry(list).or_insert(place);
                prop_assert_eq!(places.put(list, place), first);
            }
            for list in &asked {
                prop_assert_eq!(places.get(*list), plain.get(list).copied());
                prop_assert!(places.may_have(*list) || !plain.contains_key(list));
            }
        }
    }

    #[test]
    fn nothing_is_sought_at_first() {
        assert_eq!(Places::default().get(0), None);
        assert_eq!(Places::with_room(0).get(7), None);
    }
}
