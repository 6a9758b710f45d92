//! How near what a request says is to what a tool or a parameter is about.

use crate::background::RARE;
use crate::fit::{Said, Words};
use crate::meaning::{Meaning, middle, nearest, nearness};
use crate::parameter::Parameter;
use crate::sight::{Echo, Sight};
use crate::spans::{Kind, Span};
use crate::text::{Text, Token};
use crate::tool::Tool;
use crate::vocabulary::Stem;
use crate::words::{alike, is_asking};

/// What all words of a span have in common.
pub(crate) fn of_span(text: &Text<'_>, span: &Span) -> Option<Meaning> {
    of_tokens(text.tokens[span.from..span.to].iter())
}

fn of_tokens<'a>(tokens: impl Iterator<Item = &'a Token>) -> Option<Meaning> {
    middle(tokens.filter(|token| token.is_content()).filter_map(|token| Some((token.weight, token.point?))))
}

/// How near a word is to the nearest of some stems.
fn nearest_of(token: &Token, stems: &[Stem]) -> f64 {
    nearest(token.point, stems.iter().filter_map(|stem| stem.point))
}

/// How many numbers tell how near a tool is.
pub(crate) const OF_TOOL: usize = 12;

/// How near a word of a request is to a tool's name, and to anything that is said of the tool.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Near {
    name: f64,
    pub(crate) any: f64,
}

impl Near {
    /// One for each word; nothing is known of those with which anything is asked for.
    pub(crate) fn of(tool: &Tool, words: &Words<'_>, is: &Said) -> Vec<Self> {
        let near = |(at, token): (usize, &&Token)| {
            if token.asking {
                return Self::default();
            }
            let name = is.named[at].max(nearest_of(token, &tool.named));
            let any = name.max(is.described[at]).max(nearest_of(token, &tool.described));
            Self { name, any: any.max(0.8 * is.taken[at].max(nearest_of(token, &tool.taken))) }
        };
        words.tokens.iter().enumerate().map(near).collect()
    }
}

/// How near the words of a request are to a tool; those that are `covered` stand in arguments, whose nearness to their
/// parameters is `fitting`.
pub(crate) fn of_tool(
    tool: &Tool,
    words: &Words<'_>,
    near: &[Near],
    covered: impl Fn(&Token) -> bool,
    fitting: f64,
) -> [f64; OF_TOOL] {
    let telling = || words.tokens.iter().copied().enumerate().filter(|(_, token)| !token.asking);
    let open = || telling().filter(|(_, token)| !covered(token));
    let (mut all, mut by_name, mut by_any, mut heaviest, mut unsaid) = (0.0, 0.0, 0.0, 0.0_f64, 0.0_f64);
    let mut names = Vec::new();
    for (at, token) in open() {
        let Near { name, any } = near[at];
        all += token.weight;
        by_name += token.weight * name;
        by_any += token.weight * any;
        heaviest = heaviest.max(token.weight * name);
        unsaid = unsaid.max(token.weight * (1.0 - any));
        names.push(name);
    }
    let part = |of: f64, all: f64, none: f64| if all > 0.0 { of / all } else { none };
    // What the name says, beside verbs of asking, and how near the request comes to it.
    let (mut mass, mut said, mut absent) = (0.0, 0.0, 0.0_f64);
    for stem in tool.named.iter().filter(|stem| !is_asking(&stem.text)) {
        let likeness = |(_, token): (usize, &Token)| {
            let same = token.stems.iter().map(|own| alike(own, &stem.text)).fold(0.0, f64::max);
            same.max(nearness(token.point, stem.point))
        };
        let best = telling().map(likeness).fold(0.0, f64::max);
        mass += stem.weight;
        said += stem.weight * best;
        absent = absent.max(stem.weight * (1.0 - best));
    }
    let deed = telling().map(|(_, token)| nearest(token.point, tool.verb_points())).fold(0.0, f64::max);
    let left = of_tokens(open().map(|(_, token)| token));
    let whole = of_tokens(telling().map(|(_, token)| token));
    let next = |at: usize| names.get(at).copied().unwrap_or(0.0);
    [
        part(by_name, all, 0.5),
        part(by_any, all, 0.5),
        heaviest / RARE,
        unsaid / RARE,
        part(said, mass, 0.5),
        absent / RARE,
        deed,
        nearness(left.as_ref(), tool.core.as_ref()),
        nearness(whole.as_ref(), tool.around.as_ref()),
        fitting,
        next(0),
        next(1),
    ]
}

