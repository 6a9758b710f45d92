//! The fields of a tool and what a word is worth in each.

use crate::Tool;
use crate::words::for_each_word;
use std::collections::HashMap;

/// How many fields there are.
pub(crate) const FIELDS: usize = 6;

/// One number for each field: name, title, server, description, names of parameters, their descriptions and values.
pub(crate) type PerField<T> = [T; FIELDS];

/// What one occurrence is worth.
const WEIGHT: PerField<f32> = [3.0, 2.0, 1.5, 1.0, 0.6, 0.4];

/// How much a field's length counts: 0 not at all, 1 in full.
const LENGTH: PerField<f32> = [0.4, 0.4, 0.0, 0.6, 0.6, 0.6];

/// How soon more occurrences of a word stop to count (k1).
const SATURATION: f32 = 1.6;

/// How often each stem occurs in each field of a tool.
pub(crate) type Counts = HashMap<String, PerField<u8>>;

/// Counts the stems of a tool.
pub(crate) fn count(server: &str, tool: &Tool) -> Counts {
    let mut counts = Counts::new();
    let mut add = |field: usize, text: &str| {
        for_each_word(text, |word| {
            let stem = crate::stem::stem(word);
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

/// What one occurrence in each field of a tool is worth, given the lengths of its fields and the average ones.
pub(crate) fn worth(lengths: PerField<u32>, average: PerField<f32>) -> PerField<f32> {
    std::array::from_fn(|field| {
        let relative = if average[field] > 0.0 { lengths[field] as f32 / average[field] } else { 1.0 };
        WEIGHT[field] / (1.0 - LENGTH[field] + LENGTH[field] * relative)
    })
}

/// What all occurrences of a word in a tool are worth together, between 0 and 1.
pub(crate) fn saturate(amount: f32) -> f32 {
    amount / (SATURATION + amount)
}
