//! Shells and interpreters: the texts that they run.

use super::Site;
use crate::{
    follow::Stdin,
    inline,
    judge::Run,
    model::{Effect, Verdict},
    options::Parsed,
    word::{COMPUTED, OUTSIDE},
};

/// Shells of another grammar.
const OTHERS: &[&str] = &["fish", "csh", "tcsh", "pwsh", "powershell", "elvish", "nu", "xonsh", "rc"];

/// `sh`, `bash` and others: a line by `-c`, by standard input, or a file.
pub(super) fn shell(run: &mut Run<'_>, site: &mut Site<'_>) {
    let name = site.call.name;
    if OTHERS.contains(&name) {
        run.note(Verdict::Ask, || format!("{name}: its lines are not parsed"));
    }
    run.zsh |= name == "zsh";
    // With these every assignment is one for what is started, wherever it stands.
    let keyword =
        |text: &str| text == "keyword" || (text.starts_with('-') && !text.starts_with("--") && text.contains('k'));
    if site
        .call
        .words
        .iter()
        .take_while(|word| word.text.starts_with('-') || word.text == "keyword")
        .any(|word| keyword(&word.text))
    {
        run.note(Verdict::Ask, || format!("{name} -k: takes words for variables"));
    }
    let takes =
        |flag: &str| matches!(flag, "-O" | "+O" | "-o" | "+o" | "--rcfile" | "--init-file" | "-C" | "--init-command");
    let mut wrappers = site.one.wrappers.clone();
    wrappers.push(name.to_owned());
    let inner = crate::follow::Invocation { wrappers, ..site.one.clone() };
    let command_flag = |text: &str| {
        text == "--command"
            || (text.starts_with('-')
                && !text.starts_with("--")
                && text[1..].contains('c')
                && text[1..].bytes().all(|byte| byte.is_ascii_alphabetic()))
    };
    if let Some(at) = site
        .call
        .words
        .iter()
        .take_while(|word| word.text.starts_with(['-', '+']))
        .position(|word| command_flag(&word.text))
    {
        // The line is the first word after the options.
        let mut rest = site.call.words[at + 1..].iter();
        let mut line = None;
        while let Some(word) = rest.next() {
            if takes(&word.text) {
                rest.next();
            } else if !word.text.starts_with(['-', '+']) {
                line = Some(word);
                break;
            }
        }
        return match line {
            Some(line) => run.text_of(&line.text, &inner),
            None => run.note(Verdict::Ask, || format!("{name} -c: runs a line that is not said")),
        };
    }
    let parsed = Parsed::new(site.call.words, takes, |_| false);
    if let Some(flag) = parsed.has(&["--rcfile", "--init-file", "-C", "--init-command"]) {
        run.note(Verdict::Ask, || format!("{name} {flag}: runs a file or line first"));
    }
    if parsed.operands.is_empty() && parsed.has(&["--version", "--help"]).is_some() {
        return run.effect(Effect::Read, name, None);
    }
    let reads = parsed.operands.is_empty()
        || parsed.has(&["-s"]).is_some()
        || matches!(
            parsed.operands.first().map(|word| word.text.as_str()),
            Some("-" | "/dev/stdin" | "/proc/self/fd/0" | "/dev/fd/0")
        );
    if !reads {
        let file = parsed.operands[0];
        return match file.pipe {
            Some(true) => {
                run.note(Verdict::Deny, || format!("{name}: runs what is fetched from another machine, unseen"));
            }
            _ => run.note(Verdict::Ask, || format!("{name}: runs the script {}", file.shown())),
        };
    }
    match &site.one.stdin {
        Stdin::Text(text) => run.text_of(text, &inner),
        Stdin::Network => {
            run.note(Verdict::Deny, || format!("{name}: runs what is fetched from another machine, unseen"));
        }
        Stdin::Unknown => run.note(Verdict::Ask, || format!("{name}: runs lines that are only known when it runs")),
        Stdin::None => run.note(Verdict::Ask, || format!("{name}: starts a shell")),
    }
}

