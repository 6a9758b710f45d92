//! A text as a row of tokens with their concepts.
//!
//! Folded on the way: case, accents, full-width and mathematical letters, letters of other scripts that look Latin,
//! characters that people do not see, digits that stand for letters.

use super::concept::{self, Set};
use super::fold::{fold, is_ideographic, leet, look_alike, unseen};
use super::places::{secret_name, secret_place, system_place};
use std::collections::HashMap;
use std::sync::LazyLock;

/// A word, or what stands for one, with the half-open range of bytes it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) set: Set,
    pub(super) start: u32,
    pub(super) end: u32,
    /// A sentence ends before it.
    pub(super) opens: bool,
    /// It was spelled with look-alikes or digits.
    pub(super) disguised: bool,
}

/// Whose an identifier is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The tool's own name, or one of its parameters.
    Tool,
    /// Another tool of the same server.
    Server,
    Stranger,
}

static LEXICON: LazyLock<HashMap<&'static str, Set>> = LazyLock::new(|| {
    let mut lexicon = HashMap::new();
    for (set, words) in concept::WORDS {
        for word in words.split_whitespace() {
            *lexicon.entry(word).or_insert(0) |= set;
        }
    }
    lexicon
});

/// The concepts of a folded word.
pub(super) fn meaning(word: &str) -> Set {
    LEXICON.get(word).copied().unwrap_or(0)
}

/// Words longer than this stand for nothing; what is longer is data, not language.
const LONGEST_WORD: usize = 48;
/// The longest word of a script that writes without spaces, in characters.
const LONGEST_IDEOGRAPHIC: usize = 5;

/// Splits a text. `own` tells which identifiers belong to the tool itself.
pub(super) fn tokens(text: &str, own: &dyn Fn(&str) -> Owner) -> Vec<Token> {
    let mut row = Row {
        tokens: Vec::with_capacity(text.len() / 6 + 1),
        opens: true,
        qualified: false,
        example: false,
        negated: None,
    };
    let mut start = None;
    let mut breaks = 0;
    for (at, char) in text.char_indices() {
        if char.is_whitespace() {
            if let Some(from) = start.take() {
                row.opens |= breaks > 0 && is_item(&text[from..at]);
                row.chunk(text, from, at, own);
                breaks = 0;
            }
            breaks += usize::from(char == '\n');
            // A blank line ends a sentence, a single break only wraps it, unless what follows is an item of a list.
            row.opens |= breaks >= 2;
        } else if start.is_none() {
            start = Some(at);
        }
    }
    if let Some(from) = start {
        row.opens |= breaks > 0 && is_item(&text[from..]);
        row.chunk(text, from, text.len(), own);
    }
    row.tokens
}

/// Whether a line that begins so is an item of a list, a heading, a row of a table or a labelled line, which is no part
/// of the sentence before it.
fn is_item(first: &str) -> bool {
    let number = first.trim_start_matches(|char: char| char.is_ascii_digit());
    first.starts_with(['-', '*', '+', '#', '|', '>', '\u{2022}', '\u{2013}', '\u{25cf}', '\u{2192}'])
        || (number.len() < first.len() && number.starts_with(['.', ')', ':']))
        || first.ends_with(':')
}

