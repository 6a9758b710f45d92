//! Light stemming of English words: plurals, and the endings that turn a verb into another word.
//!
//! Plurals follow Harman, *How Effective Is Suffixing?* (JASIS 42, 1991). The aim is that the words of one family meet
//! (`create`, `creates`, `creating`, `created`, `creation`), not that stems are words.

/// The stem of a word in lower case, a part of its beginning. Words that are not plain ASCII letters are their own stem.
#[must_use]
pub fn stem(word: &str) -> &str {
    // No ending that is taken away ends in another letter.
    let may_end = matches!(word.as_bytes(), [_, _, _, .., b'd' | b'e' | b'g' | b'i' | b'n' | b's' | b't' | b'y']);
    if !may_end || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return word;
    }
    let singular = singular(word);
    let stem = verb(singular);
    // policy and policies, query and queried, deploy and deployed
    let stem =
        if stem.len() > 3 { stem.strip_suffix(|last| matches!(last, 'e' | 'y' | 'i')).unwrap_or(stem) } else { stem };
    if stem.len() < 3 { singular } else { stem }
}

fn singular(word: &str) -> &str {
    let Some(stem) = word.strip_suffix('s') else { return word };
    let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| stem.ends_with(suffix));
    if ends(&["s", "u", "i"]) {
        // class, status, analysis
        word
    } else if stem.len() > 3 && ends(&["sse", "xe", "che", "she", "zze"]) {
        &stem[..stem.len() - 1]
    } else if let Some(stem) = stem.strip_suffix("ie").filter(|stem| stem.len() > 2) {
        // policies: the i stands for the y
        &word[..=stem.len()]
    } else {
        stem
    }
}

fn verb(word: &str) -> &str {
    let cut = |suffix: &str, least: usize| {
        word.strip_suffix(suffix)
            .filter(|stem| stem.len() >= least && stem.bytes().any(|byte| b"aeiouy".contains(&byte)))
    };
    let inflected = |stem| {
        let stem = undouble(stem);
        stem.strip_suffix("at").filter(|stem| stem.len() >= 5).unwrap_or(stem)
    };
    match word.as_bytes().last() {
        Some(b'g') => cut("ing", 3).map(inflected),
        Some(b'd') => cut("ed", 3).map(inflected),
        Some(b'e') => cut("ate", 5),
        Some(b't') => cut("ment", 4),
        Some(b'n') => cut("ation", 5).or_else(|| cut("ion", 5).filter(|stem| stem.ends_with(['s', 't']))),
        _ => None,
    }
    .unwrap_or(word)
}

/// runn(ing) is run; pull(ing), pass(ing) stay.
fn undouble(stem: &str) -> &str {
    match stem.as_bytes() {
        [.., a, b] if a == b && !b"aeioulsz".contains(b) => &stem[..stem.len() - 1],
        _ => stem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn families_meet() {
        for family in [
            "create creates creating created creation",
            "delete deletes deleting deleted deletion",
            "list lists listing listed",
            "query queries querying queried",
            "policy policies",
            "deploy deploys deploying deployed deployment deployments",
            "validate validates validating validated validation",
            "configure configures configuring configured configuration configurations",
            "run runs running",
            "pull pulls pulling pulled",
            "box boxes",
            "axe axes",
            "branch branches branching branched",
            "class classes",
            "execute executes executing execution",
            "commit commits committing committed",
            "image images imaging",
            "merge merges merging merged",
        ] {
            let mut stems: Vec<_> = family.split(' ').map(stem).collect();
            stems.dedup();
            assert_eq!(stems.len(), 1, "{family}: {stems:?}");
        }
    }

    #[test]
    fn strangers_do_not() {
        for (one, other) in [
            ("status", "state"),
            ("port", "portion"),
            ("string", "str"),
            ("red", "ring"),
            ("session", "see"),
            ("news", "newest"),
        ] {
            assert_ne!(stem(one), stem(other));
        }
    }

    proptest! {
        #[test]
        fn a_stem_begins_its_word(word in any::<String>()) {
            prop_assert!(word.starts_with(stem(&word)));
        }

        #[test]
        fn only_plain_words_have_endings(word in "[a-z]{0,4}[A-Z0-9é_][a-z]{0,4}(s|ed|ing|ation|ate|ment|ion|ies)") {
            prop_assert_eq!(stem(&word), &word);
        }

        /// Whatever the last letter may tell.
        #[test]
        fn endings_are_those_that_a_word_has(word in "[a-z]{1,7}(|ing|ed|ation|ate|ment|ion|tion|sion)") {
            let cut = |suffix: &str, least: usize| {
                word.strip_suffix(suffix)
                    .filter(|stem| stem.len() >= least && stem.bytes().any(|byte| b"aeiouy".contains(&byte)))
            };
            let inflected = cut("ing", 3).or_else(|| cut("ed", 3)).map(undouble);
            let expected = inflected
                .map(|stem| stem.strip_suffix("at").filter(|stem| stem.len() >= 5).unwrap_or(stem))
                .or_else(|| cut("ation", 5).or_else(|| cut("ate", 5)).or_else(|| cut("ment", 4)))
                .or_else(|| cut("ion", 5).filter(|stem| stem.ends_with(['s', 't'])));
            prop_assert_eq!(verb(&word), expected.unwrap_or(&word));
        }

        #[test]
        fn a_stem_keeps_three_letters(word in "[a-z]{3,12}") {
            prop_assert!(stem(&word).len() >= 3);
        }
    }
}
