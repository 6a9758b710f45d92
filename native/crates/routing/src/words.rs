//! Text and identifiers as words: how the index reads, for those who must read alike.

use crate::runs::{Case, for_each_run};
pub use crate::stem::stem;

/// Gives every word of a text, in lower case. `listPods`, `list_pods` and `list-pods` are `list` and `pods`. What is
/// written together of two parts or with digits is also one word: `GitHub` is `git`, `hub` and `github`, `k8s` is
/// `k8s`. Scripts without spaces give pairs of neighbouring characters.
pub fn for_each_word(text: &str, mut give: impl FnMut(&str)) {
    for_each_key(text, |word, key| if key == 0 { give(word) } else { give(text_of(&key.to_le_bytes())) });
}

/// Gives the key of every word of a text, and with a key of 0 the word itself.
pub(crate) fn for_each_key(text: &str, mut give: impl FnMut(&str, Word)) {
    let mut word = String::new();
    if text.is_ascii() {
        for_each_run(text.as_bytes(), |start, end, case| {
            let run = &text[start..end];
            match case {
                _ if run.len() == 1 => {}
                Case::Plain => give(run, key_at(text, start, run)),
                Case::Capital if run.len() <= KEY => give("", in_lower_case(key_at(text, start, run), run)),
                Case::Capital | Case::Mixed => run_of_letters(run, &mut word, &mut |word| give(word, key_of(word))),
            }
        });
        return;
    }
    let mut rest = text;
    while let Some(start) = rest.find(char::is_alphanumeric) {
        let run = &rest[start..];
        let end = run.find(|character: char| !character.is_alphanumeric()).unwrap_or(run.len());
        run_of_letters(&run[..end], &mut word, &mut |word| give(word, key_of(word)));
        rest = &run[end..];
    }
}

/// The bytes of a word, the first one lowest, as one number: its key. 0 for a word that is too long for one.
pub(crate) type Word = u128;

/// How many bytes of a word a key holds.
const KEY: usize = 16;

pub(crate) fn key_of(word: &str) -> Word {
    let mut bytes = [0; KEY];
    let Some(room) = bytes.get_mut(..word.len()) else { return 0 };
    room.copy_from_slice(word.as_bytes());
    Word::from_le_bytes(bytes)
}

/// The word that a key is of.
pub(crate) fn text_of(bytes: &[u8; KEY]) -> &str {
    let length = KEY - Word::from_le_bytes(*bytes).leading_zeros() as usize / 8;
    std::str::from_utf8(&bytes[..length]).unwrap_or_default()
}

/// The key of what stands there in a text. What is behind it is read with it, for then all words are read alike.
fn key_at(text: &str, start: usize, run: &str) -> Word {
    match text.as_bytes()[start..].first_chunk::<KEY>() {
        Some(bytes) if run.len() <= KEY => Word::from_le_bytes(*bytes) & of_length(run),
        _ => key_of(run),
    }
}

/// The key of ASCII letters, put in lower case.
fn in_lower_case(key: Word, word: &str) -> Word {
    (key | Word::from_le_bytes([0x20; KEY])) & of_length(word)
}

/// The bits of a key that a word of 1 to 16 bytes has.
fn of_length(word: &str) -> Word {
    Word::MAX >> (8 * (KEY - word.len()))
}

/// What a character is, for the borders between words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Upper,
    Lower,
    Digit,
    /// Of a script that is written without spaces.
    Dense,
}

fn kind(character: char) -> Kind {
    if character.is_numeric() {
        Kind::Digit
    } else if character.is_uppercase() {
        Kind::Upper
    } else if matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{20000}'..='\u{3ffff}')
    {
        Kind::Dense
    } else {
        Kind::Lower
    }
}

fn run_of_letters(run: &str, word: &mut String, give: &mut impl FnMut(&str)) {
    // Words as they begin sentences.
    if let [b'A'..=b'Z', rest @ ..] = run.as_bytes()
        && !rest.is_empty()
        && rest.iter().all(u8::is_ascii_lowercase)
    {
        lower(run, word, give);
        return;
    }
    let mut parts = 0;
    let mut digits = false;
    let mut start = 0;
    let mut before: Option<(Kind, usize)> = None;
    for (at, character) in run.char_indices() {
        let now = kind(character);
        digits |= now == Kind::Digit;
        let Some((last, last_at)) = before.replace((now, at)) else { continue };
        // HTTPServer: the border lies before the S, which only the e tells.
        let border = match (last, now) {
            (Kind::Upper, Kind::Lower) => last_at,
            _ if last == now => continue,
            _ => at,
        };
        if border > start {
            part(&run[start..border], word, give);
            parts += 1;
            start = border;
        }
    }
    part(&run[start..], word, give);
    if parts == 1 || (parts > 1 && digits) {
        lower(run, word, give);
    }
}

