//! The fields of a tool and what a word is worth in each.

use crate::Tool;
use crate::words::{for_each_word, stem};
use std::collections::HashMap;

/// How many fields there are.
pub const FIELDS: usize = 6;

/// One number for each field: name, title, server, description, names of parameters, their descriptions and values.
pub(crate) type PerField<T> = [T; FIELDS];

/// How much fields, lengths and repetitions count. The parameters of BM25F, see [`crate`].
///
/// The default was found by random search for the sum of recall on single-tool requests with short descriptions and
/// nDCG on multi-tool requests over tools with parameter schemas, so that neither style of catalogue rules.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// What one occurrence is worth in each field: name, title, server, description, names of parameters, their
    /// descriptions and values.
    pub worth: [f32; FIELDS],
    /// How much a field's length counts (b): 0 not at all, 1 in full.
    pub length: [f32; FIELDS],
    /// The length, in words, at which an occurrence is worth just that. Fixed, not the average of the catalogue: what a
    /// tool's words are worth then depends on that tool alone, and replacing one server leaves all others as they are.
    pub usual: [f32; FIELDS],
    /// How soon more occurrences of a word stop to count (k1).
    pub saturation: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            worth: [1.6, 1.3, 0.6, 1.0, 0.25, 0.45],
            length: [0.25, 0.4, 0.3, 0.2, 0.5, 0.6],
            usual: [3.0, 3.0, 3.0, 10.0, 4.0, 20.0],
            saturation: 3.5,
        }
    }
}

/// How often each stem occurs in each field of a tool.
type Counts = HashMap<String, PerField<u8>>;

/// Counts the stems of a tool.
fn count(server: &str, tool: &Tool) -> Counts {
    let mut counts = Counts::new();
    let mut add = |field: usize, text: &str| {
        for_each_word(text, |word| {
            let stem = stem(word);
            let slot =
                if let Some(slot) = counts.get_mut(stem) { slot } else { counts.entry(stem.to_owned()).or_default() };
            slot[field] = slot[field].saturating_add(1);
        });
    };
    add(0, &tool.name);
    add(1, &tool.title);
    add(2, server);
    add(3, &tool.description);
    for parameter in &tool.parameters {
        add(4, &parameter.name);
        add(5, &parameter.description);
        for value in &parameter.values {
            add(5, value);
        }
    }
    counts
}

impl Weights {
    /// The stems of a tool, and what all occurrences of each are worth together, between 0 and 1.
    pub(crate) fn impacts(&self, server: &str, tool: &Tool) -> impl Iterator<Item = (String, f32)> {
        let counts = count(server, tool);
        let mut lengths = PerField::<f32>::default();
        for counts in counts.values() {
            for (length, count) in lengths.iter_mut().zip(counts) {
                *length += f32::from(*count);
            }
        }
        let worth: PerField<f32> = std::array::from_fn(|field| {
            let relative = lengths[field] / self.usual[field].max(f32::MIN_POSITIVE);
            self.worth[field] / (1.0 - self.length[field] + self.length[field] * relative).max(f32::MIN_POSITIVE)
        });
        let saturation = self.saturation;
        counts.into_iter().map(move |(stem, counts)| {
            let amount: f32 = counts
                .iter()
                .zip(worth)
                .filter(|(count, _)| **count > 0)
                .map(|(count, worth)| f32::from(*count) * worth)
                .sum();
            (stem, amount / (saturation + amount))
        })
    }
}
