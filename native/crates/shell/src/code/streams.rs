//! `sed` and `awk`: their programs can write files and run commands.

use super::Site;
use crate::{
    judge::Run,
    model::{Effect, Verdict},
    options::Parsed,
    scan,
    word::{COMPUTED, OUTSIDE},
};

pub(super) fn sed(run: &mut Run<'_>, site: &mut Site<'_>) {
    let name = site.call.name;
    let takes = |flag: &str| matches!(flag, "-e" | "--expression" | "-f" | "--file" | "-l" | "--line-length");
    let parsed = Parsed::new(site.call.words, takes, |_| false);
    let scripts: Vec<&str> = parsed
        .options
        .iter()
        .filter(|(flag, _)| matches!(*flag, "-e" | "--expression"))
        .filter_map(|(_, value)| *value)
        .collect();
    let from_file = parsed.has(&["-f", "--file"]).is_some();
    let in_place = parsed.has(&["-i", "--in-place", "-I"]).is_some();
    let mut files = parsed.operands.iter();
    let first = if scripts.is_empty() && !from_file { files.next().map(|word| word.text.as_str()) } else { None };
    for file in files {
        if in_place {
            run.written(name, &file.text, false);
        } else {
            run.effect(Effect::Read, name, Some(file.shown()));
        }
    }
    if in_place {
        run.effect(Effect::Write, name, None);
        run.note(Verdict::Ask, || format!("{name} -i: changes files in place"));
    }
    if from_file {
        run.note(Verdict::Ask, || format!("{name} -f: its program lies in a file"));
    }
    run.effect(Effect::Read, name, None);
    for script in scripts.into_iter().chain(first) {
        if script.contains(COMPUTED) || script.starts_with(OUTSIDE) {
            run.note(Verdict::Ask, || format!("{name}: its program is only known when it runs"));
        }
        match scan::sed(script) {
            scan::Sed::Reads => {}
            scan::Sed::Writes => run.note(Verdict::Ask, || format!("{name}: its program writes a file")),
            scan::Sed::Runs(command) => {
                run.note(Verdict::Ask, || format!("{name}: its program runs commands"));
                run.read(command, site.one.depth + 1, &site.one.wrappers);
            }
            scan::Sed::Unknown => {
                run.note(Verdict::Ask, || format!("{name}: its program does not read as one that only edits text"));
            }
        }
    }
    let known = [
        "-n",
        "-e",
        "-E",
        "-r",
        "-s",
        "-u",
        "-z",
        "-l",
        "-i",
        "-I",
        "-f",
        "--expression",
        "--quiet",
        "--silent",
        "--regexp-extended",
        "--null-data",
        "--unbuffered",
        "--separate",
        "--posix",
        "--debug",
        "--help",
        "--version",
        "--in-place",
        "--line-length",
        "--file",
        "--sandbox",
    ];
    for (flag, _) in &parsed.options {
        if !known.contains(flag) && !in_place {
            run.note(Verdict::Ask, || format!("{name}: the option {flag} is not known to be harmless"));
        }
    }
}

pub(super) fn awk(run: &mut Run<'_>, site: &mut Site<'_>) {
    let name = site.call.name;
    let takes = |flag: &str| {
        matches!(
            flag,
            "-F" | "-v"
                | "-f"
                | "-i"
                | "-l"
                | "-e"
                | "-E"
                | "--field-separator"
                | "--assign"
                | "--file"
                | "--include"
                | "--load"
                | "--source"
                | "--exec"
        )
    };
    let parsed = Parsed::new(site.call.words, takes, |_| false);
    let loads = [
        "-f",
        "-i",
        "-l",
        "-E",
        "-W",
        "-o",
        "-d",
        "-p",
        "-D",
        "--file",
        "--include",
        "--load",
        "--exec",
        "--profile",
        "--dump-variables",
        "--pretty-print",
        "--debug",
    ];
    if let Some(flag) = parsed.has(&loads) {
        run.note(Verdict::Ask, || format!("{name} {flag}: its program lies in a file, or is written to one"));
    }
    let mut programs: Vec<&str> = parsed
        .options
        .iter()
        .filter(|(flag, _)| matches!(*flag, "-e" | "--source"))
        .filter_map(|(_, value)| *value)
        .collect();
    let mut files = parsed.operands.iter();
    if programs.is_empty() && parsed.has(&["-f", "--file", "-E", "--exec"]).is_none() {
        programs.extend(files.next().map(|word| word.text.as_str()));
    }
    for file in files {
        run.effect(Effect::Read, name, Some(file.shown()));
    }
    run.effect(Effect::Read, name, None);
    for program in programs {
        if program.contains(COMPUTED) || program.starts_with(OUTSIDE) {
            run.note(Verdict::Ask, || format!("{name}: its program is only known when it runs"));
        }
        let found = scan::awk(program);
        if found.writes {
            run.note(Verdict::Ask, || format!("{name}: its program writes a file"));
        }
        if found.fetches {
            run.note(Verdict::Ask, || format!("{name}: its program may read from another machine"));
        }
        if found.runs {
            run.note(Verdict::Ask, || format!("{name}: its program runs commands"));
            for text in found.texts {
                run.read(text, site.one.depth + 1, &site.one.wrappers);
            }
        }
    }
}
