//! What words mean for comparison: which carry nothing, which negate, which are opposites.

/// Words that carry the sentence, not its meaning. Sorted.
const EMPTY: &[&str] = &[
    "a", "also", "am", "an", "and", "are", "as", "at", "be", "been", "being", "but", "by", "can", "could", "did", "do",
    "does", "for", "from", "had", "has", "have", "here", "however", "i", "if", "in", "into", "is", "it", "its", "just",
    "may", "me", "might", "must", "my", "of", "on", "or", "our", "please", "really", "shall", "should", "so", "some",
    "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "thus", "to",
    "us", "very", "was", "we", "were", "which", "will", "with", "would", "you", "your",
];

/// Words that turn what follows into its contrary. Sorted. English first; the commonest of German, French, Spanish,
/// Italian and Portuguese, which would otherwise be lost as one word of many.
const NEGATIONS: &[&str] = &[
    "aren't",
    "aucun",
    "cannot",
    "can't",
    "couldn't",
    "didn't",
    "doesn't",
    "don't",
    "hadn't",
    "hasn't",
    "haven't",
    "isn't",
    "jamais",
    "kein",
    "keine",
    "keinen",
    "mustn't",
    "neither",
    "never",
    "nicht",
    "nie",
    "no",
    "non",
    "none",
    "nor",
    "not",
    "nunca",
    "não",
    "pas",
    "shouldn't",
    "wasn't",
    "weren't",
    "without",
    "won't",
    "wouldn't",
];

/// Contraries: one of each is held for the negation of the other.
const OPPOSITES: &[(&str, &str)] = &[
    ("above", "below"),
    ("accept", "reject"),
    ("active", "inactive"),
    ("add", "remove"),
    ("after", "before"),
    ("agree", "disagree"),
    ("all", "none"),
    ("allow", "deny"),
    ("always", "never"),
    ("approve", "reject"),
    ("ascend", "descend"),
    ("best", "worst"),
    ("better", "worse"),
    ("connect", "disconnect"),
    ("correct", "incorrect"),
    ("create", "delete"),
    ("enable", "disable"),
    ("encrypt", "decrypt"),
    ("fast", "slow"),
    ("first", "last"),
    ("good", "bad"),
    ("grant", "revoke"),
    ("healthy", "unhealthy"),
    ("high", "low"),
    ("higher", "lower"),
    ("include", "exclude"),
    ("increase", "decrease"),
    ("install", "uninstall"),
    ("internal", "external"),
    ("left", "right"),
    ("legal", "illegal"),
    ("less", "more"),
    ("lock", "unlock"),
    ("max", "min"),
    ("maximum", "minimum"),
    ("mount", "unmount"),
    ("newer", "older"),
    ("on", "off"),
    ("open", "close"),
    ("pass", "fail"),
    ("positive", "negative"),
    ("possible", "impossible"),
    ("present", "absent"),
    ("private", "public"),
    ("push", "pull"),
    ("rise", "fall"),
    ("safe", "dangerous"),
    ("safe", "unsafe"),
    ("scale-up", "scale-down"),
    ("start", "stop"),
    ("succeed", "fail"),
    ("success", "failure"),
    ("true", "false"),
    ("up", "down"),
    ("upgrade", "downgrade"),
    ("valid", "invalid"),
    ("yes", "no"),
];

/// States that a prefix denies: `unhealthy` is `not healthy`. Not deeds: to uninstall is more than not to install.
const STATES: &[&str] = &[
    "active",
    "available",
    "aware",
    "certain",
    "compatible",
    "complete",
    "consistent",
    "correct",
    "effective",
    "encrypted",
    "equal",
    "finished",
    "healthy",
    "known",
    "legal",
    "limited",
    "necessary",
    "possible",
    "reachable",
    "reliable",
    "responsive",
    "safe",
    "secure",
    "stable",
    "successful",
    "supported",
    "true",
    "used",
    "valid",
];

/// Words after which order matters. Sorted.
const DIRECTIONS: &[&str] = &["after", "before", "from", "instead", "into", "onto", "than", "then", "to"];

/// Small numbers in words.
const NUMBERS: &[&str] =
    &["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

pub(super) fn is_empty(word: &str) -> bool {
    EMPTY.binary_search(&word).is_ok()
}

pub(super) fn negates(word: &str) -> bool {
    NEGATIONS.contains(&word) || matches!(word, "不" | "没" | "沒" | "未" | "非" | "無" | "无")
}

/// The state that a word denies by its prefix.
pub(super) fn undone(word: &str) -> Option<&str> {
    let bases = ["un", "in", "im", "il", "non"].iter().filter_map(|prefix| word.strip_prefix(prefix));
    bases.into_iter().find(|base| STATES.contains(base))
}

/// Whether order matters where this word is said.
pub(super) fn directs(word: &str) -> bool {
    DIRECTIONS.binary_search(&word).is_ok()
}

/// The number that a word spells; "one" is more often no number.
pub(super) fn spelled(word: &str) -> Option<f64> {
    match word {
        "half" => return Some(0.5),
        "quarter" => return Some(0.25),
        _ => {}
    }
    NUMBERS.iter().position(|name| *name == word).filter(|at| *at != 1).map(|at| at as f64)
}

/// The month that a word names, 1 to 12; three letters suffice.
pub(super) fn month(word: &str) -> Option<u8> {
    let word = word.trim_end_matches('.');
    let at = MONTHS
        .iter()
        .position(|name| *name == word || (word.len() >= 3 && word.len() <= 4 && name.starts_with(word)))?;
    u8::try_from(at + 1).ok()
}

/// Whether two words are contraries, by the list or because one is the other with a prefix that negates.
pub(super) fn opposed(a: &str, b: &str) -> bool {
    let prefixed = |long: &str, short: &str| {
        short.len() >= 3
            && ["un", "in", "im", "ir", "il", "non", "dis"]
                .iter()
                .any(|prefix| long.strip_prefix(prefix) == Some(short))
    };
    OPPOSITES.iter().any(|(x, y)| (same_stem(x, a) && same_stem(y, b)) || (same_stem(y, a) && same_stem(x, b)))
        || prefixed(a, b)
        || prefixed(b, a)
}

fn same_stem(word: &str, stemmed: &str) -> bool {
    word == stemmed || stem(word) == stemmed
}

/// A light stem: plurals, -ing, -ed, -ly; enough that forms of one word meet.
pub(super) fn stem(word: &str) -> String {
    let ends = |end: &str, left: usize| word.strip_suffix(end).filter(|rest| rest.len() >= left && rest.is_ascii());
    let base = if let Some(rest) = ends("ies", 2) {
        return format!("{rest}y");
    } else if let Some(rest) = ends("sses", 2) {
        return format!("{rest}ss");
    } else if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") {
        word
    } else if let Some(rest) = ends("ing", 3).or_else(|| ends("ed", 3)) {
        // "stopping" and "stop" meet.
        let bytes = rest.as_bytes();
        let doubled = bytes.len() > 3
            && bytes[bytes.len() - 1] == bytes[bytes.len() - 2]
            && !matches!(bytes[bytes.len() - 1], b'l' | b's' | b'z');
        if doubled { &rest[..rest.len() - 1] } else { rest }
    } else if let Some(rest) = ends("ly", 4) {
        rest
    } else if let Some(rest) = ends("s", 3) {
        rest
    } else {
        word
    };
    // "cached", "caching" and "cache" meet without the e.
    base.strip_suffix('e').filter(|rest| rest.len() >= 3).unwrap_or(base).to_owned()
}
