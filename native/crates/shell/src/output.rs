//! What a command prints, where that is certain: `echo`, `printf`, and filters that undo a disguise.

use crate::{
    decode,
    heredoc::is_quoted,
    tree::Node,
    word::{Scope, Word},
};

/// The output of `$(…)` or `` `…` ``, without the last line ends; none when it is not certain.
pub(crate) fn substituted(scope: &Scope<'_>, node: Node<'_>, depth: usize) -> Option<String> {
    if depth > 6 || node.named_child_count() != 1 {
        return None;
    }
    let text = printed(scope, node.named_child(0)?)?;
    Some(text.trim_end_matches('\n').to_owned())
}

/// The output of a statement; none when it is not certain.
pub(crate) fn printed(scope: &Scope<'_>, node: Node<'_>) -> Option<String> {
    if node.kind() != "pipeline" {
        return stage(scope, node, None);
    }
    let mut text = None;
    for (index, child) in node.named_children().enumerate() {
        if index > 0 && text.is_none() {
            return None;
        }
        text = stage(scope, child, text);
    }
    text
}

/// One stage of a pipeline: what it prints, given what it reads.
pub(crate) fn stage(scope: &Scope<'_>, node: Node<'_>, stdin: Option<String>) -> Option<String> {
    let (command, stdin) = match node.kind() {
        "command" if !may_print(scope, node) => return None,
        "command" => (node, here_string(scope, node).or(stdin)),
        "redirected_statement" => {
            let text = heredoc_text(scope, node)?;
            (node.child_by_field_name("body").filter(|body| body.kind() == "command")?, Some(text))
        }
        _ => return None,
    };
    let mut words = Vec::new();
    for child in command.named_children() {
        match child.kind() {
            "variable_assignment" | "file_redirect" | "herestring_redirect" => {}
            "command_name" => scope.words(child.named_child(0)?, &mut words),
            _ => scope.words(child, &mut words),
        }
    }
    said(&words, stdin)
}

/// Whether what a command prints may be certain, seen by its name alone, before its words are made.
fn may_print(scope: &Scope<'_>, command: Node<'_>) -> bool {
    let name = command.child_by_field_name("name").and_then(|name| name.named_child(0));
    name.is_none_or(|name| {
        let text = scope.slice(name);
        !scope.is_plain(name) || STARTERS.contains(&text) || printer(text).is_some()
    })
}

/// Commands that start the one behind them.
const STARTERS: &[&str] = &["command", "builtin"];

/// What a command prints, given its arguments and what it reads; none when it is not certain.
type Printer = fn(&[&str], Option<String>) -> Option<String>;

/// How the output of a command of this name is told, if it can be.
fn printer(name: &str) -> Option<Printer> {
    Some(match name.rsplit('/').next().unwrap_or("") {
        "echo" => |texts, _| echoed(texts),
        "printf" => |texts, _| match texts {
            ["--", format, rest @ ..] | [format, rest @ ..] if !format.starts_with('-') => decode::printf(format, rest),
            _ => None,
        },
        "cat" | "tee" => |texts, stdin| {
            texts.iter().all(|text| *text == "-" || text.starts_with("/dev/std")).then_some(stdin).flatten()
        },
        "base64" | "gbase64" => |texts, stdin| {
            has(texts, &["-d", "-D", "--decode", "-di", "-id"]).then_some(stdin?).and_then(|text| decode::base64(&text))
        },
        "openssl" => |texts, stdin| {
            let decodes = has(texts, &["-d"]) && has(texts, &["base64", "enc"]);
            decodes.then_some(stdin?).and_then(|text| decode::base64(&text))
        },
        "xxd" => |texts, stdin| {
            has(texts, &["-r", "-rp", "-pr"]).then_some(stdin?).and_then(|text| decode::hexadecimal(&text))
        },
        "rev" => |_, stdin| {
            Some(stdin?.lines().map(|line| line.chars().rev().collect::<String>()).collect::<Vec<_>>().join("\n"))
        },
        "tr" => |texts, stdin| transliterated(texts, &stdin?),
        _ => return None,
    })
}

fn has(texts: &[&str], flags: &[&str]) -> bool {
    texts.iter().any(|text| flags.contains(text))
}

/// The text of a heredoc or here-string that is the only redirection of a statement.
pub(crate) fn heredoc_text(scope: &Scope<'_>, statement: Node<'_>) -> Option<String> {
    let mut texts = statement.children_by_field_name("redirect");
    let redirect = texts.next()?;
    if texts.next().is_some() {
        return None;
    }
    heredoc(scope, redirect)
}

/// The text that a heredoc or here-string feeds.
pub(crate) fn heredoc(scope: &Scope<'_>, redirect: Node<'_>) -> Option<String> {
    if redirect.kind() == "herestring_redirect" {
        return redirect.named_children().last().map(|value| scope.value(value, 0));
    }
    if redirect.kind() != "heredoc_redirect" {
        return None;
    }
    let mut quoted = false;
    for child in redirect.named_children() {
        match child.kind() {
            "heredoc_start" => quoted = is_quoted(scope.slice(child)),
            "heredoc_body" => {
                return Some(scope.heredoc(child, quoted, scope.slice(redirect).starts_with("<<-")));
            }
            _ => {}
        }
    }
    Some(String::new())
}

