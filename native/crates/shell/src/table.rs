//! The profiles of commands, read once from the tables in `rules/`.

use crate::{
    code::{self, Code},
    model::{Effect, Verdict},
};
use std::{collections::HashMap, sync::LazyLock};

/// Which operands of a command an effect falls on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    /// None that is a path of this machine.
    Nothing,
    /// Every operand is a path.
    All,
    /// The last operand is a path; those before it are only read.
    Last,
}

/// When a clause speaks.
#[derive(Clone, Debug)]
pub(crate) enum When {
    /// One of these options is there. `-a+-b`: both; `--name=pattern`: with such a value.
    Flags(Vec<&'static str>),
    /// At least so many operands are there.
    Operands(usize),
    /// No operand is there.
    NoOperand,
    /// An operand fits one of these patterns.
    Operand(Vec<&'static str>),
    /// The n-th operand (0: the first that fits) fits one of these patterns.
    Verb(usize, Vec<&'static str>),
}

#[derive(Clone, Debug)]
pub(crate) struct Clause {
    pub(crate) when: When,
    pub(crate) verdict: Verdict,
    pub(crate) reason: &'static str,
}

/// How a command that only starts another is followed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wrap {
    /// Operands of its own before the command.
    pub(crate) skip: usize,
    /// Takes `NAME=value` before the command.
    pub(crate) assign: bool,
    /// The words are joined and read as a line.
    pub(crate) join: bool,
    /// Options whose value is a line.
    pub(crate) text: Vec<&'static str>,
    /// With these options nothing is run.
    pub(crate) stop: Vec<&'static str>,
    /// What it adds.
    pub(crate) effects: Vec<Effect>,
    /// Options that are all right to have.
    pub(crate) none: Option<Verdict>,
    /// The command gets words that are not known: what comes by standard input.
    pub(crate) feeds: bool,
}

/// What is known of a command or a subcommand.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) verdict: Verdict,
    pub(crate) effects: Vec<(Effect, On)>,
    pub(crate) reason: &'static str,
    /// Options that take the next word.
    pub(crate) values: Vec<&'static str>,
    /// Options known to be harmless; none said: any option is.
    pub(crate) known: Option<Vec<&'static str>>,
    /// Options that make it do nothing.
    pub(crate) safe: Vec<&'static str>,
    /// Options whose value is a path that is written.
    pub(crate) writes: Vec<&'static str>,
    /// `-` as such a path is the standard output.
    pub(crate) dash: bool,
    pub(crate) clauses: Vec<Clause>,
    pub(crate) wrap: Option<Wrap>,
    pub(crate) code: Option<Code>,
    /// Has subcommands with profiles of their own.
    pub(crate) parent: bool,
}

/// Profiles by name; subcommands by all their words with blanks between.
pub(crate) type Table = HashMap<String, Profile>;

const FILES: &[(&str, &str)] = &[
    ("builtins", include_str!("../rules/builtins.txt")),
    ("wrappers", include_str!("../rules/wrappers.txt")),
    ("reading", include_str!("../rules/reading.txt")),
    ("files", include_str!("../rules/files.txt")),
    ("system", include_str!("../rules/system.txt")),
    ("network", include_str!("../rules/network.txt")),
    ("git", include_str!("../rules/git.txt")),
    ("packages", include_str!("../rules/packages.txt")),
    ("building", include_str!("../rules/building.txt")),
    ("containers", include_str!("../rules/containers.txt")),
    ("kubernetes", include_str!("../rules/kubernetes.txt")),
    ("cloud", include_str!("../rules/cloud.txt")),
    ("infrastructure", include_str!("../rules/infrastructure.txt")),
    ("databases", include_str!("../rules/databases.txt")),
    ("services", include_str!("../rules/services.txt")),
    ("backup", include_str!("../rules/backup.txt")),
    ("windows", include_str!("../rules/windows.txt")),
];

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::new();
    for (_, text) in FILES {
        // A line that does not read is left out, and the command asked about; a test sees to it that all of them read.
        let _ = read(text, &mut table);
    }
    let names: Vec<String> = table.keys().cloned().collect();
    for name in names {
        let mut end = name.rfind(' ');
        while let Some(at) = end {
            let above = name[..at].to_owned();
            table.entry(above).or_insert_with(|| Profile::new(Verdict::Ask, "")).parent = true;
            end = name[..at].rfind(' ');
        }
    }
    table
});

/// The profiles.
pub(crate) fn table() -> &'static Table {
    &TABLE
}

impl Profile {
    fn new(verdict: Verdict, reason: &'static str) -> Self {
        Self {
            verdict,
            effects: Vec::new(),
            reason,
            values: Vec::new(),
            known: None,
            safe: Vec::new(),
            writes: Vec::new(),
            dash: false,
            clauses: Vec::new(),
            wrap: None,
            code: None,
            parent: false,
        }
    }
}

/// Reads one file of profiles; the error says which line does not read.
fn read(text: &'static str, table: &mut Table) -> Result<(), String> {
    let mut under = String::new();
    let mut open: Vec<String> = Vec::new();
    let mut first_error = Ok(());
    for (number, line) in text.lines().enumerate() {
        let body = line.trim();
        if body.is_empty() || body.starts_with('#') {
            continue;
        }
        let (head, reason) = body.split_once(" : ").map_or((body, ""), |(head, reason)| (head.trim(), reason.trim()));
        let mut words = head.split_ascii_whitespace();
        let Some(first) = words.next() else { continue };
        let rest: Vec<&'static str> = words.collect();
        let read = if line.starts_with(' ') {
            open.iter().try_for_each(|name| match table.get_mut(name) {
                Some(profile) => clause(profile, first, &rest, reason),
                None => Err("nothing to add to".to_owned()),
            })
        } else if first == "under" {
            under = rest.iter().map(|word| word.replace('/', " ") + " ").collect();
            if under.trim() == "nothing" {
                under.clear();
            }
            Ok(())
        } else {
            profile(first, &rest, reason).map(|(profile, names)| {
                open = names.iter().map(|name| format!("{under}{}", name.replace('/', " "))).collect();
                for name in &open {
                    table.insert(name.clone(), profile.clone());
                }
            })
        };
        if let (Err(error), Ok(())) = (read, &first_error) {
            first_error = Err(format!("line {}: {error}: {line}", number + 1));
        }
    }
    first_error
}

