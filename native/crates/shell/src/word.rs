//! From a node of the tree to the words a command gets: quotes, escapes, constant expansions, braces, splitting.

use crate::{
    brace, decode,
    output::substituted,
    tree::Node,
    variables::{Value, Variables},
};

/// Stands in a word for the value of a variable of the surroundings: most likely an operand.
pub(crate) const OUTSIDE: char = '\u{f8e0}';
/// Stands in a word for what is computed while the line runs: it could be anything.
pub(crate) const COMPUTED: char = '\u{f8e1}';
/// Marks of what is not quoted, while a word is put together.
pub(crate) const OPEN: char = '\u{f8e2}';
pub(crate) const CLOSE: char = '\u{f8e3}';
pub(crate) const COMMA: char = '\u{f8e4}';
const STAR: char = '\u{f8e5}';
const ONE: char = '\u{f8e6}';
const SET: char = '\u{f8e7}';
const SPLIT: char = '\u{f8e8}';
/// Marks that what is only known when the line runs may be several words, or none.
pub(crate) const MANY: char = '\u{f8e9}';
/// Marks that a text may not hold: whoever writes them gets asked.
pub(crate) const MARKS: std::ops::RangeInclusive<char> = OUTSIDE..=MANY;

/// How deep expansions may lie within one another; what lies deeper is unknown.
const DEEPEST: usize = 12;
/// How many words one word may become.
const MOST_WORDS: usize = 256;

/// One word of a command.
#[derive(Clone, Debug, Default)]
pub(crate) struct Word {
    /// Its text; [`OUTSIDE`] and [`COMPUTED`] stand for what is not known.
    pub(crate) text: String,
    /// Holds a pattern that is matched with files.
    pub(crate) glob: bool,
    /// May turn out to be several words.
    pub(crate) many: bool,
    /// Is the output of another command as a file: `<(…)`; true where that command reaches the network.
    pub(crate) pipe: Option<bool>,
}

impl Word {
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Wholly known, whatever files there are.
    pub(crate) fn known(&self) -> bool {
        !self.glob && !self.text.contains([OUTSIDE, COMPUTED])
    }

    pub(crate) fn computed(&self) -> bool {
        self.text.contains(COMPUTED)
    }

    /// For people: `…` stands for what is not known.
    pub(crate) fn shown(&self) -> String {
        self.text.replace([OUTSIDE, COMPUTED], "…")
    }
}

/// What words are resolved against.
pub(crate) struct Scope<'a> {
    pub(crate) source: &'a str,
    pub(crate) variables: &'a Variables,
}

