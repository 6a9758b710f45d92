//! Where a sentence asks for more than one thing.

use crate::text::Text;

/// The most steps that are looked for.
const MOST: usize = 8;

/// The parts of a sentence that may be steps of their own, as ranges of bytes in order; one when nothing divides it.
/// Quotations are never divided.
pub(crate) fn parts(text: &Text<'_>, quoted: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let tokens = &text.tokens;
    let mut cuts: Vec<usize> = Vec::new();
    let mut skip = 0;
    for at in 0..tokens.len() {
        if at < skip || quoted.iter().any(|(start, end)| *start <= tokens[at].start && tokens[at].start < *end) {
            continue;
        }
        let word = |offset: usize| tokens.get(at + offset).map_or("", |token| token.lower.as_str());
        let begins = matches!(
            (word(0), word(1), word(2)),
            (
                "then"
                    | "afterwards"
                    | "finally"
                    | "lastly"
                    | "additionally"
                    | "furthermore"
                    | "moreover"
                    | "secondly"
                    | "thirdly"
                    | "subsequently",
                ..
            ) | ("after", "that" | "which", _)
                | ("and", "then" | "also" | "finally" | "afterwards", _)
                | ("in", "addition", _)
                | ("followed", "by", _)
        );
        let stop = at > 0
            && matches!(tokens[at - 1].lower.as_str(), "." | "!" | "?" | ";")
            && tokens[at].word
            && (tokens[at].first || tokens[at - 1].is(";"));
        // "…, and VERB": whether it is a verb shows in whether a tool answers to the part
        let joined = word(0) == "and"
            && at > 0
            && (tokens[at - 1].is(",")
                || tokens.get(at + 1).is_some_and(|next| {
                    crate::words::is_asking(&next.lower)
                        || matches!(
                            next.lower.as_str(),
                            "please"
                                | "calculate"
                                | "compute"
                                | "create"
                                | "delete"
                                | "remove"
                                | "list"
                                | "send"
                                | "search"
                                | "update"
                                | "add"
                                | "set"
                                | "open"
                                | "start"
                                | "stop"
                                | "run"
                                | "restart"
                                | "book"
                                | "translate"
                                | "convert"
                                | "play"
                                | "turn"
                                | "what"
                                | "how"
                                | "where"
                                | "when"
                                | "who"
                        )
                }));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn divided(sentence: &str) -> Vec<&str> {
        parts(&Text::read(sentence), &[]).into_iter().map(|(start, end)| &sentence[start..end]).collect()
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
