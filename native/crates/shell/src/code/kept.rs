//! `dd`, `kill`, `date`, `cd`.

use super::Site;
use crate::{
    judge::Run,
    model::{Effect, Verdict},
    path::{Area, area},
};

/// `dd of=FILE`.
pub(super) fn dd(run: &mut Run<'_>, site: &mut Site<'_>) {
    let mut out = false;
    for word in site.call.words {
        match word.text.split_once('=') {
            Some(("of", target)) => {
                out = true;
                run.written("dd", target, true);
            }
            Some(("if", source)) => {
                run.effect(
                    Effect::Read,
                    "dd",
                    Some(source.replace([crate::word::OUTSIDE, crate::word::COMPUTED], "…")),
                );
            }
            Some((
                "bs" | "ibs" | "obs" | "cbs" | "count" | "skip" | "seek" | "status" | "iflag" | "oflag" | "iseek"
                | "oseek" | "conv",
                _,
            )) => {}
            _ if matches!(word.text.as_str(), "--help" | "--version") => {}
            _ => run.note(Verdict::Ask, || format!("dd: {} is not known", word.shown())),
        }
    }
    if !out {
        run.effect(Effect::Read, "dd", None);
    }
}

/// `kill`, `pkill`, `killall`.
pub(super) fn kill(run: &mut Run<'_>, site: &mut Site<'_>) {
    let name = site.call.name;
    let words: Vec<&str> = site.call.words.iter().map(|word| word.text.as_str()).collect();
    if matches!(words.as_slice(), ["-l" | "-L" | "--list" | "--table" | "--help" | "--version", ..]) {
        return run.effect(Effect::Read, name, None);
    }
    if name == "kill" && matches!(words.as_slice(), ["-0", ..] | ["-s", "0", ..]) {
        return run.effect(Effect::Read, name, None);
    }
    run.effect(
        Effect::Destroy,
        name,
        words.last().map(|word| word.replace([crate::word::OUTSIDE, crate::word::COMPUTED], "…")),
    );
    // -1 after a signal is every process there is, and 1 is the one that all others hang on.
    let all = name == "kill" && (words.iter().skip(1).any(|word| *word == "-1") || words.contains(&"1"));
    let user = matches!(name, "pkill" | "killall")
        && words
            .iter()
            .any(|word| matches!(*word, "-u" | "-U" | "--euid" | "--user" | "." | ".*" | "init" | "systemd" | "sshd"));
    if all || user {
        run.note(Verdict::Deny, || format!("{name}: ends every process, or one that the system hangs on"));
    } else {
        run.note(Verdict::Ask, || format!("{name}: ends processes"));
    }
}

/// `date`: shows the time, or sets it.
pub(super) fn date(run: &mut Run<'_>, site: &mut Site<'_>) {
    let mut words = site.call.words.iter();
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        match text {
            "-d" | "--date" | "-r" | "--reference" | "-f" | "--file" | "-v" | "-j" => {
                words.next();
            }
            _ if text.starts_with('+')
                || text.starts_with("-d")
                || text.starts_with("--date")
                || text.starts_with("--iso")
                || text.starts_with("--rfc") => {}
            "-u" | "--utc" | "--universal" | "-R" | "-I" | "--help" | "--version" | "-Iseconds" | "-Idate" | "-Ins" => {
            }
            _ if text.starts_with("-v")
                || text.starts_with("-r")
                || text.starts_with("--reference")
                || text.starts_with("-I") => {}
            _ => {
                run.effect(Effect::Write, "date", None);
                run.note(Verdict::Ask, || format!("date {}: may set the clock", word.shown()));
            }
        }
    }
    run.effect(Effect::Read, "date", None);
}

/// `cd`, `pushd`: what runs from there on finds the settings that lie there.
pub(super) fn moved(run: &mut Run<'_>, site: &mut Site<'_>) {
    let target = site.call.words.iter().find(|word| !word.text.starts_with('-'));
    if target
        .is_some_and(|word| matches!(area(&word.text, run.place, run.moved), Area::Temporary | Area::TemporaryRoot))
    {
        run.temporary = true;
    }
    run.effect(Effect::Read, site.call.name, target.map(crate::word::Word::shown));
}
