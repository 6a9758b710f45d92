//! A command's words against its profile.

use crate::{
    judge::Run,
    model::{Effect, Verdict},
    options::{Parsed, fits, named},
    path::{Area, area},
    table::{Clause, On, Profile, When, table},
    word::Word,
};

/// A command with its words, ready to be judged.
#[derive(Debug)]
pub(crate) struct Call<'w> {
    /// Its name, without folders.
    pub(crate) name: &'w str,
    /// What follows the name.
    pub(crate) words: &'w [Word],
}

impl Run<'_> {
    /// Judges a command by its profile and those of its subcommands. Gives the words again, the subcommand as their name,
    /// where that subcommand only starts another command.
    pub(crate) fn by_table(&mut self, call: &Call<'_>, profile: &'static Profile) -> Option<Vec<Word>> {
        let (mut profile, mut words, mut title) = (profile, call.words, call.name.to_owned());
        let mut above: Vec<&'static Profile> = Vec::new();
        while profile.parent {
            let takes = |name: &str| profile.values.contains(&name) || above.iter().any(|up| up.values.contains(&name));
            let Some(at) = subcommand(words, takes) else { break };
            let Some(next) = words.get(at).and_then(|word| {
                title.push(' ');
                title.push_str(&word.text);
                table().get(title.as_str())
            }) else {
                break;
            };
            // Options before the subcommand are judged by the profile that they belong to.
            self.options_of(&title, &words[..at], profile);
            above.push(profile);
            profile = next;
            words = &words[at + 1..];
        }
        if profile.wrap.is_some() {
            return Some(std::iter::once(Word::plain(title)).chain(words.iter().cloned()).collect());
        }
        let shared = above.last().copied();
        self.matched(&title, words, profile, shared);
        None
    }

    fn options_of(&mut self, title: &str, words: &[Word], profile: &'static Profile) {
        if words.is_empty() {
            return;
        }
        let parsed = parse(words, profile, None);
        for clause in &profile.clauses {
            if let (When::Flags(flags), Verdict::Ask | Verdict::Deny) = (&clause.when, clause.verdict)
                && let Some(flag) = parsed.has(flags)
            {
                self.note(clause.verdict, || said(title, Some(flag), clause.reason));
            }
        }
        self.strange(title, &parsed, profile, None);
    }

    fn matched(&mut self, title: &str, words: &[Word], profile: &'static Profile, above: Option<&'static Profile>) {
        let name = title.split(' ').next().unwrap_or(title);
        let parsed = parse(words, profile, above);
        let only = words.first().map(|word| word.text.as_str());
        if matches!(only, Some("--help" | "--version")) && words.len() == 1 && profile.wrap.is_none() {
            return self.effect(Effect::Read, name, None);
        }
        let mut found: Option<&Clause> = None;
        let mut because = None;
        for clause in &profile.clauses {
            let (spoken, what) = match &clause.when {
                When::Flags(flags) => {
                    let flag = parsed.has(flags);
                    (flag.is_some(), flag)
                }
                When::Operands(least) => (parsed.count() >= *least, None),
                When::NoOperand => (parsed.operands.is_empty(), None),
                When::Operand(globs) => {
                    let operand = parsed.operands.iter().find(|word| globs.iter().any(|glob| fits(glob, &word.text)));
                    (operand.is_some(), operand.map(|word| word.text.as_str()))
                }
                When::Verb(at, globs) => {
                    let fit = |word: &&&Word| globs.iter().any(|glob| fits(glob, &word.text));
                    let verb = match at.checked_sub(1) {
                        Some(at) => parsed.operands.get(at).filter(fit),
                        None => parsed.operands.iter().take(5).find(fit),
                    };
                    (verb.is_some(), verb.map(|word| word.text.as_str()))
                }
            };
            if spoken && found.is_none_or(|known| clause.verdict > known.verdict) {
                (found, because) = (Some(clause), what);
            }
        }
        let safe = parsed.has(&profile.safe).is_some()
            && !parsed.options.iter().any(|(name, _)| name.starts_with("--no-"))
            && parsed.agrees(&profile.safe)
            && !parsed.hazy;
        let mut verdict = found.map_or(profile.verdict, |clause| clause.verdict);
        let mut reason = found.map_or(profile.reason, |clause| clause.reason);
        // One option makes a command harmless only where no other is there that may not be.
        let lenient = safe
            || (profile.verdict > Verdict::Allow
                && found.is_some_and(|clause| {
                    let far = profile.effects.iter().any(|(effect, _)| *effect == Effect::Network);
                    let verb = !far && matches!(clause.when, When::Verb(..));
                    clause.verdict == Verdict::Allow && (verb || matches!(clause.when, When::Flags(_)))
                }));
        if lenient {
            let odd = parsed.options.iter().find(|(name, _)| !fine(name, profile, above));
            let asks = |clause: &&Clause| {
                clause.verdict == Verdict::Ask
                    && match &clause.when {
                        When::Flags(flags) => parsed.has(flags).is_some(),
                        When::Operand(globs) => {
                            parsed.operands.iter().any(|word| globs.iter().any(|glob| fits(glob, &word.text)))
                        }
                        _ => false,
                    }
            };
            let asked = profile.clauses.iter().find(asks);
            verdict = if asked.is_some() || odd.is_some() { Verdict::Ask } else { Verdict::Allow };
            if let Some(clause) = asked {
                reason = clause.reason;
            }
        }
        let verdict = self.touched(name, &parsed, profile, verdict, found.is_some() || safe);
        self.note(verdict, || said(title, because.filter(|_| found.is_some()), reason));
        self.strange(title, &parsed, profile, above);
        let led = !profile.writes.is_empty()
            || profile
                .clauses
                .iter()
                .any(|clause| matches!(clause.when, When::Flags(_)) && clause.verdict > Verdict::Allow);
        let led = led || profile.known.is_some();
        // Where anything may be written unasked, a file's name may be an option.
        let planted = led && parsed.operands.iter().any(|word| word.glob && !word.text.contains('/')) && self.planted();
        if planted || (parsed.hazy && led && profile.known.is_none()) {
            self.note(Verdict::Ask, || format!("{title}: a word is only known when it runs, and may be an option"));
        }
        for (option, value) in &parsed.options {
            if let (true, Some(value)) = (named(&profile.writes, option), value)
                && !(profile.dash && *value == "-")
            {
                self.written(name, value, true);
            }
        }
    }

    /// Takes the effects; gives the verdict, lower where all that is written is temporary.
    fn touched(
        &mut self,
        name: &str,
        parsed: &Parsed<'_>,
        profile: &Profile,
        verdict: Verdict,
        spoken: bool,
    ) -> Verdict {
        if verdict == Verdict::Allow && profile.verdict > Verdict::Allow {
            self.effect(Effect::Read, name, None);
            return verdict;
        }
        let mut harmless = !parsed.operands.is_empty() && !parsed.hazy;
        let mut paths = false;
        for (effect, on) in &profile.effects {
            let changes = matches!(effect, Effect::Write | Effect::Destroy);
            let (read, touched) = match on {
                On::Nothing => {
                    harmless &= !changes && *effect != Effect::Network;
                    self.effect(*effect, name, parsed.operands.first().map(|word| word.shown()));
                    continue;
                }
                On::All => (&[][..], &parsed.operands[..]),
                On::Last => {
                    let (last, before) = parsed
                        .operands
                        .split_last()
                        .map_or((&[][..], &[][..]), |(_, before)| (&parsed.operands[before.len()..], before));
                    (before, last)
                }
            };
            for word in read {
                self.effect(Effect::Read, name, Some(word.shown()));
            }
            for word in touched {
                self.effect(*effect, name, Some(word.shown()));
                if changes {
                    paths = true;
                    let found = area(&word.text, self.place, self.moved);
                    // What takes the place of a device leaves none.
                    harmless &= found.harmless() && !(found == Area::Nowhere && *effect == Effect::Destroy);
                }
            }
        }
        match verdict {
            Verdict::Deny => self.effect(Effect::Destroy, name, parsed.operands.first().map(|word| word.shown())),
            Verdict::Ask if profile.verdict == Verdict::Allow => {
                self.effect(Effect::Write, name, parsed.operands.first().map(|word| word.shown()));
            }
            Verdict::Ask if paths && harmless && !spoken => return Verdict::Allow,
            _ => {}
        }
        verdict
    }

    /// Options that the profile does not know.
    fn strange(&mut self, title: &str, parsed: &Parsed<'_>, profile: &Profile, above: Option<&Profile>) {
        let Some(known) = &profile.known else { return };
        if parsed.hazy {
            self.note(Verdict::Ask, || format!("{title}: a word is only known when it runs, and may be an option"));
        }
        for (name, _) in &parsed.options {
            if !known.contains(name) && !fine(name, profile, above) {
                self.note(Verdict::Ask, || format!("{title}: the option {name} is not known to be harmless"));
            }
        }
    }
}

