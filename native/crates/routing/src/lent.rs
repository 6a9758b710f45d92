//! Room that is used again: a search would otherwise ask for memory and give it back some forty times, which takes long and
//! goes another way each time.

use crate::question::Sought;
use std::cell::RefCell;
use std::ops::{Deref, DerefMut};
use std::thread::LocalKey;

/// How many pieces of one kind are kept, and how long one may be.
const PIECES: usize = 8;
const LONGEST: usize = 1 << 20;

type Pool<T> = LocalKey<RefCell<Vec<Vec<T>>>>;

/// What a thread keeps room for.
pub(crate) trait Kept: Copy + 'static {
    fn pool() -> &'static Pool<Self>;
}

macro_rules! kept {
    ($($kind:ty),*) => {
        $(impl Kept for $kind {
            fn pool() -> &'static Pool<Self> {
                thread_local! {
                    static POOL: RefCell<Vec<Vec<$kind>>> = const { RefCell::new(Vec::new()) };
                }
                &POOL
            }
        })*
    };
}
kept!(u32, u64, u128, f32, (u32, u32), (f32, u32), (u32, u32, f32), (usize, u32), Option<u32>, Sought);

/// A list in room that the thread gets back.
pub(crate) struct Lent<T: Kept>(Vec<T>);

impl<T: Kept> Lent<T> {
    /// An empty one.
    pub(crate) fn empty() -> Self {
        Self(T::pool().try_with(|pool| pool.borrow_mut().pop()).ok().flatten().unwrap_or_default())
    }

    /// So many of one value.
    pub(crate) fn of(value: T, count: usize) -> Self {
        let mut lent = Self::empty();
        lent.resize(count, value);
        lent
    }

    /// What is gone through.
    pub(crate) fn with(values: impl Iterator<Item = T>) -> Self {
        let mut lent = Self::empty();
        lent.extend(values);
        lent
    }
}

impl<T: Kept> Default for Lent<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Kept> Deref for Lent<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T: Kept> DerefMut for Lent<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.0
    }
}

impl<T: Kept> Drop for Lent<T> {
    fn drop(&mut self) {
        let mut room = std::mem::take(&mut self.0);
        if (1..=LONGEST).contains(&room.capacity()) {
            room.clear();
            // A thread that ends keeps nothing.
            let _ = T::pool().try_with(|pool| {
                let mut pool = pool.borrow_mut();
                if pool.len() < PIECES {
                    pool.push(room);
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_comes_back_empty_and_no_more_than_is_kept() {
        let many: Vec<Lent<u64>> = (0..3 * PIECES).map(|at| Lent::of(at as u64, 5)).collect();
        let place = many[0].as_ptr();
        drop(many);
        <u64 as Kept>::pool().with_borrow(|pool| assert_eq!(pool.len(), PIECES));
        let again: Vec<Lent<u64>> = (0..PIECES).map(|_| Lent::empty()).collect();
        assert!(again.iter().all(|lent| lent.is_empty()));
        assert!(again.iter().any(|lent| lent.as_ptr() == place));
        drop(Lent::<u64>::of(0, LONGEST + 1));
        <u64 as Kept>::pool().with_borrow(|pool| assert!(pool.is_empty()));
    }
}
