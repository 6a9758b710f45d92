//! What a text says, in a form that can be compared.

use super::dates::{clock, date};
use super::markdown::{conclusion, strip};
use super::words::{directs, is_empty, negates, spelled, stem, undone};
use crate::numbers::{Kind, parse_within};
use std::collections::BTreeSet;

/// Words of one text that are compared; what comes later is not.
const MAX_WORDS: usize = 4_000;

/// A text, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Meaning {
    /// Stems of the words that mean something, in order; `stem/surface` pairs.
    pub(super) words: Vec<String>,
    /// The first spelling of each stem, for reports.
    pub(super) spelling: Vec<String>,
    /// Stems under a negation.
    pub(super) negated: BTreeSet<String>,
    /// Stems that stand without one.
    pub(super) affirmed: BTreeSet<String>,
    /// Numbers in base units, dates, versions, addresses.
    pub(super) numbers: BTreeSet<String>,
    /// Inline code, paths and other names that are not words.
    pub(super) names: BTreeSet<String>,
    /// The names in the order in which they are said.
    pub(super) named: Vec<String>,
    /// Tokens of code blocks.
    pub(super) code: Vec<String>,
    /// Says what comes from where, or what comes first: then order matters.
    pub(super) directed: bool,
    /// Begins with yes (or true) or no (or false), and stops there for a while.
    pub(super) verdict: Option<bool>,
    /// Says nothing but its verdict.
    pub(super) bare: bool,
}

impl Meaning {
    pub(super) fn read(text: &str) -> Self {
        let plain = strip(text);
        let mut meaning = Self { code: code_tokens(&plain.code), ..Self::default() };
        let said = conclusion(&plain.prose).unwrap_or(&plain.prose);
        meaning.read_prose(said);
        meaning.read_verdict(said);
        if meaning.words.is_empty() && meaning.numbers.is_empty() && meaning.names.is_empty() {
            // Only words without weight: then they are the answer.
            meaning.read_all(&plain.prose);
        }
        meaning
    }

    fn read_verdict(&mut self, text: &str) {
        let text = text.trim_start();
        let end = text.find(|one: char| !one.is_alphanumeric()).unwrap_or(text.len());
        let rest = text[end..].trim_start_matches(' ');
        let stops =
            rest.chars().next().is_none_or(|one| matches!(one, ',' | '.' | ';' | ':' | '!' | '\n' | '-' | '–' | '—'));
        self.verdict = match text[..end].to_lowercase().as_str() {
            "yes" | "true" if stops => Some(true),
            "no" | "false" if stops => Some(false),
            _ => None,
        };
        self.bare = self.verdict.is_some() && self.code.is_empty() && !rest.contains(char::is_alphanumeric);
    }

    fn read_prose(&mut self, text: &str) {
        let mut negations = 0_u32;
        let mut rest = text;
        let mut start = true;
        while let Some(first) = rest.chars().next() {
            if self.words.len() >= MAX_WORDS {
                return;
            }
            if first == '`' {
                let inside = &rest[1..];
                if let Some(end) = inside.find(['`', '\n']).filter(|end| inside[*end..].starts_with('`')) {
                    self.name(&inside[..end]);
                    rest = &inside[end + 1..];
                    start = false;
                    continue;
                }
            }
            if let Some((time, used)) = date(rest).or_else(|| clock(rest)) {
                self.numbers.insert(time);
                rest = &rest[used..];
                start = false;
                continue;
            }
            let signed = start_of_number(rest, start);
            if let Some(sign) = signed {
                let body = &rest[sign..];
                if let Some(used) = dotted(body) {
                    self.numbers.insert(body[..used].trim_start_matches('v').to_owned());
                    rest = &body[used..];
                    start = false;
                    continue;
                }
                if let Some((quantity, used)) = parse_within(body) {
                    let joined = body[used..].chars().next().is_some_and(|one| one.is_alphanumeric() || one == '_');
                    if !joined {
                        let value = if sign == 0 { quantity.value } else { -quantity.value };
                        self.numbers.insert(number(value, quantity.kind));
                        rest = &body[used..];
                        start = false;
                        continue;
                    }
                }
            }
            if wordy(first) {
                let end = word_end(rest);
                let word = rest[..end].trim_end_matches(['\'', '’', '.', '-', '/', ':', '_', '@']);
                self.word(word, &mut negations);
                rest = &rest[end..];
                start = false;
                continue;
            }
            if matches!(first, '.' | ';' | '!' | '?' | '\n' | ',' | ':') {
                negations = self.left_over(negations);
            }
            start = !matches!(first, ')' | ']' | '}');
            rest = &rest[first.len_utf8()..];
        }
        self.left_over(negations);
    }

    /// "No." answers by itself.
    fn left_over(&mut self, negations: u32) -> u32 {
        if negations % 2 == 1 {
            self.push("no", "no".to_owned(), false);
        }
        0
    }

