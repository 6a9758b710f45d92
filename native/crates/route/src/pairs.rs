//! Which spans may be which parameters, and how likely that is.

use crate::candidates::{candidates, named_values};
use crate::clauses::clauses;
use crate::coerce;
use crate::evidence::{Outline, evidence};
use crate::kinship::{Kin, of_span};
use crate::model;
use crate::parameter::{Parameter, Type};
use crate::sight::Sight;
use crate::spans::Span;
use crate::standing::{Peers, Rank, Ranks, Standing};
use crate::work::step;
use serde_json::Value;

/// A possible pair.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    /// How near the span's words are to the parameter's.
    pub(crate) kinship: f64,
    pub(crate) parameter: usize,
    pub(crate) span: Span,
    pub(crate) value: Value,
    pub(crate) chance: f64,
}

/// A span with what every parameter asks of it.
struct Seen<'a> {
    outline: Outline<'a>,
    rank: Rank,
    /// How near it is to each parameter.
    kin: Vec<Kin>,
}

/// Every pair of a parameter and a span whose types meet, with the chance that it is right.
pub(crate) fn pairs(sight: &Sight<'_>, parameters: &[Parameter], typed: &[Span]) -> Vec<Pair> {
    let candidates = candidates(sight, typed);
    let prose = |parameter: &Parameter| parameter.sense.prose && parameter.kind == Type::Text;
    let clauses = if parameters.iter().any(prose) { clauses(sight) } else { Vec::new() };
    let ranks = Ranks::of(&candidates);
    let seen = |span| {
        let meant = of_span(sight.text, span);
        let outline = Outline::of(sight, span, meant.as_ref());
        Seen { outline, rank: ranks.rank(span), kin: Kin::of(parameters, meant.as_ref()) }
    };
    let plain: Vec<Seen<'_>> = candidates.iter().map(seen).collect();
    let whole: Vec<Seen<'_>> = clauses.iter().map(seen).collect();
    let peers = Peers::of(parameters);
    let mut pairs = Vec::new();
    for (at, parameter) in parameters.iter().enumerate() {
        if *parameter.item() == Type::Truth {
            continue;
        }
        let echo = &sight.echoes[at];
        if !parameter.values.is_empty() {
            for (span, value, quality) in named_values(parameter, sight.text, typed) {
                let outline = Outline::of(sight, &span, None);
                let evidence = evidence(sight, parameter, echo, &outline, &Standing::default(), Kin::default());
                let chance = model::value_chance(&evidence, quality);
                pairs.push(Pair { kinship: 0.0, parameter: at, span, value, chance });
            }
            continue;
        }
        let clauses = whole.iter().filter(|_| prose(parameter));
        for seen in plain.iter().chain(clauses) {
            step();
            let span = seen.outline.span;
            let Some(value) = coerce::value(parameter, span, sight.text) else { continue };
            let standing = Standing::of(&seen.rank, &peers[at]);
            let evidence = evidence(sight, parameter, echo, &seen.outline, &standing, seen.kin[at]);
            let chance = model::argument_chance(&evidence, peers[at].numeric);
            pairs.push(Pair { kinship: seen.kin[at].fits(), parameter: at, span: span.clone(), value, chance });
        }
    }
    pairs
}
