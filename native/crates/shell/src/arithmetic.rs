//! `(( … ))`: arithmetic to bash, two subshells to a shell that does not know it (dash, which is `sh` on Debian); and what
//! arithmetic runs.

/// Whether `((rm -rf /x))` looks like a command rather than like arithmetic: a name, a blank, and an option or a path. Both
/// can be sums, but nobody writes them so.
pub(crate) fn reads_as_command(text: &str) -> bool {
    let Some(inside) = text.strip_prefix("((") else { return false };
    let inside = inside.trim_start();
    let name = inside.trim_start_matches(|char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '.' | '/'));
    let argument = name.trim_start();
    let mut first = argument.chars();
    name.len() < inside.len()
        && argument.len() < name.len()
        && matches!(first.next(), Some('-' | '/' | '~' | '.'))
        && first.next().is_some_and(|char| char.is_ascii_alphabetic() || matches!(char, '/' | '-' | '.'))
}

/// Whether a text has a shell take a value for a sum or for the name of a variable, where the value may hold a command:
/// `x='a[$(rm y)]'; echo $((x))` runs `rm` (Bash Reference Manual, 6.5: a value is an expression itself, and an index in it
/// is expanded). What comes from outside of the text is asked about, unless it can only be a number.
pub(crate) fn may_run(source: &str) -> bool {
    let bytes = source.as_bytes();
    // Most lines bring nothing in: one look at each byte says so.
    let maybe = bytes.windows(2).enumerate().any(|(at, pair)| match pair {
        [b'`', _] | [b'$', b'('] => true,
        [b'r' | b's', b'e'] | [b'm', b'a'] => {
            ["read", "mapfile", "select"].iter().any(|word| bytes[at..].starts_with(word.as_bytes()))
        }
        _ => false,
    });
    maybe && ((sums(source) && brings(source)) || (names(source) && indexed(source)))
}

/// Whether anything in it is a sum, or names a variable by a value.
fn sums(source: &str) -> bool {
    const TESTS: &[&str] = &[" -eq ", " -ne ", " -lt ", " -le ", " -gt ", " -ge "];
    source.contains("((")
        || source.contains("$[")
        || words(source).any(|word| word == "let")
        || (source.contains("[[") && TESTS.iter().any(|test| source.contains(test)))
        || integers(source)
        || source.split_whitespace().any(|word| matches!(word, "-v" | "-R")) && words(source).any(|word| word == "test")
        || source.contains("[ -v ")
        || source.contains("[ -R ")
        || source.contains("[[ -v ")
        || source.match_indices("${").any(|(at, _)| calculates(&source[at + 2..]))
}

/// Whether an expansion, given behind its `${`, calculates an index or an offset, or takes its name from a value.
fn calculates(text: &str) -> bool {
    if let Some(name) = text.strip_prefix('!') {
        let rest = name.trim_start_matches(|char: char| char.is_ascii_alphanumeric() || char == '_');
        // `${!x@}` lists names.
        return !rest.starts_with(['@', '*']);
    }
    let rest = text.trim_start_matches(|char: char| char.is_ascii_alphanumeric() || char == '_');
    if rest.len() == text.len() {
        return false;
    }
    let calculated = |part: Option<&str>| part.is_some_and(|part| part.trim_start().starts_with(calculable));
    match rest.as_bytes().first() {
        Some(b':') => {
            !rest[1..].starts_with(['-', '=', '+', '?'])
                && rest[1..].split([':', '}']).take(2).any(|part| calculated(Some(part)))
        }
        Some(b'[') => calculated(rest.get(1..)),
        _ => false,
    }
}

fn calculable(char: char) -> bool {
    char.is_ascii_alphabetic() || matches!(char, '$' | '`' | '_' | '(')
}

/// Whether a builtin that takes names is there.
fn names(source: &str) -> bool {
    declares(source)
        || words(source)
            .any(|word| matches!(word, "unset" | "read" | "printf" | "mapfile" | "readarray" | "test" | "let" | "wait"))
        || source.contains("[ -")
}

/// Whether a variable is declared as a number, so that all it is set to is calculated.
fn integers(source: &str) -> bool {
    let mut words = source.split_whitespace();
    while let Some(word) = words.next() {
        let declares =
            matches!(word.trim_start_matches(['(', ';', '{']), "declare" | "typeset" | "local" | "export" | "readonly");
        if word.ends_with("integer")
            || (declares && words.clone().take_while(|next| next.starts_with('-')).any(|next| flag(next, 'i')))
        {
            return true;
        }
    }
    false
}

