//! What a span is among those of its kind, and a parameter among those of its type.

use crate::parameter::{Parameter, Type};
use crate::spans::{Kind, Span};
use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};

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

impl Standing {
    /// Of a span that stands so among the candidates.
    pub(crate) fn of(rank: &Rank, peers: &Peers) -> Self {
        let (rivals, before) = if peers.numeric { rank.numbers } else { rank.kind };
        let part = |before: usize, all: usize| if all > 1 { before as f64 / (all - 1) as f64 } else { 0.5 };
        Self {
            order: (part(before, rivals) - part(peers.ahead, peers.all)).abs(),
            only: rivals == 1 && (peers.all == 1 || peers.needed == 1 && peers.required),
            peers: peers.all,
            needed: peers.needed,
            ahead: peers.ahead,
        }
    }
}

/// A parameter among those of its type.
pub(crate) struct Peers {
    pub(crate) numeric: bool,
    required: bool,
    all: usize,
    needed: usize,
    ahead: usize,
}

impl Peers {
    /// One for each parameter.
    pub(crate) fn of(parameters: &[Parameter]) -> Vec<Self> {
        let counts = |parameter: &Parameter| *parameter.item() != Type::Truth && parameter.values.is_empty();
        let count = |numeric: bool, needed: bool| {
            let like = parameters.iter().filter(|parameter| counts(parameter) && is_numeric(parameter) == numeric);
            like.filter(|parameter| parameter.required || !needed).count()
        };
        let all = [false, true].map(|numeric| (count(numeric, false), count(numeric, true)));
        let mut ahead = [0; 2];
        let peers = parameters.iter().map(|parameter| {
            let numeric = is_numeric(parameter);
            let (all, needed) = all[usize::from(numeric)];
            let peers = Self { numeric, required: parameter.required, all, needed, ahead: ahead[usize::from(numeric)] };
            ahead[usize::from(numeric)] += usize::from(counts(parameter));
            peers
        });
        peers.collect()
    }
}

/// A span among the candidates of its kind, and among the numbers: how many there are, and how many stand before it.
#[derive(Default)]
pub(crate) struct Rank {
    kind: (usize, usize),
    numbers: (usize, usize),
}

/// Where the candidates of each kind begin, in order.
pub(crate) struct Ranks {
    starts: HashMap<Discriminant<Kind>, Vec<usize>>,
}

impl Ranks {
    pub(crate) fn of(candidates: &[Span]) -> Self {
        let mut starts: HashMap<Discriminant<Kind>, Vec<usize>> = HashMap::new();
        for span in candidates {
            starts.entry(discriminant(&span.kind)).or_default().push(span.start);
        }
        for starts in starts.values_mut() {
            starts.sort_unstable();
        }
        Self { starts }
    }

    pub(crate) fn rank(&self, span: &Span) -> Rank {
        let among = |kind: &Kind| {
            let starts = self.starts.get(&discriminant(kind)).map_or(&[][..], Vec::as_slice);
            (starts.len(), starts.partition_point(|start| *start < span.start))
        };
        let number = Kind::Number { value: 0.0, percent: false, money: false };
        Rank { kind: among(&span.kind), numbers: among(&number) }
    }
}

/// Whether numbers are taken.
pub(crate) fn is_numeric(parameter: &Parameter) -> bool {
    matches!(parameter.item(), Type::Whole | Type::Number)
}
