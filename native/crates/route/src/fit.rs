//! How well a tool fits a sentence: numbers that a trained model weighs.

use crate::background::RARE;
use crate::explained::{EXPLAINED, explained};
use crate::fill::Filling;
use crate::kinship::{Near, OF_TOOL, of_tool};
use crate::parameter::Type;
use crate::spans::{Kind, Span};
use crate::text::{Text, Token};
use crate::tool::Tool;
use crate::vocabulary::{Heard, Stem, Vocabulary};
use crate::words::{alike, is_asking};
use std::collections::HashSet;

/// How many numbers the chance of a tool is weighed by; those that tell what is explained come after them.
pub(crate) const FEATURES: usize = OWN + OF_TOOL;
/// How many of them the words themselves tell; the others tell what they have to do with the tool.
const OWN: usize = 36;
/// The weight from which on a word tells something.
const TELLING: f64 = 2.5;
/// The number of words beyond which more say no more.
const MANY: usize = 12;
/// What is known of one tool for one sentence.
pub(crate) type Fit = [f64; FEATURES + EXPLAINED];

/// The words of a sentence that may tell the tool. What stands in a quotation, a path, an address or an identifier is a
/// value, as is the `known` name of a thing that exists; its words tell a tool only where nothing else does, or where
/// they are the `name` of one.
pub(crate) fn telling<'a>(
    text: &'a Text<'_>,
    typed: &[Span],
    known: &[Span],
    name: impl Fn(&str) -> bool,
) -> Vec<&'a Token> {
    let value = |span: &&Span| match span.kind {
        Kind::Quoted | Kind::Url | Kind::Email | Kind::Path => true,
        Kind::Code => text.source.get(span.start..span.end).is_some_and(|word| is_identifier(&word.to_lowercase())),
        _ => false,
    };
    let values: Vec<&Span> = typed.iter().filter(value).chain(known).collect();
    let telling = |token: &&Token| token.is_content();
    let own = |token: &&Token| {
        !values.iter().any(|span| span.start <= token.start && token.start < span.end) || name(&token.lower)
    };
    let words: Vec<&Token> = text.tokens.iter().filter(telling).filter(own).collect();
    if words.is_empty() { text.tokens.iter().filter(telling).collect() } else { words }
}

/// Whether a word written as code names one thing (`order_17`, `AB12C3D4`), unlike s3, k8s and GitHub.
fn is_identifier(lower: &str) -> bool {
    let mixed = lower.bytes().any(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b'.');
    lower.contains('_') || lower.len() > 6 && mixed
}

/// The words of a sentence that may tell the tool, and which stems of all tools they are like.
pub(crate) struct Words<'a> {
    pub(crate) tokens: Vec<&'a Token>,
    heard: Heard,
    stems: HashSet<&'a str>,
}

impl<'a> Words<'a> {
    pub(crate) fn of(vocabulary: &Vocabulary, tokens: Vec<&'a Token>) -> Self {
        let stems = tokens.iter().flat_map(|token| &token.stems).map(String::as_str).collect();
        Self { heard: vocabulary.heard(&tokens), stems, tokens }
    }

    /// How much of a list of stems stands in the sentence, by weight: the sum, and the part of all.
    fn covered(&self, stems: &[Stem]) -> (f64, f64) {
        let (mut hit, mut all) = (0.0, 0.0);
        for stem in stems {
            hit += stem.weight * self.heard.best(stem);
            all += stem.weight;
        }
        (hit, if all > 0.0 { hit / all } else { 0.0 })
    }
}

/// How much each word of a sentence is like one of a tool's.
pub(crate) struct Said {
    pub(crate) named: Vec<f64>,
    pub(crate) described: Vec<f64>,
    pub(crate) taken: Vec<f64>,
}

impl Said {
    fn of(tool: &Tool, words: &Words<'_>) -> Self {
        let heard = &words.heard;
        Self {
            named: heard.all_words(&tool.named),
            described: heard.all_words(&tool.described),
            taken: heard.all_words(&tool.taken),
        }
    }
}

fn likeness(token: &Token, stems: &[String]) -> f64 {
    token.stems.iter().flat_map(|own| stems.iter().map(|stem| alike(own, stem))).fold(0.0, f64::max)
}

/// What the words alone say: the first pass over a large catalogue.
pub(crate) fn lexical(tool: &Tool, words: &Words<'_>) -> f64 {
    let (named, part) = words.covered(&tool.named);
    let (described, _) = words.covered(&tool.described);
    let (server, _) = words.covered(&tool.server);
    let taken = words.heard.of_words(&tool.taken).map_or(0.0, |likeness| {
        words.tokens.iter().zip(likeness).map(|(token, likeness)| likeness * token.weight).sum::<f64>()
    });
    named * (1.0 + part) + 0.5 * described + 0.3 * server + 0.2 * taken
}

