//! How near what a request says is to what a tool or a parameter is about.

use crate::background::{RARE, weight};
use crate::meaning::{Meaning, meaning, middle, nearness};
use crate::parameter::Parameter;
use crate::spans::{Kind, Span};
use crate::text::{Text, Token};
use crate::tool::Tool;
use crate::words::{alike, is_asking, is_function};

/// Words with their weights and points.
type Known = Vec<(f64, Meaning)>;

fn known<'a>(stems: impl IntoIterator<Item = &'a String>) -> Known {
    stems.into_iter().filter_map(|stem| Some((weight(stem), meaning(stem)?))).collect()
}

fn point(token: &Token) -> Option<Meaning> {
    token.stems.iter().find_map(|stem| meaning(stem))
}

fn nearest(point: Option<&Meaning>, to: &Known) -> f64 {
    to.iter().map(|(_, other)| nearness(point, Some(other))).fold(0.0, f64::max)
}

/// The same stem is nearest, whether it is known or not.
fn same(token: &Token, stems: &[String]) -> f64 {
    token.stems.iter().flat_map(|own| stems.iter().map(|stem| alike(own, stem))).fold(0.0, f64::max)
}

/// What all words of a span have in common.
pub(crate) fn of_span(text: &Text<'_>, span: &Span) -> Option<Meaning> {
    of_tokens(text.tokens[span.from..span.to].iter())
}

fn of_tokens<'a>(tokens: impl Iterator<Item = &'a Token>) -> Option<Meaning> {
    let telling = tokens.filter(|token| token.word && !is_function(&token.lower));
    middle(telling.filter_map(|token| Some((weight(&token.stems[0]), point(token)?))))
}

/// How many numbers tell how near a tool is.
pub(crate) const OF_TOOL: usize = 12;

/// How near the words of a request are to a tool; those that are `covered` stand in arguments, whose nearness to their
/// parameters is `fitting`.
pub(crate) fn of_tool(tool: &Tool, words: &[&Token], covered: impl Fn(&Token) -> bool, fitting: f64) -> [f64; OF_TOOL] {
    let (named, described, taken) = (known(&tool.named), known(&tool.described), known(&tool.taken));
    let telling: Vec<(&Token, Option<Meaning>)> =
        words.iter().filter(|token| !is_asking(&token.lower)).map(|token| (*token, point(token))).collect();
    let (mut all, mut by_name, mut by_any, mut heaviest, mut unsaid) = (0.0, 0.0, 0.0, 0.0_f64, 0.0_f64);
    for (token, point) in telling.iter().filter(|(token, _)| !covered(token)) {
        let value = weight(&token.stems[0]);
        let name = same(token, &tool.named).max(nearest(point.as_ref(), &named));
        let any = name.max(same(token, &tool.described)).max(nearest(point.as_ref(), &described));
        let any = any.max(0.8 * same(token, &tool.taken).max(nearest(point.as_ref(), &taken)));
        all += value;
        by_name += value * name;
        by_any += value * any;
        heaviest = heaviest.max(value * name);
        unsaid = unsaid.max(value * (1.0 - any));
    }
    let part = |of: f64, all: f64, none: f64| if all > 0.0 { of / all } else { none };
    // What the name says, beside verbs of asking, and how near the request comes to it.
    let (mut mass, mut said, mut absent) = (0.0, 0.0, 0.0_f64);
    for stem in tool.named.iter().filter(|stem| !is_asking(stem)) {
        let own = meaning(stem);
        let near = |(token, point): &(&Token, Option<Meaning>)| {
            same(token, std::slice::from_ref(stem)).max(nearness(point.as_ref(), own.as_ref()))
        };
        let best = telling.iter().map(near).fold(0.0, f64::max);
        mass += weight(stem);
        said += weight(stem) * best;
        absent = absent.max(weight(stem) * (1.0 - best));
    }
    let verbs = known(tool.verbs.iter().filter(|verb| !is_asking(verb)));
    let deed = telling.iter().map(|(_, point)| nearest(point.as_ref(), &verbs)).fold(0.0, f64::max);
    let open = of_tokens(telling.iter().filter(|(token, _)| !covered(token)).map(|(token, _)| *token));
    let whole = of_tokens(telling.iter().map(|(token, _)| *token));
    let core = middle(named.iter().chain(&described).copied());
    let around = middle(named.iter().chain(&described).chain(&taken).copied());
    let mut order = telling.iter().filter(|(token, _)| !covered(token));
    let mut next =
        || order.next().map_or(0.0, |(token, point)| same(token, &tool.named).max(nearest(point.as_ref(), &named)));
    [
        part(by_name, all, 0.5),
        part(by_any, all, 0.5),
        heaviest / RARE,
        unsaid / RARE,
        part(said, mass, 0.5),
        absent / RARE,
        deed,
        nearness(open.as_ref(), core.as_ref()),
        nearness(whole.as_ref(), around.as_ref()),
        fitting,
        next(),
        next(),
    ]
}

