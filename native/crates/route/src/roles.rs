//! What a parameter's name says that it may be: where from, where to, by what; and what the prepositions ask for.

use crate::parameter::is_of;

/// What the prepositions say of what follows them.
const PREPOSITIONS: [(&str, &str); 16] = [
    ("from", " from source origin start begin departure depart since base first sender country location city initial "),
    ("to", " to target destination end arrival until recipient receiver goal final language email convert output "),
    (
        "in",
        " in location city country place region state area language year format currency unit field category jurisdiction industry month genre sector topic domain ",
    ),
    ("at", " at time location address rate price temperature venue hour position speed "),
    ("on", " on date day platform topic subject device "),
    ("by", " by author artist director creator user brand method amount factor sort percentage algorithm "),
    (
        "for",
        " for name person location duration purpose topic subject year customer country product keyword query length city ",
    ),
    ("about", " about topic subject keyword query term name question text "),
    ("with", " with method "),
    ("using", " using method algorithm tool technique model approach format "),
    ("of", " of name type subject title city country location amount topic "),
    ("between", " between start from begin first min minimum lower "),
    ("per", " per unit frequency interval "),
    ("until", " until end to deadline return dropoff checkout "),
    ("since", " since start from begin "),
    ("named", " name title label "),
];

const SOURCE: &str = " from source origin start begin departure since sender initial min minimum first ";
const TARGET: &str =
    " to target destination end arrival until recipient receiver final max maximum last dropoff return checkout ";
/// Names of parameters that take money.
const MONEY: &str =
    " price amount cost budget salary income principal value loan investment fee payment revenue balance ";

/// What the name of a parameter says of it.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // each is a sign of its own
pub(crate) struct Roles {
    /// A bit for each of the prepositions that ask for it.
    asked_by: u16,
    source: bool,
    target: bool,
    pub(crate) money: bool,
    /// It takes what is asked or searched for.
    pub(crate) question: bool,
}

impl Roles {
    /// Of a name's words.
    pub(crate) fn of(words: &[String]) -> Self {
        let asks = PREPOSITIONS.iter().enumerate().filter(|(_, (_, asked))| is_of(words, asked));
        Self {
            asked_by: asks.map(|(at, _)| 1 << at).sum(),
            source: is_of(words, SOURCE),
            target: is_of(words, TARGET),
            money: is_of(words, MONEY),
            question: is_of(words, " question query search input request "),
        }
    }

    /// Whether a preposition asks for it.
    pub(crate) fn is_asked(self, preposition: &Preposition) -> bool {
        preposition.at.is_some_and(|at| self.asked_by >> at & 1 == 1)
    }

    /// Whether another preposition is the one that asks for it: `from` before a value for a destination.
    pub(crate) fn is_countered(self, preposition: &Preposition) -> bool {
        preposition.source && self.target && !self.source || preposition.target && self.source && !self.target
    }
}

/// A preposition that governs what follows it, or none.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Preposition {
    pub(crate) none: bool,
    at: Option<usize>,
    source: bool,
    target: bool,
}

impl Preposition {
    /// Of a word, empty for none.
    pub(crate) fn of(word: &str) -> Self {
        Self {
            none: word.is_empty(),
            at: PREPOSITIONS.iter().position(|(name, _)| *name == word),
            source: matches!(word, "from" | "since" | "between"),
            target: matches!(word, "to" | "until" | "till" | "into"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prepositions_ask_for_what_a_name_says() {
        let roles = |name: &str| Roles::of(&[name.to_owned()]);
        let (from, to) = (Preposition::of("from"), Preposition::of("to"));
        assert!(roles("origin").is_asked(&from) && !roles("origin").is_countered(&from));
        assert!(roles("origin").is_countered(&to) && roles("destinations").is_countered(&from));
        assert!(roles("prices").money && roles("query").question && !roles("colour").is_asked(&to));
        assert!(Preposition::of("").none);
    }
}