fn here_string(scope: &Scope<'_>, command: Node<'_>) -> Option<String> {
    let redirect = command.named_children().find(|child| child.kind() == "herestring_redirect")?;
    heredoc(scope, redirect)
}

/// What a command of these words prints, given what it reads; none when it is not certain.
pub(crate) fn said(words: &[Word], stdin: Option<String>) -> Option<String> {
    let starters = words.iter().take_while(|word| STARTERS.contains(&word.text.as_str())).count();
    let (name, arguments) = words.get(starters..)?.split_first()?;
    let print = printer(&name.text)?;
    if !words.iter().all(|word| !word.glob && word.pipe.is_none()) {
        return None;
    }
    let texts: Vec<&str> = arguments.iter().map(|word| word.text.as_str()).collect();
    print(&texts, stdin)
}

/// What a backslash in its words becomes differs from shell to shell, so that is certain with `-e` only.
fn echoed(texts: &[&str]) -> Option<String> {
    let options = texts
        .iter()
        .take_while(|text| {
            text.len() > 1 && text.starts_with('-') && text[1..].bytes().all(|byte| b"neE".contains(&byte))
        })
        .count();
    let (options, rest) = texts.split_at(options);
    let joined = rest.join(" ");
    if options.iter().any(|option| option.contains('e')) {
        let mut decoded = String::new();
        decode::ansi_c(&joined, &mut decoded);
        return Some(decoded);
    }
    (!joined.contains('\\')).then_some(joined)
}

/// `tr SET1 SET2` and `tr -d SET`, with sets of plain characters and ranges.
fn transliterated(texts: &[&str], stdin: &str) -> Option<String> {
    if let ["-d", set] = texts {
        let set = members(set)?;
        return Some(stdin.chars().filter(|char| !set.contains(char)).collect());
    }
    let [from, to] = texts else { return None };
    let (from, to) = (members(from)?, members(to)?);
    let last = *to.last()?;
    Some(
        stdin
            .chars()
            .map(|char| from.iter().position(|one| *one == char).map_or(char, |at| *to.get(at).unwrap_or(&last)))
            .collect(),
    )
}

fn members(set: &str) -> Option<Vec<char>> {
    if set.starts_with('-') || set.contains("[:") {
        return None;
    }
    let mut plain = String::new();
    decode::ansi_c(set, &mut plain);
    let chars: Vec<char> = plain.chars().filter(|char| !matches!(char, '[' | ']')).collect();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(&char) = chars.get(at) {
        match (chars.get(at + 1), chars.get(at + 2)) {
            (Some('-'), Some(&end)) if end.is_ascii() && char.is_ascii() => {
                out.extend(char..=end);
                at += 3;
            }
            _ => {
                out.push(char);
                at += 1;
            }
        }
    }
    Some(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{said, stage};
    use crate::{
        Judge, Place,
        tree::Tree,
        variables::Variables,
        word::{Scope, Word},
    };

    /// What the one command of a line prints, with and without the look at its name before its words are made.
    fn both(line: &str, stdin: Option<&str>) -> (Option<String>, Option<String>) {
        let mut tree = Tree::default();
        assert_eq!(Judge::new().parse(line, &mut tree), Some(true), "{line}");
        let variables = Variables::new(&Place::default());
        let scope = Scope { source: line, variables: &variables };
        let command = tree.nodes().find(|node| node.kind() == "command").unwrap();
        let mut words: Vec<Word> = Vec::new();
        for child in command.named_children() {
            match child.kind() {
                "command_name" => scope.words(child.named_child(0).unwrap(), &mut words),
                _ => scope.words(child, &mut words),
            }
        }
        (stage(&scope, command, stdin.map(str::to_owned)), said(&words, stdin.map(str::to_owned)))
    }

    #[test]
    fn the_look_at_the_name_takes_nothing_away() {
        for (line, stdin, printed) in [
            ("echo rm x", None, Some("rm x")),
            ("/bin/echo a", None, Some("a")),
            ("command echo a", None, Some("a")),
            ("builtin command printf %s a", None, Some("a")),
            ("ec'h'o a", None, Some("a")),
            ("\\echo a", None, Some("a")),
            ("$(echo echo) a", None, Some("a")),
            ("cat", Some("a"), Some("a")),
            ("cat -", Some("a"), Some("a")),
            ("tee", Some("a"), Some("a")),
            ("cat f", Some("a"), None),
            ("tr a b", Some("aa"), Some("bb")),
            ("rev", Some("ab"), Some("ba")),
            ("base64 -d", Some("YQ=="), Some("a")),
            ("base64 -d", None, None),
            ("openssl base64 -d", Some("YQ=="), Some("a")),
            ("xxd -r -p", Some("61"), Some("a")),
            ("xxd", Some("61"), None),
            ("ls a", None, None),
            ("/srv/x a", None, None),
            ("command ls a", None, None),
            ("command", None, None),
        ] {
            let expected = printed.map(str::to_owned);
            assert_eq!(both(line, stdin), (expected.clone(), expected), "{line}");
        }
    }
}
