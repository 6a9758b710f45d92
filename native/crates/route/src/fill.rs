//! Arguments from a sentence: every parameter gets the span that fits it best, or none.

use crate::candidates::truth;
use crate::context::Context;
use crate::key::{Key, assembled};
use crate::model;
use crate::pairs::{Pair, pairs};
use crate::parameter::{Parameter, Type};
use crate::places::Places;
use crate::schema::Schema;
use crate::sight::Sight;
use crate::spans::{Kind, Span};
use crate::text::Text;
use crate::tool::Tool;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The most calls of one tool for one sentence.
const MOST_CALLS: usize = 8;

/// A value for a parameter.
#[derive(Clone, Debug)]
pub(crate) struct Filled {
    /// The parameter's place in the schema.
    pub(crate) parameter: usize,
    pub(crate) value: Value,
    /// How sure it is, 0 to 1.
    pub(crate) confidence: f64,
    /// The bytes of the sentence it came from; none when it came from the context.
    pub(crate) from: Option<(usize, usize)>,
}

/// The arguments of one call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filling {
    pub(crate) filled: Vec<Filled>,
    /// Required parameters without a value.
    pub(crate) missing: Vec<String>,
    /// Further values of one parameter that takes one only: "in Paris and Rome" asks for a second call.
    pub(crate) further: Vec<Filled>,
    /// How near its texts are to their parameters, 0 to 1; 0 without a text.
    pub(crate) kinship: f64,
    /// Whether a part of the sentence as it stands is a value.
    pub(crate) clause: bool,
}

impl Filling {
    pub(crate) fn arguments(&self, parameters: &[Parameter]) -> Map<String, Value> {
        assembled(self.filled.iter().filter_map(|filled| {
            let parameter = parameters.get(filled.parameter)?;
            Some((parameter.path.as_slice(), &filled.value))
        }))
    }

    /// The arguments of every call: of one, and of one more for each further value.
    pub(crate) fn calls(&self) -> Vec<Vec<Filled>> {
        let mut calls = vec![self.filled.clone()];
        for further in &self.further {
            let instead = |filled: &Filled| {
                if filled.parameter == further.parameter { further.clone() } else { filled.clone() }
            };
            calls.push(self.filled.iter().map(instead).collect());
        }
        calls
    }

    /// How sure the argument is that a byte of the sentence is in; none where it is in none.
    pub(crate) fn sure_at(&self, at: usize) -> Option<f64> {
        let holds = |filled: &&Filled| filled.from.is_some_and(|(start, end)| start <= at && at < end);
        self.filled.iter().chain(&self.further).filter(holds).map(|filled| filled.confidence).reduce(f64::max)
    }

    /// Whether a byte of the sentence is in an argument.
    pub(crate) fn covers(&self, at: usize) -> bool {
        self.filled
            .iter()
            .chain(&self.further)
            .filter_map(|filled| filled.from)
            .any(|(start, end)| start <= at && at < end)
    }
}

/// Fills the arguments of a tool from a sentence. What the schema refuses is left out again.
pub(crate) fn fill(tool: &Tool, text: &Text<'_>, places: &Places, typed: &[Span], context: &Context) -> Filling {
    let Ok(schema) = &tool.schema else { return Filling::default() };
    let parameters = &schema.parameters;
    let sight = Sight::of(tool, parameters, text, places);
    let mut pairs = pairs(&sight, parameters, typed);
    pairs.sort_by(|one, other| {
        other
            .chance
            .total_cmp(&one.chance)
            .then(one.parameter.cmp(&other.parameter))
            .then(one.span.start.cmp(&other.span.start))
    });
    let mut filling = Filling::default();
    let mut used: Vec<Span> = Vec::new();
    let mut kinships: Vec<f64> = Vec::new();
    let sure = pairs.iter().filter(|pair| pair.chance >= model::LEAST_ARGUMENT);
    // What is required and still empty takes what fits nothing else better, though it is less sure; and a quotation is a
    // value of something.
    let mut best: HashMap<(usize, usize), usize> = HashMap::new();
    for pair in &pairs {
        best.entry((pair.span.start, pair.span.end)).or_insert(pair.parameter);
    }
    let rest = pairs.iter().filter(|pair| {
        let meant = parameters[pair.parameter].required || pair.span.kind == Kind::Quoted;
        meant
            && (model::LEAST_REQUIRED..model::LEAST_ARGUMENT).contains(&pair.chance)
            && best.get(&(pair.span.start, pair.span.end)) == Some(&pair.parameter)
    });
    for pair in sure.chain(rest) {
        let taken = filling.filled.iter().any(|filled| filled.parameter == pair.parameter);
        if taken || used.iter().any(|span| span.overlaps(&pair.span)) {
            continue;
        }
        let parameter = &parameters[pair.parameter];
        filling.clause |= pair.span.kind == Kind::Clause;
        if matches!(pair.span.kind, Kind::Name | Kind::Phrase | Kind::Code) && parameter.values.is_empty() {
            kinships.push(pair.kinship);
        }
        let (value, range) = if matches!(parameter.kind, Type::List(_)) {
            list(parameter, pair, &pairs, text, &mut used)
        } else {
            used.push(pair.span.clone());
            (pair.value.clone(), (pair.span.start, pair.span.end))
        };
        filling.filled.push(Filled { parameter: pair.parameter, value, confidence: pair.chance, from: Some(range) });
    }
    filling.kinship = kinships.iter().sum::<f64>() / kinships.len().max(1) as f64;
    further(parameters, &pairs, text, &mut used, &mut filling);
    truths(parameters, text, &mut filling);
    context.complete(parameters, text, &mut filling);
    while let Some(fault) = schema.fault(&filling.arguments(parameters)) {
        let before = filling.filled.len();
        filling.filled.retain(|filled| !lies_at(&parameters[filled.parameter].path, &fault));
        if filling.filled.len() == before {
            filling.filled.clear();
            break;
        }
    }
    incomplete(parameters, &mut filling);
    filling.further.retain(|further| {
        let mut other = Filling { filled: filling.filled.clone(), ..Filling::default() };
        let Some(place) = other.filled.iter_mut().find(|filled| filled.parameter == further.parameter) else {
            return false;
        };
        place.value = further.value.clone();
        schema.fault(&other.arguments(parameters)).is_none()
    });
    filling.filled.sort_by_key(|filled| filled.parameter);
    filling.missing = missing(schema, &filling);
    filling
}

