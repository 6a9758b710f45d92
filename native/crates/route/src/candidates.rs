//! Which spans of a sentence may be values for one tool's parameters.

use crate::parameter::{Parameter, Type};
use crate::sight::Sight;
use crate::spans::{Kind, Span};
use crate::text::Text;
use crate::tool::Tool;
use crate::words::{alike, is_function, listed, near, stem_of};
use serde_json::Value;

/// The most words in a phrase.
const LONGEST_PHRASE: usize = 7;
/// Words between what is spoken of and what it is or holds.
const INTRODUCING: &str = " including named called titled entitled ";
/// The most tokens of an example.
const LONGEST_EXAMPLE: usize = 4;
/// The most candidates of a tool.
const MOST: usize = 320;

/// The spans with a form, and the phrases that are left of the sentence's runs of words when the words of the tool are
/// taken off their ends: in "climate change research" a tool that speaks of research is left with "climate change".
pub(crate) fn candidates(sight: &Sight<'_>, typed: &[Span]) -> Vec<Span> {
    let (tool, text) = (sight.tool, sight.text);
    let mut found = typed.to_vec();
    let quoted = |at: usize| {
        typed.iter().any(|span| {
            matches!(span.kind, Kind::Quoted | Kind::Url | Kind::Email | Kind::Path) && span.from <= at && at < span.to
        })
    };
    let breaks = |at: usize| {
        let token = &text.tokens[at];
        !token.word || token.function || listed(INTRODUCING, &token.lower) || quoted(at)
    };
    let own = |at: usize| sight.own[at] || sight.of_parameter[at];
    let mut at = 0;
    while at < text.tokens.len() && found.len() < MOST {
        if breaks(at) {
            at += 1;
            continue;
        }
        let from = at;
        while at < text.tokens.len() && !breaks(at) {
            at += 1;
        }
        let mut runs = vec![(from, at)];
        // "history of art", "research in biology" stay one where no word of the tool stands in them
        if text.tokens.get(at).is_some_and(|token| token.is("of")) {
            let next = at + 1 + usize::from(text.tokens.get(at + 1).is_some_and(|token| token.is("the")));
            let mut end = next;
            while end < text.tokens.len() && !breaks(end) {
                end += 1;
            }
            if end > next {
                runs.push((from, end));
            }
        }
        for (from, to) in runs {
            let (mut left, mut right) = (from, to);
            while left < right && own(left) {
                left += 1;
            }
            while right > left && own(right - 1) {
                right -= 1;
            }
            let verbless = if text.tokens[from].first { from + 1 } else { from };
            for (from, to) in [(from, to), (verbless, to), (left, to), (verbless, right), (left, right)] {
                push(text, from, to, &mut found);
            }
            // "papers published after": the participle before a preposition says something of what is before it
            let said = &text.tokens[to - 1];
            let participle = said.lower.ends_with("ed") && text.tokens.get(to).is_some_and(|next| next.preposition);
            if participle && to - from > 1 {
                push(text, left.min(to - 1), to - 1, &mut found);
            }
            // what a word of the tool or a number divides: "pod web namespace prod", "the electronics industry"
            let mut piece = from;
            for at in from..=to {
                if at == to || own(at) || text.tokens[at].digits && text.tokens[at].lower.parse::<f64>().is_ok() {
                    push(text, piece, at, &mut found);
                    piece = at + 1;
                }
            }
            if let Some(first) = (from..to).find(|at| own(*at)) {
                push(text, first + 1, to, &mut found);
            }
            // the thing and its name, though the tool speaks of both: "deployment api"
            if to - from > 1 && own(to - 1) && own(to - 2) {
                push(text, to - 1, to, &mut found);
            }
        }
    }
    examples(tool, text, &mut found);
    found
}

/// What stands in the sentence as an example of a parameter has it, wherever it stands: "an advanced course".
fn examples(tool: &Tool, text: &Text<'_>, found: &mut Vec<Span>) {
    if tool.examples.is_empty() {
        return;
    }
    for from in 0..text.tokens.len() {
        for to in from + 1..=(from + LONGEST_EXAMPLE).min(text.tokens.len()) {
            let (first, last) = (&text.tokens[from], &text.tokens[to - 1]);
            let small = from + 1 == to && first.function;
            if first.word && last.word && !small && tool.examples.contains(&text.slice(from, to).to_lowercase()) {
                push(text, from, to, found);
            }
        }
    }
}

fn push(text: &Text<'_>, from: usize, to: usize, found: &mut Vec<Span>) {
    if from >= to || to - from > LONGEST_PHRASE || found.len() >= MOST {
        return;
    }
    let span = Span { start: text.tokens[from].start, end: text.tokens[to - 1].end, from, to, kind: Kind::Phrase };
    if !found.iter().any(|other| (other.start, other.end) == (span.start, span.end)) {
        found.push(span);
    }
}

