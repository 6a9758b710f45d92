//! `git`: settings given in the line can name programs to run.

use super::Site;
use crate::{
    judge::Run,
    model::{Effect, Verdict},
    options::fits,
    path::{Area, area},
    table_match::Call,
    word::Word,
};

/// Settings that only change what is shown or who wrote it.
const HARMLESS: &[&str] = &[
    "color.*",
    "user.name",
    "user.email",
    "core.quotepath",
    "core.quotePath",
    "log.*",
    "diff.renames",
    "diff.renameLimit",
    "core.abbrev",
    "column.*",
    "advice.*",
    "status.*",
    "grep.*",
    "core.autocrlf",
    "core.eol",
    "protocol.version",
    "http.lowSpeedLimit",
    "http.lowSpeedTime",
    "core.precomposeunicode",
    "commit.gpgsign",
    "tag.gpgsign",
    "init.defaultBranch",
    "gc.auto",
];

pub(super) fn git(run: &mut Run<'_>, site: &mut Site<'_>) {
    let mut words = site.call.words.iter();
    while let Some(word) = words.next() {
        let setting = match word.text.as_str() {
            "-c" => words.next().map(|word| word.text.as_str()),
            text if text.starts_with("--config-env") => Some("?"),
            text if !text.starts_with('-') => break,
            "-C" | "--git-dir" | "--work-tree" | "--namespace" => {
                elsewhere(run, words.next().map_or("", |word| &word.text));
                None
            }
            text if text.starts_with("--git-dir=") || text.starts_with("--work-tree=") => {
                elsewhere(run, text.split_once('=').map_or("", |(_, path)| path));
                None
            }
            text => text.strip_prefix("-c").filter(|rest| rest.contains('=')),
        };
        let Some(setting) = setting else { continue };
        let (key, value) = setting.split_once('=').unwrap_or((setting, ""));
        if key.starts_with("alias.") {
            let line = value.strip_prefix('!').map_or_else(|| format!("git {value}"), str::to_owned);
            run.note(Verdict::Ask, || format!("git -c {key}: gives git a command of its own"));
            run.read(line, site.one.depth + 1, &site.one.wrappers);
        } else if !HARMLESS.iter().any(|known| fits(known, key)) {
            run.note(Verdict::Ask, || format!("git -c {key}: a setting that may name a program to run"));
            run.read(value.trim_start_matches('!').to_owned(), site.one.depth + 1, &site.one.wrappers);
        }
    }
    work_tree(run, site.call.words);
    let call = Call { name: "git", words: site.call.words };
    if let Some(next) = crate::follow::profile("git").and_then(|profile| run.by_table(&call, profile)) {
        site.start("git", next);
    }
}

/// A repository in another folder brings its own settings.
fn elsewhere(run: &mut Run<'_>, path: &str) {
    if matches!(area(path, run.place, run.moved), Area::Temporary | Area::TemporaryRoot) {
        run.note(Verdict::Ask, || format!("git: the settings of a repository in {path} may run programs"));
    }
}

/// `git restore` and `git checkout -- FILE` overwrite files that were never committed, which no reflog brings back.
fn work_tree(run: &mut Run<'_>, words: &[Word]) {
    let has = |flags: &[&str]| words.iter().any(|word| flags.contains(&word.text.as_str()));
    let Some(at) = words.iter().position(|word| matches!(word.text.as_str(), "restore" | "checkout")) else { return };
    let after = &words[at + 1..];
    let named = after.iter().any(|word| !word.text.starts_with('-'));
    let throws = if words[at].text == "restore" {
        named && !has(&["--staged", "-S", "--stage", "--help"])
    } else {
        after.iter().position(|word| word.text == "--").is_some_and(|dashes| dashes + 1 < after.len())
    };
    let first = !words[..at].iter().any(|word| word.text.bytes().all(|byte| byte.is_ascii_lowercase()));
    if throws && first {
        let name = format!("git {}", words[at].text);
        run.note(Verdict::Deny, || format!("{name}: throws away changes to files that were not committed"));
        run.effect(Effect::Destroy, "git", after.last().map(Word::shown));
    }
}