/// Whether a profile, or the one above it, says anything of an option.
fn fine(name: &str, profile: &Profile, above: Option<&Profile>) -> bool {
    let listed = |list: &[&str]| list.contains(&name);
    let shared = |up: &Profile| listed(&up.values) || up.known.as_ref().is_some_and(|known| listed(known));
    matches!(name, "--help" | "--version")
        || shared(profile)
        || profile.safe.iter().any(|flag| flag.split('=').next() == Some(name))
        || above.is_some_and(shared)
        || profile.clauses.iter().any(|clause| {
            matches!(&clause.when, When::Flags(flags) if flags.iter().any(|flag| flag.split(['+', '=']).any(|part| part == name)))
        })
}

/// Where the first operand stands.
fn subcommand(words: &[Word], takes: impl Fn(&str) -> bool) -> Option<usize> {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let text = word.text.as_str();
        if !text.starts_with('-') || text == "-" {
            return Some(at);
        }
        at += 1 + usize::from(takes(text));
    }
    None
}

fn parse<'w>(words: &'w [Word], profile: &Profile, above: Option<&Profile>) -> Parsed<'w> {
    let listed = |list: &[&str], name: &str| list.contains(&name);
    let takes = |name: &str| named(&profile.values, name) || above.is_some_and(|up| named(&up.values, name));
    let long = |name: &str| {
        name.len() > 2
            && (takes(name)
                || listed(&profile.safe, name)
                || profile.known.as_ref().is_some_and(|known| listed(known, name))
                || profile.clauses.iter().any(|clause| {
                    matches!(&clause.when, When::Flags(flags) if flags.iter().any(|flag| flag.split('=').next() == Some(name)))
                }))
    };
    Parsed::new(words, takes, long)
}

/// A reason: the command, what of it, and why.
fn said(title: &str, what: Option<&str>, reason: &str) -> String {
    let reason = if reason.is_empty() { "not known to only read" } else { reason };
    match what {
        Some(what) => format!("{title} {what}: {reason}"),
        None => format!("{title}: {reason}"),
    }
}
