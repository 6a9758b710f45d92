//! Programs in other languages, looked through without running or fully parsing them: what could write, run or destroy.

/// What a `sed` program does at most.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Sed {
    Reads,
    Writes,
    /// Runs this, as far as it stands in the program.
    Runs(String),
    Unknown,
}

/// Looks through a `sed` program (POSIX, with GNU's `e`, `w`, `W`, `s///e`, `s///w`).
pub(crate) fn sed(program: &str) -> Sed {
    let mut rest = program.trim_start_matches(|char: char| char.is_whitespace() || matches!(char, ';' | '{' | '}'));
    let mut steps = 0;
    while let Some(first) = rest.chars().next() {
        steps += 1;
        if steps > 4096 {
            return Sed::Unknown;
        }
        let after = &rest[first.len_utf8()..];
        rest = match first {
            // What stands for a variable of the surroundings is a number or a word in an address.
            ' ' | '\t' | '\n' | ';' | '{' | '}' | ',' | '!' | '$' | '0'..='9' | '+' | '~' | crate::word::OUTSIDE => {
                after
            }
            '/' => match delimited(after, '/') {
                Some(end) => end.trim_start_matches(['I', 'M']),
                None => return Sed::Unknown,
            },
            '\\' => match after.chars().next().and_then(|mark| delimited(&after[mark.len_utf8()..], mark)) {
                Some(end) => end,
                None => return Sed::Unknown,
            },
            's' => {
                let Some(mark) = after.chars().next().filter(|mark| !mark.is_whitespace()) else { return Sed::Unknown };
                let Some(new) = delimited(&after[mark.len_utf8()..], mark) else { return Sed::Unknown };
                let Some(flags) = delimited(new, mark) else { return Sed::Unknown };
                let end = flags.find([';', '}', '\n', ' ', '#']).unwrap_or(flags.len());
                let own = &flags[..end];
                if own.contains('e') {
                    return Sed::Runs(new[..new.len() - flags.len() - mark.len_utf8()].to_owned());
                }
                if own.contains('w') {
                    return Sed::Writes;
                }
                if !own
                    .chars()
                    .all(|char| matches!(char, 'g' | 'p' | 'i' | 'I' | 'm' | 'M' | '0'..='9' | crate::word::OUTSIDE))
                {
                    return Sed::Unknown;
                }
                &flags[end..]
            }
            'y' => {
                let Some(mark) = after.chars().next() else { return Sed::Unknown };
                match delimited(&after[mark.len_utf8()..], mark).and_then(|to| delimited(to, mark)) {
                    Some(end) => end,
                    None => return Sed::Unknown,
                }
            }
            'e' => return Sed::Runs(after.trim().to_owned()),
            'w' | 'W' => return Sed::Writes,
            'a' | 'i' | 'c' | 'r' | 'R' | '#' => line_end(after),
            'b' | 't' | 'T' | ':' | 'q' | 'Q' | 'l' | 'L' | 'v' => {
                after.find([';', '}', '\n']).map_or("", |at| &after[at..])
            }
            'p' | 'P' | 'd' | 'D' | 'n' | 'N' | 'h' | 'H' | 'g' | 'G' | 'x' | '=' | 'F' | 'z' => after,
            _ => return Sed::Unknown,
        };
    }
    Sed::Reads
}

/// Behind the next mark that is neither escaped nor in brackets.
fn delimited(text: &str, mark: char) -> Option<&str> {
    let mut escaped = false;
    for (at, char) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if char == '\\' {
            escaped = true;
        } else if char == mark {
            return text.get(at + char.len_utf8()..);
        }
    }
    None
}

/// Behind the line; a line that ends in `\` goes on.
fn line_end(text: &str) -> &str {
    let mut from = 0;
    while let Some(at) = text[from..].find('\n') {
        let end = from + at;
        if !text[..end].ends_with('\\') {
            return &text[end..];
        }
        from = end + 1;
    }
    ""
}