/// The fixed values of a parameter that the sentence names: the span, the value, and how well it is named: 1 as it is
/// written, 0.8 by its stems, 0.6 with a wrong letter. A verb that asks for anything names none by its stem: to check a
/// balance asks for no "checking" account.
pub(crate) fn named_values(parameter: &Parameter, text: &Text<'_>, typed: &[Span]) -> Vec<(Span, Value, f64)> {
    let mut found: Vec<(Span, Value, f64)> = Vec::new();
    for value in &parameter.values {
        // a number, in digits or in words
        if let Some(number) = value.as_f64() {
            let is = |span: &&Span| matches!(span.kind, Kind::Number { value, .. } if (value - number).abs() < 1e-9);
            found.extend(typed.iter().find(is).map(|span| (span.clone(), value.clone(), 1.0)));
            continue;
        }
        let written = match value {
            Value::String(written) => written.clone(),
            _ => continue,
        };
        let mut words: Vec<String> = Vec::new();
        crate::words::for_each_word(&written, |word| words.push(word.to_owned()));
        if words.is_empty() || words.len() > LONGEST_PHRASE {
            continue;
        }
        let Some((from, to, quality)) = place(&words, &written, text) else { continue };
        let span = Span { start: text.tokens[from].start, end: text.tokens[to - 1].end, from, to, kind: Kind::Phrase };
        // Of two values in one place the longer counts.
        if let Some(other) = found.iter_mut().find(|(other, ..)| other.overlaps(&span)) {
            if (span.to - span.from, quality) > (other.0.to - other.0.from, other.2) {
                *other = (span, value.clone(), quality);
            }
        } else {
            found.push((span, value.clone(), quality));
        }
    }
    found
}

/// Where the words of a value stand one after another.
fn place(words: &[String], written: &str, text: &Text<'_>) -> Option<(usize, usize, f64)> {
    let lower = written.to_lowercase();
    let stems: Vec<String> = words.iter().map(|word| stem_of(word)).collect();
    let mut best: Option<(usize, usize, f64)> = None;
    for from in 0..text.tokens.len() {
        let token = &text.tokens[from];
        if !token.word {
            continue;
        }
        let quality = |one: &str, stem: &str, at: usize| -> f64 {
            let token = &text.tokens[at];
            if token.lower == one {
                1.0
            } else if stem.len() > 2
                && !token.asking
                && (token.has_stem(stem) || crate::words::alike(&token.stems[0], stem) > 0.9)
            {
                0.8
            } else if near(&token.lower, one) && one.len() >= 5 && token.point.is_none() {
                // What is a word of its own is no other word with a wrong letter: the price is not "pricey".
                0.6
            } else {
                0.0
            }
        };
        let mut worst: f64 = if token.lower == lower { 1.0 } else { 0.0 };
        let mut to = from + 1;
        if worst == 0.0 {
            worst = 1.0;
            to = from;
            for (word, stem) in words.iter().zip(&stems) {
                while text.tokens.get(to).is_some_and(|token| !token.word && to > from) {
                    to += 1;
                }
                let Some(token) = text.tokens.get(to) else {
                    worst = 0.0;
                    break;
                };
                worst = worst.min(if token.word { quality(word, stem, to) } else { 0.0 });
                if worst == 0.0 {
                    break;
                }
                to += 1;
            }
        }
        // A single letter or a word of a closed class is a value only as it is written.
        let short = lower.len() < 2 || is_function(&lower);
        let exact = text.slice(from, to.max(from + 1)) == written;
        if worst > 0.0 && (!short || exact) && best.is_none_or(|(.., quality)| worst > quality) {
            best = Some((from, to, worst));
        }
    }
    best
}

/// Whether a truth is asked for or against: the words of the parameter's name stand in the sentence, with or without a
/// word of denial before them.
pub(crate) fn truth(parameter: &Parameter, text: &Text<'_>) -> Option<(Span, bool)> {
    const MARKS: [&str; 18] = [
        "is", "has", "should", "enabl", "includ", "us", "with", "show", "do", "be", "if", "return", "get", "flag",
        "receiv", "allow", "want", "add",
    ];
    const DENIAL: [&str; 16] = [
        "no",
        "not",
        "without",
        "don't",
        "never",
        "exclude",
        "excluding",
        "disable",
        "disabled",
        "skip",
        "omit",
        "except",
        "doesn't",
        "isn't",
        "non",
        "off",
    ];
    const DENIED: &str = " false off disabled not aren't isn't unnecessary ";
    if *parameter.item() != Type::Truth {
        return None;
    }
    let telling: Vec<&String> = parameter
        .words
        .iter()
        .filter(|word| !MARKS.contains(&word.as_str()) && word.len() > 1 && !is_function(word))
        .collect();
    let (from, to) = window(&telling, text)?;
    let denied = text.tokens[from.saturating_sub(3)..from].iter().any(|token| DENIAL.contains(&token.lower.as_str()))
        || text.tokens[to..(to + 2).min(text.tokens.len())].iter().any(|token| listed(DENIED, &token.lower));
    let span = Span { start: text.tokens[from].start, end: text.tokens[to - 1].end, from, to, kind: Kind::Phrase };
    Some((span, !denied))
}

/// The closest place where all of some words stand, in any order.
fn window(words: &[&String], text: &Text<'_>) -> Option<(usize, usize)> {
    const WIDEST: usize = 8;
    if words.is_empty() {
        return None;
    }
    let is = |at: usize, word: &str| text.tokens[at].stems.iter().any(|stem| alike(stem, word) > 0.5);
    let mut best: Option<(usize, usize)> = None;
    for from in 0..text.tokens.len() {
        if !words.iter().any(|word| is(from, word)) {
            continue;
        }
        let end = (from + WIDEST).min(text.tokens.len());
        let last = words
            .iter()
            .map(|word| (from..end).find(|at| is(*at, word)))
            .try_fold(from, |last, at| at.map(|at| last.max(at)));
        if let Some(last) = last
            && best.is_none_or(|(start, end)| last + 1 - from < end - start)
        {
            best = Some((from, last + 1));
        }
    }
    best
}