/// How near a span is to one parameter and to the others.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Kin {
    own: f64,
    described: f64,
    rival: f64,
}

impl Kin {
    /// Of a span whose words have `words` in common, to each parameter.
    pub(crate) fn of(parameters: &[Parameter], words: Option<&Meaning>) -> Vec<Self> {
        let near = |parameter: &Parameter| nearness(words, parameter.own.as_ref());
        let own: Vec<f64> = parameters.iter().map(near).collect();
        // The nearest of the others is the nearest of all, but for the nearest itself.
        let first = (0..own.len()).max_by(|one, other| own[*one].total_cmp(&own[*other]));
        let second =
            own.iter().enumerate().filter(|(at, _)| Some(*at) != first).map(|(_, near)| *near).fold(0.0, f64::max);
        let kin = parameters.iter().enumerate().map(|(at, parameter)| Self {
            own: own[at],
            described: nearness(words, parameter.meant.as_ref()),
            rival: first.filter(|first| *first != at).map_or(second, |first| own[first]),
        });
        kin.collect()
    }

    /// How near the span is to what the parameter is said to be.
    pub(crate) fn fits(self) -> f64 {
        self.own.max(self.described)
    }
}

/// What is known of a span for one tool, whatever the parameter.
#[allow(clippy::struct_excessive_bools)] // each is a sign of its own
pub(crate) struct OfSpan {
    /// The last word of the span, and the words before and after it that tell something.
    head: Option<usize>,
    prior: Option<usize>,
    next: Option<usize>,
    /// How near it is to the tool's name.
    tool: f64,
    unknown: bool,
    clause: bool,
    begins: bool,
    ends: bool,
    own_prior: bool,
    mark_prior: bool,
}

impl OfSpan {
    /// Of a span whose words have `words` in common.
    pub(crate) fn of(sight: &Sight<'_>, span: &Span, words: Option<&Meaning>) -> Self {
        let tokens = &sight.text.tokens;
        let telling = |at: &usize| tokens.get(*at).is_some_and(Token::is_content);
        let prior = span.from.checked_sub(1);
        Self {
            head: (span.from..span.to).rev().find(|at| tokens[*at].word),
            prior: prior.filter(telling),
            next: Some(span.to).filter(telling),
            tool: nearness(words, sight.tool.by_name.as_ref()),
            unknown: words.is_none(),
            clause: span.kind == Kind::Clause,
            begins: sight.places.begins(span.from),
            ends: sight.places.ends(span.to),
            own_prior: prior.is_some_and(|at| sight.own[at]),
            mark_prior: prior.is_some_and(|at| !tokens[at].word),
        }
    }
}

/// How many numbers tell how near a span is to a parameter.
pub(crate) const NEARNESS: usize = 15;

/// How near a span is to a parameter; and, of a clause, where it stands.
pub(crate) fn of_parameter(parameter: &Parameter, echo: &Echo, of: &OfSpan, kin: Kin) -> [f64; NEARNESS] {
    let flag = |holds: bool| if holds { 1.0 } else { 0.0 };
    let near = |token: Option<usize>| token.map_or(0.0, |at| echo.near[at]);
    [
        kin.own,
        near(of.head),
        kin.described,
        of.tool,
        kin.rival,
        near(of.prior),
        near(of.next),
        flag(of.unknown),
        flag(of.clause),
        flag(of.clause && of.ends),
        flag(of.clause && of.begins),
        flag(of.clause && of.begins && of.ends),
        flag(of.clause && of.own_prior),
        flag(of.clause && of.mark_prior),
        flag(of.clause && parameter.roles.question),
    ]
}