/// What an `awk` program may do.
#[derive(Debug, Default)]
pub(crate) struct Awk {
    pub(crate) writes: bool,
    pub(crate) runs: bool,
    /// May read from another machine: `getline < "/inet/tcp/0/host/port"`.
    pub(crate) fetches: bool,
    /// Its string literals.
    pub(crate) texts: Vec<String>,
}

/// Looks through an `awk` program: `system()`, pipes, `getline`, `print > file`, `@load`.
pub(crate) fn awk(program: &str) -> Awk {
    let (code, texts) = literals(&program.replace("\\\n", " "), true);
    let mut found = Awk { texts, ..Awk::default() };
    found.fetches = words(&code).contains(&"getline") && code.contains('<') && !from_files(&code, &found.texts);
    let words = words(&code);
    found.runs = words.iter().any(|word| matches!(*word, "system" | "extension")) || code.contains('@') || piped(&code);
    found.writes = printed_to(&code);
    found
}

/// Whether all that `getline` reads is a file that is named in one piece, or by a name alone.
fn from_files(code: &str, texts: &[String]) -> bool {
    !texts.iter().any(|text| text.contains("/inet"))
        && code.split("getline").skip(1).all(|rest| {
            match rest.split([';', '}', '\n']).next().unwrap_or("").split_once('<') {
                Some((_, file)) => {
                    let file = file.trim_start();
                    let end = file.strip_prefix("\"\"").or_else(|| file.strip_prefix("FILENAME")).map(str::trim_start);
                    end.is_some_and(|rest| rest.is_empty() || rest.starts_with([')', '>']))
                }
                None => true,
            }
        })
}

/// A lone `|`: `||` is only a logical or.
fn piped(code: &str) -> bool {
    code.replace("||", "  ").contains('|')
}

/// `>` behind `print` or `printf` in the same statement writes; elsewhere it compares.
fn printed_to(code: &str) -> bool {
    code.split([';', '}', '{', '\n']).any(|statement| {
        let Some(at) = statement.find("print") else { return false };
        let mut depth = 0i32;
        statement[at..].chars().any(|char| {
            match char {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            char == '>' && depth <= 0
        })
    })
}

/// A program with its string literals emptied, and the literals. `slashes`: a regular expression between slashes is
/// emptied too.
pub(crate) fn literals(program: &str, slashes: bool) -> (String, Vec<String>) {
    let mut code = String::with_capacity(program.len());
    let mut texts = Vec::new();
    let mut chars = program.chars().peekable();
    let mut before = ' ';
    while let Some(char) = chars.next() {
        let quote = matches!(char, '"' | '\'' | '`')
            || (slashes && char == '/' && !before.is_alphanumeric() && !matches!(before, ')' | ']' | '_' | '$' | '"'));
        if quote && !(slashes && char != '"' && char != '/') {
            let mut text = String::new();
            while let Some(inner) = chars.next() {
                if inner == char {
                    break;
                }
                if inner == '\\' {
                    match chars.next() {
                        Some('n') => text.push('\n'),
                        Some('x') => {
                            let digits: String =
                                std::iter::from_fn(|| chars.next_if(char::is_ascii_hexdigit)).take(2).collect();
                            text.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
                        }
                        Some(other) => text.push(other),
                        None => {}
                    }
                    continue;
                }
                text.push(inner);
            }
            code.push(char);
            code.push(char);
            if char != '/' {
                texts.push(text);
            } else if text.contains(['"', '\n'])
                || ["print", "system", "getline"].iter().any(|word| text.contains(word))
            {
                // What looks like a regular expression may be what stands between two divisions.
                code.push_str(" ? system ");
            }
        } else {
            code.push(char);
        }
        if !char.is_whitespace() {
            before = char;
        }
    }
    (code, texts)
}

/// The words of a program.
pub(crate) fn words(code: &str) -> Vec<&str> {
    code.split(|char: char| !char.is_alphanumeric() && char != '_').filter(|word| !word.is_empty()).collect()
}
