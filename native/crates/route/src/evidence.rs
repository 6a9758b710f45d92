//! How well a span fits a parameter: numbers that a trained model weighs.

use crate::background::RARE;
use crate::key::Key;
use crate::kinship::{self, Kin, OfSpan, of_parameter};
use crate::meaning::Meaning;
use crate::parameter::{Parameter, Type, form};
use crate::sight::{Echo, Sight};
use crate::spans::{Kind, Span};
use crate::standing::Standing;
use crate::surroundings::{self, Around, surroundings};
use crate::text::Text;

/// How many numbers there are.
pub(crate) const FEATURES: usize = OWN + surroundings::FEATURES + kinship::NEARNESS;
/// How many of them are told here; what stands around the span tells the others.
const OWN: usize = 36;
/// What is known of one span for one parameter.
pub(crate) type Evidence = [f64; FEATURES];

/// How much of a parameter's name stands close before (or after) a span, and how close a word of its description stands.
fn cues(text: &Text<'_>, parameter: &Parameter, echo: &Echo, span: &Span, before: bool) -> (f64, f64) {
    let (mut name, mut description) = (0.0, 0.0_f64);
    let mut used = [false; 16];
    let mut near = 1.0;
    let reach = if before { 7 } else { 4 };
    for step in 0..reach {
        let at = if before { span.from.checked_sub(step + 1) } else { Some(span.to + step) };
        let Some((at, token)) = at.and_then(|at| Some((at, text.tokens.get(at)?))) else { break };
        if !token.word {
            if matches!(token.lower.as_str(), "." | ";" | "?" | "!") {
                break;
            }
            if matches!(token.lower.as_str(), "," | "(" | ")") {
                near *= 0.5;
            }
            continue;
        }
        if echo.best[at] > 0.0 {
            for (word, likeness) in echo.words(at).iter().enumerate().take(16) {
                let said = !token.function || token.lower == parameter.words[word];
                if *likeness > 0.0 && !used[word] && said {
                    used[word] = true;
                    name += near * likeness * parameter.weights[word] / parameter.mass;
                }
            }
        }
        if token.function {
            near *= 0.95;
        } else {
            description = description.max(near * echo.described[at] / RARE);
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

/// What is known of a span for one tool, whatever the parameter.
pub(crate) struct Outline<'a> {
    pub(crate) span: &'a Span,
    words: &'a str,
    lower: String,
    shape: String,
    /// How much of its words is the tool's own, by weight, and the weight of the heaviest.
    own: f64,
    heaviest: f64,
    around: Around,
    near: OfSpan,
}

impl<'a> Outline<'a> {
    /// `meant` is what the words of the span have in common.
    pub(crate) fn of(sight: &Sight<'a>, span: &'a Span, meant: Option<&Meaning>) -> Self {
        let text = sight.text;
        let words = &text.source[span.start..span.end];
        let (mut own, mut all, mut heaviest) = (0.0, 0.0, 0.0_f64);
        for (at, token) in text.tokens.iter().enumerate().take(span.to).skip(span.from).filter(|(_, token)| token.word)
        {
            heaviest = heaviest.max(token.weight);
            all += token.weight;
            if sight.says[at] {
                own += token.weight;
            }
        }
        Self {
            span,
            words,
            lower: words.to_lowercase(),
            shape: form(words),
            own: if all > 0.0 { own / all } else { 0.0 },
            heaviest,
            around: Around::of(sight, span),
            near: OfSpan::of(sight, span, meant),
        }
    }
}

/// Everything known of a span for the parameter at a place; it stands so among the others.
pub(crate) fn evidence(
    sight: &Sight<'_>,
    parameter: &Parameter,
    echo: &Echo,
    outline: &Outline<'_>,
    standing: &Standing,
    kin: Kin,
) -> Evidence {
    let flag = |holds: bool| if holds { 1.0 } else { 0.0 };
    let Outline { span, words, lower, shape, .. } = outline;
    let (text, place) = (sight.text, sight.places.at(span.from));
    let tokens = &text.tokens[span.from..span.to];
    let (left, left_said) = cues(text, parameter, echo, span, true);
    let (right, right_said) = cues(text, parameter, echo, span, false);
    let sense = parameter.sense;
    let asked = parameter.roles.is_asked(&place.governor);
    let inside = (span.from..span.to).any(|at| echo.is_same(at));
    let example = parameter.samples.iter().any(|(example, _)| example == lower);
    let formed = parameter.samples.iter().any(|(_, form)| form == shape);
    let copula = place.names.is_some_and(|at| echo.is_last(at));
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
        flag(asked),
        flag(!place.governor.none && !asked),
        flag(parameter.roles.is_countered(&place.governor)),
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
        outline.own,
        flag(standing.only),
        flag(parameter.required),
        standing.order,
        (span.to - span.from).min(8) as f64 / 8.0,
        outline.heaviest / RARE,
        flag(sense.place && span.kind == Kind::Name),
        flag(sense.person && span.kind == Kind::Name),
        flag(sense.identifier && (span.kind == Kind::Code || number)),
        flag(sense.prose && span.kind == Kind::Quoted),
        flag(sense.identifier && matches!(span.kind, Kind::Phrase | Kind::Name)),
        flag(span.from == 0 || tokens.first().is_some_and(|token| token.first)),
        flag(number && matches!(span.kind, Kind::Number { money: true, .. }) && parameter.roles.money),
        flag(parameter.path.len() > 1),
        flag((1..parameter.path.len()).contains(&parameter.bound) || parameter.path.contains(&Key::First)),
    ];
    let mut evidence = [0.0; FEATURES];
    evidence[..OWN].copy_from_slice(&own);
    let (around, near) = evidence[OWN..].split_at_mut(surroundings::FEATURES);
    around.copy_from_slice(&surroundings(sight, parameter, echo, &outline.around, span, standing));
    near.copy_from_slice(&of_parameter(parameter, echo, &outline.near, kin));
    evidence
}
