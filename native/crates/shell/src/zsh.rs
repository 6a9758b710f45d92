//! Where `zsh` reads a line otherwise than the shells that the grammar knows, in a way that runs or writes something else.
//!
//! From the manual (zshexpn, zshmisc, zshparam): flags and modifiers of expansions, patterns with qualifiers (which may hold
//! code: `*(e:'…':)`), `=(…)`, `&|`, comments that are none in a session, and parameters tied to what the shell looks up.

/// Parameters that are more than a value: to set one sets what is looked up, run or shown.
#[rustfmt::skip]
const TIED: &[&str] = &[
    "path", "fpath", "cdpath", "manpath", "mailpath", "module_path", "fignore", "psvar", "prompt", "PROMPT", "PROMPT2", "PROMPT3", "PROMPT4",
    "RPROMPT", "RPS1", "functions", "aliases", "galiases", "saliases", "dis_functions", "dis_aliases", "commands", "options", "modules", "nameddirs",
    "userdirs", "builtins", "reswords", "precmd_functions", "preexec_functions", "chpwd_functions", "periodic_functions", "zshexit_functions",
    "zshaddhistory_functions", "argv", "dirstack",
];

/// Why a text may be another to `zsh`; none where it reads as it does to `bash`.
pub(crate) fn differs(text: &str) -> Option<&'static str> {
    if words(text).any(|(word, before)| TIED.contains(&word) && !matches!(before, Some('$' | '-' | '/' | '.' | '{'))) {
        return Some("names a parameter that zsh ties to what it looks up or runs");
    }
    let bytes = text.as_bytes();
    let at = |place: usize| bytes.get(place).copied().unwrap_or(0);
    let (mut place, mut double) = (0, false);
    while let Some(byte) = bytes.get(place) {
        let before = place.checked_sub(1).map_or(b' ', at);
        let next = at(place + 1);
        match byte {
            b'\\' => place += 1,
            b'"' => double = !double,
            b'\'' if !double => place = quoted(bytes, place + 1, before == b'$'),
            b'$' if expands(bytes, place + 1) => return Some("an expansion that zsh reads otherwise"),
            b'(' if !double && pattern(bytes, place) => {
                return Some("a pattern, or a command as a file, that only zsh knows");
            }
            b'&' if !double && next == b'|' => return Some("a command ends where only zsh ends it"),
            b'#' if !double && (before.is_ascii_whitespace() || b";&|(".contains(&before)) => {
                let rest = text.get(place..).unwrap_or("");
                let comment = rest.split('\n').next().unwrap_or("");
                if comment.contains([';', '&', '|', '`', '$', '(', ')', '<', '>', '\'', '"']) {
                    return Some("what is a comment in a script of zsh runs in a session of it");
                }
                place += comment.len().saturating_sub(1);
            }
            _ => {}
        }
        place += 1;
    }
    None
}

/// Where a quoted part ends.
fn quoted(bytes: &[u8], start: usize, escapes: bool) -> usize {
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\'' => break,
            b'\\' if escapes => at += 2,
            _ => at += 1,
        }
    }
    at
}

/// Whether what follows a `$` has a flag, a modifier or an index of zsh.
fn expands(bytes: &[u8], start: usize) -> bool {
    let at = |place: usize| bytes.get(place).copied().unwrap_or(0);
    match at(start) {
        b'{' => matches!(at(start + 1), b'(' | b'~' | b'=' | b'^' | b'$' | b'+' | b':' | b'"'),
        b'~' | b'=' | b'^' | b'+' => true,
        _ => {
            let mut end = start;
            while at(end).is_ascii_alphanumeric() || at(end) == b'_' {
                end += 1;
            }
            end > start && (at(end) == b'[' || (at(end) == b':' && at(end + 1).is_ascii_alphabetic()))
        }
    }
}

/// Whether an opening parenthesis belongs to a word: alternatives, qualifiers, `=(…)`. Not that of a function, an array, or
/// of what bash knows.
fn pattern(bytes: &[u8], place: usize) -> bool {
    let before = |back: usize| place.checked_sub(back).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    match before(1) {
        b'=' => !(before(2).is_ascii_alphanumeric() || matches!(before(2), b'_' | b'+' | b']')),
        b'$' | b'<' | b'>' | b'(' | b';' | b'&' | b'|' | b'!' | b'{' | b'`' => false,
        byte if byte.is_ascii_whitespace() => false,
        _ => bytes.get(place + 1) != Some(&b')'),
    }
}

/// The words of a text, each with the character before it.
fn words(text: &str) -> impl Iterator<Item = (&str, Option<char>)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = text.get(from..)?;
        let start = rest.find(|char: char| char.is_ascii_alphabetic() || char == '_')?;
        let word = &rest[start..];
        let length = word.find(|char: char| !char.is_ascii_alphanumeric() && char != '_').unwrap_or(word.len());
        let before = text[..from + start].chars().next_back();
        from += start + length;
        Some((&word[..length], before))
    })
}

#[cfg(test)]
mod tests {
    use super::differs;

    #[test]
    fn what_only_zsh_knows_is_seen() {
        for text in [
            "ls *(e:'rm x':)",
            "ls *(+f)",
            "ls (a|b)*(.)",
            "ls a(b|c)",
            "cat =(rm x)",
            "echo ${(e)x}",
            "echo \"${(e)x}\"",
            "ls ${~x}",
            "ls $~x",
            "$=x",
            "echo ${${x}}",
            "echo > $x:h/y",
            "echo > \"$x:h\"",
            "rm $x[1,2]",
            "ls &| rm x",
            "ls # ; rm x",
            "path=(/tmp)",
            "for path in /tmp; do ls; done",
            "read path",
            "functions[ls]='rm x'",
            "commands[ls]=/bin/rm; ls x",
        ] {
            assert!(differs(text).is_some(), "{text}");
        }
        for text in [
            "ls -la",
            "x=(a b) y+=(c)",
            "f() { ls; }",
            "echo $(ls) <(ls) \"$(ls (a))\" $((1 + (2)))",
            "find . -path '*(e)' -print",
            "awk '{print $1:x}' f",
            "echo \"a(b)\" ${x:-y} ${x} $x: $1",
            "ls # all",
            "(ls); { ls; } && (ls)",
            "echo $'\\'(a'",
            "cat $path/x",
        ] {
            assert_eq!(differs(text), None, "{text}");
        }
    }
}
