//! The fields of a tool and what a word is worth in each.

use crate::Tool;
use crate::numbers::NumberMap;
use crate::vocabulary::Vocabulary;
use crate::words::{for_each_key, text_of};
use std::collections::HashSet;

/// How many fields there are.
pub const FIELDS: usize = 6;

/// One number for each field: name, title, server, description, names of parameters, their descriptions and values.
pub(crate) type PerField<T> = [T; FIELDS];

/// How much fields, lengths and repetitions count. The parameters of BM25F, see [`crate`].
///
/// The default was found by random search for the sum of recall on single-tool requests with short descriptions and
/// nDCG on multi-tool requests over tools with parameter schemas, so that neither style of catalogue rules. Those tools have
/// no titles: what a title is worth was chosen over our own servers, by 271 requests as people say them.
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
            worth: [1.2, 2.0, 0.6, 1.0, 0.25, 0.45],
            length: [0.25, 0.4, 0.3, 0.2, 0.5, 0.6],
            usual: [3.0, 3.0, 3.0, 10.0, 4.0, 20.0],
            saturation: 3.5,
        }
    }
}

/// What the occurrences of a stem say about a tool.
pub(crate) struct Impact {
    pub(crate) list: u32,
    /// Whether it is in the tool's name.
    pub(crate) named: bool,
    /// What all are worth together, between 0 and 1.
    pub(crate) amount: f32,
}

/// Whether a part of a description is the name of another tool of the server, and not a word: `use query_range for a
/// span` says what this tool does not do.
fn is_reference(part: &str, own: &str, names: &HashSet<&str>) -> bool {
    let compound = part.contains(['_', '-']) || part.chars().skip(1).any(char::is_uppercase);
    compound && part != own && names.contains(part)
}

/// How often each stem of a tool occurs in each field, by the number of its list. New stems get lists. The names are
/// those of all tools of the server.
fn count(vocabulary: &mut Vocabulary, server: &str, tool: &Tool, names: &HashSet<&str>) -> Vec<(u32, PerField<u8>)> {
    let mut counts: Vec<(u32, PerField<u8>)> = Vec::new();
    let mut places: NumberMap<usize> = NumberMap::default();
    let mut add = |field: usize, text: &str| {
        for_each_key(text, |word, key| {
            let bytes = key.to_le_bytes();
            let word = if key == 0 { word } else { text_of(&bytes) };
            let form = vocabulary.forms.keep(word, key);
            let list = vocabulary.insert(form.number, &word[..form.stem]);
            let place = *places.entry(list).or_insert_with(|| {
                counts.push((list, PerField::default()));
                counts.len() - 1
            });
            let count = &mut counts[place].1[field];
            *count = count.saturating_add(1);
        });
    };
    add(0, &tool.name);
    add(1, &tool.title);
    add(2, server);
    for part in
        tool.description.split(|character: char| !character.is_alphanumeric() && !matches!(character, '_' | '-'))
    {
        if !is_reference(part, &tool.name, names) {
            add(3, part);
        }
    }
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
    /// What the stems of a tool say about it.
    pub(crate) fn impacts(
        &self,
        vocabulary: &mut Vocabulary,
        server: &str,
        tool: &Tool,
        names: &HashSet<&str>,
    ) -> Vec<Impact> {
        let counts = count(vocabulary, server, tool, names);
        let mut lengths = PerField::<f32>::default();
        for (_, counts) in &counts {
            for (length, count) in lengths.iter_mut().zip(counts) {
                *length += f32::from(*count);
            }
        }
        let worth: PerField<f32> = std::array::from_fn(|field| {
            let relative = lengths[field] / self.usual[field].max(f32::MIN_POSITIVE);
            self.worth[field] / (1.0 - self.length[field] + self.length[field] * relative).max(f32::MIN_POSITIVE)
        });
        let impact = |counts: PerField<u8>| {
            let amount: f32 = counts.iter().zip(worth).map(|(count, worth)| f32::from(*count) * worth).sum();
            amount / (self.saturation + amount)
        };
        counts.into_iter().map(|(list, counts)| Impact { list, named: counts[0] > 0, amount: impact(counts) }).collect()
    }
}
