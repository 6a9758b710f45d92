//! Where a sentence asks for more than one thing.

use crate::text::Text;
use crate::words::listed;
use routing::words::opens_question;

/// The most steps that are looked for.
const MOST: usize = 8;

/// The parts of a sentence that may be steps of their own, as ranges of bytes in order; one when nothing divides it.
/// Quotations are never divided. `verb` says whether a stem is what a tool may be asked for by: after an "and" it begins
/// another request.
pub(crate) fn parts(text: &Text<'_>, quoted: &[(usize, usize)], verb: impl Fn(&str) -> bool) -> Vec<(usize, usize)> {
    let tokens = &text.tokens;
    let mut cuts: Vec<usize> = Vec::new();
    let mut skip = 0;
    for at in 0..tokens.len() {
        if at < skip || quoted.iter().any(|(start, end)| *start <= tokens[at].start && tokens[at].start < *end) {
            continue;
        }
        let begins = sequence(text, at);
        let stop = at > 0
            && matches!(tokens[at - 1].lower.as_str(), "." | "!" | "?" | ";")
            && tokens[at].word
            && (tokens[at].first || tokens[at - 1].is(";"));
        // "… and VERB": whether it asks for another thing shows in whether a tool answers to the part
        let joined = at > 0
            && matches!(tokens[at].lower.as_str(), "and" | "plus")
            && tokens.get(at + 1).is_some_and(|next| {
                next.asking || is_question(&next.lower) || next.word && !next.function && verb(&next.stems[0])
            });
        if (begins || stop || joined) && at > 0 {
            cuts.push(at);
            skip = at + 3;
        }
    }
    cuts.truncate(MOST - 1);
    let mut parts = Vec::new();
    let mut from = 0;
    for cut in cuts.into_iter().chain([tokens.len()]) {
        if cut > from {
            parts.push((tokens[from].start, tokens[cut - 1].end));
        }
        from = cut;
    }
    parts
}

/// Whether what comes now is said to come next or beside what was before.
fn sequence(text: &Text<'_>, at: usize) -> bool {
    let word = |offset: usize| text.tokens.get(at + offset).map_or("", |token| token.lower.as_str());
    let alone = " then afterwards finally lastly additionally furthermore moreover secondly thirdly subsequently ";
    if listed(alone, word(0)) || word(0) == ";" {
        return true;
    }
    let after = match word(0) {
        "after" => " that which ",
        "and" => " then also finally afterwards please ",
        "in" => " addition ",
        "followed" => " by ",
        "as" => " well ",
        _ => return false,
    };
    listed(after, word(1))
}

/// Whether a part that begins at a byte is said to come next or beside.
pub(crate) fn follows(text: &Text<'_>, start: usize) -> bool {
    let at = text.tokens.partition_point(|token| token.start < start);
    text.tokens.get(at).is_some_and(|token| token.word) && sequence(text, at)
}

fn is_question(word: &str) -> bool {
    matches!(word, "what" | "how" | "where" | "when" | "who" | "which" | "please" | "whether")
}

/// Whether a sentence begins as a question about how things are. "Can you …", "how about …", "why don't you …" and "when it
/// is done, …" ask for something to be done.
pub(crate) fn wonders(text: &Text<'_>) -> bool {
    let greeting = |word: &str| matches!(word, "hi" | "hey" | "hello" | "ok" | "so" | "and" | "well" | "please" | ",");
    let mut words = text.tokens.iter().map(|token| token.lower.as_str()).skip_while(|word| greeting(word));
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let first = first.strip_suffix("'s").or_else(|| first.strip_suffix("’s")).unwrap_or(first);
    opens_question(first)
        && match first {
            "what" => !matches!(second, "about" | "if"),
            "how" => second != "about",
            "why" => !matches!(second, "don't" | "dont" | "not"),
            "do" => matches!(second, "i" | "we" | "you" | "they" | "any"),
            "when" | "where" => opens_question(second),
            _ => true,
        }
}

/// Whether a part asks for something: by a word of sequence, a verb of asking, a question, or what one wants; not what
/// only adds to what was said ("My number is 5.", "Thank you.").
pub(crate) fn asks(text: &Text<'_>, start: usize, end: usize) -> bool {
    let (from, to) = text.tokens_in(start, end);
    let tokens = &text.tokens[from..to];
    let telling = tokens.iter().filter(|token| token.is_content() && !token.asking);
    if telling.count() == 0 {
        return false;
    }
    let asked = tokens.iter().any(|token| {
        token.asking
            || is_question(&token.lower)
            || matches!(token.lower.as_str(), "?" | "want" | "need" | "like" | "i'd" | "can" | "could" | "you")
    });
    let begun = sequence(text, from) && !tokens[0].is(";");
    // "and VERB", or a sentence that begins with a verb: no article, pronoun or name comes first
    let bare = tokens.iter().find(|token| !matches!(token.lower.as_str(), "and" | "plus" | ";" | "also" | ","));
    let verb = bare.is_some_and(|first| first.word && !first.function && (!first.capital || first.first));
    asked || begun || verb && tokens[0].is("and")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn divided(sentence: &str) -> Vec<&str> {
        parts(&Text::read(sentence), &[], |stem| matches!(stem, "send" | "restart"))
            .into_iter()
            .map(|(start, end)| &sentence[start..end])
            .collect()
    }

    #[test]
    fn a_question_about_how_things_are_wonders() {
        for sentence in
            ["which containers are running", "So, is web up?", "What's in the stash", "who silenced the alerts"]
        {
            assert!(wonders(&Text::read(sentence)), "{sentence}");
        }
        for sentence in
            ["Restart web", "can you restart web", "how about a restart", "why not stop it", "what if we stop it", ""]
        {
            assert!(!wonders(&Text::read(sentence)), "{sentence}");
        }
    }

    #[test]
    fn sentences_are_divided_where_they_ask_again() {
        assert_eq!(
            divided("Stop the container then remove the image"),
            ["Stop the container", "then remove the image"]
        );
        assert_eq!(
            divided("List pods. After that, show the logs of api."),
            ["List pods.", "After that, show the logs of api."]
        );
        assert_eq!(divided("Restart web and send a message to ops"), ["Restart web", "and send a message to ops"]);
        assert_eq!(divided("Compare cats and dogs"), ["Compare cats and dogs"]);
        assert!(divided("").is_empty());
    }
}