fn verdict(word: &str) -> Option<Verdict> {
    match word {
        "allow" => Some(Verdict::Allow),
        "ask" => Some(Verdict::Ask),
        "deny" => Some(Verdict::Deny),
        _ => None,
    }
}

fn effect(word: &str) -> Option<(Effect, On)> {
    let (name, on) = match word.as_bytes().last() {
        Some(b'*') => (&word[..word.len() - 1], On::All),
        Some(b'>') => (&word[..word.len() - 1], On::Last),
        _ => (word, On::Nothing),
    };
    let effect = match name {
        "read" => Effect::Read,
        "write" => Effect::Write,
        "destroy" => Effect::Destroy,
        "network" => Effect::Network,
        "privilege" => Effect::Privilege,
        _ => return None,
    };
    Some((effect, on))
}

fn effects(list: &str) -> Option<Vec<(Effect, On)>> {
    if list == "none" { Some(Vec::new()) } else { list.split(',').map(effect).collect() }
}

/// A line that opens profiles: what they are, and their names.
fn profile(
    first: &'static str,
    rest: &[&'static str],
    reason: &'static str,
) -> Result<(Profile, Vec<&'static str>), String> {
    let (second, names) = rest.split_first().ok_or("too short")?;
    if first == "wrap" {
        let mut profile = Profile::new(Verdict::Ask, reason);
        profile.wrap = Some(Wrap::default());
        return Ok((profile, rest.to_vec()));
    }
    if first == "code" {
        let mut profile = Profile::new(Verdict::Ask, reason);
        profile.code = Some(code::named(second).ok_or("no such code")?);
        return Ok((profile, names.to_vec()));
    }
    let mut profile = Profile::new(verdict(first).ok_or("no such verdict")?, reason);
    profile.effects = effects(second).ok_or("no such effect")?;
    if names.is_empty() {
        return Err("no names".to_owned());
    }
    Ok((profile, names.to_vec()))
}

/// An indented line: adds to the profile above it.
fn clause(profile: &mut Profile, first: &str, rest: &[&'static str], reason: &'static str) -> Result<(), String> {
    let number = || rest.first().and_then(|word| word.parse::<usize>().ok()).ok_or("no number");
    if let (Some(wrap), "skip" | "assign" | "join" | "text" | "stop" | "effect" | "none" | "feeds") =
        (&mut profile.wrap, first)
    {
        match first {
            "skip" => wrap.skip = number()?,
            "assign" => wrap.assign = true,
            "join" => wrap.join = true,
            "feeds" => wrap.feeds = true,
            "text" => {
                wrap.text.extend(rest);
                profile.values.extend(rest);
            }
            "stop" => wrap.stop.extend(rest),
            "none" => wrap.none = Some(rest.first().and_then(|word| verdict(word)).ok_or("no verdict")?),
            _ => {
                let list = effects(rest.first().ok_or("no effect")?).ok_or("no such effect")?;
                wrap.effects.extend(list.into_iter().map(|(effect, _)| effect));
            }
        }
        return Ok(());
    }
    let last = |at: usize| rest.get(at).and_then(|word| verdict(word)).ok_or("no verdict");
    match first {
        "val" => profile.values.extend(rest),
        "ok" => profile.known.get_or_insert_default().extend(rest),
        "safe" => profile.safe.extend(rest),
        "write" => {
            profile.writes.extend(rest);
            profile.values.extend(rest);
        }
        "dash" => profile.dash = true,
        "args" => {
            profile.clauses.push(Clause { when: When::Operands(number()?), verdict: last(1)?, reason });
        }
        "noargs" => profile.clauses.push(Clause { when: When::NoOperand, verdict: last(0)?, reason }),
        "arg" => {
            let globs = rest.get(1..).unwrap_or(&[]).to_vec();
            profile.clauses.push(Clause { when: When::Operand(globs), verdict: last(0)?, reason });
        }
        "verb" => {
            let globs = rest.get(2..).unwrap_or(&[]).to_vec();
            profile.clauses.push(Clause { when: When::Verb(number()?, globs), verdict: last(1)?, reason });
        }
        _ => {
            let verdict = verdict(first).ok_or("no such clause")?;
            profile.clauses.push(Clause { when: When::Flags(rest.to_vec()), verdict, reason });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_every_table_reads() {
        for (name, text) in FILES {
            assert_eq!(read(text, &mut Table::new()), Ok(()), "{name}");
        }
    }

    #[test]
    fn no_profile_that_allows_writes_or_reaches_out_of_itself() {
        for (name, profile) in table() {
            if profile.verdict == Verdict::Allow {
                let harmful =
                    |(effect, _): &(Effect, On)| matches!(effect, Effect::Destroy | Effect::Privilege | Effect::Write);
                assert!(!profile.effects.iter().any(harmful), "{name}");
            }
        }
    }

    #[test]
    fn no_profile_is_given_twice() {
        let mut all = Table::new();
        for (file, text) in FILES {
            let mut one = Table::new();
            let _ = read(text, &mut one);
            for (name, profile) in one {
                assert!(all.insert(name.clone(), profile).is_none(), "{name} again in {file}");
            }
        }
    }
}
