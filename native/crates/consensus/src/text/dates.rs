//! Days and times of day, written one way.

use super::words::month;

/// A date at the start of a text, as `YYYY-MM-DD`: ISO, `2024/05/03`, `3 May 2024`, `3rd of May 2024`, `May 3, 2024`.
/// Numbers with slashes whose year is not first are ambiguous and stay as they are.
pub(super) fn date(text: &str) -> Option<(String, usize)> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from.min(bytes.len())..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let shape = |year: u32, month: u8, day: u8| {
        ((1..=12).contains(&month) && (1..=31).contains(&day)).then(|| format!("{year:04}-{month:02}-{day:02}"))
    };
    let mark = bytes.get(4).filter(|mark| matches!(mark, b'-' | b'/'));
    if mark.is_some() && digits(0) == 4 && digits(5) == 2 && bytes.get(7) == mark && digits(8) == 2 {
        let found = shape(text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..10].parse().ok()?)?;
        return Some((found, 10));
    }
    let spaces = |from: usize| text[from..].len() - text[from..].trim_start_matches([' ', ',']).len();
    let word = |from: usize| text[from..].find(|one: char| !one.is_ascii_alphabetic()).unwrap_or(text.len() - from);
    let ordinal = |from: usize| {
        ["st", "nd", "rd", "th"].iter().find(|end| text[from..].starts_with(**end)).map_or(0, |end| end.len())
    };
    let year = |from: usize| (digits(from) == 4).then(|| text[from..from + 4].parse::<u32>().ok()).flatten();
    let length = digits(0);
    if (1..=2).contains(&length) {
        let after = length + ordinal(length);
        let gap = spaces(after);
        let from = after + gap;
        let from = if text[from..].starts_with("of ") { from + 3 } else { from };
        let end = from + word(from);
        let named = month(&text[from..end].to_ascii_lowercase()).filter(|_| gap > 0)?;
        let at = end + spaces(end);
        return Some((shape(year(at)?, named, text[..length].parse().ok()?)?, at + 4));
    }
    if bytes.first().is_some_and(u8::is_ascii_uppercase) {
        let end = word(0);
        let named = month(&text[..end].to_ascii_lowercase())?;
        let from = end + spaces(end);
        let length = digits(from);
        if (1..=2).contains(&length) {
            let after = from + length + ordinal(from + length);
            let at = after + spaces(after);
            return Some((shape(year(at)?, named, text[from..from + length].parse().ok()?)?, at + 4));
        }
    }
    None
}

/// A time of day at the start of a text, as `HH:MM` or `HH:MM:SS`: `15:00`, `3 pm`, `9:05 a.m.`.
pub(super) fn clock(text: &str) -> Option<(String, usize)> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from.min(bytes.len())..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let length = digits(0);
    let mut hour: u32 = text.get(..length).filter(|_| (1..=2).contains(&length))?.parse().ok()?;
    let mut at = length;
    let mut rest = String::new();
    while rest.len() < 6 && bytes.get(at) == Some(&b':') && digits(at + 1) == 2 && bytes[at + 1] < b'6' {
        rest.push_str(&text[at..at + 3]);
        at += 3;
    }
    let tail = &text[at..];
    let half = tail.trim_start_matches(' ');
    let gap = tail.len() - half.len();
    let found = ["a.m.", "p.m.", "am", "pm"].iter().find_map(|name| {
        let same = half.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        let ends = half.get(name.len()..).is_some_and(|left| !left.starts_with(char::is_alphanumeric));
        (same && ends && gap <= 1).then_some((name.starts_with('p'), name.len()))
    });
    match found {
        Some((late, used)) if (1..=12).contains(&hour) => {
            hour = hour % 12 + if late { 12 } else { 0 };
            at += gap + used;
            if rest.is_empty() {
                rest.push_str(":00");
            }
        }
        // A number alone is no time, and neither is a ratio such as 1:1.
        _ if rest.is_empty()
            || hour > 23
            || bytes.get(at).is_some_and(|next| *next == b':' || next.is_ascii_digit()) =>
        {
            return None;
        }
        _ => {}
    }
    Some((format!("{hour:02}{rest}"), at))
}
