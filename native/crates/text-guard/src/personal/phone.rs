//! Telephone numbers: international (ITU-T E.164) and North American (NANP).

use super::{Found, Text};
use crate::Kind;

/// Country codes with the digits that follow them, fewest and most (national numbering plans as the ITU lists them).
/// Codes that are not here may have what E.164 allows.
const PLANS: [(&str, usize, usize); 44] = [
    ("1", 10, 10),
    ("7", 10, 10),
    ("20", 8, 10),
    ("27", 9, 9),
    ("30", 10, 10),
    ("31", 9, 9),
    ("32", 8, 9),
    ("33", 9, 9),
    ("34", 9, 9),
    ("351", 9, 9),
    ("353", 7, 9),
    ("358", 5, 12),
    ("36", 8, 9),
    ("380", 9, 9),
    ("39", 6, 11),
    ("40", 9, 9),
    ("41", 9, 9),
    ("420", 9, 9),
    ("43", 7, 13),
    ("44", 9, 10),
    ("45", 8, 8),
    ("46", 7, 10),
    ("47", 8, 8),
    ("48", 9, 9),
    ("49", 6, 12),
    ("51", 8, 9),
    ("52", 10, 10),
    ("54", 10, 11),
    ("55", 10, 11),
    ("56", 9, 9),
    ("57", 10, 10),
    ("60", 8, 10),
    ("61", 9, 9),
    ("62", 8, 12),
    ("63", 8, 10),
    ("64", 8, 10),
    ("65", 8, 8),
    ("66", 8, 9),
    ("81", 9, 10),
    ("82", 8, 10),
    ("84", 9, 10),
    ("86", 10, 11),
    ("90", 10, 10),
    ("91", 10, 10),
];

/// First digits of the other codes in use, two digits each (E.164 assigned country codes, zones 2 to 9).
const ZONES: [&str; 20] = [
    "21", "22", "23", "24", "25", "26", "29", "35", "37", "38", "42", "50", "53", "58", "59", "67", "68", "85", "87",
    "88",
];
const MORE_ZONES: [&str; 8] = ["92", "93", "94", "95", "96", "97", "98", "99"];

/// The most digits of E.164, section 6.2.1, and the fewest that are worth masking.
const MOST: usize = 15;
const FEWEST: usize = 8;

/// Digits in groups: each group but the last may be followed by one space, dot or dash, and one may stand in parentheses.
struct Number {
    digits: String,
    /// After each group, how many digits there were and where it ended.
    ends: Vec<(usize, usize)>,
}

fn digits_at(text: &Text<'_>, start: usize) -> Number {
    let mut read = Number { digits: String::new(), ends: Vec::new() };
    let (mut at, mut open, mut in_group) = (start, false, false);
    while let Some(byte) = text.byte(at) {
        match byte {
            b'0'..=b'9' if read.digits.len() <= MOST => {
                let begins = !in_group;
                in_group = true;
                read.digits.push(char::from(byte));
                let place = (read.digits.len(), at + 1);
                match read.ends.last_mut() {
                    Some(last) if !begins => *last = place,
                    _ => read.ends.push(place),
                }
            }
            b'(' if !open => (open, in_group) = (true, false),
            b')' if open => (open, in_group) = (false, false),
            b' ' | b'.' | b'-' if in_group || text.byte(at.wrapping_sub(1)) == Some(b')') => in_group = false,
            _ => break,
        }
        at += 1;
        if at - start > 2 * MOST {
            break;
        }
    }
    read
}

fn ends_here(text: &Text<'_>, end: usize) -> bool {
    let goes_on = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'/' | b':' | b'%');
    let digit_after = text.byte(end + 1).is_some_and(|byte| byte.is_ascii_digit());
    // 1.5 and 10-2 go on behind a dot or a dash.
    !text.byte(end).is_some_and(|byte| goes_on(byte) || (digit_after && matches!(byte, b'.' | b'-')))
}

/// A number after `+`.
pub(super) fn international(text: &Text<'_>, plus: usize) -> Option<Found> {
    if !text.byte(plus + 1).is_some_and(|byte| matches!(byte, b'1'..=b'9')) {
        return None;
    }
    let read = digits_at(text, plus + 1);
    // What follows after a space may be another number: the longest beginning that is a number counts.
    read.ends.iter().rev().find_map(|(length, end)| {
        let digits = read.digits.get(..*length)?;
        let fits = match PLANS.iter().find(|(code, _, _)| digits.starts_with(code)) {
            Some((code, fewest, most)) => (*fewest..=*most).contains(&(digits.len() - code.len())),
            None => {
                (FEWEST..=MOST).contains(&digits.len())
                    && ZONES.iter().chain(&MORE_ZONES).any(|zone| digits.starts_with(zone))
            }
        };
        let found = || Found { kind: Kind::PhoneNumber, start: plus, end: *end };
        (fits && digits.len() >= FEWEST && ends_here(text, *end)).then(found)
    })
}

/// `(212) 555-0123`, `212-555-0123`: three groups, area and exchange beginning with 2 to 9 (NANP, section on formats).
pub(super) fn north_american(text: &Text<'_>, start: usize) -> Option<Found> {
    // Most numbers are none: the area code alone says so.
    let area = start + usize::from(text.byte(start) == Some(b'('));
    if text.run(area, 4, |byte| byte.is_ascii_digit()) - area != 3 {
        return None;
    }
    let read = digits_at(text, start);
    let digits = read.digits.as_bytes();
    // A fourth group is another number.
    let (length, end) = *read.ends.get(2)?;
    let (area, exchange) = (digits.first()?, digits.get(3)?);
    let shape = text.between(start, end);
    let grouped = match shape {
        [b'(', _, _, _, b')', rest @ ..] => {
            rest.strip_prefix(b" ").unwrap_or(rest).get(3).is_some_and(|byte| !byte.is_ascii_digit())
        }
        [_, _, _, first, _, _, _, second, ..] => !first.is_ascii_digit() && first == second,
        _ => false,
    };
    let fits = length == 10 && matches!(area, b'2'..=b'9') && matches!(exchange, b'2'..=b'9');
    (fits && grouped && ends_here(text, end)).then_some(Found { kind: Kind::PhoneNumber, start, end })
}
