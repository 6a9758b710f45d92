//! Markdown taken off a text: what is said stays, how it is set goes.

/// A text in two parts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plain {
    /// What is said, lines as they were. Inline code stands between backticks.
    pub(super) prose: String,
    /// The insides of fenced blocks.
    pub(super) code: String,
}

/// Takes fences, headings, quotes, bullets, emphasis and link targets off. One pass.
pub(super) fn strip(text: &str) -> Plain {
    let mut plain = Plain::default();
    let mut fence: Option<(char, usize)> = None;
    for line in text.lines() {
        let trimmed = line.trim();
        let mark = fence_mark(trimmed);
        match (fence, mark) {
            // A fence closes with at least as many of the same mark and nothing after it.
            (Some((open, length)), Some((close, many))) if open == close && many >= length && trimmed.len() == many => {
                fence = None;
            }
            (Some(_), _) => {
                plain.code.push_str(line);
                plain.code.push('\n');
            }
            (None, Some(found)) => fence = Some(found),
            (None, None) => {
                inline(bare_line(trimmed), &mut plain.prose);
                plain.prose.push('\n');
            }
        }
    }
    plain
}

fn fence_mark(line: &str) -> Option<(char, usize)> {
    let first = line.chars().next().filter(|one| matches!(one, '`' | '~'))?;
    let many = line.len() - line.trim_start_matches(first).len();
    (many >= 3).then_some((first, many))
}

/// The line without quote marks, heading marks, a bullet or its number.
fn bare_line(mut line: &str) -> &str {
    while let Some(rest) = line.strip_prefix('>') {
        line = rest.trim_start();
    }
    let heading = line.trim_start_matches('#');
    if heading.len() < line.len() && (heading.is_empty() || heading.starts_with(' ')) && line.len() - heading.len() <= 6
    {
        return heading.trim_matches(['#', ' ']);
    }
    for bullet in ["- ", "* ", "+ ", "• "] {
        if let Some(rest) = line.strip_prefix(bullet) {
            return rest.trim_start().trim_start_matches("[ ] ").trim_start_matches("[x] ");
        }
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=3).contains(&digits) {
        // "3) restart" is an item; "3. restart" too; "3.5" and "3" are not.
        let item = line[digits..].strip_prefix(". ").or_else(|| line[digits..].strip_prefix(") "));
        if let Some(rest) = item.filter(|rest| !rest.trim().is_empty()) {
            return rest.trim_start();
        }
    }
    line
}

/// Copies a line without `*`, `_` and `~~` that set words, and with the words of links instead of their targets.
fn inline(line: &str, into: &mut String) {
    let bytes = line.as_bytes();
    let mut in_code = false;
    let mut skip_to = 0;
    for (at, one) in line.char_indices() {
        if at < skip_to {
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
        let after = bytes.get(at + 1).copied().unwrap_or(b' ');
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80;
        match one {
            '`' => {
                in_code = !in_code;
                into.push('`');
            }
            _ if in_code => into.push(one),
            '*' if before == b'*' || after == b'*' || word(before) != word(after) => {}
            '_' if !(word(before) && word(after)) && (word(before) || word(after)) => {}
            '~' if before == b'~' || after == b'~' => {}
            ']' if after == b'(' => {
                into.push(' ');
                skip_to = line[at..].find(')').map_or(at + 1, |end| at + end + 1);
            }
            '[' => into.push(' '),
            _ => into.push(one),
        }
    }
}

/// What a text says its answer is, where it says so: after "answer:", "the answer is", `####` or in `\boxed{}`; the last
/// such place counts. Reasoning before it is not what is compared.
pub(super) fn conclusion(text: &str) -> Option<&str> {
    if let Some(at) = text.rfind("\\boxed{") {
        let inside = &text[at + 7..];
        let mut depth = 1_u32;
        for (end, one) in inside.char_indices() {
            match one {
                '{' => depth += 1,
                '}' if depth == 1 => return Some(&inside[..end]).filter(|inside| !inside.trim().is_empty()),
                '}' => depth -= 1,
                _ => {}
            }
        }
    }
    let lower = text.to_ascii_lowercase();
    let marks = ["final answer:", "final answer is", "the answer is", "answer:", "#### "];
    let at = marks.iter().filter_map(|mark| lower.rfind(mark).map(|at| at + mark.len())).max()?;
    let rest = text[at..].trim_start_matches([' ', ':', '*', '\t']).trim_start();
    let line = rest.lines().next().unwrap_or("").trim();
    (!line.trim_matches(['*', '.', ' ']).is_empty() && !line.starts_with("```")).then_some(line)
}