/// What is known of a parameter before any span is looked at.
pub(crate) struct Kin {
    /// The stems of the names of the other parameters.
    pub(crate) others: Vec<String>,
    own: Option<Meaning>,
    described: Option<Meaning>,
    rivals: Vec<Meaning>,
    tool: Option<Meaning>,
}

impl Kin {
    /// Of the parameter at a place.
    pub(crate) fn of(tool: &Tool, parameters: &[Parameter], at: usize, others: Vec<String>) -> Self {
        let name = |parameter: &Parameter| middle(known(&parameter.words));
        let beside = parameters.iter().enumerate().filter(|(other, _)| *other != at);
        Self {
            others,
            own: name(&parameters[at]),
            described: middle(known(&parameters[at].described)),
            rivals: beside.filter_map(|(_, parameter)| name(parameter)).collect(),
            tool: middle(known(&tool.named)),
        }
    }

    /// How near a value of these words is.
    pub(crate) fn fits(&self, words: Option<&Meaning>) -> f64 {
        nearness(words, self.own.as_ref()).max(nearness(words, self.described.as_ref()))
    }
}

/// How many numbers tell how near a span is to a parameter.
pub(crate) const OF_SPAN: usize = 15;

/// How near a span, whose words have `words` in common, is to a parameter; and, of a clause, where it stands.
pub(crate) fn of_parameter(
    tool: &Tool,
    parameter: &Parameter,
    kin: &Kin,
    text: &Text<'_>,
    span: &Span,
    words: Option<&Meaning>,
) -> [f64; OF_SPAN] {
    let flag = |holds: bool| if holds { 1.0 } else { 0.0 };
    let head = text.tokens[span.from..span.to].iter().rev().find(|token| token.word).and_then(point);
    let prior = span.from.checked_sub(1).map(|at| &text.tokens[at]);
    let telling = |token: Option<&Token>| {
        let point = token.filter(|token| token.word && !is_function(&token.lower)).and_then(point);
        nearness(point.as_ref(), kin.own.as_ref())
    };
    let clause = span.kind == Kind::Clause;
    let content = |token: &Token| token.word;
    let ends = !text.tokens.iter().skip(span.to).any(content);
    let begins = !text.tokens[..span.from].iter().any(content);
    let own = |token: &Token| is_asking(&token.lower) || token.stems.iter().any(|stem| tool.says(stem));
    [
        nearness(words, kin.own.as_ref()),
        nearness(head.as_ref(), kin.own.as_ref()),
        nearness(words, kin.described.as_ref()),
        nearness(words, kin.tool.as_ref()),
        kin.rivals.iter().map(|rival| nearness(words, Some(rival))).fold(0.0, f64::max),
        telling(prior),
        telling(text.tokens.get(span.to)),
        flag(words.is_none()),
        flag(clause),
        flag(clause && ends),
        flag(clause && begins),
        flag(clause && begins && ends),
        flag(clause && prior.is_some_and(own)),
        flag(clause && prior.is_some_and(|token| !token.word)),
        flag(clause && parameter.is_of(" question query search input request ")),
    ]
}
