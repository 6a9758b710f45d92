//! The words of a command as options and operands.

use crate::word::{COMPUTED, Word};

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
    pub(crate) fn count(&self) -> usize {
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
    pub(crate) fn agrees(&self, flags: &[&str]) -> bool {
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

/// Whether a list has an option, or the only ones that a long one may be short for.
pub(crate) fn named(list: &[&str], option: &str) -> bool {
    list.contains(&option)
        || (option.len() > 2 && option.starts_with("--") && list.iter().any(|one| one.starts_with(option)))
}
