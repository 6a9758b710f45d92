//! `a{b,c}` → `ab`, `ac`.

use crate::word::{CLOSE, COMMA, COMPUTED, MANY, OPEN};

/// The words a marked word becomes, at most `most`; `{1..9}` becomes one unknown.
pub(crate) fn expanded(marked: &str, most: usize) -> Vec<String> {
    let mut done = Vec::new();
    let mut waiting = vec![marked.to_owned()];
    while let Some(word) = waiting.pop() {
        if done.len() + waiting.len() > most {
            done.push(COMPUTED.to_string());
            break;
        }
        match group(&word) {
            None if riddle(&word) => done.push(COMPUTED.to_string()),
            None => done.push(word),
            Some((open, close, commas)) => {
                let (before, after) = (&word[..open], &word[close + CLOSE.len_utf8()..]);
                let inner = open + OPEN.len_utf8();
                if commas.is_empty() {
                    waiting.push(format!("{before}{COMPUTED}{MANY}{after}"));
                    continue;
                }
                let mut from = inner;
                let mut parts = Vec::with_capacity(commas.len() + 1);
                for comma in commas {
                    parts.push(format!("{before}{}{after}", &word[from..comma]));
                    from = comma + COMMA.len_utf8();
                }
                parts.push(format!("{before}{}{after}", &word[from..close]));
                waiting.extend(parts.into_iter().rev());
            }
        }
    }
    done
}

/// What braces that are not pairs become beside a comma differs from shell to shell.
fn riddle(marked: &str) -> bool {
    marked.contains(COMMA) && marked.chars().filter(|char| matches!(*char, OPEN | CLOSE)).count() > 2
}

/// The first group that expands: where it opens and closes, and its own commas (none for a range).
fn group(word: &str) -> Option<(usize, usize, Vec<usize>)> {
    if !word.contains(OPEN) {
        return None;
    }
    // The innermost group that opens first closes first; which of them goes first does not change the words.
    let mut opens: Vec<(usize, Vec<usize>)> = Vec::new();
    for (at, char) in word.char_indices() {
        match char {
            OPEN => opens.push((at, Vec::new())),
            COMMA => {
                if let Some((_, commas)) = opens.last_mut() {
                    commas.push(at);
                }
            }
            CLOSE => {
                if let Some((open, commas)) = opens.pop() {
                    let inner = &word[open + OPEN.len_utf8()..at];
                    if !commas.is_empty() || inner.contains("..") {
                        return Some((open, at, commas));
                    }
                }
            }
            _ => {}
        }
    }
    None
}
