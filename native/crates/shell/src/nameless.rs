//! A command whose name is not in plain sight.

use crate::{
    judge::Run,
    model::{Effect, Verdict},
    word::Word,
};

impl Run<'_> {
    /// A name that is only known when the line runs.
    pub(crate) fn nameless(&mut self, words: &[Word]) {
        let name = words.first().map(Word::shown).unwrap_or_default();
        let rest: Vec<&str> = words.iter().skip(1).map(|word| word.text.as_str()).collect();
        let harmful = rest.iter().any(|word| {
            let cluster = word.starts_with('-') && !word.starts_with("--") && word.len() < 6;
            (cluster && word.contains(['r', 'R']) && word.contains('f'))
                || matches!(*word, "--recursive" | "--hard" | "--no-preserve-root" | "--force")
        }) || words.first().is_some_and(|first| first.glob && disguised(&first.text));
        if harmful {
            self.effect(Effect::Destroy, &name, rest.last().map(|word| (*word).to_owned()));
            self.note(Verdict::Deny, || format!("the command's name is hidden ({name}) and its options destroy"));
        } else {
            self.note(Verdict::Ask, || format!("which command runs is only known when the line runs ({name})"));
        }
    }
}

/// A pattern that only stands for a destructive command's name: `/bin/r?`.
fn disguised(pattern: &str) -> bool {
    const NAMES: &[&str] =
        &["rm", "dd", "mkfs", "shred", "unlink", "wipefs", "bash", "sh", "nc", "chmod", "chown", "sudo", "git"];
    let name = pattern.rsplit('/').next().unwrap_or("");
    if !name.contains(['?', '[']) && pattern.matches(['?', '*']).count() < 2 {
        return false;
    }
    NAMES.iter().any(|known| {
        let mut letters = known.chars();
        let mut inside = false;
        let mut fit = true;
        for char in name.chars() {
            match char {
                '[' => {
                    inside = true;
                    letters.next();
                }
                ']' => inside = false,
                _ if inside => {}
                '?' => fit &= letters.next().is_some(),
                '*' => {
                    letters = "".chars();
                    break;
                }
                other => fit &= letters.next() == Some(other),
            }
        }
        fit && letters.next().is_none()
    })
}
