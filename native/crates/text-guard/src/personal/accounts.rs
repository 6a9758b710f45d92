//! Numbers of cards, bank accounts and persons that carry a check.

use super::{Found, Text};
use crate::Kind;

/// A card number of digits alone.
pub(super) fn card_number(text: &Text<'_>, start: usize) -> Option<Found> {
    let end = text.run(start, 20, |byte| byte.is_ascii_digit());
    is_card(text.between(start, end)).then_some(Found { kind: Kind::CardNumber, start, end })
}

/// A card number, its groups parted by single spaces or single dashes.
pub(super) fn card(text: &Text<'_>, start: usize) -> Option<Found> {
    let first = text.run(start, 20, |byte| byte.is_ascii_digit());
    let separator = text.byte(first).filter(|byte| matches!(byte, b' ' | b'-'));
    // Cards are written in fours, those of fifteen digits in 4-6-5.
    let grouped = first - start == 4 && separator.is_some();
    if !grouped && !(13..=19).contains(&(first - start)) {
        return None;
    }
    let (mut digits, mut end) = (text.between(start, first).to_vec(), first);
    while grouped && digits.len() < 19 && text.byte(end) == separator {
        let next = text.run(end + 1, 7, |byte| byte.is_ascii_digit());
        if next == end + 1 || next - end > 7 {
            break;
        }
        digits.extend_from_slice(text.between(end + 1, next));
        end = next;
    }
    let goes_on = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (is_card(&digits) && !text.byte(end).is_some_and(goes_on)).then_some(Found { kind: Kind::CardNumber, start, end })
}

/// Ranges and lengths of the issuers (ISO/IEC 7812), and Luhn's check digit.
fn is_card(digits: &[u8]) -> bool {
    let head = |length: usize| {
        digits.iter().take(length).fold(0_u32, |number, digit| number * 10 + u32::from(digit.wrapping_sub(b'0')))
    };
    let (two, three, four) = (head(2), head(3), head(4));
    let length = digits.len();
    let known = match two {
        40..=49 => matches!(length, 13 | 16 | 19),
        34 | 37 => length == 15,
        51..=55 => length == 16,
        22..=27 => length == 16 && (2221..=2720).contains(&four),
        30 | 36 | 38 | 39 => length == 14 && (two != 30 || three <= 305),
        35 => (16..=19).contains(&length) && (3528..=3589).contains(&four),
        60 | 64 | 65 => (16..=19).contains(&length) && (four == 6011 || (644..=649).contains(&three) || two == 65),
        62 => (16..=19).contains(&length),
        _ => false,
    };
    known && passes_luhn(digits)
}

/// ISO/IEC 7812-1, annex B.
fn passes_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit.wrapping_sub(b'0')) << (place % 2);
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Lengths by country (the registry of ISO 13616).
const IBANS: [(&[u8; 2], usize); 78] = [
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BR", 29),
    (b"BY", 28),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"NL", 18),
    (b"NO", 15),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"SA", 24),
    (b"SC", 31),
    (b"SD", 18),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"ST", 25),
    (b"SV", 28),
    (b"TL", 23),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
];

/// An IBAN, as one word or in groups of four.
pub(super) fn iban(text: &Text<'_>, start: usize) -> Option<Found> {
    let country = text.between(start, start + 2);
    let (_, length) = IBANS.iter().find(|(code, _)| *code == country)?;
    let (mut letters, mut end, mut grouped) = (Vec::with_capacity(*length), start, true);
    while letters.len() < *length {
        match text.byte(end)? {
            byte if byte.is_ascii_uppercase() || byte.is_ascii_digit() => letters.push(byte),
            b' ' if grouped && letters.len().is_multiple_of(4) && text.byte(end.wrapping_sub(1)) != Some(b' ') => {}
            _ => return None,
        }
        // Written without a space after its first four it has none later.
        grouped &= letters.len() != 5 || end - start == 5;
        end += 1;
    }
    let whole = !text.byte(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (whole && passes_97(&letters)).then_some(Found { kind: Kind::Iban, start, end })
}

/// ISO 7064, MOD 97-10, the first four letters moved to the end.
fn passes_97(letters: &[u8]) -> bool {
    let (head, body) = letters.split_at(letters.len().min(4));
    let digits_after_country = head.get(2..).is_some_and(|check| check.iter().all(u8::is_ascii_digit));
    let rest = body.iter().chain(head).fold(0_u32, |rest, letter| match letter {
        b'0'..=b'9' => (rest * 10 + u32::from(letter - b'0')) % 97,
        _ => (rest * 100 + u32::from(letter.wrapping_sub(b'A')) + 10) % 97,
    });
    digits_after_country && rest == 1
}

/// `AAA-GG-SSSS`; numbers that were never given out are none (Social Security Administration, POMS RM 10201.035).
pub(super) fn ssn(text: &Text<'_>, start: usize) -> Option<Found> {
    let end = start + 11;
    let shape = text.between(start, end);
    let fits = shape.len() == 11
        && shape
            .iter()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 3 | 6) { *byte == b'-' } else { byte.is_ascii_digit() });
    let given = !matches!(shape, [b'0', b'0', b'0', ..] | [b'6', b'6', b'6', ..] | [b'9', ..])
        && shape.get(4..6) != Some(b"00")
        && shape.get(7..) != Some(b"0000");
    let goes_on = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (fits && given && !text.byte(end).is_some_and(goes_on)).then_some(Found { kind: Kind::UsSsn, start, end })
}
