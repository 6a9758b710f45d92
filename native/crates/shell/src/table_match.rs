//! A command's words against its profile.

use crate::{
    judge::Run,
    model::{Effect, Verdict},
    path::{Area, area},
    table::{Clause, On, Profile, When, table},
    word::{COMPUTED, Word},
};

/// The options and operands of a command, as far as a profile tells them apart.
#[derive(Debug, Default)]
pub(crate) struct Parsed<'w> {
    /// Name as written (`-f`, `--force`), and the value where there is one.
    pub(crate) options: Vec<(&'w str, Option<&'w str>)>,
    pub(crate) operands: Vec<&'w Word>,
    /// A word may turn out to be an option.
    pub(crate) hazy: bool,
}

impl<'w> Parsed<'w> {
    /// Reads words; `takes` says which options take the next word, `long` which of more letters start with one dash.
    pub(crate) fn new(words: &'w [Word], takes: impl Fn(&str) -> bool, long: impl Fn(&str) -> bool) -> Self {
        let mut parsed = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let text = word.text.as_str();
            if text == "--" {
                parsed.operands.extend(words.by_ref());
                break;
            }
            parsed.hazy |= text.starts_with(COMPUTED) || word.many;
            if !text.starts_with('-') || text == "-" {
                parsed.operands.push(word);
                continue;
            }
            let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
            if text.starts_with("--") || long(name) {
                let value = value.or_else(|| if takes(name) { parsed.next(&mut words) } else { None });
                parsed.options.push((name, value));
                continue;
            }
            if text[1..].bytes().all(|byte| byte.is_ascii_digit()) {
                continue;
            }
            for (at, char) in text.char_indices().skip(1) {
                let end = at + char.len_utf8();
                // One letter with its dash: written so when it stands alone, else found in the list of all letters.
                let name = if at == 1 { &text[..end] } else { letter(char) };
                if takes(name) {
                    let rest = &text[end..];
                    let value = if rest.is_empty() { parsed.next(&mut words) } else { Some(rest) };
                    parsed.options.push((name, value));
                    break;
                }
                parsed.options.push((name, None));
            }
        }
        parsed
    }

    /// The word that an option takes; what is several words goes on behind it.
    fn next(&mut self, words: &mut std::slice::Iter<'w, Word>) -> Option<&'w str> {
        let word = words.next()?;
        self.hazy |= word.many;
        Some(word.text.as_str())
    }

    /// How many operands there may be.
    fn count(&self) -> usize {
        self.operands.len() + self.operands.iter().filter(|word| word.many || word.glob).count()
    }

    /// The option of the list that is there, as written. Long options may be cut short, as getopt lets them.
    pub(crate) fn has(&self, flags: &[&str]) -> Option<&'w str> {
        flags.iter().find_map(|flag| self.flag(flag))
    }

    fn flag(&self, flag: &str) -> Option<&'w str> {
        if let Some((first, rest)) = flag.split_once("+-") {
            let second = format!("-{rest}");
            return self.flag(&second).and_then(|_| self.flag(first));
        }
        let (name, pattern) = flag.split_once('=').map_or((flag, None), |(name, value)| (name, Some(value)));
        self.options
            .iter()
            .find(|(own, value)| {
                (*own == name || (own.len() > 2 && own.starts_with("--") && name.starts_with(own)))
                    && pattern.is_none_or(|pattern| value.is_some_and(|value| fits(pattern, value)))
            })
            .map(|(own, _)| *own)
    }

    /// Whether each option that these list with a value has one of those values, wherever it stands again.
    fn agrees(&self, flags: &[&str]) -> bool {
        self.options.iter().all(|(name, value)| {
            let listed = || flags.iter().filter_map(|flag| flag.split_once('=')).filter(|(own, _)| own == name);
            listed().next().is_none() || listed().any(|(_, pattern)| value.is_some_and(|value| fits(pattern, value)))
        })
    }

    pub(crate) fn value(&self, flags: &[&str]) -> Option<&'w str> {
        self.options.iter().find(|(own, _)| named(flags, own)).and_then(|(_, value)| *value)
    }
}

/// A letter as an option.
fn letter(char: char) -> &'static str {
    const ALL: &str = "-a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-s-t-u-v-w-x-y-z-A-B-C-D-E-F-G-H-I-J-K-L-M-N-O-P-Q-R-S-T-U-V-W-X-Y-Z-0-1-2-3-4-5-6-7-8-9";
    let at = match char {
        'a'..='z' => char as usize - 'a' as usize,
        'A'..='Z' => char as usize - 'A' as usize + 26,
        '0'..='9' => char as usize - '0' as usize + 52,
        _ => return "-?",
    };
    ALL.get(at * 2..at * 2 + 2).unwrap_or("-?")
}

/// Whether a text fits a pattern with `*` for anything.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(before) = last.replace(part) {
            match rest.find(before) {
                Some(at) => rest = &rest[at + str::len(before)..],
                None => return false,
            }
        }
    }
    last.map_or(rest.is_empty(), |last| rest.ends_with(last))
}

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
                && found
                    .is_some_and(|clause| clause.verdict == Verdict::Allow && matches!(clause.when, When::Flags(_))));
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

/// Whether a list has an option, or the only ones that a long one may be short for.
fn named(list: &[&str], option: &str) -> bool {
    list.contains(&option)
        || (option.len() > 2 && option.starts_with("--") && list.iter().any(|one| one.starts_with(option)))
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
