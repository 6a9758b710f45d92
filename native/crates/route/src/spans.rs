//! Spans of a sentence that look like values: what stands between quotation marks, addresses, paths, numbers, names.

use crate::text::Text;
use crate::{dates, numbers};
use jiff::civil;

/// The most spans that are kept of a sentence.
const MOST: usize = 256;

/// What a span looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// Between quotation marks; the marks are not in the span.
    Quoted,
    Url,
    Email,
    Path,
    /// Letters and digits mixed, as identifiers are.
    Code,
    Number {
        value: f64,
        percent: bool,
        money: bool,
    },
    Date(civil::Date),
    /// A date that only the present moment would tell: May 5th, tomorrow.
    Day,
    Time(civil::Time),
    /// A length of time, in seconds, with its amount and the seconds of its unit.
    Duration {
        amount: f64,
        unit: f64,
    },
    /// Words with capitals.
    Name,
    /// Other words.
    Phrase,
    /// A part of the sentence as it stands, for texts that may say anything.
    Clause,
}

/// A span that may be a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Span {
    /// Bytes of the sentence.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Tokens of the sentence: from, and to (not in it).
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) kind: Kind,
}

impl Span {
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether it has a form of its own, which other words of the sentence have not.
    pub(crate) fn is_typed(&self) -> bool {
        !matches!(self.kind, Kind::Name | Kind::Phrase | Kind::Clause)
    }
}

/// Every span with a form of its own and every name, in order of place; spans may overlap where more than one reading
/// is sensible.
pub(crate) fn spans(text: &Text<'_>, now: Option<civil::DateTime>) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    quoted(text, &mut found);
    addresses(text, &mut found);
    let solid = found.len();
    let free = |found: &[Span], span: &Span| !found[..solid].iter().any(|other| other.overlaps(span));
    let mut parsed: Vec<Span> = Vec::new();
    dates::find(text, now, &mut |from, to, kind| push(text, from, to, kind, &mut parsed));
    let dated = parsed.len();
    numbers::find(text, &mut |from, to, kind| {
        if let Some(span) = spanned(text, from, to, kind) {
            // The numbers in a date are no numbers; those of a length of time are.
            let inside = parsed[..dated]
                .iter()
                .any(|date| matches!(date.kind, Kind::Date(_) | Kind::Day | Kind::Time(_)) && date.overlaps(&span));
            if !inside {
                parsed.push(span);
            }
        }
    });
    codes(text, &mut parsed);
    names(text, &mut parsed);
    for span in parsed {
        if free(&found, &span) {
            found.push(span);
        }
    }
    found.sort_by_key(|span| (span.start, span.end));
    found.truncate(MOST);
    found
}

fn spanned(text: &Text<'_>, from: usize, to: usize, kind: Kind) -> Option<Span> {
    let start = text.tokens.get(from)?.start;
    let end = text.tokens.get(to.checked_sub(1)?)?.end;
    (start < end).then_some(Span { start, end, from, to, kind })
}

fn push(text: &Text<'_>, from: usize, to: usize, kind: Kind, found: &mut Vec<Span>) {
    found.extend(spanned(text, from, to, kind));
}

/// What stands between quotation marks. A mark that is never closed reaches to the end of the sentence.
fn quoted(text: &Text<'_>, found: &mut Vec<Span>) {
    const PAIRS: [(char, char); 6] = [
        ('"', '"'),
        ('\'', '\''),
        ('`', '`'),
        ('\u{201c}', '\u{201d}'),
        ('\u{2018}', '\u{2019}'),
        ('\u{ab}', '\u{bb}'),
    ];
    let source = text.source;
    let mut before = ' ';
    let mut until = 0;
    for (at, character) in source.char_indices() {
        let opens = at >= until && !before.is_alphanumeric();
        before = character;
        let Some((_, close)) = PAIRS.into_iter().find(|(open, _)| *open == character && opens) else { continue };
        let start = at + character.len_utf8();
        // An apostrophe within a quotation is followed by a letter.
        let end = source[start..]
            .match_indices(close)
            .map(|(offset, _)| start + offset)
            .find(|end| !source[end + close.len_utf8()..].chars().next().is_some_and(char::is_alphanumeric));
        let (end, next) = match end {
            Some(end) => (end, end + close.len_utf8()),
            None if character == '"' => (source.trim_end_matches(['.', '?', '!', ' ']).len(), source.len()),
            None => continue,
        };
        // A comma or stop that the style of quoting put inside.
        let inner = source.get(start..end).unwrap_or_default().trim_end_matches([',']);
        let (from, to) = text.tokens_in(start, start + inner.len());
        if !inner.trim().is_empty() && from < to && found.len() < MOST {
            found.push(Span { start, end: start + inner.len(), from, to, kind: Kind::Quoted });
        }
        until = next;
    }
}

