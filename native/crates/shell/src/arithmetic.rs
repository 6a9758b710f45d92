//! `(( … ))`: arithmetic to bash, two subshells to a shell that does not know it (dash, which is `sh` on Debian).

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

#[cfg(test)]
mod tests {
    use super::reads_as_command;

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
}