/// Whether a path leads to a place, or through it, or the place lies within what the path leads to.
fn lies_at(path: &[Key], place: &[String]) -> bool {
    path.iter().zip(place).all(|(key, name)| match key {
        Key::Name(own) => own == name,
        Key::First => name.as_str() == "0",
    })
}

/// The parameters without a value that are required, or that an object which has a value requires; and what else the
/// schema misses.
fn missing(schema: &Schema, filling: &Filling) -> Vec<String> {
    let parameters = &schema.parameters;
    let is_filled = |at: usize| filling.filled.iter().any(|filled| filled.parameter == at);
    let begun = |path: &[Key]| filling.filled.iter().any(|filled| parameters[filled.parameter].path.starts_with(path));
    let lacking = parameters.iter().enumerate().filter(|(at, parameter)| {
        let needed =
            parameter.bound == 0 || parameter.bound < parameter.path.len() && begun(&parameter.path[..parameter.bound]);
        needed && !is_filled(*at)
    });
    let mut missing: Vec<String> = lacking.map(|(_, parameter)| parameter.name.clone()).collect();
    for name in schema.lacks(&filling.arguments(parameters)) {
        let within = format!("{name}.");
        if !missing.iter().any(|known| *known == name || known.starts_with(&within)) {
            missing.push(name);
        }
    }
    missing
}

/// The values that stand in a row with one: "a, b and c".
fn list(
    parameter: &Parameter,
    pair: &Pair,
    pairs: &[Pair],
    text: &Text<'_>,
    used: &mut Vec<Span>,
) -> (Value, (usize, usize)) {
    let mut row = vec![(pair.span.clone(), pair.value.clone())];
    let words = |span: &Span| matches!(span.kind, Kind::Name | Kind::Phrase | Kind::Code);
    let same = |span: &Span| {
        std::mem::discriminant(&span.kind) == std::mem::discriminant(&pair.span.kind)
            || words(span) && words(&pair.span)
            || !parameter.values.is_empty()
    };
    loop {
        let (first, last) = (row[0].0.from, row[row.len() - 1].0.to);
        let fits = |other: &&Pair| {
            other.parameter == pair.parameter
                && same(&other.span)
                && (other.span.kind != Kind::Phrase || other.chance >= model::LEAST_NEIGHBOUR)
                && !used.iter().any(|span| span.overlaps(&other.span))
        };
        let after = pairs
            .iter()
            .filter(fits)
            .filter(|other| other.span.from >= last && joined(text, last, other.span.from))
            .min_by_key(|other| (other.span.from, other.span.to));
        let before = pairs
            .iter()
            .filter(fits)
            .filter(|other| other.span.to <= first && joined(text, other.span.to, first))
            .max_by_key(|other| (other.span.to, other.span.from));
        if let Some(next) = after {
            row.push((next.span.clone(), next.value.clone()));
        } else if let Some(next) = before {
            row.insert(0, (next.span.clone(), next.value.clone()));
        } else {
            break;
        }
        if row.len() > 64 {
            break;
        }
    }
    let range = (row[0].0.start, row[row.len() - 1].0.end);
    used.extend(row.iter().map(|(span, _)| span.clone()));
    (Value::Array(row.into_iter().map(|(_, value)| value).collect()), range)
}