/// URLs, e-mail addresses and paths: runs without a space.
fn addresses(text: &Text<'_>, found: &mut Vec<Span>) {
    let source = text.source;
    let mut at = 0;
    for piece in source.split(char::is_whitespace) {
        let begin = at;
        at += piece.len() + source[at + piece.len()..].chars().next().map_or(0, char::len_utf8);
        let front = piece.trim_start_matches(['(', '[', '<', '{', '"', '\'', '`', ',', '\u{201c}', '\u{2018}']);
        let start = begin + piece.len() - front.len();
        let clean = front.trim_end_matches([
            ')', ']', '>', '}', '"', '\'', '`', ',', ';', ':', '!', '?', '.', '\u{201d}', '\u{2019}',
        ]);
        let clean = clean.strip_suffix("'s").unwrap_or(clean);
        let Some(kind) = address(clean) else { continue };
        let (from, to) = text.tokens_in(start, start + clean.len());
        let span = Span { start, end: start + clean.len(), from, to, kind };
        if from < to && found.len() < MOST && !found.iter().any(|other| other.overlaps(&span)) {
            found.push(span);
        }
    }
}

fn address(piece: &str) -> Option<Kind> {
    if piece.len() < 3 {
        return None;
    }
    if let Some((scheme, rest)) = piece.split_once("://") {
        let known =
            !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        return (known && !rest.is_empty()).then_some(Kind::Url);
    }
    if piece.starts_with("www.") {
        return Some(Kind::Url);
    }
    if let Some((user, host)) = piece.split_once('@') {
        let mail = !user.is_empty() && host.contains('.') && !host.contains(['/', '@', ':']);
        return mail.then_some(Kind::Email);
    }
    // what its mark names: #save-button, .nav; not #5
    let marked =
        piece.strip_prefix(['#', '.']).filter(|rest| rest.len() > 1 && rest.as_bytes()[0].is_ascii_alphabetic());
    if marked.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))) {
        return Some(Kind::Code);
    }
    let bytes = piece.as_bytes();
    let drive = bytes.len() > 3 && bytes[1] == b':' && bytes[2] == b'\\' && bytes[0].is_ascii_alphabetic();
    let rooted = ["/", "./", "../", "~/"].iter().any(|root| piece.starts_with(root)) && piece.len() > 1;
    if drive || (rooted && piece.bytes().any(|byte| byte.is_ascii_alphanumeric())) {
        return Some(Kind::Path);
    }
    // owner/project, branches, registry names; not km/h, and/or
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:".contains(&byte);
    let apart = piece.split('/').filter(|part| part.len() > 2 && part.bytes().any(|byte| byte.is_ascii_alphabetic()));
    if apart.count() > 1 && piece.bytes().all(plain) && !piece.ends_with('/') && !piece.contains("//") {
        return Some(Kind::Code);
    }
    // an image with its tag, a host with its port; not 3:30
    if let Some((name, tag)) = piece.rsplit_once(':') {
        let lower = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_./".contains(&byte);
        let tagged = !tag.is_empty() && tag.bytes().all(plain);
        if name.len() > 2 && name.as_bytes()[0].is_ascii_lowercase() && name.bytes().all(lower) && tagged {
            return Some(Kind::Code);
        }
    }
    let file = piece.rsplit('/').next().unwrap_or(piece);
    let (stem, extension) = file.rsplit_once('.')?;
    let named = (2..=5).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        && extension.bytes().any(|byte| byte.is_ascii_lowercase())
        && stem.bytes().any(|byte| byte.is_ascii_alphabetic());
    if named && !piece.contains(['(', ')', '=']) {
        return Some(Kind::Path);
    }
    None
}

/// Tokens that mix letters and digits, or are written together as code is.
fn codes(text: &Text<'_>, found: &mut Vec<Span>) {
    for (at, token) in text.tokens.iter().enumerate() {
        let raw = text.slice(at, at + 1);
        let letters = raw.bytes().any(|byte| byte.is_ascii_alphabetic());
        let written = raw.contains('_')
            || (token.digits && letters && !numbers::is_ordinal(&token.lower))
            || raw.chars().skip(1).any(char::is_uppercase) && raw.chars().any(char::is_lowercase);
        let number = |span: &Span| matches!(span.kind, Kind::Number { .. });
        let taken = found.iter().any(|span| span.from <= at && at < span.to && !number(span));
        // 10.0.0.1 and 1.2.3 are no numbers
        let dotted = !letters && raw.matches('.').count() > 1;
        if token.word && (letters && written || dotted) && !taken {
            push(text, at, at + 1, Kind::Code, found);
        }
    }
}

