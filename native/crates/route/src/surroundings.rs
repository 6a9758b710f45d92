//! What stands around a span, and what the parameter is among the others of its tool.

use crate::background::{RARE, weight};
use crate::parameter::{Parameter, Type};
use crate::spans::{Kind, Span};
use crate::standing::Standing;
use crate::text::{Text, Token};
use crate::tool::Tool;
use crate::words::{alike, is_asking, is_function, listed};

/// How many numbers there are.
pub(crate) const FEATURES: usize = 49;

/// Words and marks between the name of a thing and the value that names it: "the pod called web", `branch: main`.
const BETWEEN: &str = " on at in from by for the a an my our its this is are as of to be named called titled entitled with id name : = \" ' ` \u{201c} \u{2018} ( [ ";
/// Marks that join the items of a row.
const JOINS: &str = " , and or & ; ";
/// Marks around an item.
const AROUND: &str = " \" ' ` \u{201c} \u{201d} \u{2018} \u{2019} [ ] ( ) ";

/// The groups of prepositions, in the order of their flags; the first is for none.
const GOVERNORS: [&str; 7] = [
    " of ",
    " in at near within around ",
    " on about over regarding ",
    " for ",
    " from since after between ",
    " to into onto until till through before ",
    " with using by via per named ",
];

/// The token before a span with nothing but small words and marks between, when it tells something.
fn before<'a>(text: &'a Text<'_>, span: &Span) -> Option<&'a Token> {
    let tokens = text.tokens[span.from.saturating_sub(5)..span.from].iter().rev();
    tokens.take_while(|token| token.word || listed(BETWEEN, &token.lower)).find(|token| !listed(BETWEEN, &token.lower))
}

fn after<'a>(text: &'a Text<'_>, span: &Span) -> Option<&'a Token> {
    text.tokens.iter().skip(span.to).take(2).find(|token| !listed(AROUND, &token.lower)).filter(|token| token.word)
}

fn likeness(token: Option<&Token>, stems: &[String]) -> f64 {
    let Some(token) = token else { return 0.0 };
    token.stems.iter().flat_map(|own| stems.iter().map(|stem| alike(own, stem))).fold(0.0, f64::max)
}

/// How much is said by a word that the parameter's description has too.
fn told(token: Option<&Token>, parameter: &Parameter) -> f64 {
    let Some(token) = token.filter(|token| !is_function(&token.lower)) else { return 0.0 };
    token.stems.iter().find(|stem| parameter.described.contains(stem)).map_or(0.0, |stem| weight(stem) / RARE)
}

/// Whether a span stands in a row of like things: "a, b and c".
fn in_row(text: &Text<'_>, span: &Span) -> bool {
    let join = |token: Option<&Token>| token.is_some_and(|token| listed(JOINS, &token.lower));
    let next = text.tokens.iter().skip(span.to).take(3).find(|token| !listed(AROUND, &token.lower));
    let last = text.tokens[span.from.saturating_sub(3)..span.from].iter().rev();
    join(next) || join(last.into_iter().find(|token| !listed(AROUND, &token.lower)))
}

/// The numbers for a span and a parameter. `governor` is the preposition that governs the span, `others` the stems of the
/// names of the tool's other parameters.
pub(crate) fn surroundings(
    tool: &Tool,
    parameter: &Parameter,
    others: &[String],
    text: &Text<'_>,
    span: &Span,
    governor: &str,
    standing: &Standing,
) -> [f64; FEATURES] {
    let flag = |holds: bool| if holds { 1.0 } else { 0.0 };
    let (left, right) = (before(text, span), after(text, span));
    let row = in_row(text, span);
    let list = matches!(parameter.kind, Type::List(_));
    let of_tool = likeness(left, &tool.named);
    let names = parameter.sense.identifier || parameter.words.iter().any(|word| word == "nam");
    let content = |token: &Token| token.word && !is_function(&token.lower);
    let own = |token: &Token| is_asking(&token.lower) || token.stems.iter().any(|stem| tool.says(stem));
    let tokens = &text.tokens[span.from..span.to];
    let cut = |token: Option<&Token>| flag(token.is_some_and(|token| content(token) && !own(token)));
    let written = text.source.get(span.start..span.end).unwrap_or_default();
    let technical = written.bytes().any(|byte| byte.is_ascii_digit() || b"-_./:#".contains(&byte));
    let (left_name, right_name) = (likeness(left, &parameter.words), likeness(right, &parameter.words));
    let rival = |own: f64, token: Option<&Token>| flag(own < 0.5 && likeness(token, others) > 0.9);
    let last = !text.tokens.iter().skip(span.to).any(content);
    let group = |at: usize| flag(listed(GOVERNORS[at], governor));
    let sense = parameter.sense;
    let prior = span.from.checked_sub(1).map(|at| &text.tokens[at]);
    let number = matches!(span.kind, Kind::Number { .. });
    [
        flag(list && row),
        flag(!list && row),
        flag(list),
        left_name,
        told(left, parameter),
        of_tool,
        if names { of_tool } else { 0.0 },
        right_name,
        told(right, parameter),
        likeness(right, &tool.named),
        flag(standing.needed == 1 && parameter.required),
        flag(standing.peers == 1),
        1.0 / (1.0 + standing.ahead as f64),
        flag(last),
        flag(governor.is_empty()),
        group(0),
        group(1),
        group(2),
        group(3),
        group(4),
        group(5),
        group(6),
        flag(sense.prose && span.kind == Kind::Phrase),
        cut(prior),
        cut(text.tokens.get(span.to)),
        flag(tokens.first().is_some_and(own)),
        flag(tokens.last().is_some_and(own)),
        flag(tokens.first().is_some_and(|token| token.capital && !token.first)),
        flag(technical),
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
        flag(prior.is_some_and(|token| matches!(token.lower.as_str(), "named" | "called" | "titled" | ":" | "="))),
        rival(left_name, left),
        rival(right_name, right),
        flag(tokens.len() == 1),
        flag(number && *parameter.item() == Type::Text),
    ]
}
