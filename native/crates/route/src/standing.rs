//! What a span is among those of its kind, and a parameter among those of its type.

use crate::parameter::{Parameter, Type};
use crate::spans::{Kind, Span};

/// The place of a span and of a parameter.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Standing {
    /// How far the place of one is from that of the other, 0 to 1.
    pub(crate) order: f64,
    /// Whether neither has a rival.
    pub(crate) only: bool,
    /// How many parameters there are of the type, how many of them are required, and how many come before.
    pub(crate) peers: usize,
    pub(crate) needed: usize,
    pub(crate) ahead: usize,
}

/// The place of a span among `candidates` for the parameter at a place.
pub(crate) fn standing(parameters: &[Parameter], at: usize, candidates: &[Span], span: &Span) -> Standing {
    let numeric = is_numeric(&parameters[at]);
    let alike = |other: &&Span| {
        if numeric {
            matches!(other.kind, Kind::Number { .. })
        } else {
            std::mem::discriminant(&other.kind) == std::mem::discriminant(&span.kind)
        }
    };
    let rivals = candidates.iter().filter(alike).count();
    let before = candidates.iter().filter(alike).filter(|other| other.start < span.start).count();
    let like =
        |other: &&Parameter| is_numeric(other) == numeric && *other.item() != Type::Truth && other.values.is_empty();
    let peers = parameters.iter().filter(like).count();
    let ahead = parameters[..at].iter().filter(like).count();
    let part = |before: usize, all: usize| if all > 1 { before as f64 / (all - 1) as f64 } else { 0.5 };
    let needed = parameters.iter().filter(like).filter(|parameter| parameter.required).count();
    Standing {
        order: (part(before, rivals) - part(ahead, peers)).abs(),
        only: rivals == 1 && (peers == 1 || needed == 1 && parameters[at].required),
        peers,
        needed,
        ahead,
    }
}

/// The stems of the names of the other parameters.
pub(crate) fn names_beside(parameters: &[Parameter], at: usize) -> Vec<String> {
    let others = parameters.iter().enumerate().filter(|(other, _)| *other != at);
    let mut stems: Vec<String> = others.flat_map(|(_, parameter)| parameter.words.iter().cloned()).collect();
    stems.sort_unstable();
    stems.dedup();
    stems
}

/// Whether numbers are taken.
pub(crate) fn is_numeric(parameter: &Parameter) -> bool {
    matches!(parameter.item(), Type::Whole | Type::Number)
}