/// Whether only commas, quotation marks and a joining word stand between two places.
fn joined(text: &Text<'_>, from: usize, to: usize) -> bool {
    from < to
        && to - from <= 5
        && text.tokens[from..to].iter().all(|token| {
            matches!(
                token.lower.as_str(),
                "," | "and" | "or" | "&" | "\"" | "'" | "`" | "$" | "[" | "]" | ";" | "%" | "\u{201c}" | "\u{201d}"
            )
        })
        && text.tokens[from..to].iter().any(|token| matches!(token.lower.as_str(), "," | "and" | "or" | "&" | ";"))
}

/// Where one parameter that takes one value is named several ("Paris and Rome"), and nothing else takes the others, the
/// others are its further values. Values that "or" joins are a choice, and phrases are too often one thing.
fn further(parameters: &[Parameter], pairs: &[Pair], text: &Text<'_>, used: &mut Vec<Span>, filling: &mut Filling) {
    let mut rows: Vec<(usize, Vec<&Pair>)> = Vec::new();
    for (at, filled) in filling.filled.iter().enumerate() {
        let parameter = &parameters[filled.parameter];
        let one = pairs
            .iter()
            .find(|pair| pair.parameter == filled.parameter && Some((pair.span.start, pair.span.end)) == filled.from);
        let Some(one) = one.filter(|_| !matches!(parameter.kind, Type::List(_))) else { continue };
        if matches!(one.span.kind, Kind::Phrase | Kind::Clause) && parameter.values.is_empty() {
            continue;
        }
        let mut row: Vec<&Pair> = vec![one];
        let alike = |other: &&Pair| {
            other.parameter == filled.parameter
                && (other.span.kind != Kind::Phrase || other.chance >= model::LEAST_NEIGHBOUR)
                && (std::mem::discriminant(&other.span.kind) == std::mem::discriminant(&one.span.kind))
                && other.value != one.value
                && !used.iter().any(|span| span.overlaps(&other.span))
        };
        while row.len() < MOST_CALLS {
            let (first, last) = (&row[0].span, &row[row.len() - 1].span);
            let after = pairs
                .iter()
                .filter(alike)
                .filter(|other| other.span.from >= last.to && joined(text, last.to, other.span.from))
                .min_by_key(|other| (other.span.from, std::cmp::Reverse(other.span.to)));
            let before = pairs
                .iter()
                .filter(alike)
                .filter(|other| other.span.to <= first.from && joined(text, other.span.to, first.from))
                .max_by_key(|other| (other.span.to, std::cmp::Reverse(other.span.from)));
            match (after, before) {
                (Some(next), _) => row.push(next),
                (None, Some(next)) => row.insert(0, next),
                (None, None) => break,
            }
        }
        let said = |words: &[&str]| {
            text.tokens[row[0].span.to..row[row.len() - 1].span.from.max(row[0].span.to)]
                .iter()
                .any(|token| words.contains(&token.lower.as_str()))
        };
        let between = row[0].span.from.checked_sub(1).is_some_and(|at| text.tokens[at].is("between"));
        if row.len() > 1 && said(&["and", "&"]) && !said(&["or"]) && !between {
            rows.push((at, row));
        }
    }
    // Two rows may be pairs or every combination: that is not said.
    let [(at, row)] = &rows[..] else { return };
    // What stands in a row with a value is as sure as the surest of them.
    let confidence = row.iter().map(|pair| pair.chance).fold(0.0, f64::max);
    let mut values = row.iter().map(|pair| Filled {
        parameter: pair.parameter,
        value: pair.value.clone(),
        confidence,
        from: Some((pair.span.start, pair.span.end)),
    });
    if let Some(first) = values.next() {
        filling.filled[*at] = first;
    }
    filling.further = values.collect();
    used.extend(row.iter().map(|pair| pair.span.clone()));
}

/// Takes back what was found of an object that may be left out and that lacks something it requires: half of it is
/// nothing that can be called.
fn incomplete(parameters: &[Parameter], filling: &mut Filling) {
    let lacking: Vec<&[Key]> = parameters
        .iter()
        .enumerate()
        .filter(|(at, parameter)| {
            (1..parameter.path.len()).contains(&parameter.bound)
                && !filling.filled.iter().any(|filled| filled.parameter == *at)
        })
        .map(|(_, parameter)| &parameter.path[..parameter.bound])
        .collect();
    filling.filled.retain(|filled| !lacking.iter().any(|object| parameters[filled.parameter].path.starts_with(object)));
}

fn truths(parameters: &[Parameter], text: &Text<'_>, filling: &mut Filling) {
    for (at, parameter) in parameters.iter().enumerate() {
        if let Some((span, value)) = truth(parameter, text) {
            filling.filled.push(Filled {
                parameter: at,
                value: Value::Bool(value),
                confidence: model::TRUTH,
                from: Some((span.start, span.end)),
            });
        }
    }
}
