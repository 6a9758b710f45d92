//! How well a span fits a parameter: numbers that a trained model weighs.

use crate::background::{RARE, weight};
use crate::key::Key;
use crate::kinship::{self, Kin, of_parameter};
use crate::meaning::Meaning;
use crate::parameter::{Parameter, Type, form};
use crate::spans::{Kind, Span};
use crate::standing::Standing;
use crate::surroundings::{self, surroundings};
use crate::text::Text;
use crate::tool::Tool;
use crate::words::{alike, is_function, is_preposition};

/// How many numbers there are.
pub(crate) const FEATURES: usize = OWN + surroundings::FEATURES + kinship::OF_SPAN;
/// How many of them are told here; what stands around the span tells the others.
const OWN: usize = 36;
/// What is known of one span for one parameter.
pub(crate) type Evidence = [f64; FEATURES];

/// What the prepositions say of what follows them.
const ROLES: [(&str, &str); 16] = [
    ("from", " from source origin start begin departure depart since base first sender country location city initial "),
    ("to", " to target destination end arrival until recipient receiver goal final language email convert output "),
    (
        "in",
        " in location city country place region state area language year format currency unit field category jurisdiction industry month genre sector topic domain ",
    ),
    ("at", " at time location address rate price temperature venue hour position speed "),
    ("on", " on date day platform topic subject device "),
    ("by", " by author artist director creator user brand method amount factor sort percentage algorithm "),
    (
        "for",
        " for name person location duration purpose topic subject year customer country product keyword query length city ",
    ),
    ("about", " about topic subject keyword query term name question text "),
    ("with", " with method "),
    ("using", " using method algorithm tool technique model approach format "),
    ("of", " of name type subject title city country location amount topic "),
    ("between", " between start from begin first min minimum lower "),
    ("per", " per unit frequency interval "),
    ("until", " until end to deadline "),
    ("since", " since start from begin "),
    ("named", " name title label "),
];

/// Names of parameters that take money.
const MONEY: &str =
    " price amount cost budget salary income principal value loan investment fee payment revenue balance ";

/// The token of the preposition that governs a span: the nearest before it, with no mark and no more than three words
/// between.
fn governor<'a>(text: &'a Text<'_>, span: &Span) -> &'a str {
    let mut at = span.from;
    let mut steps = 0;
    while at > 0 && steps < 4 {
        at -= 1;
        let token = &text.tokens[at];
        if !token.word {
            if matches!(token.lower.as_str(), "\"" | "'" | "`" | "\u{201c}" | "\u{2018}" | "$" | "(") {
                continue;
            }
            return "";
        }
        let lower = token.lower.as_str();
        if lower == "and" {
            // "between X and Y"
            let between = text.tokens[at.saturating_sub(8)..at].iter().any(|token| token.is("between"));
            return if between { "to" } else { "" };
        }
        if matches!(lower, "named" | "called" | "titled" | "entitled") {
            return "named";
        }
        if is_preposition(lower) {
            return lower;
        }
        steps += 1;
    }
    ""
}

fn role(preposition: &str, parameter: &Parameter) -> f64 {
    let Some((_, words)) = ROLES.iter().find(|(name, _)| *name == preposition) else { return 0.0 };
    if parameter.is_of(words) { 1.0 } else { 0.0 }
}

/// Whether another preposition is the one that this parameter asks for: `from` before a value for a destination.
fn counter(preposition: &str, parameter: &Parameter) -> f64 {
    const SOURCE: &str = " from source origin start begin departure since sender initial min minimum first ";
    const TARGET: &str = " to target destination end arrival until recipient receiver final max maximum last ";
    let has = |list: &str| parameter.is_of(list);
    match preposition {
        "from" | "since" | "between" if has(TARGET) && !has(SOURCE) => 1.0,
        "to" | "until" | "till" | "into" if has(SOURCE) && !has(TARGET) => 1.0,
        _ => 0.0,
    }
}

/// How much of a parameter's name stands close before (or after) a span, and how close a word of its description stands.
fn cues(text: &Text<'_>, parameter: &Parameter, span: &Span, before: bool) -> (f64, f64) {
    let total: f64 = parameter.words.iter().map(|word| weight(word)).sum::<f64>().max(1.0);
    let (mut name, mut description) = (0.0, 0.0_f64);
    let mut used = [false; 16];
    let mut near = 1.0;
    let reach = if before { 7 } else { 4 };
    for step in 0..reach {
        let at = if before { span.from.checked_sub(step + 1) } else { Some(span.to + step) };
        let Some(token) = at.and_then(|at| text.tokens.get(at)) else { break };
        if !token.word {
            if matches!(token.lower.as_str(), "." | ";" | "?" | "!") {
                break;
            }
            if matches!(token.lower.as_str(), "," | "(" | ")") {
                near *= 0.5;
            }
            continue;
        }
        for (at, word) in parameter.words.iter().enumerate().take(16) {
            let likeness = token.stems.iter().map(|stem| alike(stem, word)).fold(0.0, f64::max);
            if likeness > 0.0 && !used[at] && (!is_function(&token.lower) || token.lower == *word) {
                used[at] = true;
                name += near * likeness * weight(word) / total;
            }
        }
        if is_function(&token.lower) {
            near *= 0.95;
        } else {
            if let Some(stem) = token.stems.iter().find(|stem| parameter.described.contains(stem)) {
                description = description.max(near * weight(stem) / RARE);
            }
            near *= 0.75;
        }
    }
    (name, description)
}

