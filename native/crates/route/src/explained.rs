//! How much of a request a tool and its arguments explain.

use crate::background::RARE;
use crate::fill::Filling;
use crate::fit::Words;
use crate::kinship::Near;
use crate::spans::{Kind, Span};

/// How many numbers tell it.
pub(crate) const EXPLAINED: usize = 4;

/// How much of a request is explained, 0 to 1: a word by how near it is to what is said of the tool, or by how sure the
/// argument is that it stands in; the same where an argument counts only if its words have a form of their own, for any
/// words may be the value of a text; the most that the first leaves of one word; and whether a part of the request as it
/// stands is a value, whose words explain nothing.
pub(crate) fn explained(words: &Words<'_>, near: &[Near], typed: &[Span], filling: &Filling) -> [f64; EXPLAINED] {
    let formed = |at: usize| {
        let form = |span: &&Span| span.is_typed() || span.kind == Kind::Name;
        typed.iter().filter(form).any(|span| span.start <= at && at < span.end)
    };
    let (mut all, mut loosely, mut strictly, mut left) = (0.0, 0.0, 0.0, 0.0_f64);
    for (token, near) in words.tokens.iter().zip(near).filter(|(token, _)| !token.asking) {
        let sure = filling.sure_at(token.start);
        let loose = near.any.max(sure.unwrap_or(0.0));
        all += token.weight;
        loosely += token.weight * loose;
        strictly += token.weight * if sure.is_some() && formed(token.start) { 1.0 } else { near.any };
        left = left.max(token.weight * (1.0 - loose));
    }
    let part = |of: f64| if all > 0.0 { of / all } else { 0.0 };
    [part(loosely), part(strictly), left / RARE, if filling.clause { 1.0 } else { 0.0 }]
}