impl<'a> Scope<'a> {
    pub(crate) fn slice(&self, node: Node<'_>) -> &'a str {
        self.source.get(node.byte_range()).unwrap_or("")
    }

    /// Whether a node is one word just as it is written.
    pub(crate) fn is_plain(&self, node: Node<'_>) -> bool {
        node.kind() == "word" && self.slice(node).bytes().all(plain_byte)
    }

    /// Appends the words that a node becomes.
    pub(crate) fn words(&self, node: Node<'_>, out: &mut Vec<Word>) {
        let text = self.slice(node);
        if self.is_plain(node) {
            out.push(Word::plain(text));
            return;
        }
        let mut marked = String::with_capacity(text.len() + 8);
        self.append(node, false, 0, &mut marked);
        let pipe = (node.kind() == "process_substitution").then(|| reaches_network(text));
        spread(&marked, text.contains(['"', '\'']), pipe, out);
    }

    /// The text of a node as one word, without splitting or braces: a value, a redirection's target, a heredoc's part.
    pub(crate) fn value(&self, node: Node<'_>, depth: usize) -> String {
        let mut marked = String::new();
        self.append(node, true, depth, &mut marked);
        finished(&marked, None).text
    }

    /// The body of a heredoc: expansions resolved unless its delimiter is quoted.
    pub(crate) fn heredoc(&self, body: Node<'_>, quoted: bool, tabs: bool) -> String {
        let mut marked = String::new();
        if quoted {
            marked.push_str(self.slice(body));
        } else {
            self.between(body, body.start_byte(), body.end_byte(), true, 0, &mut marked, &["heredoc_content"]);
        }
        let text = finished(&marked, None).text;
        if tabs { text.lines().map(|line| line.trim_start_matches('\t')).collect::<Vec<_>>().join("\n") } else { text }
    }

    fn append(&self, node: Node<'_>, quoted: bool, depth: usize, out: &mut String) {
        if depth > DEEPEST {
            out.push(COMPUTED);
            return;
        }
        let text = self.slice(node);
        match node.kind() {
            "word" | "extglob_pattern" | "regex" | "variable_name" | "test_operator" => unescaped(text, quoted, out),
            "number" if node.named_child_count() == 0 => out.push_str(text),
            "raw_string" => out.push_str(text.get(1..text.len().saturating_sub(1)).unwrap_or("")),
            "ansi_c_string" => decode::ansi_c(text.get(2..text.len().saturating_sub(1)).unwrap_or(""), out),
            "translated_string" => match node.named_child(0) {
                Some(child) => self.append(child, true, depth + 1, out),
                None => out.push(COMPUTED),
            },
            "string" => {
                let end = node.end_byte() - usize::from(text.len() > 1 && text.ends_with('"'));
                self.between(node, node.start_byte() + 1, end, true, depth, out, &["string_content"]);
            }
            "concatenation" | "command_name" => {
                self.between(node, node.start_byte(), node.end_byte(), quoted, depth, out, &[]);
            }
            "simple_expansion" => self.variable(text.get(1..).unwrap_or(""), quoted, out),
            "expansion" => self.expansion(node, text, quoted, depth, out),
            "command_substitution" => match substituted(self, node, depth + 1) {
                Some(value) => pushed(&value, quoted, out),
                None => computed(quoted || one_word(text), out),
            },
            _ => out.push(COMPUTED),
        }
    }

    /// Children in their places, with the text between them, which the grammar gives no node.
    #[allow(clippy::too_many_arguments)] // the shape of the walk, used three times
    fn between(
        &self,
        node: Node<'_>,
        start: usize,
        end: usize,
        quoted: bool,
        depth: usize,
        out: &mut String,
        text: &[&str],
    ) {
        let mut at = start;
        for child in node.named_children() {
            if text.contains(&child.kind()) || child.start_byte() < at {
                continue;
            }
            self.literal(at, child.start_byte(), quoted, out);
            self.append(child, quoted, depth + 1, out);
            at = child.end_byte();
        }
        self.literal(at, end.max(at), quoted, out);
    }

    fn literal(&self, start: usize, end: usize, quoted: bool, out: &mut String) {
        let text = self.source.get(start..end).unwrap_or("");
        if !quoted {
            return unescaped(text, false, out);
        }
        let mut rest = text.chars();
        while let Some(char) = rest.next() {
            if char != '\\' {
                out.push(char);
                continue;
            }
            match rest.next() {
                Some('\n') => {}
                Some(escaped @ ('$' | '`' | '"' | '\\')) => out.push(escaped),
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            }
        }
    }

    fn variable(&self, name: &str, quoted: bool, out: &mut String) {
        match self.variables.get(name) {
            Value::Known(value) => pushed(value, quoted, out),
            Value::Outside => out.push(OUTSIDE),
            Value::Computed => computed(quoted, out),
        }
    }

    fn expansion(&self, node: Node<'_>, text: &str, quoted: bool, depth: usize, out: &mut String) {
        let inner = text.strip_prefix("${").and_then(|text| text.strip_suffix('}')).unwrap_or("");
        let length = inner.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let (name, operation) = inner.split_at(length);
        if name.is_empty() {
            return out.push(COMPUTED);
        }
        let value = self.variables.get(name);
        if operation.is_empty() {
            return self.variable(name, quoted, out);
        }
        let otherwise = [":-", ":=", "-", "="].iter().any(|mark| operation.starts_with(mark));
        match value {
            Value::Known(value) if otherwise => pushed(value, quoted, out),
            Value::Known(value) => match sliced(value, operation) {
                Some(part) => pushed(&part, quoted, out),
                None => computed(quoted, out),
            },
            Value::Outside if otherwise => match node.named_children().nth(1) {
                Some(other) => self.append(other, quoted, depth + 1, out),
                None => out.push(OUTSIDE),
            },
            Value::Outside if operation.starts_with(['#', '%', '/', '^', ',']) => out.push(OUTSIDE),
            _ => computed(quoted, out),
        }
    }
}

/// What is only known when the line runs; not in quotes it is split.
fn computed(quoted: bool, out: &mut String) {
    out.push(COMPUTED);
    if !quoted {
        out.push(MANY);
    }
}

/// Whether a command substitution prints one word: the date in a form without blanks, a number, an account's name.
fn one_word(text: &str) -> bool {
    let inner = text.trim_start_matches(['$', '(', '`']).trim_end_matches([')', '`']).trim();
    let format = inner.strip_prefix("date +");
    format.is_some_and(|format| format.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"%-_.:/".contains(&byte)))
        || matches!(
            inner,
            "whoami" | "nproc" | "id -u" | "id -g" | "id -un" | "uname -r" | "uname -m" | "uname -s" | "arch"
        )
}