/// Whether a span has a form that a parameter has no use for, or lacks the form that it asks for.
fn misfit(parameter: &Parameter, span: &Span, words: &str) -> bool {
    let sense = parameter.sense;
    let date = matches!(span.kind, Kind::Date(_) | Kind::Day);
    let time = matches!(span.kind, Kind::Time(_));
    let duration = matches!(span.kind, Kind::Duration { .. });
    (span.kind == Kind::Url && !sense.url && !sense.prose)
        || (span.kind == Kind::Email && !sense.email && !sense.person && !sense.prose)
        || (date && !sense.date && *parameter.item() == Type::Text)
        || (time && !sense.time)
        || (!date && !duration && sense.date && *parameter.item() == Type::Text)
        || (sense.email && span.kind != Kind::Email)
        || (sense.url && span.kind != Kind::Url)
        || (sense.path
            && !sense.prose
            && span.kind == Kind::Quoted
            && words.contains(' ')
            && !words.contains(['/', '.']))
        || (duration && !sense.duration && parameter.unit.is_none() && *parameter.item() == Type::Text)
}

/// Everything known of a span for a parameter that stands so among the others; `meant` is what the words of
/// the span have in common.
pub(crate) fn evidence(
    tool: &Tool,
    parameter: &Parameter,
    text: &Text<'_>,
    span: &Span,
    standing: &Standing,
    kin: &Kin,
    meant: Option<&Meaning>,
) -> Evidence {
    let flag = |holds: bool| if holds { 1.0 } else { 0.0 };
    let words = &text.source[span.start..span.end];
    let tokens = &text.tokens[span.from..span.to];
    let (left, left_said) = cues(text, parameter, span, true);
    let (right, right_said) = cues(text, parameter, span, false);
    let preposition = governor(text, span);
    let sense = parameter.sense;
    let named_role = role(preposition, parameter);
    let inside = tokens.iter().any(|token| token.stems.iter().any(|stem| parameter.words.contains(stem)));
    let (mut own, mut all, mut heaviest) = (0.0, 0.0, 0.0_f64);
    for token in tokens.iter().filter(|token| token.word) {
        let stem = &token.stems[0];
        let value = weight(stem);
        heaviest = heaviest.max(value);
        all += value;
        if tool.says(stem) {
            own += value;
        }
    }
    let own_part = if all > 0.0 { own / all } else { 0.0 };
    let lower = words.to_lowercase();
    let example = parameter.examples.iter().any(|example| example.to_lowercase() == lower);
    let shape = form(words);
    let formed = parameter.examples.iter().any(|example| form(example) == shape);
    let copula = span.from.checked_sub(1).is_some_and(|at| {
        let token = &text.tokens[at];
        let cue =
            if matches!(token.lower.as_str(), "is" | "of" | ":" | "=" | "as" | "are" | "\"" | "'" | "named" | "called")
            {
                at.checked_sub(1)
            } else {
                Some(at)
            };
        cue.and_then(|at| text.tokens.get(at))
            .is_some_and(|token| token.stems.iter().any(|stem| parameter.words.last() == Some(stem)))
    });
    let number = matches!(span.kind, Kind::Number { .. });
    let duration = matches!(span.kind, Kind::Duration { .. });
    let date = matches!(span.kind, Kind::Date(_) | Kind::Day);
    let time = matches!(span.kind, Kind::Time(_));
    let sensed = (date && sense.date)
        || (time && sense.time)
        || (duration && (sense.duration || parameter.unit.is_some()))
        || (span.kind == Kind::Url && sense.url)
        || (span.kind == Kind::Email && sense.email)
        || (span.kind == Kind::Path && sense.path);
    let misfit = misfit(parameter, span, words);
    let own: [f64; OWN] = [
        1.0,
        left,
        right,
        left_said,
        right_said,
        flag(copula),
        named_role,
        flag(!preposition.is_empty() && named_role == 0.0),
        counter(preposition, parameter),
        flag(inside),
        flag(example),
        flag(formed),
        flag(!formed && !parameter.examples.is_empty()),
        flag(sensed),
        flag(misfit),
        flag(span.kind == Kind::Quoted),
        flag(span.kind == Kind::Name),
        flag(span.kind == Kind::Phrase),
        flag(span.kind == Kind::Code),
        flag(number),
        flag(duration),
        own_part,
        flag(standing.only),
        flag(parameter.required),
        standing.order,
        (span.to - span.from).min(8) as f64 / 8.0,
        heaviest / RARE,
        flag(sense.place && span.kind == Kind::Name),
        flag(sense.person && span.kind == Kind::Name),
        flag(sense.identifier && (span.kind == Kind::Code || number)),
        flag(sense.prose && span.kind == Kind::Quoted),
        flag(sense.identifier && matches!(span.kind, Kind::Phrase | Kind::Name)),
        flag(span.from == 0 || tokens.first().is_some_and(|token| token.first)),
        flag(number && matches!(span.kind, Kind::Number { money: true, .. }) && parameter.is_of(MONEY)),
        flag(parameter.path.len() > 1),
        flag((1..parameter.path.len()).contains(&parameter.bound) || parameter.path.contains(&Key::First)),
    ];
    let mut evidence = [0.0; FEATURES];
    evidence[..OWN].copy_from_slice(&own);
    let (around, near) = evidence[OWN..].split_at_mut(surroundings::FEATURES);
    around.copy_from_slice(&surroundings(tool, parameter, &kin.others, text, span, preposition, standing));
    near.copy_from_slice(&of_parameter(tool, parameter, kin, text, span, meant));
    evidence
}
