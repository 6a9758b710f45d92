//! What is read of a command line: its name, its template, the hash of either.

/// The name of a command: the first word of its line. None for a line of blanks.
#[must_use]
pub fn command_name(line: &str) -> Option<&str> {
    line.split_whitespace().next()
}

/// The name with its subcommand, when the second word looks like one (`git commit`, `docker ps`), else the name alone.
///
/// Between the name and the whole line: what is done, without to what.
#[must_use]
pub fn command_template(line: &str) -> Option<(&str, Option<&str>)> {
    let mut words = line.split_whitespace();
    let name = words.next()?;
    Some((name, words.next().filter(|word| is_subcommand(word))))
}

/// A short lowercase word: neither a flag nor a path, a file, a variable or something quoted.
fn is_subcommand(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() <= 24
        && bytes.first().is_some_and(u8::is_ascii_lowercase)
        && bytes.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-')
}

/// The words of a description: runs of letters and digits, lowercase, each once, in order, at most `limit`.
pub(crate) fn task_words(task: &str, limit: usize) -> Vec<u32> {
    let mut words = Vec::new();
    for word in task.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let hash = if word.chars().any(char::is_uppercase) { hash(&word.to_lowercase()) } else { hash(word) };
        if !words.contains(&hash) {
            words.push(hash);
            if words.len() == limit {
                break;
            }
        }
    }
    words
}

/// A text's hash (FNV-1a of 64 bits, folded and spread); never 0, which stands for "nothing".
pub(crate) fn hash(text: &str) -> u32 {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    spread(state)
}

/// One hash of several, by their order.
pub(crate) fn combine(parts: &[u32]) -> u32 {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for part in parts {
        state = (state ^ u64::from(*part)).wrapping_mul(0x9fb2_1c65_1e98_df25);
        state ^= state >> 35;
    }
    spread(state)
}

/// The finalizer of `MurmurHash3`, folded: every bit of the result depends on every bit of the state.
#[allow(clippy::cast_possible_truncation)]
fn spread(mut state: u64) -> u32 {
    state ^= state >> 33;
    state = state.wrapping_mul(0xff51_afd7_ed55_8ccd);
    state ^= state >> 33;
    state = state.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    (state >> 32).max(1) as u32
}

#[cfg(test)]
mod tests {
    use super::{combine, command_name, command_template, hash, task_words};

    #[test]
    fn a_name_is_the_first_word() {
        assert_eq!(command_name("  git  commit -m x"), Some("git"));
        assert_eq!(command_name("\t \n"), None);
    }

    #[test]
    fn a_template_keeps_a_subcommand_only() {
        assert_eq!(command_template("git commit -m x"), Some(("git", Some("commit"))));
        for line in ["ls -la", "cat /etc/hosts", "vi a.txt", "echo $HOME", "make ALL", "find"] {
            assert_eq!(command_template(line).and_then(|(_, sub)| sub), None, "{line}");
        }
    }

    #[test]
    fn words_are_lowercase_and_single() {
        assert_eq!(task_words("List the files, list THE dirs", 9), ["list", "the", "files", "dirs"].map(hash));
        assert_eq!(task_words("a b c d", 2).len(), 2);
    }

    #[test]
    fn hashes_keep_order_and_are_not_zero() {
        assert_ne!(combine(&[1, 2]), combine(&[2, 1]));
        assert_ne!(combine(&[1]), combine(&[1, 0]));
        assert_ne!(hash(""), 0);
    }
}