/// Appends the words that a marked text becomes by braces and splitting. `quotes`: it stays a word when it is empty.
pub(crate) fn spread(marked: &str, quotes: bool, pipe: Option<bool>, out: &mut Vec<Word>) {
    for mut one in brace::expanded(marked, MOST_WORDS) {
        if one.contains(SPLIT) {
            out.extend(one.split(SPLIT).filter(|part| !part.is_empty()).map(|part| finished(part, pipe)));
        } else {
            // An unquoted expansion to nothing is no word at all.
            if one.is_empty() && !quotes {
                continue;
            }
            one.shrink_to_fit();
            out.push(finished(&one, pipe));
        }
        if out.len() > MOST_WORDS {
            out.push(Word::plain(COMPUTED));
            return;
        }
    }
}

/// `${x:offset:length}` with plain numbers.
fn sliced(value: &str, operation: &str) -> Option<String> {
    let mut parts = operation.strip_prefix(':')?.split(':');
    let from: usize = parts.next()?.trim().parse().ok()?;
    let length: usize = parts.next().map_or(Some(usize::MAX), |length| length.trim().parse().ok())?;
    Some(value.chars().skip(from).take(length).collect())
}

fn plain_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_./=:,+@%^#".contains(&byte) || byte >= 0x80
}

/// A value that takes the place of an expansion: split at white space and matched with files unless quoted.
fn pushed(value: &str, quoted: bool, out: &mut String) {
    if quoted {
        out.push_str(value);
    } else {
        out.extend(value.chars().map(|char| match char {
            ' ' | '\t' | '\n' => SPLIT,
            '*' => STAR,
            '?' => ONE,
            '[' => SET,
            other => other,
        }));
    }
}

fn unescaped(text: &str, quoted: bool, out: &mut String) {
    let mut rest = text.chars();
    while let Some(char) = rest.next() {
        match char {
            '\\' => match rest.next() {
                Some('\n') => {}
                Some(escaped) => out.push(escaped),
                None => out.push('\\'),
            },
            other if quoted => out.push(other),
            other => out.push(marked(other)),
        }
    }
}

/// What stands for a character that is not quoted.
pub(crate) fn marked(char: char) -> char {
    match char {
        '{' => OPEN,
        '}' => CLOSE,
        ',' => COMMA,
        '*' => STAR,
        '?' => ONE,
        '[' => SET,
        other => other,
    }
}

/// Turns the marks of what is not quoted back into what they stand for.
fn finished(marked: &str, pipe: Option<bool>) -> Word {
    // Most words hold no mark.
    if marked.is_ascii() {
        return Word { text: marked.to_owned(), pipe, ..Word::default() };
    }
    let glob = marked.contains([STAR, ONE, SET]);
    let many = marked.contains(MANY);
    let text = marked
        .chars()
        .filter(|char| *char != MANY)
        .map(|char| match char {
            OPEN => '{',
            CLOSE => '}',
            COMMA => ',',
            STAR => '*',
            ONE => '?',
            SET => '[',
            SPLIT => ' ',
            other => other,
        })
        .collect();
    Word { text, glob, many, pipe }
}

/// Whether a text names a program that fetches from elsewhere.
pub(crate) fn reaches_network(text: &str) -> bool {
    text.split(|char: char| !char.is_ascii_alphanumeric() && char != '-').any(|word| {
        matches!(
            word,
            "curl"
                | "wget"
                | "nc"
                | "ncat"
                | "netcat"
                | "fetch"
                | "aria2c"
                | "socat"
                | "http"
                | "https"
                | "lynx"
                | "xh"
                | "curlie"
        )
    })
}