/// Runs of words with capitals, `of` and `the` between them included, and such runs with a comma between (a city and
/// its country).
fn names(text: &Text<'_>, found: &mut Vec<Span>) {
    const INNER: [&str; 7] = ["of", "the", "de", "la", "and", "&", "du"];
    let starts = |at: usize| {
        text.tokens.get(at).is_some_and(|token| {
            token.word
                && token.capital
                && (!token.function || token.lower.len() == 1 && token.lower != "i" && token.lower != "a")
        })
    };
    let mut before: Option<(usize, usize)> = None;
    let mut at = 0;
    while at < text.tokens.len() {
        if !starts(at) {
            at += 1;
            continue;
        }
        let mut to = at + 1;
        loop {
            let inner = text.tokens.get(to).is_some_and(|token| INNER.contains(&token.lower.as_str()));
            // An `and` joins two things more often than it stands within one name.
            let and = inner && text.tokens.get(to).is_some_and(|token| token.is("and") || token.is("&"));
            let dot = text.tokens.get(to).is_some_and(|token| token.is("."))
                && text.tokens[to - 1].lower.len() <= 2
                && !text.tokens[to - 1].digits;
            if starts(to)
                || (text.tokens.get(to).is_some_and(|token| token.digits && token.lower.len() <= 4) && starts(to - 1))
            {
                to += 1;
            } else if (inner && !and || dot) && starts(to + 1) {
                to += 2;
            } else if inner && text.tokens.get(to + 1).is_some_and(|token| token.is("the")) && starts(to + 2) && !and {
                to += 3;
            } else {
                break;
            }
        }
        // A verb that begins the sentence is no part of a name, unless it is the name.
        let sentence = text.tokens[at].first;
        if sentence && to - at > 1 {
            push(text, at + 1, to, Kind::Name, found);
        }
        if !sentence
            || to - at > 1
            || text.tokens[at].lower.len() > 1
                && text.tokens[at].lower != text.slice(at, at + 1)
                && text.slice(at, at + 1).chars().skip(1).any(char::is_uppercase)
        {
            push(text, at, to, Kind::Name, found);
        }
        // "The Third Man"
        if let Some(article) = at.checked_sub(1).map(|at| &text.tokens[at])
            && article.capital
            && !article.first
            && matches!(article.lower.as_str(), "the" | "a" | "an")
        {
            push(text, at - 1, to, Kind::Name, found);
        }
        // the number of a house before its street
        if let Some(number) = at.checked_sub(1).map(|at| &text.tokens[at])
            && number.digits
            && number.lower.len() <= 5
            && number.lower.bytes().all(|byte| byte.is_ascii_digit())
            && !sentence
        {
            push(text, at - 1, to, Kind::Name, found);
        }
        if let Some((from, end)) = before
            && end + 1 == at
            && text.tokens[end].is(",")
        {
            push(text, from, to, Kind::Name, found);
        }
        before = (!sentence).then_some((at, to));
        at = to;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(sentence: &str) -> Vec<(String, Kind)> {
        let text = Text::read(sentence);
        spans(&text, None).into_iter().map(|span| (sentence[span.start..span.end].to_owned(), span.kind)).collect()
    }

    fn has(sentence: &str, span: &str, matches: impl Fn(Kind) -> bool) {
        let found = found(sentence);
        assert!(found.iter().any(|(text, kind)| text == span && matches(*kind)), "{sentence}: {found:?}");
    }

    #[test]
    fn forms_are_recognised() {
        has("Play \"Don't stop\" now", "Don't stop", |kind| kind == Kind::Quoted);
        has("search for 'the user's guide' today", "the user's guide", |kind| kind == Kind::Quoted);
        has("send \"never closed.", "never closed", |kind| kind == Kind::Quoted);
        has("open https://example.org/a?b=c, please", "https://example.org/a?b=c", |kind| kind == Kind::Url);
        has("write to jo@example.org.", "jo@example.org", |kind| kind == Kind::Email);
        has("read /etc/hosts and stop", "/etc/hosts", |kind| kind == Kind::Path);
        has("convert notes.pdf", "notes.pdf", |kind| kind == Kind::Path);
        has("open an issue in acme/web-app", "acme/web-app", |kind| kind == Kind::Code);
        has("pull the image nginx:1.27-alpine", "nginx:1.27-alpine", |kind| kind == Kind::Code);
        has("connect to localhost:8080", "localhost:8080", |kind| kind == Kind::Code);
        has("order AB12C3 is late", "AB12C3", |kind| kind == Kind::Code);
        has("weather in New York", "New York", |kind| kind == Kind::Name);
        has("weather in Portland, Oregon", "Portland, Oregon", |kind| kind == Kind::Name);
        has("the University of Oslo opens", "University of Oslo", |kind| kind == Kind::Name);
        has("take 5 of them", "5", |kind| matches!(kind, Kind::Number { .. }));
    }

    proptest! {
        #[test]
        fn any_text_gives_spans_within_it(sentence in any::<String>()) {
            let text = Text::read(&sentence);
            for span in spans(&text, None) {
                prop_assert!(span.start < span.end && sentence.get(span.start..span.end).is_some());
                prop_assert!(span.from < span.to && span.to <= text.tokens.len());
            }
        }
    }
}
