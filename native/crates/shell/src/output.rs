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
    name.is_none_or(|name| !scope.is_plain(name) || prints(scope.slice(name)))
}

/// Whether [`said`] knows a command of this name.
fn prints(name: &str) -> bool {
    matches!(
        name.rsplit('/').next().unwrap_or(""),
        "command"
            | "builtin"
            | "echo"
            | "printf"
            | "cat"
            | "tee"
            | "base64"
            | "gbase64"
            | "openssl"
            | "xxd"
            | "rev"
            | "tr"
    )
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
    if !prints(&words.first()?.text) {
        return None;
    }
    let starters = words.iter().take_while(|word| matches!(word.text.as_str(), "command" | "builtin")).count();
    let (name, arguments) = words.get(starters..)?.split_first()?;
    if !words.iter().all(|word| !word.glob && word.pipe.is_none()) {
        return None;
    }
    let texts: Vec<&str> = arguments.iter().map(|word| word.text.as_str()).collect();
    let name = name.text.rsplit('/').next().unwrap_or("");
    let flag = |names: &[&str]| texts.iter().any(|text| names.contains(text));
    match name {
        "echo" => Some(echoed(&texts)),
        "printf" => match texts.as_slice() {
            ["--", format, rest @ ..] | [format, rest @ ..] if !format.starts_with('-') => decode::printf(format, rest),
            _ => None,
        },
        "cat" | "tee" if texts.iter().all(|text| *text == "-" || text.starts_with("/dev/std")) => stdin,
        "base64" | "gbase64" if flag(&["-d", "-D", "--decode", "-di", "-id"]) => decode::base64(&stdin?),
        "openssl" if flag(&["-d"]) && flag(&["base64", "enc"]) => decode::base64(&stdin?),
        "xxd" if flag(&["-r", "-rp", "-pr"]) => decode::hexadecimal(&stdin?),
        "rev" => Some(stdin?.lines().map(|line| line.chars().rev().collect::<String>()).collect::<Vec<_>>().join("\n")),
        "tr" => transliterated(&texts, &stdin?),
        _ => None,
    }
}

fn echoed(texts: &[&str]) -> String {
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
        return decoded;
    }
    joined
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