/// One part between borders. A single ASCII letter or digit says nothing by itself.
fn part(part: &str, word: &mut String, give: &mut impl FnMut(&str)) {
    if part.chars().next().map(kind) == Some(Kind::Dense) {
        let mut characters = part.char_indices().map(|(at, character)| (at, at + character.len_utf8()));
        let Some((mut start, end)) = characters.next() else { return };
        let mut alone = true;
        for (next, end) in characters {
            give(&part[start..end]);
            (start, alone) = (next, false);
        }
        if alone {
            give(&part[start..end]);
        }
    } else if part.len() > 1 {
        lower(part, word, give);
    }
}

fn lower(text: &str, word: &mut String, give: &mut impl FnMut(&str)) {
    word.clear();
    if text.is_ascii() {
        word.push_str(text);
        word.make_ascii_lowercase();
    } else {
        word.extend(text.chars().flat_map(char::to_lowercase));
    }
    give(word);
}

/// The stems of a text in order, those of fillers left out: what is compared with a tool.
#[must_use]
pub fn stems(text: &str) -> Vec<String> {
    let mut stems = Vec::new();
    for_each_word(text, |word| {
        if !is_filler(word) {
            stems.push(stem(word).to_owned());
        }
    });
    stems
}

/// Words of a question that say nothing about the tool it asks for, in lower case.
#[must_use]
pub fn is_filler(word: &str) -> bool {
    FILLERS.binary_search(&word).is_ok()
}

/// Whether a word, in lower case, may begin a question about how things are.
#[must_use]
pub fn opens_question(word: &str) -> bool {
    const WORDS: [&str; 17] = [
        "are", "did", "do", "does", "had", "has", "how", "is", "was", "were", "what", "when", "where", "which", "who",
        "whose", "why",
    ];
    WORDS.contains(&word)
}

pub(crate) const FILLERS: [&str; 61] = [
    "about", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "been", "by", "can", "could", "did",
    "do", "does", "for", "from", "have", "how", "if", "in", "into", "is", "it", "its", "let", "like", "me", "my",
    "need", "of", "on", "or", "our", "please", "some", "that", "the", "their", "them", "then", "there", "these",
    "this", "those", "to", "us", "want", "was", "we", "were", "what", "which", "will", "with", "would", "you", "your",
];

/// Words of asking: they say little about the tool, whatever is asked for.
pub(crate) const WEAK: [&str; 22] = [
    "assist",
    "assistance",
    "available",
    "current",
    "details",
    "find",
    "give",
    "help",
    "information",
    "interested",
    "know",
    "latest",
    "look",
    "make",
    "new",
    "provide",
    "show",
    "specific",
    "suggest",
    "tell",
    "various",
    "way",
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<String> {
        let mut words = Vec::new();
        for_each_word(text, |word| words.push(word.to_owned()));
        words
    }

    #[test]
    fn identifiers_are_read_as_words() {
        for (text, expected) in [
            ("listPods list_pods list-pods LIST.pods", "list pods listpods list pods list pods list pods"),
            ("createPullRequest", "create pull request"),
            ("HTTPServer GitHub", "http server httpserver git hub github"),
            ("k8s s3 oauth2 sha256sum", "k8s s3 oauth oauth2 sha 256 sum sha256sum"),
            ("what's a URL?", "what url"),
            ("ÉtatMajor straße", "état major étatmajor straße"),
            ("容器日志 和 x", "容器 器日 日志 和"),
            ("", ""),
            ("__--  !", ""),
        ] {
            assert_eq!(words(text).join(" "), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in any::<String>()) {
            for word in words(&text) {
                prop_assert!(!word.is_empty());
            }
        }

        #[test]
        fn keys_are_those_of_the_words(text in "[ -~]{0,80}|[a-zA-Zé0-9 ]{0,60}|([A-Z]?[a-z]{1,20}[ .]{0,2}){0,9}") {
            let mut keys = Vec::new();
            for_each_key(&text, |_, key| keys.push(key));
            prop_assert_eq!(keys, words(&text).iter().map(|word| key_of(word)).collect::<Vec<_>>());
        }

        /// Text of other characters is read character by character.
        #[test]
        fn plain_text_is_read_alike(text in "[ -~]{0,60}|([A-Za-z]{1,3}[a-z0-9]{0,3}[ _.-]{0,2}){0,9}") {
            let mut expected = words(&format!("{text} é"));
            prop_assert_eq!(expected.pop(), Some("é".to_owned()));
            prop_assert_eq!(words(&text), expected);
        }

        #[test]
        fn snake_and_camel_agree(parts in proptest::collection::vec("[a-z]{2,6}", 3..5)) {
            let camel: String = parts.iter().map(|part| part[..1].to_uppercase() + &part[1..]).collect();
            prop_assert_eq!(words(&camel), words(&parts.join("_")));
            prop_assert_eq!(words(&parts.join("-")), parts);
        }
    }

    #[test]
    fn stems_are_of_the_words_that_count() {
        assert_eq!(stems("Which containers are running?"), ["container", "run"]);
    }

    #[test]
    fn fillers_are_in_order() {
        for filler in ["about", "can", "please", "your"] {
            assert!(is_filler(filler));
        }
        assert!(!is_filler("container"));
    }
}
