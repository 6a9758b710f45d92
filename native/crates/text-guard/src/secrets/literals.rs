//! The few letters that every secret we know has in it or before it.

use super::issuers::ISSUERS;
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
    /// The beginning of a token in the table of issuers, by its place there.
    Issuer(usize),
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
const LITERALS: [(&str, Clue); 80] = [
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
    ("rivate_key", Clue::Name),
    ("rivateKey", Clue::Name),
    ("RIVATE_KEY", Clue::Name),
    ("rivate-key", Clue::Name),
    ("igning_key", Clue::Name),
    ("igningKey", Clue::Name),
    ("IGNING_KEY", Clue::Name),
    ("ryption_key", Clue::Name),
    ("ryptionKey", Clue::Name),
    ("RYPTION_KEY", Clue::Name),
    ("aster_key", Clue::Name),
    ("asterKey", Clue::Name),
    ("ASTER_KEY", Clue::Name),
    ("redential", Clue::Name),
    ("REDENTIAL", Clue::Name),
    ("ccountKey", Clue::Name),
    ("ccount_key", Clue::Name),
    ("CCOUNT_KEY", Clue::Name),
    ("uth_key", Clue::Name),
    ("uthKey", Clue::Name),
    ("UTH_KEY", Clue::Name),
    ("ccessKey", Clue::Name),
    ("ccess-key", Clue::Name),
    ("igning-key", Clue::Name),
    ("ryption-key", Clue::Name),
    ("aster-key", Clue::Name),
    ("ccount-key", Clue::Name),
    ("uth-key", Clue::Name),
    ("CCESSKEY", Clue::Name),
];

/// How many literals one search takes: with more of them the vector search does not build.
const TOGETHER: usize = 48;

/// One vector search, and what its literals are clues of.
struct Search {
    /// Missing on processors without vector instructions that it knows.
    searcher: Option<Searcher>,
    literals: Vec<(&'static str, Clue)>,
}

static SEARCHES: LazyLock<Vec<Search>> = LazyLock::new(|| {
    let issuers = ISSUERS.iter().enumerate().map(|(at, issuer)| (issuer.prefix, Clue::Issuer(at)));
    let all: Vec<(&'static str, Clue)> = LITERALS.into_iter().chain(issuers).collect();
    all.chunks(TOGETHER)
        .map(|literals| {
            let texts = literals.iter().map(|(literal, _)| literal);
            let searcher = Config::new().match_kind(MatchKind::LeftmostFirst).builder().extend(texts).build();
            Search { searcher, literals: literals.to_vec() }
        })
        .collect()
});

impl Search {
    fn next(&self, bytes: &[u8], from: usize) -> Option<(usize, Clue)> {
        let Some(searcher) = &self.searcher else { return self.next_slowly(bytes, from) };
        let found = searcher.find(bytes.get(from..)?)?;
        self.literals.get(found.pattern().as_usize()).map(|(_, clue)| (from + found.start(), *clue))
    }

    fn next_slowly(&self, bytes: &[u8], from: usize) -> Option<(usize, Clue)> {
        (from..bytes.len()).find_map(|at| {
            let rest = bytes.get(at..)?;
            let (_, clue) = self.literals.iter().find(|(literal, _)| rest.starts_with(literal.as_bytes()))?;
            Some((at, *clue))
        })
    }
}

/// The clues of a text, in order. What a search found is kept until it is passed, so each search goes over the text once.
pub(crate) struct Clues<'a> {
    bytes: &'a [u8],
    /// By search: from where on it is asked, and what it found there; nothing once it came to the end.
    ahead: Vec<Ahead>,
}

#[derive(Clone, Copy)]
enum Ahead {
    Unknown,
    At(usize, Clue),
    End,
}

impl<'a> Clues<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, ahead: vec![Ahead::Unknown; SEARCHES.len()] }
    }

    /// The next literal at or after an offset, and where it begins. Offsets must not go back. Of several at one place
    /// the first in the table comes.
    pub(crate) fn next(&mut self, from: usize) -> Option<(Clue, usize)> {
        let mut best: Option<(usize, Clue)> = None;
        for (search, ahead) in SEARCHES.iter().zip(&mut self.ahead) {
            match *ahead {
                Ahead::At(at, _) if at >= from => {}
                Ahead::End => {}
                _ => *ahead = search.next(self.bytes, from).map_or(Ahead::End, |(at, clue)| Ahead::At(at, clue)),
            }
            if let Ahead::At(at, clue) = *ahead
                && best.is_none_or(|(first, _)| at < first)
            {
                best = Some((at, clue));
            }
        }
        best.map(|(at, clue)| (clue, at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_vector_search_takes_all_literals() {
        if cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) {
            assert!(SEARCHES.iter().all(|search| search.searcher.is_some()));
        }
    }

    fn literal() -> impl Strategy<Value = String> {
        let all = SEARCHES.iter().flat_map(|search| &search.literals).map(|(literal, _)| (*literal).to_owned());
        proptest::sample::select(all.collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn both_searches_agree(parts in proptest::collection::vec(prop_oneof![literal(), "[a-zA-Z_ -]{0,9}"], 0..12), from in 0_usize..20) {
            let text = parts.concat();
            for search in SEARCHES.iter() {
                prop_assert_eq!(search.next(text.as_bytes(), from), search.next_slowly(text.as_bytes(), from));
            }
        }

        #[test]
        fn clues_come_in_order_and_none_is_left_out(parts in proptest::collection::vec(prop_oneof![literal(), "[a-zA-Z_ -]{0,9}"], 0..12)) {
            let text = parts.concat();
            let mut clues = Clues::new(text.as_bytes());
            let mut at = 0;
            loop {
                let first = SEARCHES.iter().filter_map(|search| search.next_slowly(text.as_bytes(), at)).map(|(place, _)| place).min();
                let next = clues.next(at);
                prop_assert_eq!(next.map(|(_, place)| place), first);
                let Some((_, place)) = next else { break };
                at = place + 1;
            }
        }
    }
}
