//! `tar` and its like, `curl` and `wget`.

use super::Site;
use crate::{
    judge::Run,
    model::{Effect, Verdict},
    options::Parsed,
    word::COMPUTED,
};

/// `tar`: lists, or packs and unpacks; some options run programs.
pub(super) fn tar(run: &mut Run<'_>, site: &mut Site<'_>) {
    let name = site.call.name;
    let words = site.call.words;
    let mut listing = false;
    let mut other = false;
    let mut waiting = words.iter();
    for (at, word) in words.iter().enumerate() {
        let text = word.text.as_str();
        for (flag, next) in [
            ("--checkpoint-action", "exec"),
            ("--to-command", ""),
            ("--use-compress-program", ""),
            ("--rsh-command", ""),
            ("--rmt-command", ""),
            ("--info-script", ""),
            ("--new-volume-script", ""),
        ] {
            let cut = text.split_once('=').map_or(text, |(flag, _)| flag);
            if cut.len() > 5 && flag.starts_with(cut) {
                let value = text
                    .split_once('=')
                    .map(|(_, value)| value)
                    .or_else(|| words.get(at + 1).map(|word| word.text.as_str()))
                    .unwrap_or("");
                run.note(Verdict::Ask, || format!("{name} {flag}: runs a program"));
                if value.contains(next) {
                    run.read(value.trim_start_matches("exec=").to_owned(), site.one.depth + 1, &site.one.wrappers);
                }
            }
        }
        if let Some(cluster) = text
            .strip_prefix('-')
            .filter(|rest| !rest.starts_with('-'))
            .or((at == 0 && !text.starts_with('-')).then_some(text))
        {
            listing |= cluster.contains('t');
            other |= cluster.contains(['c', 'x', 'r', 'u', 'A', 'I', 'F']);
            if let Some((_, rest)) = cluster.split_once('I') {
                let program =
                    if rest.is_empty() { words.get(at + 1).map_or("", |word| word.text.as_str()) } else { rest };
                run.read(program.to_owned(), site.one.depth + 1, &site.one.wrappers);
            }
        } else if text.starts_with("--") {
            listing |= text == "--list";
            let known = [
                "--list",
                "--file",
                "--verbose",
                "--gzip",
                "--bzip2",
                "--xz",
                "--zstd",
                "--wildcards",
                "--exclude",
                "--directory",
                "--strip-components",
                "--help",
                "--version",
                "--full-time",
                "--numeric-owner",
            ];
            other |= !known.contains(&text.split('=').next().unwrap_or(text));
        }
        // An archive with a colon lies on another machine, and a program is run to reach it.
        other |= text.starts_with(COMPUTED) || text.contains(':');
    }
    run.effect(Effect::Read, name, None);
    if words.len() == 1 && matches!(waiting.next().map(|word| word.text.as_str()), Some("--help" | "--version")) {
        return;
    }
    if !listing || other {
        run.effect(Effect::Write, name, None);
        run.note(Verdict::Ask, || format!("{name}: packs or unpacks files"));
    }
}

/// Options that take a value.
const VALUES: &[&str] = &[
    "-X",
    "--request",
    "-d",
    "--data",
    "--data-raw",
    "--data-binary",
    "--data-urlencode",
    "-F",
    "--form",
    "-T",
    "--upload-file",
    "-o",
    "--output",
    "-O",
    "--output-document",
    "-H",
    "--header",
    "-u",
    "--user",
    "-A",
    "--user-agent",
    "-e",
    "--referer",
    "-b",
    "--cookie",
    "-c",
    "--cookie-jar",
    "-K",
    "--config",
    "--method",
    "--body-data",
    "-P",
    "-m",
    "--max-time",
    "--connect-timeout",
    "-w",
    "--write-out",
    "-x",
    "--proxy",
    "-E",
    "--cert",
    "--key",
    "--cacert",
    "-D",
    "--dump-header",
    "--url",
    "--resolve",
    "--retry",
    "--unix-socket",
];

/// `curl`, `wget`: fetches, and may send, delete or write.
pub(super) fn fetch(run: &mut Run<'_>, site: &mut Site<'_>) {
    let name = site.call.name;
    let curl = name == "curl";
    let takes = |flag: &str| VALUES.contains(&flag) && !(curl && flag == "-O");
    let parsed = Parsed::new(site.call.words, takes, |_| false);
    if site.call.words.len() == 1 && parsed.has(&["--help", "--version", "-V", "-h"]).is_some() {
        return run.effect(Effect::Read, name, None);
    }
    let address =
        parsed.operands.first().map(|word| word.shown()).or_else(|| parsed.value(&["--url"]).map(str::to_owned));
    run.effect(Effect::Network, name, address.clone());
    let shown = address.unwrap_or_default();
    let method = parsed.value(&["-X", "--request", "--method"]).unwrap_or("");
    if method.eq_ignore_ascii_case("delete") {
        run.effect(Effect::Destroy, name, Some(shown.clone()));
        let wide = [
            "_all",
            "*",
            "/_data_stream",
            "indices",
            "/indexes/",
            "_snapshot",
            "/zones/",
            "/databases",
            "/repos/",
            "/projects/",
            "/apps/",
            "/_index_template",
        ];
        let verdict = if wide.iter().any(|part| shown.contains(part))
            || parsed.operands.is_empty()
            || shown.matches('/').count() >= 3
        {
            Verdict::Deny
        } else {
            Verdict::Ask
        };
        run.note(verdict, || format!("{name}: asks a server to delete {shown}"));
    }
    if shown.contains("_delete_by_query") || shown.contains("/_close") || shown.contains("_shutdown") {
        run.effect(Effect::Destroy, name, Some(shown.clone()));
        run.note(Verdict::Deny, || format!("{name}: asks a server to delete or close much at once ({shown})"));
    }
    for (flag, value) in &parsed.options {
        if let (true, Some(value)) = (
            matches!(*flag, "-o" | "--output" | "--output-document" | "--cookie-jar" | "--dump-header")
                || (!curl && *flag == "-O"),
            value,
        ) {
            run.written(name, value, true);
        }
    }
    run.note(Verdict::Ask, || format!("{name}: reaches {}", if shown.is_empty() { "another machine" } else { &shown }));
}
