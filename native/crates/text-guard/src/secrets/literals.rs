//! The few letters that every secret we know has in it or before it.

use aho_corasick::packed::{Config, MatchKind, Searcher};
use std::sync::LazyLock;

/// What a literal may be a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clue {
    /// The beginning of a token.
    Token(Token),
    /// The beginning of a PEM frame.
    Frame,
    /// `://`
    Authority,
    /// A part of a name that secrets are assigned to.
    Name,
    /// A part of `Authorization`.
    Authorization,
    /// A part of `Bearer`, and the space after it.
    Bearer,
}

/// Issuers whose tokens have a beginning of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    Aws,
    Github,
    GithubFine,
    Slack,
    SlackApp,
    Jwt,
    Google,
    Stripe,
    Npm,
    Gitlab,
    Sk,
}

/// Literals of three bytes or more, the length that the vector search looks at. Those of names come in the spellings
/// that are in use: lower case, capitals, camel.
const LITERALS: [(&str, Clue); 51] = [
    ("AKIA", Clue::Token(Token::Aws)),
    ("ASIA", Clue::Token(Token::Aws)),
    ("ABIA", Clue::Token(Token::Aws)),
    ("ACCA", Clue::Token(Token::Aws)),
    ("ghp_", Clue::Token(Token::Github)),
    ("gho_", Clue::Token(Token::Github)),
    ("ghu_", Clue::Token(Token::Github)),
    ("ghs_", Clue::Token(Token::Github)),
    ("ghr_", Clue::Token(Token::Github)),
    ("github_pat_", Clue::Token(Token::GithubFine)),
    ("xox", Clue::Token(Token::Slack)),
    ("xapp-", Clue::Token(Token::SlackApp)),
    ("eyJ", Clue::Token(Token::Jwt)),
    ("AIza", Clue::Token(Token::Google)),
    ("sk_live_", Clue::Token(Token::Stripe)),
    ("rk_live_", Clue::Token(Token::Stripe)),
    ("npm_", Clue::Token(Token::Npm)),
    ("glpat-", Clue::Token(Token::Gitlab)),
    ("sk-", Clue::Token(Token::Sk)),
    ("-----BEGIN ", Clue::Frame),
    ("://", Clue::Authority),
    ("passw", Clue::Name),
    ("Passw", Clue::Name),
    ("PASSW", Clue::Name),
    ("passp", Clue::Name),
    ("Passp", Clue::Name),
    ("PASSP", Clue::Name),
    ("pwd", Clue::Name),
    ("Pwd", Clue::Name),
    ("PWD", Clue::Name),
    ("secret", Clue::Name),
    ("Secret", Clue::Name),
    ("SECRET", Clue::Name),
    ("pi_key", Clue::Name),
    ("PI_KEY", Clue::Name),
    ("pi-key", Clue::Name),
    ("pi-Key", Clue::Name),
    ("PI-Key", Clue::Name),
    ("pikey", Clue::Name),
    ("piKey", Clue::Name),
    ("PIKey", Clue::Name),
    ("PIKEY", Clue::Name),
    ("token", Clue::Name),
    ("Token", Clue::Name),
    ("TOKEN", Clue::Name),
    ("uthorization", Clue::Authorization),
    ("UTHORIZATION", Clue::Authorization),
    ("earer ", Clue::Bearer),
    ("EARER ", Clue::Bearer),
    ("ccess_key", Clue::Name),
    ("CCESS_KEY", Clue::Name),
];

/// Missing on processors without vector instructions that it knows.
static SEARCHER: LazyLock<Option<Searcher>> = LazyLock::new(|| {
    let literals = LITERALS.iter().map(|(literal, _)| literal);
    Config::new().match_kind(MatchKind::LeftmostFirst).builder().extend(literals).build()
});

/// The next literal at or after an offset, and where it begins.
pub(crate) fn next_clue(bytes: &[u8], from: usize) -> Option<(Clue, usize)> {
    let Some(searcher) = &*SEARCHER else { return next_clue_slowly(bytes, from) };
    let rest = bytes.get(from..)?;
    let found = searcher.find(rest)?;
    LITERALS.get(found.pattern().as_usize()).map(|(_, clue)| (*clue, from + found.start()))
}

fn next_clue_slowly(bytes: &[u8], from: usize) -> Option<(Clue, usize)> {
    (from..bytes.len()).find_map(|at| {
        let rest = bytes.get(at..)?;
        let (_, clue) = LITERALS.iter().find(|(literal, _)| rest.starts_with(literal.as_bytes()))?;
        Some((*clue, at))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_vector_search_takes_all_literals() {
        if cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) {
            assert!(SEARCHER.is_some());
        }
    }

    proptest! {
        #[test]
        fn both_searches_agree(parts in proptest::collection::vec(prop_oneof![
            proptest::sample::select(LITERALS.as_slice()).prop_map(|(literal, _)| literal.to_owned()), "[a-zA-Z_ -]{0,9}",
        ], 0..12), from in 0_usize..20) {
            let text = parts.concat();
            prop_assert_eq!(next_clue(text.as_bytes(), from), next_clue_slowly(text.as_bytes(), from));
        }
    }
}
