//! Parts of a sentence that may be a value as they stand: what is to be searched, said, drawn or remembered.

use crate::spans::{Kind, Span};
use crate::text::Text;
use crate::tool::Tool;
use crate::words::{is_asking, is_preposition, listed};

/// The most tokens of a clause.
const LONGEST: usize = 64;
/// The most clauses of a text.
const MOST: usize = 96;
/// Words that a clause stands behind, beside prepositions and words of the tool.
const OPENING: &str = " to that me us if whether saying says a an the my list called named titled please ";

/// The clauses of a text for one tool: they begin a sentence, or stand behind a preposition, a mark or a word of the
/// tool, and reach to the end of the sentence, to a comma, or to one of its last prepositions.
pub(crate) fn clauses(tool: &Tool, text: &Text<'_>) -> Vec<Span> {
    let tokens = &text.tokens;
    let mut found: Vec<Span> = Vec::new();
    let mut push = |from: usize, to: usize| {
        if to - from > LONGEST || found.len() == MOST {
            return;
        }
        if tokens[from..to].iter().filter(|token| token.word).count() > 1 {
            let span = Span { start: tokens[from].start, end: tokens[to - 1].end, from, to, kind: Kind::Clause };
            if !found.iter().any(|other| (other.from, other.to) == (span.from, span.to)) {
                found.push(span);
            }
        }
    };
    let stops = |at: usize| matches!(tokens[at].lower.as_str(), "." | "!" | "?" | ";");
    let mut from = 0;
    let mut last = tokens.len();
    while last > 0 && stops(last - 1) {
        last -= 1;
    }
    push(0, last);
    while from < last {
        let to = (from..last).find(|at| stops(*at) && tokens.get(at + 1).is_none_or(|next| next.first)).unwrap_or(last);
        let opens = |at: usize| {
            let before = &tokens[at - 1];
            let own = || is_asking(&before.lower) || before.stems.iter().any(|stem| tool.says(stem));
            !before.word || is_preposition(&before.lower) || listed(OPENING, &before.lower) || own()
        };
        let word = |at: usize| tokens[at].word;
        for begin in (from..to).filter(|at| word(*at) && (*at == from || opens(*at))) {
            push(begin, to);
            let comma = (begin..to).find(|at| tokens[*at].is(",") || tokens[*at].is("("));
            if let Some(comma) = comma {
                push(begin, comma);
            }
            let closes = |at: &usize| is_preposition(&tokens[*at].lower) || tokens[*at].is("to");
            for end in (begin + 2..to).rev().filter(closes).take(2) {
                push(begin, end);
            }
        }
        from = to + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tool::Definition;

    #[test]
    fn what_is_to_be_searched_is_a_clause() {
        let definition = Definition { name: "search".into(), ..Definition::default() };
        let tool = Tool::read("web", &definition);
        let sentence = "Please search for boots for wide feet. Thank you!";
        let text = Text::read(sentence);
        let found: Vec<&str> = clauses(&tool, &text).iter().map(|span| &sentence[span.start..span.end]).collect();
        for clause in ["boots for wide feet", "Please search for boots for wide feet", "search for boots"] {
            assert!(found.contains(&clause), "{found:?}");
        }
        assert!(clauses(&tool, &Text::read("")).is_empty());
    }
}