/// `python`, `perl`, `node` and others.
pub(super) fn interpreter(run: &mut Run<'_>, site: &mut Site<'_>) {
    let name = site.call.name;
    let words = site.call.words;
    if words.len() == 1
        && matches!(words[0].text.as_str(), "--version" | "-V" | "-v" | "--help" | "-h")
        && !(name.starts_with("perl") && words[0].text == "-V")
    {
        return run.effect(Effect::Read, name, None);
    }
    let mut texts: Vec<&str> = Vec::new();
    let mut words_left = words.iter();
    let mut script = None;
    while let Some(word) = words_left.next() {
        let text = word.text.as_str();
        let long = ["--eval", "--print", "--execute", "--command"]
            .iter()
            .find(|flag| text == **flag || text.strip_prefix(**flag).is_some_and(|rest| rest.starts_with('=')));
        if long.is_some() {
            texts.extend(
                text.split_once('=').map(|(_, text)| text).or_else(|| words_left.next().map(|word| word.text.as_str())),
            );
        } else if let Some(cluster) = text.strip_prefix('-').filter(|rest| !rest.starts_with('-') && !rest.is_empty()) {
            if let Some(at) =
                cluster.find(['c', 'e', 'E', 'r', 'p']).filter(|at| !cluster[..*at].contains(['m', 'I', 'W', 'M', 'X']))
            {
                let flag = cluster.as_bytes()[at];
                let takes = match flag {
                    b'c' => name.starts_with("python") || name.starts_with("pypy"),
                    b'e' | b'E' => !name.starts_with("python") && name != "php" || name == "osascript",
                    b'r' => name == "php",
                    _ => name.starts_with("node"),
                };
                if takes {
                    let rest = &cluster[at + 1..];
                    texts.extend(if rest.is_empty() {
                        words_left.next().map(|word| word.text.as_str())
                    } else {
                        Some(rest)
                    });
                } else if let Some(end) = cluster.find('e').filter(|_| !name.starts_with("python")) {
                    let rest = &cluster[end + 1..];
                    texts.extend(if rest.is_empty() {
                        words_left.next().map(|word| word.text.as_str())
                    } else {
                        Some(rest)
                    });
                }
            }
        } else if script.is_none() && texts.is_empty() && !text.starts_with('-') {
            script = Some(word);
        }
    }
    if let (None, Stdin::Text(text), true) = (script, &site.one.stdin, texts.is_empty()) {
        texts.push(text);
    } else if texts.is_empty() && script.is_none() && matches!(site.one.stdin, Stdin::Network) {
        run.note(Verdict::Deny, || format!("{name}: runs what is fetched from another machine, unseen"));
    }
    if script.is_some_and(|word| word.pipe == Some(true)) {
        run.note(Verdict::Deny, || format!("{name}: runs what is fetched from another machine, unseen"));
    }
    if texts.is_empty() {
        let what = script.map_or_else(String::new, |word| format!(" {}", word.shown()));
        return run.note(Verdict::Ask, || format!("{name}: runs a program{what}"));
    }
    for text in texts {
        let mut found = inline::script(text, name);
        found.harmless &= !text.contains([COMPUTED, OUTSIDE]);
        for line in found.lines {
            run.read(line, site.one.depth + 1, &site.one.wrappers);
        }
        if let Some(what) = found.destroys {
            run.effect(Effect::Destroy, name, None);
            run.note(Verdict::Deny, || format!("{name}: its program deletes files or data ({what})"));
        }
        let alone = words.len() == 2 && matches!(words[0].text.as_str(), "-c" | "-e" | "-p" | "--eval" | "--print");
        if found.harmless && alone {
            run.effect(Effect::Read, name, None);
        } else {
            run.note(Verdict::Ask, || format!("{name}: runs a program given in the line"));
        }
    }
}

/// `source FILE`: a file's lines, in this shell.
pub(super) fn sourced(run: &mut Run<'_>, site: &mut Site<'_>) {
    let name = site.call.name;
    match site.call.words.first() {
        Some(word) if word.pipe == Some(true) => {
            run.note(Verdict::Deny, || format!("{name}: runs what is fetched from another machine, unseen"));
        }
        Some(word) if word.text == "/dev/stdin" => match &site.one.stdin {
            Stdin::Text(text) => run.text_of(text, site.one),
            Stdin::Network => {
                run.note(Verdict::Deny, || format!("{name}: runs what is fetched from another machine, unseen"));
            }
            _ => run.note(Verdict::Ask, || format!("{name}: runs lines that are only known when it runs")),
        },
        Some(word) => run.note(Verdict::Ask, || format!("{name}: runs the lines of {}", word.shown())),
        None => run.note(Verdict::Ask, || format!("{name}: runs a file that is not said")),
    }
}

/// `trap LINE SIGNAL`.
pub(super) fn trap(run: &mut Run<'_>, site: &mut Site<'_>) {
    let mut words = site.call.words.iter().filter(|word| word.text != "--");
    match words.next() {
        Some(word) if !matches!(word.text.as_str(), "-l" | "-p" | "-" | "") => run.text_of(&word.text, site.one),
        _ => {}
    }
}

/// `alias NAME=LINE`: read as if it ran.
pub(super) fn alias(run: &mut Run<'_>, site: &mut Site<'_>) {
    for word in site.call.words {
        if let Some((_, line)) = word.text.split_once('=') {
            run.text_of(line, site.one);
            run.note(Verdict::Ask, || "alias: gives a name another meaning".to_owned());
        }
    }
    run.effect(Effect::Read, site.call.name, None);
}
