//! How telling a word is, from how many texts about tools have it.
//!
//! A small catalogue cannot say which of its words are common. The counts are document frequencies of stems over the
//! 4,076 tool descriptions of Seal-Tools (Apache-2.0), its development requests, and a quarter of the requests of
//! `MetaTool` (MIT), in steps of a factor of two. A word that is not listed is rare.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a word that is not listed weighs.
pub(crate) const RARE: f64 = 7.0;

/// One line a step; the first line has the most common stems.
const STEMS: &str = include_str!("background.txt");

static WEIGHTS: LazyLock<HashMap<&'static str, f64>> = LazyLock::new(|| {
    let mut weights = HashMap::new();
    for (step, line) in STEMS.lines().enumerate() {
        for stem in line.split_ascii_whitespace() {
            weights.insert(stem, 1.0 + step as f64 * 0.75);
        }
    }
    weights
});

/// The weight of a stem, 1 for the most common, RARE for those that are not listed.
pub(crate) fn weight(stem: &str) -> f64 {
    WEIGHTS.get(stem).copied().unwrap_or(RARE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_words_weigh_less() {
        assert!(weight("nam") < weight("temperatur"));
        assert!(weight("temperatur") < weight("xylophon"));
        assert!((weight("xylophon") - RARE).abs() < 1e-9);
        assert!(STEMS.lines().count() < 9);
    }
}
