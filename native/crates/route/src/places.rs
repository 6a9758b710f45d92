//! What stands around each place of a sentence, for spans that begin or end there.

use crate::roles::Preposition;
use crate::text::{Text, Token};
use crate::words::listed;

/// Words and marks between the name of a thing and the value that names it: "the pod called web", `branch: main`.
const BETWEEN: &str = " on at in from by for the a an my our its this is are as of to be named called titled entitled with id name : = \" ' ` \u{201c} \u{2018} ( [ ";
/// Marks that join the items of a row.
const JOINS: &str = " , and or & ; ";
/// Marks around an item.
const AROUND: &str = " \" ' ` \u{201c} \u{201d} \u{2018} \u{2019} [ ] ( ) ";

/// The groups of prepositions, in the order of their flags.
const GROUPS: [&str; GROUPS_OF_PREPOSITIONS] = [
    " of ",
    " in at near within around ",
    " on about over regarding ",
    " for ",
    " from since after between ",
    " to into onto until till through before ",
    " with using by via per named ",
];
/// How many groups there are.
pub(crate) const GROUPS_OF_PREPOSITIONS: usize = 7;

/// A place between two tokens, named by the one after it.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The preposition that governs what begins here, and its group.
    pub(crate) governor: Preposition,
    pub(crate) group: Option<usize>,
    /// The token before it with nothing but small words and marks between, when it tells something.
    pub(crate) before: Option<usize>,
    /// The word after it, with no more than one mark between.
    pub(crate) after: Option<usize>,
    /// Whether what ends (begins) here stands before (behind) another item of a row: "a, b and c".
    pub(crate) joins_next: bool,
    pub(crate) joins_last: bool,
    /// What stands before it is the name of what begins here: "is", "called", ":"; the token that it names.
    pub(crate) names: Option<usize>,
}

/// The places of a sentence.
#[derive(Debug)]
pub(crate) struct Places {
    at: Vec<Place>,
    /// The first and last word, and the last that is of no closed class.
    first_word: usize,
    last_word: Option<usize>,
    last_content: Option<usize>,
}

impl Places {
    pub(crate) fn of(text: &Text<'_>) -> Self {
        let tokens = &text.tokens;
        Self {
            at: (0..=tokens.len()).map(|at| place(text, at)).collect(),
            first_word: tokens.iter().position(|token| token.word).unwrap_or(tokens.len()),
            last_word: tokens.iter().rposition(|token| token.word),
            last_content: tokens.iter().rposition(Token::is_content),
        }
    }

    pub(crate) fn at(&self, at: usize) -> &Place {
        &self.at[at]
    }

    /// Whether no word stands before a token.
    pub(crate) fn begins(&self, from: usize) -> bool {
        self.first_word >= from
    }

    /// Whether no word stands from a token on.
    pub(crate) fn ends(&self, to: usize) -> bool {
        self.last_word.is_none_or(|last| last < to)
    }

    /// Whether no word that tells something stands from a token on.
    pub(crate) fn is_last(&self, to: usize) -> bool {
        self.last_content.is_none_or(|last| last < to)
    }
}

fn place(text: &Text<'_>, at: usize) -> Place {
    let tokens = &text.tokens;
    let governor = governor(text, at);
    let around = |token: usize| listed(AROUND, &tokens[token].lower);
    let join = |token: Option<usize>| token.is_some_and(|token| listed(JOINS, &tokens[token].lower));
    let between = |token: &usize| listed(BETWEEN, &tokens[*token].lower);
    let next = at..tokens.len().min(at + 3);
    let last = at.saturating_sub(3)..at;
    let mut before = (at.saturating_sub(5)..at).rev();
    Place {
        governor: Preposition::of(governor),
        group: GROUPS.iter().position(|group| listed(group, governor)),
        before: before.find(|token| !between(token)).filter(|token| tokens[*token].word),
        after: next.clone().take(2).find(|token| !around(*token)).filter(|token| tokens[*token].word),
        joins_next: join(next.into_iter().find(|token| !around(*token))),
        joins_last: join(last.rev().find(|token| !around(*token))),
        names: at.checked_sub(1).and_then(|prior| {
            let cue = matches!(
                tokens[prior].lower.as_str(),
                "is" | "of" | ":" | "=" | "as" | "are" | "\"" | "'" | "named" | "called"
            );
            if cue { prior.checked_sub(1) } else { Some(prior) }
        }),
    }
}

/// The token of the preposition that governs what begins at a token: the nearest before it, with no mark and no more than
/// three words between.
fn governor<'a>(text: &'a Text<'_>, from: usize) -> &'a str {
    let mut at = from;
    let mut steps = 0;
    while at > 0 && steps < 4 {
        at -= 1;
        let token = &text.tokens[at];
        if !token.word {
            if matches!(token.lower.as_str(), "\"" | "'" | "`" | "\u{201c}" | "\u{2018}" | "$" | "(") {
                continue;
            }
            return "";
        }
        let lower = token.lower.as_str();
        if lower == "and" {
            // "between X and Y"
            let between = text.tokens[at.saturating_sub(8)..at].iter().any(|token| token.is("between"));
            return if between { "to" } else { "" };
        }
        if matches!(lower, "named" | "called" | "titled" | "entitled") {
            return "named";
        }
        if token.preposition {
            return lower;
        }
        steps += 1;
    }
    ""
}
