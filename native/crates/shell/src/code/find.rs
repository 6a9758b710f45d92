//! `find`: tests and actions, and the commands it starts.

use super::Site;
use crate::{
    judge::Run,
    model::{Effect, Verdict},
    path::{Area, area},
    word::{COMPUTED, OUTSIDE, Word},
};

/// Primaries that look only, without a value.
const PLAIN: &[&str] = &[
    "-print",
    "-print0",
    "-ls",
    "-prune",
    "-quit",
    "-not",
    "-a",
    "-o",
    "-and",
    "-or",
    "-depth",
    "-d",
    "-xdev",
    "-mount",
    "-follow",
    "-daystart",
    "-empty",
    "-true",
    "-false",
    "-nouser",
    "-nogroup",
    "-readable",
    "-writable",
    "-executable",
    "-noleaf",
    "-ignore_readdir_race",
    "-noignore_readdir_race",
    "-warn",
    "-nowarn",
    "-version",
    "--version",
    "--help",
    "-help",
    "-H",
    "-L",
    "-P",
    "-E",
    "-X",
    "-x",
    "-s",
    "!",
    "(",
    ")",
    ",",
    "-O0",
    "-O1",
    "-O2",
    "-O3",
    "-nogroup",
];
/// Primaries that look only, with one value.
const VALUED: &[&str] = &[
    "-name",
    "-iname",
    "-path",
    "-ipath",
    "-wholename",
    "-iwholename",
    "-regex",
    "-iregex",
    "-regextype",
    "-type",
    "-xtype",
    "-size",
    "-mtime",
    "-atime",
    "-ctime",
    "-mmin",
    "-amin",
    "-cmin",
    "-newer",
    "-anewer",
    "-cnewer",
    "-user",
    "-group",
    "-uid",
    "-gid",
    "-perm",
    "-inum",
    "-links",
    "-samefile",
    "-maxdepth",
    "-mindepth",
    "-lname",
    "-ilname",
    "-fstype",
    "-used",
    "-printf",
    "-context",
    "-newermt",
    "-newerct",
    "-newerat",
    "-newermm",
    "-newermc",
    "-newerma",
    "-newercm",
    "-newercc",
    "-neweram",
    "-neweraa",
    "-newerBt",
    "-newerac",
    "-D",
    "-flags",
    "-f",
    "-since",
    "-Bmin",
    "-Bnewer",
    "-Btime",
    "-files0-from",
];

pub(super) fn find(run: &mut Run<'_>, site: &mut Site<'_>) {
    let name = site.call.name;
    let words = site.call.words;
    let roots: Vec<&Word> = words
        .iter()
        .skip_while(|word| {
            matches!(word.text.as_str(), "-H" | "-L" | "-P" | "-E" | "-X" | "-x" | "-s" | "-d")
                || word.text.starts_with("-O")
        })
        .take_while(|word| !word.text.starts_with(['-', '(', '!', ')']))
        .collect();
    for root in &roots {
        run.effect(Effect::Read, name, Some(root.shown()));
        if root.text.starts_with(COMPUTED) {
            run.note(Verdict::Ask, || {
                "find: where it looks and what it does there is only known when it runs".to_owned()
            });
        }
    }
    if roots.is_empty() {
        run.effect(Effect::Read, name, None);
    }
    let narrowed = words.iter().any(|word| {
        VALUED.contains(&word.text.as_str()) && !matches!(word.text.as_str(), "-maxdepth" | "-mindepth" | "-type")
    }) || words.iter().any(|word| word.text == "-empty");
    let mut at = roots.len();
    while let Some(word) = words.get(at) {
        at += 1;
        match word.text.as_str() {
            text if PLAIN.contains(&text) => {}
            text if VALUED.contains(&text) => {
                if words.get(at).is_some_and(|value| value.many && value.text.contains(COMPUTED)) {
                    run.note(Verdict::Ask, || format!("find {text}: its value may be several words, and an action"));
                }
                at += 1;
            }
            "-delete" => deleted(run, name, &roots, narrowed),
            text @ ("-exec" | "-execdir" | "-ok" | "-okdir") => {
                let rest = words.get(at..).unwrap_or(&[]);
                let end = rest
                    .iter()
                    .enumerate()
                    .position(|(at, word)| {
                        word.text == ";"
                            || (word.text == "+"
                                && at > 0
                                && rest.get(at - 1).is_some_and(|last| last.text.ends_with("{}")))
                    })
                    .unwrap_or(rest.len());
                let inner = rest[..end].iter().map(|word| filled(run, word, &roots)).collect();
                at += end + 1;
                site.start(&format!("find {text}"), inner);
            }
            "-fprint" | "-fprint0" | "-fls" | "-fprintf" => {
                if let Some(file) = words.get(at) {
                    run.written(name, &file.text, true);
                }
                at += if word.text == "-fprintf" { 2 } else { 1 };
            }
            text if text.starts_with("-newer") && text.len() == 8 => at += 1,
            text if text.starts_with(OUTSIDE) || !text.starts_with(['-', COMPUTED]) => {}
            _ => {
                let shown = word.shown();
                run.note(Verdict::Ask, || format!("find {shown}: not known to only look"));
            }
        }
    }
}

fn deleted(run: &mut Run<'_>, name: &str, roots: &[&Word], narrowed: bool) {
    let here = [Word::plain(".")];
    let roots: Vec<&Word> = if roots.is_empty() { here.iter().collect() } else { roots.to_vec() };
    for root in roots {
        let found = area(&root.text, run.place, run.moved);
        let shown = root.shown();
        run.effect(Effect::Destroy, name, Some(shown.clone()));
        let verdict = match found {
            Area::Temporary => Verdict::Allow,
            Area::Root | Area::Home | Area::Vital | Area::Device => Verdict::Deny,
            Area::Here | Area::System | Area::Other if !narrowed => Verdict::Deny,
            _ => Verdict::Ask,
        };
        run.note(verdict, || format!("find -delete: deletes what it finds below {shown}"));
    }
}

/// `{}` put as what it stands for: a path below where the search starts, if that is one place.
fn filled(run: &Run<'_>, word: &Word, roots: &[&Word]) -> Word {
    if !word.text.contains("{}") {
        return word.clone();
    }
    let below = match roots {
        [root] if area(&root.text, run.place, run.moved) == Area::Temporary && root.known() => {
            format!("{}/found", root.text)
        }
        _ => COMPUTED.to_string(),
    };
    // A path that is found never starts with a dash.
    let below = if below.starts_with(COMPUTED) { format!("./{below}") } else { below };
    Word { text: word.text.replace("{}", &below), ..word.clone() }
}
