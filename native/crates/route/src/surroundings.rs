//! What stands around a span, and what the parameter is among the others of its tool.

use crate::background::RARE;
use crate::parameter::{Parameter, Type};
use crate::sight::{Echo, Sight};
use crate::spans::{Kind, Span};
use crate::standing::Standing;
use crate::text::Token;

/// How many numbers there are.
pub(crate) const FEATURES: usize = 49;

/// What stands around a span, whatever the parameter.
#[allow(clippy::struct_excessive_bools)] // each is a sign of its own
pub(crate) struct Around {
    row: bool,
    last: bool,
    cut_left: bool,
    cut_right: bool,
    own_first: bool,
    own_last: bool,
    capital: bool,
    technical: bool,
    named: bool,
}

impl Around {
    pub(crate) fn of(sight: &Sight<'_>, span: &Span) -> Self {
        let (text, places) = (sight.text, sight.places);
        let tokens = &text.tokens[span.from..span.to];
        let content = |at: usize| text.tokens.get(at).is_some_and(Token::is_content) && !sight.own[at];
        let written = text.source.get(span.start..span.end).unwrap_or_default();
        let prior = span.from.checked_sub(1);
        let names = |at: usize| matches!(text.tokens[at].lower.as_str(), "named" | "called" | "titled" | ":" | "=");
        Self {
            row: places.at(span.to).joins_next || places.at(span.from).joins_last,
            last: places.is_last(span.to),
            cut_left: prior.is_some_and(content),
            cut_right: content(span.to),
            own_first: !tokens.is_empty() && sight.own[span.from],
            own_last: !tokens.is_empty() && sight.own[span.to - 1],
            capital: tokens.first().is_some_and(|token| token.capital && !token.first),
            technical: written.bytes().any(|byte| byte.is_ascii_digit() || b"-_./:#".contains(&byte)),
            named: prior.is_some_and(names),
        }
    }
}

/// The numbers for a span and a parameter.
pub(crate) fn surroundings(
    sight: &Sight<'_>,
    parameter: &Parameter,
    echo: &Echo,
    around: &Around,
    span: &Span,
    standing: &Standing,
) -> [f64; FEATURES] {
    let flag = |holds: bool| if holds { 1.0 } else { 0.0 };
    let place = sight.places.at(span.from);
    let (left, right) = (place.before, sight.places.at(span.to).after);
    let list = matches!(parameter.kind, Type::List(_));
    let row = around.row;
    let of = |numbers: &[f64], token: Option<usize>| token.map_or(0.0, |at| numbers[at]);
    // How much is said by a word that the parameter's description has too.
    let told = |token: Option<usize>| {
        token.filter(|at| !sight.text.tokens[*at].function).map_or(0.0, |at| echo.described[at] / RARE)
    };
    let of_tool = of(&sight.named, left);
    let names = parameter.sense.identifier || parameter.words.iter().any(|word| word == "nam");
    let (left_name, right_name) = (of(&echo.best, left), of(&echo.best, right));
    // A token that is no word of this parameter's name is one of another's.
    let rival = |own: f64, token: Option<usize>| flag(own < 0.5 && token.is_some_and(|at| sight.of_parameter[at]));
    let group = |at: usize| flag(place.group == Some(at));
    let sense = parameter.sense;
    let number = matches!(span.kind, Kind::Number { .. });
    [
        flag(list && row),
        flag(!list && row),
        flag(list),
        left_name,
        told(left),
        of_tool,
        if names { of_tool } else { 0.0 },
        right_name,
        told(right),
        of(&sight.named, right),
        flag(standing.needed == 1 && parameter.required),
        flag(standing.peers == 1),
        1.0 / (1.0 + standing.ahead as f64),
        flag(around.last),
        flag(place.governor.none),
        group(0),
        group(1),
        group(2),
        group(3),
        group(4),
        group(5),
        group(6),
        flag(sense.prose && span.kind == Kind::Phrase),
        flag(around.cut_left),
        flag(around.cut_right),
        flag(around.own_first),
        flag(around.own_last),
        flag(around.capital),
        flag(around.technical),
        flag(sense.date),
        flag(sense.time),
        flag(sense.duration),
        flag(sense.url),
        flag(sense.email),
        flag(sense.path),
        flag(sense.place),
        flag(sense.person),
        flag(sense.identifier),
        flag(sense.prose),
        flag(matches!(span.kind, Kind::Date(_) | Kind::Day)),
        flag(matches!(span.kind, Kind::Time(_))),
        flag(span.kind == Kind::Url),
        flag(span.kind == Kind::Email),
        flag(span.kind == Kind::Path),
        flag(around.named),
        rival(left_name, left),
        rival(right_name, right),
        flag(span.to - span.from == 1),
        flag(number && *parameter.item() == Type::Text),
    ]
}