fn declares(source: &str) -> bool {
    words(source).any(|word| matches!(word, "declare" | "typeset" | "local" | "export" | "readonly" | "integer"))
}

fn flag(word: &str, letter: char) -> bool {
    word.strip_prefix('-')
        .is_some_and(|letters| letters.contains(letter) && letters.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// Whether an index holds an expansion: `a[$(x)]`, in quotes or not.
fn indexed(source: &str) -> bool {
    source.match_indices('[').any(|(at, _)| {
        let named = source[..at].ends_with(|char: char| char.is_ascii_alphanumeric() || char == '_');
        let index = source[at + 1..].split([']', ' ', '\t', '\n']).next().unwrap_or("");
        named && (index.contains("$(") || index.contains('`'))
    })
}

/// Whether a value comes into the text that is not a number: by `read`, or by the output of a command.
fn brings(source: &str) -> bool {
    if words(source).any(|word| matches!(word, "read" | "mapfile" | "readarray" | "select")) {
        return true;
    }
    let printed = source.match_indices("$(").filter(|(at, _)| !source[at + 2..].starts_with('(')).map(|(at, _)| {
        let inner = &source[at + 2..];
        inner.split(')').next().unwrap_or(inner)
    });
    // Every second backtick closes.
    let quoted = source.split('`').skip(1).step_by(2);
    printed.chain(quoted).any(|inner| !counts(inner))
}

/// Whether the output of a command can only be a number.
fn counts(command: &str) -> bool {
    let last = command.rsplit('|').next().unwrap_or("").trim();
    if command.contains(['\'', '"', '`', '$', '\\', ';', '&']) {
        return false;
    }
    let mut words = last.split_ascii_whitespace();
    match words.next() {
        Some("wc") => words.all(|word| word.starts_with('-') || word.starts_with('<')) || last.contains(" < "),
        Some("date") => words.all(|word| word == "-u" || (word.starts_with("+%") && word.len() == 3)),
        Some("nproc") => true,
        _ => false,
    }
}

fn words(source: &str) -> impl Iterator<Item = &str> {
    source.split(|char: char| !char.is_ascii_alphanumeric() && char != '_')
}

#[cfg(test)]
mod tests {
    use super::{may_run, reads_as_command};

    #[test]
    fn a_command_in_double_parentheses_is_told_from_a_sum() {
        for text in [
            "((rm -rf /srv))",
            "(( crontab -r ))",
            "((rm /etc/passwd))",
            "((/bin/rm -rf x))",
            "((rm --recursive x))",
            "((rm ../x))",
        ] {
            assert!(reads_as_command(text), "{text}");
        }
        for text in [
            "((i++))",
            "((a - b))",
            "((a-b))",
            "((a -1))",
            "((a / b > 2))",
            "(( i < 10 ))",
            "(rm -rf x)",
            "((x = y))",
            "((",
            "(( -a ))",
        ] {
            assert!(!reads_as_command(text), "{text}");
        }
    }

    #[test]
    fn a_value_that_may_hold_a_command_is_not_calculated_with() {
        for text in [
            "x='a[$(rm y)]'; echo $((x))",
            "x='a[`rm y`]'; ((x++))",
            "x='a[$(rm y)]'; [[ $x -eq 0 ]]",
            "read x < f; echo $((x))",
            "read x < f; echo ${a[x]}",
            "x=$(cat f); let x",
            "let 'a[$(rm x)]=1'",
            "test -v 'a[$(rm x)]'",
            "[ -v 'a[$(rm x)]' ]",
            "unset 'a[$(rm x)]'",
            "read 'a[$(rm x)]' <<< y",
            "printf -v 'a[$(rm x)]' y",
            "declare -i x='a[$(rm x)]'",
            "x='a[$(rm y)]'; echo ${!x}",
            "i='a[$(rm y)]'; echo ${x:i}",
            "i='a[$(rm y)]'; echo ${x:0:i}",
            "echo $[$(cat f)]",
        ] {
            assert!(may_run(text), "{text}");
        }
        for text in [
            "echo $((1 + x))",
            "echo $(($(date +%s) / 60))",
            "head -$((RANDOM % $(wc -l < f) + 1)) f",
            "i=0; while [ $i -lt 5 ]; do i=$((i+1)); done",
            "for ((i=0;i<5;i++)); do echo $i; done",
            "while read -r l; do echo \"$l\"; done < f",
            "echo ${x:-$(ls)} ${!x@} ${#x} ${x[@]} ${x:1:2}",
            "read x; [ $x -eq 1 ]",
            "ls",
        ] {
            assert!(!may_run(text), "{text}");
        }
    }
}
