//! Where a heredoc ends, as a shell reads it.
//!
//! POSIX.1-2024, Shell Command Language, 2.7.4: the text goes on to a line that holds the delimiter and nothing else, leading
//! tabs aside after `<<-`. The grammar also takes a line that is indented by blanks, or goes on behind the delimiter; what
//! follows such a line is text to the shell and commands to the parser, quotes in it open and close for one and not for
//! the other, and commands can be hidden in between.

use crate::parse::closed;
use std::ops::Range;

/// Whether the tree's end of a heredoc, `end`, is the shell's. `start` is where the delimiter stands, `dash` whether it comes
/// after `<<-`. Also false where that cannot be told at a glance.
pub(crate) fn ends_as_read(source: &str, start: Range<usize>, dash: bool, end: Range<usize>) -> bool {
    let Some(delimiter) = source.get(start.clone()).and_then(bare) else { return false };
    let Some(behind) = source.get(start.end..) else { return false };
    let Some((line, _)) = behind.split_once('\n') else { return false };
    if !whole(line) {
        return false;
    }
    let mut at = start.end + line.len() + 1;
    for line in source.get(at..).unwrap_or("").split('\n') {
        let tabs = if dash { line.len() - line.trim_start_matches('\t').len() } else { 0 };
        if line.get(tabs..) == Some(delimiter) {
            return end == (at + tabs..at + line.len());
        }
        at += line.len() + 1;
    }
    false
}

/// Whether the newline behind it ends this line: in quotes or a substitution it does not, and the text begins later.
fn whole(line: &str) -> bool {
    closed(line.as_bytes()) && line.matches('`').count().is_multiple_of(2) && !line.ends_with('\\')
}

/// Whether a delimiter is quoted, so that its text is taken as it stands.
pub(crate) fn is_quoted(delimiter: &str) -> bool {
    delimiter.contains(['\'', '"', '\\'])
}

/// A delimiter without its quotes: one quoted as a whole, behind a backslash, or not at all.
fn bare(word: &str) -> Option<&str> {
    let quoted = |quote: char| word.strip_prefix(quote)?.strip_suffix(quote);
    let inside = quoted('\'').or_else(|| quoted('"')).or_else(|| word.strip_prefix('\\')).unwrap_or(word);
    (!inside.is_empty() && !inside.contains(['\'', '"', '\\', '$', '`', '\n'])).then_some(inside)
}

#[cfg(test)]
mod tests {
    use super::ends_as_read;

    /// Takes the delimiter behind the first `<<`, and the last mark `@` for where the tree ends the heredoc.
    fn ends(text: &str) -> bool {
        let Some((before, delimiter)) = text.rsplit_once('@') else { panic!("no end is marked") };
        let source = format!("{before}{delimiter}");
        let Some(from) = source.find("<<") else { panic!("no heredoc") };
        let dash = source[from + 2..].starts_with('-');
        let start = from + 2 + usize::from(dash);
        let length = source[start..].find([' ', '\n', ';']).unwrap_or(0);
        let name = source[start..start + length].trim_matches(['\'', '"', '\\']).len();
        ends_as_read(&source, start..start + length, dash, before.len()..before.len() + name)
    }

    #[test]
    fn at_a_line_of_the_delimiter_alone() {
        for text in [
            "cat <<E\na\n@E\nls",
            "cat <<E\n@E",
            "cat <<'E'\na\n E\n@E",
            "cat <<\"E\"\n@E\nls",
            "cat <<\\E\n@E\nls",
            "cat <<-E\n\ta\n\t\t@E\nls",
            "cat <<E > f\na\n@E",
            "cat <<E | sed 's/a (b/c/' \"\\\"(\" \\( `x` $(y)\na\n@E",
        ] {
            assert!(ends(text), "{text}");
        }
    }

    #[test]
    fn and_nowhere_else() {
        for text in [
            "cat <<E\na\n @E\nE\n",
            "cat <<E\n\t@E\nE\n",
            "cat <<E\n@E \nE\n",
            "cat <<E\n@E;ls\nE\n",
            "cat <<E\n@EF",
            "cat <<-E\n @E\nE\n",
            "cat <<E\nE\na\n@E",
            "cat <<E'F'\n@EF",
            "cat <<$E\n@$E",
            "cat <<''\n@\n",
            "cat <<E \"\nE\n\"\n@E",
            "cat <<E '\n@E\n'\nE",
            "cat <<E $(\n@E\n)\nE",
            "cat <<E `\n@E\n`\nE",
            "cat <<E )\n@E\nE",
            "cat <<E \\\n@E\nE",
        ] {
            assert!(!ends(text), "{text}");
        }
        assert!(!ends_as_read("cat <<E", 6..7, false, 7..7));
        assert!(!ends_as_read("é", 1..9, true, 7..9));
    }
}
