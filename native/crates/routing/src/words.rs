//! Text and identifiers as words: how the index reads, for those who must read alike.

pub use crate::stem::stem;

/// Gives every word of a text, in lower case. `listPods`, `list_pods` and `list-pods` are `list` and `pods`. What is
/// written together of two parts or with digits is also one word: `GitHub` is `git`, `hub` and `github`, `k8s` is
/// `k8s`. Scripts without spaces give pairs of neighbouring characters.
pub fn for_each_word(text: &str, mut give: impl FnMut(&str)) {
    let mut word = String::new();
    if text.is_ascii() {
        let mut at = 0;
        while at < text.len() {
            let (mut seen, start) = (NONE, at);
            for byte in &text.as_bytes()[at..] {
                let kind = KINDS[usize::from(byte & 0x7f)];
                if kind == NONE {
                    break;
                }
                seen |= kind;
                at += 1;
            }
            let run = &text[start..at];
            // Most words of most texts, and names.
            match seen {
                LOWER | DIGIT if run.len() > 1 => give(run),
                CAPITAL if run.len() > 1 => lower(run, &mut word, &mut give),
                NONE | LOWER | CAPITAL | DIGIT => {}
                _ => run_of_letters(run, &mut word, &mut give),
            }
            at += 1;
        }
        return;
    }
    let mut rest = text;
    while let Some(start) = rest.find(char::is_alphanumeric) {
        let run = &rest[start..];
        let end = run.find(|character: char| !character.is_alphanumeric()).unwrap_or(run.len());
        run_of_letters(&run[..end], &mut word, &mut give);
        rest = &run[end..];
    }
}

/// What ASCII characters are, as bits.
const NONE: u8 = 0;
const LOWER: u8 = 1;
const CAPITAL: u8 = 2;
const DIGIT: u8 = 4;

static KINDS: [u8; 128] = {
    let mut kinds = [NONE; 128];
    let mut byte = 0;
    while byte < 128 {
        kinds[byte as usize] = match byte {
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => CAPITAL,
            b'0'..=b'9' => DIGIT,
            _ => NONE,
        };
        byte += 1;
    }
    kinds
};

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