    fn word(&mut self, surface: &str, negations: &mut u32) {
        let lower = surface.to_lowercase().replace('’', "'");
        if negates(&lower) {
            *negations += 1;
            return;
        }
        self.directed |= directs(&lower);
        if lower == "only" && *negations > 0 {
            // "not only … but also" denies nothing.
            *negations -= 1;
            return;
        }
        if let Some(value) = spelled(&lower) {
            self.numbers.insert(number(value, Kind::Plain));
            return;
        }
        if is_empty(&lower) {
            return;
        }
        let mixed = lower.chars().any(|one| one.is_ascii_digit());
        if mixed || lower.contains(['/', '_', ':', '@']) || inner_dot(&lower) {
            self.name(surface);
            return;
        }
        // Hyphens join what others write apart.
        for part in lower.split(['-', '.']).filter(|part| !part.is_empty()) {
            let part = part.strip_suffix("'s").unwrap_or(part).replace('\'', "");
            if !part.is_empty() && !is_empty(&part) {
                let negated = *negations % 2 == 1;
                *negations = 0;
                match undone(&part) {
                    Some(state) => self.push(&part, stem(state), !negated),
                    None => self.push(&part, stem(&part), negated),
                }
            }
        }
    }

    fn push(&mut self, surface: &str, stem: String, negated: bool) {
        if negated {
            self.negated.insert(stem.clone());
        } else {
            self.affirmed.insert(stem.clone());
        }
        self.words.push(stem);
        self.spelling.push(surface.to_owned());
    }

    fn name(&mut self, text: &str) {
        let name = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        if let Some((quantity, _)) = parse_within(&name).filter(|(_, used)| *used == name.len()) {
            self.numbers.insert(number(quantity.value, quantity.kind));
        } else if !name.is_empty() {
            self.named.push(name.clone());
            self.names.insert(name);
        }
    }

    fn read_all(&mut self, text: &str) {
        for word in text.split(|one: char| !wordy(one)).filter(|word| !word.is_empty()).take(MAX_WORDS) {
            let lower = word.to_lowercase();
            self.push(&lower, lower.clone(), false);
        }
    }

    /// Whether there is nothing in it.
    pub(super) fn is_silent(&self) -> bool {
        self.words.is_empty() && self.numbers.is_empty() && self.names.is_empty() && self.code.is_empty()
    }
}

fn wordy(one: char) -> bool {
    one.is_alphanumeric()
}

/// Scripts without spaces: each sign is a word.
fn single(one: char) -> bool {
    matches!(one, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn word_end(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    while let Some((at, one)) = chars.next() {
        if single(one) {
            return if at == 0 { one.len_utf8() } else { at };
        }
        let next = chars.peek().map(|next| next.1);
        let joins = matches!(one, '\'' | '’' | '-' | '.' | '/' | '_' | ':' | '@') && next.is_some_and(wordy);
        if !wordy(one) && !joins && one != '_' {
            return at;
        }
    }
    text.len()
}

/// A dot between letters of a name (`app.yaml`), not at the end of a sentence and not in `e.g.`.
fn inner_dot(word: &str) -> bool {
    let mut parts = word.split('.');
    word.contains('.') && parts.all(|part| part.len() > 1)
}

/// Whether a number begins here, and how long its sign is. A minus counts only where nothing stands before it.
fn start_of_number(text: &str, free: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    if digit(0) || (bytes[0] == b'v' && digit(1) && free && dotted(text).is_some()) {
        return Some(0);
    }
    if text.starts_with(['$', '€', '£']) {
        let amount = text.trim_start_matches(['$', '€', '£']);
        return amount.starts_with(|one: char| one.is_ascii_digit()).then_some(0);
    }
    let sign = if text.starts_with('-') {
        1
    } else if text.starts_with('−') {
        '−'.len_utf8()
    } else {
        return None;
    };
    (free && digit(sign)).then_some(sign)
}

/// Versions and addresses: at least two dots between digits.
fn dotted(text: &str) -> Option<usize> {
    let body = text.strip_prefix('v').unwrap_or(text);
    let end = body.find(|one: char| !(one.is_ascii_alphanumeric() || one == '.')).unwrap_or(body.len());
    let whole = body[..end].trim_end_matches('.');
    let mut parts = whole.split('.');
    let numeric = parts.by_ref().take(2).all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    (numeric && whole.matches('.').count() >= 2).then(|| text.len() - body.len() + whole.len())
}

/// A number written one way: nine digits count, so that rounding does not tell units apart.
fn number(value: f64, kind: Kind) -> String {
    let value = if value == 0.0 { 0.0 } else { value };
    let text = format!("{value:.8e}");
    match kind {
        // "5 %" and "0.05" are one number.
        Kind::Plain | Kind::Share => text,
        other => format!("{text} {}", other.base()),
    }
}

/// Code as tokens: words, numbers and single signs; space, comment lines and the kind of quotes do not count.
fn code_tokens(code: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    for line in code.lines() {
        let line = line.trim();
        if line.starts_with("//")
            || (line.starts_with('#') && !line.starts_with("#include") && !line.starts_with("#define"))
        {
            continue;
        }
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let named = |one: char| one.is_alphanumeric() || one == '_';
            let end = if named(first) { rest.find(|one| !named(one)).unwrap_or(rest.len()) } else { first.len_utf8() };
            if !first.is_whitespace() {
                tokens.push(if matches!(first, '\'' | '"') { "\"".to_owned() } else { rest[..end].to_owned() });
            }
            rest = &rest[end..];
        }
        // A statement ends with the line in many languages and with a sign in others.
        if tokens.last().is_some_and(|last| last == ";") {
            tokens.pop();
        }
    }
    tokens
}