/// Everything known of a tool for a sentence.
pub(crate) fn fit(tool: &Tool, words: &Words<'_>, typed: &[Span], filling: &Filling) -> Fit {
    let flag = |holds: bool| if holds { 1.0 } else { 0.0 };
    let (named, named_part) = words.covered(&tool.named);
    let (described, described_part) = words.covered(&tool.described);
    let said = Said::of(tool, words);
    let any_of = |at: usize| said.named[at].max(said.described[at]).max(0.7 * said.taken[at]);
    let (mut all, mut by_name, mut by_any, mut heaviest, mut unsaid) = (0.0, 0.0, 0.0, 0.0_f64, 0.0_f64);
    let mut strange = 0;
    for (at, token) in words.tokens.iter().enumerate() {
        if filling.covers(token.start) {
            continue;
        }
        let asking = if token.asking { 0.3 } else { 1.0 };
        let value = token.weight * asking;
        let (name, any) = (said.named[at], any_of(at));
        all += value;
        by_name += value * name;
        by_any += value * any;
        heaviest = heaviest.max(value * name);
        unsaid = unsaid.max(value * (1.0 - any));
        strange += usize::from(value > TELLING && any < 0.5);
    }
    // What the name says beside the verbs that every tool has, and the sentence does not.
    let named_stems = tool.named.iter().filter(|stem| !is_asking(&stem.text));
    let absent = named_stems.map(|stem| stem.weight * (1.0 - words.heard.best(stem)));
    let (absent_most, absent_all) = absent.fold((0.0_f64, 0.0), |(most, all), value| (most.max(value), all + value));
    let part = |of: f64| if all > 0.0 { of / all } else { 0.5 };
    let parameters = tool.schema.as_ref().map_or(&[][..], |schema| &schema.parameters);
    let required = parameters.iter().filter(|parameter| parameter.required).count();
    let filled = required - filling.missing.len().min(required);
    let sure: f64 = filling.filled.iter().map(|filled| filled.confidence).sum();
    let forms: Vec<&Span> = typed.iter().filter(|span| span.is_typed()).collect();
    let consumed = forms.iter().filter(|span| filling.covers(span.start)).count();
    let mentioned = parameters.iter().filter(|parameter| parameter.named_in(&words.stems)).count();
    let typed_missing = parameters
        .iter()
        .filter(|parameter| filling.missing.contains(&parameter.name))
        .filter(|parameter| matches!(parameter.item(), Type::Whole | Type::Number))
        .count();
    let share = |count: usize, of: usize| if of > 0 { count as f64 / of as f64 } else { 0.0 };
    // What the request begins with, and what it is done to: the first word and the last of the first row of words.
    let mut order = words.tokens.iter().enumerate();
    let first = order.find(|(_, token)| !token.asking).map(|(at, _)| at);
    let object = order.find(|(_, token)| !filling.covers(token.start)).map(|(at, _)| at);
    let of = |likeness: &[f64], at: Option<usize>| at.map_or(0.0, |at| likeness[at]);
    let strange_first = |at: usize| !tool.says(&words.tokens[at].stems[0]) && said.taken[at] < 0.9;
    let by_tool: f64 = tool.verbs.iter().map(|verb| words.heard.best(verb)).fold(0.0, f64::max);
    let (mut taken, mut every) = (0.0, 0.0);
    for (at, token) in words.tokens.iter().enumerate() {
        every += token.weight;
        taken += token.weight * if filling.covers(token.start) { 1.0 } else { any_of(at) };
    }
    let surest = filling.filled.iter().map(|filled| filled.confidence).fold(0.0, f64::max);
    let (taken_named, _) = words.covered(&tool.taken);
    let verb = tool.named.first().is_some_and(|first| words.heard.best(first) > 0.5);
    let noun = tool.named.last().is_some_and(|last| words.heard.best(last) > 0.5);
    let own: [f64; OWN] = [
        1.0,
        named_part,
        (named / RARE).min(4.0),
        described_part,
        (described / RARE).min(6.0),
        part(by_name),
        part(by_any),
        heaviest / RARE,
        unsaid / RARE,
        share(filled, required),
        flag(required == 0),
        filling.missing.len().min(6) as f64 / 6.0,
        share(consumed, forms.len()),
        flag(forms.is_empty()),
        share(mentioned, parameters.len()),
        sure / (filling.filled.len().max(1) as f64),
        share(typed_missing, required),
        flag(verb),
        flag(noun),
        flag(tool.server.iter().any(|stem| words.heard.best(stem) > 0.9)),
        strange.min(6) as f64 / 6.0,
        absent_most / RARE,
        (absent_all / RARE).min(3.0) / 3.0,
        first.map_or(0.0, |at| likeness(words.tokens[at], &tool.deeds)),
        of(&said.named, first),
        flag(first.is_some_and(strange_first)),
        of(&said.named, object),
        of(&said.described, object),
        by_tool,
        if every > 0.0 { taken / every } else { 0.0 },
        surest,
        (taken_named / RARE).min(4.0) / 4.0,
        words.tokens.len().min(MANY) as f64 / MANY as f64,
        words.tokens.iter().filter(|token| !filling.covers(token.start)).count().min(MANY) as f64 / MANY as f64,
        share(filling.filled.len(), parameters.len()),
        flag(required > 0 && filling.missing.is_empty()),
    ];
    let near = Near::of(tool, words, &said);
    let kin = of_tool(tool, words, &near, |token| filling.covers(token.start), filling.kinship);
    let mut fit = [0.0; FEATURES + EXPLAINED];
    fit[..OWN].copy_from_slice(&own);
    fit[OWN..FEATURES].copy_from_slice(&kin);
    fit[FEATURES..].copy_from_slice(&explained(words, &near, typed, filling));
    fit
}
