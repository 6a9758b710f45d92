//! Parts of a sentence that may be a value as they stand: what is to be searched, said, drawn or remembered.

use crate::sight::Sight;
use crate::spans::{Kind, Span};
use crate::text::Text;
use crate::words::listed;
use crate::work::step;
use std::collections::HashSet;

/// The most tokens of a clause.
const LONGEST: usize = 64;
/// The most clauses of a text.
const MOST: usize = 96;
/// Words that a clause stands behind, beside prepositions and words of the tool.
const OPENING: &str = " to that me us if whether saying says a an the my list called named titled please ";

/// The clauses of a text for one tool: they begin a sentence, or stand behind a preposition, a mark or a word of the
/// tool, and reach to the end of the sentence, to a comma, or to one of its last prepositions.
pub(crate) fn clauses(sight: &Sight<'_>) -> Vec<Span> {
    let tokens = &sight.text.tokens;
    let mut found =
        Found { text: sight.text, words: words_before(sight.text), spans: Vec::new(), seen: HashSet::new() };
    let stops = |at: usize| {
        step();
        matches!(tokens[at].lower.as_str(), "." | "!" | "?" | ";")
    };
    let last = (0..tokens.len()).rev().find(|at| !stops(*at)).map_or(0, |at| at + 1);
    found.push(0, last);
    let mut from = 0;
    while from < last && found.spans.len() < MOST {
        let to = (from..last).find(|at| stops(*at) && tokens.get(at + 1).is_none_or(|next| next.first)).unwrap_or(last);
        let opens = |at: usize| {
            let before = &tokens[at - 1];
            !before.word || before.preposition || listed(OPENING, &before.lower) || sight.own[at - 1]
        };
        let closing = (from..to).rev().inspect(|_| step()).filter(|at| tokens[*at].preposition || tokens[*at].is("to"));
        let closing: Vec<usize> = closing.take(2).collect();
        // The commas of a sentence are met in order, as the places where clauses begin are.
        let comma = |at: &usize| tokens[*at].is(",") || tokens[*at].is("(");
        let mut commas = (from..to).inspect(|_| step()).filter(comma).peekable();
        for begin in (from..to).filter(|at| tokens[*at].word && (*at == from || opens(*at))) {
            found.push(begin, to);
            while commas.next_if(|comma| *comma < begin).is_some() {}
            if let Some(comma) = commas.peek() {
                found.push(begin, *comma);
            }
            for end in closing.iter().filter(|end| begin + 2 <= **end) {
                found.push(begin, *end);
            }
            if found.spans.len() == MOST {
                break;
            }
        }
        from = to + 1;
    }
    found.spans
}

/// How many words stand before each token.
fn words_before(text: &Text<'_>) -> Vec<usize> {
    let mut words = 0;
    let mut before = vec![0];
    before.extend(text.tokens.iter().map(|token| {
        words += usize::from(token.word);
        words
    }));
    before
}

/// Clauses that were found, each once.
struct Found<'a> {
    text: &'a Text<'a>,
    words: Vec<usize>,
    spans: Vec<Span>,
    seen: HashSet<(usize, usize)>,
}

impl Found<'_> {
    /// Takes a clause that is neither too long nor a single word.
    fn push(&mut self, from: usize, to: usize) {
        let tokens = &self.text.tokens;
        if to - from > LONGEST || self.spans.len() == MOST || self.words[to] - self.words[from] < 2 {
            return;
        }
        if self.seen.insert((from, to)) {
            let (start, end) = (tokens[from].start, tokens[to - 1].end);
            self.spans.push(Span { start, end, from, to, kind: Kind::Clause });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::Places;
    use crate::tool::{Definition, Tool};
    use crate::work::steps;
    use proptest::prelude::*;

    fn search() -> Tool {
        Tool::read("web", &Definition { name: "search".into(), ..Definition::default() })
    }

    fn of(tool: &Tool, text: &Text<'_>) -> Vec<(usize, usize)> {
        let places = Places::of(text);
        clauses(&Sight::of(tool, &[], text, &places)).iter().map(|span| (span.from, span.to)).collect()
    }

    /// The plain way: everything is looked through again from every place where a clause may begin.
    fn plain(tool: &Tool, text: &Text<'_>) -> Vec<(usize, usize)> {
        let tokens = &text.tokens;
        let mut found: Vec<(usize, usize)> = Vec::new();
        let mut push = |from: usize, to: usize| {
            let words = tokens[from..to].iter().filter(|token| token.word).count();
            if to - from <= LONGEST && found.len() < MOST && words > 1 && !found.contains(&(from, to)) {
                found.push((from, to));
            }
        };
        let stops = |at: usize| matches!(tokens[at].lower.as_str(), "." | "!" | "?" | ";");
        let last = (0..tokens.len()).rev().find(|at| !stops(*at)).map_or(0, |at| at + 1);
        push(0, last);
        let mut from = 0;
        while from < last {
            let ends = |at: &usize| stops(*at) && tokens.get(at + 1).is_none_or(|next| next.first);
            let to = (from..last).find(ends).unwrap_or(last);
            for begin in from..to {
                let opens = begin == from || {
                    let before = &tokens[begin - 1];
                    let own = before.asking || before.stems.iter().any(|stem| tool.says(stem));
                    !before.word || before.preposition || listed(OPENING, &before.lower) || own
                };
                if !opens || !tokens[begin].word {
                    continue;
                }
                push(begin, to);
                if let Some(comma) = (begin..to).find(|at| tokens[*at].is(",") || tokens[*at].is("(")) {
                    push(begin, comma);
                }
                let closes = |at: &usize| tokens[*at].preposition || tokens[*at].is("to");
                for end in (begin + 2..to).rev().filter(closes).take(2) {
                    push(begin, end);
                }
            }
            from = to + 1;
        }
        found
    }

    #[test]
    fn what_is_to_be_searched_is_a_clause() {
        let sentence = "Please search for boots for wide feet. Thank you!";
        let text = Text::read(sentence);
        let found: Vec<&str> = of(&search(), &text).into_iter().map(|(from, to)| text.slice(from, to)).collect();
        for clause in ["boots for wide feet", "Please search for boots for wide feet", "search for boots"] {
            assert!(found.contains(&clause), "{found:?}");
        }
        assert!(of(&search(), &Text::read("")).is_empty());
    }

    proptest! {
        #[test]
        fn clauses_are_those_of_the_plain_way(
            words in prop::collection::vec(
                prop::sample::select(vec!["search", "boots", "for", "to", "in", "a", "Feet", "the", ",", "(", ".", "?", ";", "5", "!"]),
                0..150,
            ),
        ) {
            let sentence = words.join(" ");
            let (tool, text) = (search(), Text::read(&sentence));
            prop_assert_eq!(of(&tool, &text), plain(&tool, &text));
        }
    }

    /// A long sentence is looked through a few times, not once for each place where a clause may begin.
    #[test]
    fn a_long_sentence_is_looked_through_a_few_times() {
        let tool = search();
        for piece in ["a , ", "to be ", "search boots for ", "a b . ", "( 5 ? "] {
            let sentence = piece.repeat(400);
            let text = Text::read(&sentence);
            let taken = steps(|| drop(of(&tool, &text)));
            assert!(taken <= 6 * text.tokens.len(), "{piece}: {taken} for {}", text.tokens.len());
        }
    }
}