/// The words of an identifier: split at what is no letter and where a capital follows a small letter.
pub(super) fn parts(name: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut small = false;
    for char in name.chars().filter(|char| !unseen(*char)) {
        if (!char.is_alphanumeric() || (small && char.is_uppercase())) && !part.is_empty() {
            parts.push(std::mem::take(&mut part));
        }
        small = char.is_lowercase() || char.is_numeric();
        if char.is_alphanumeric() {
            fold(char, &mut part);
        }
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}

const KEYS: &[&str] = &["key", "keys", "token", "tokens"];
const QUALIFIERS: &[&str] = &[
    "api",
    "private",
    "secret",
    "access",
    "ssh",
    "auth",
    "session",
    "bearer",
    "encryption",
    "security",
    "signing",
    "user's",
    "rsa",
    "gpg",
];

/// What opens a value that is given word for word.
const QUOTES: [char; 6] = ['"', '\'', '`', '‘', '“', '«'];

/// What says that a value is an example: nobody has a tool called with it.
const EXAMPLES: &[&str] =
    &["e.g", "eg", "i.e", "ie", "example", "examples", "like", "typically", "default", "defaults"];

struct Row {
    tokens: Vec<Token>,
    opens: bool,
    /// The last word makes a key of the next one a secret.
    qualified: bool,
    /// What is given here is an example, up to the end of the sentence.
    example: bool,
    /// The last word that says no in this sentence, by its token.
    negated: Option<usize>,
}

/// Words between a `not` and the `without` that takes it back.
const TAKEN_BACK: usize = 8;

impl Row {
    /// A `without` behind a `not` asks for what it names, and what is not to be skipped is not set aside.
    fn taken_back(&self, word: &str) -> Set {
        let since = self.negated.filter(|_| !self.opens).map(|at| self.tokens.len() - at);
        match since {
            Some(1..=2) if word != "matter" => concept::IGNORE,
            Some(1..=TAKEN_BACK) if word == "without" => concept::NOT,
            _ => 0,
        }
    }

    fn push(&mut self, set: Set, start: usize, end: usize, disguised: bool) {
        if self.opens {
            self.negated = None;
        }
        if set & concept::NOT != 0 {
            self.negated = Some(self.tokens.len());
        }
        self.tokens.push(Token {
            set,
            start: index(start),
            end: index(end),
            opens: std::mem::take(&mut self.opens),
            disguised,
        });
    }

    /// What stands between two spaces.
    fn chunk(&mut self, text: &str, start: usize, end: usize, own: &dyn Fn(&str) -> Owner) {
        // A closing tag right behind a word is no part of it.
        let chunk = text[start..end].split_once("</").map_or(&text[start..end], |(word, _)| word);
        let trimmed = chunk.trim_matches(|char: char| char.is_ascii_punctuation() && !"~/.".contains(char));
        let core = trimmed.trim_end_matches(['.', '/']);
        let from = start + (core.as_ptr() as usize - chunk.as_ptr() as usize);
        let before = self.tokens.len();
        self.example = !self.opens && self.example || EXAMPLES.iter().any(|word| core.eq_ignore_ascii_case(word));
        let quoted = chunk.starts_with(QUOTES) || chunk.starts_with('(') && chunk[1..].starts_with(QUOTES);
        if let Some(set) = whole(core, quoted, own) {
            self.push(set, from, from + core.len(), false);
        } else {
            self.words(text, start, end);
        }
        if let Some(first) = self.tokens.get_mut(before)
            && !self.example
            && (quoted || core.bytes().next().is_some_and(|byte| byte.is_ascii_digit()))
        {
            first.set |= concept::VALUE;
        }
        let last = chunk.trim_end_matches(['"', '\'', ')', ']', '`', '*', '>', '”', '’']);
        self.opens |= last.ends_with(['.', '!', '?', ';', '。', '！', '？']);
    }

    fn words(&mut self, text: &str, start: usize, end: usize) {
        let mut word_start = None;
        let mut skip = 0;
        for (offset, char) in text[start..end].char_indices() {
            let at = start + offset;
            if at < skip {
                continue;
            }
            if is_ideographic(char) {
                if let Some(from) = word_start.take() {
                    self.word(text, from, at);
                }
                skip = self.ideographic(text, at, end);
            } else if char.is_alphanumeric()
                || matches!(char, '\'' | '’' | '@' | '$' | '-')
                || unseen(char)
                || char == '\u{301}'
            {
                word_start.get_or_insert(at);
            } else {
                if let Some(from) = word_start.take() {
                    self.word(text, from, at);
                }
                if matches!(char, '。' | '！' | '？') {
                    self.opens = true;
                }
            }
        }
        if let Some(from) = word_start {
            self.word(text, from, end);
        }
    }

    /// The longest known word that begins here, or the character alone; where to go on.
    fn ideographic(&mut self, text: &str, at: usize, end: usize) -> usize {
        let mut best = None;
        let mut next = end;
        for (count, (offset, char)) in text[at..end].char_indices().take(LONGEST_IDEOGRAPHIC).enumerate() {
            let to = at + offset + char.len_utf8();
            if count == 0 {
                next = to;
            }
            let set = meaning(&text[at..to]);
            if set != 0 {
                best = Some((set, to));
            }
        }
        let (set, to) = best.unwrap_or((0, next));
        if set != 0 {
            self.push(set, at, to, false);
        }
        to
    }

    fn word(&mut self, text: &str, start: usize, end: usize) {
        let raw = text[start..end].trim_matches(['\'', '’', '-', '@', '$']);
        if raw.is_empty() {
            return;
        }
        let from = start + (raw.as_ptr() as usize - text[start..end].as_ptr() as usize);
        let to = from + raw.len();
        if raw.len() > LONGEST_WORD * 2 {
            self.push(0, from, to, false);
            return;
        }
        let mut plain = String::with_capacity(raw.len());
        for char in raw.chars().filter(|char| !unseen(*char)) {
            fold(char, &mut plain);
        }
        let mut set = meaning(&plain);
        set &= !self.taken_back(&plain);
        // Keys and tokens are many things; only after such a word are they secrets.
        if KEYS.contains(&plain.as_str()) && !self.qualified {
            set = 0;
        }
        self.qualified = QUALIFIERS.contains(&plain.as_str());
        let mut disguised = plain.len() != raw.len() && raw.chars().any(unseen);
        if set == 0 && plain.contains('-') {
            set = plain.split('-').fold(0, |set, part| set | meaning(part));
        }
        if plain.ends_with("'s") {
            set |= meaning(&plain[..plain.len() - 2]);
        }
        if set == 0 && !plain.is_ascii() {
            let latin: String = plain.chars().map(look_alike).collect();
            set = meaning(&latin);
            disguised |= set != 0;
        }
        if set == 0 && plain.len() > 3 && plain.bytes().any(|byte| byte.is_ascii_alphabetic()) {
            let letters: String = plain.chars().map(leet).collect();
            if letters != plain {
                set = meaning(&letters);
                disguised |= set != 0;
            }
        }
        self.push(set, from, to, disguised);
    }
}

fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A chunk that is one thing as a whole: an address, a path, an identifier.
fn whole(core: &str, quoted: bool, own: &dyn Fn(&str) -> Owner) -> Option<Set> {
    if core.len() < 3 {
        return None;
    }
    if core.contains("://") {
        return Some(concept::URL | secret_place(core));
    }
    if !core.is_ascii() {
        return None;
    }
    if core.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('/')) {
        return Some(concept::EMAIL);
    }
    let secret = secret_place(core);
    let bytes = core.as_bytes();
    let path = core.starts_with("~/")
        || core.starts_with("./")
        || core.starts_with('.')
        || (core.starts_with('/') && core.len() > 2);
    if path || (secret != 0 && (core.contains('/') || core.contains('.'))) {
        return Some(concept::PATH | secret | system_place(core));
    }
    let snake = bytes
        .windows(3)
        .any(|three| three[0].is_ascii_alphanumeric() && three[1] == b'_' && three[2].is_ascii_alphanumeric());
    let camel = bytes.windows(2).any(|two| two[0].is_ascii_lowercase() && two[1].is_ascii_uppercase());
    let one_word = bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(byte));
    if (snake || camel) && one_word {
        let mut plain = String::with_capacity(core.len());
        core.chars().for_each(|char| fold(char, &mut plain));
        let named = meaning(&plain) | secret | secret_name(core);
        return Some(
            named
                | match own(core) {
                    Owner::Tool => concept::OWN,
                    Owner::Server => concept::OWN | concept::SIBLING,
                    Owner::Stranger => concept::IDENT,
                },
        );
    }
    // `fetch-page` is a name where it is quoted, `up-to-date` is a word.
    let kebab = one_word && core.split('-').count() > 1 && core.split('-').all(|part| part.len() > 1);
    if kebab && (quoted || core.bytes().any(|byte| byte.is_ascii_uppercase()) || core.split('-').count() > 2) {
        let mut plain = String::with_capacity(core.len());
        core.chars().for_each(|char| fold(char, &mut plain));
        let named = plain.split('-').fold(meaning(&plain), |set, part| set | meaning(part));
        let known = match own(core) {
            Owner::Tool => concept::OWN,
            Owner::Server => concept::OWN | concept::SIBLING,
            Owner::Stranger if quoted => concept::IDENT,
            Owner::Stranger => 0,
        };
        return Some(named | known | concept::KEBAB);
    }
    None
}
