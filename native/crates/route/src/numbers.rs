//! Numbers in digits and in words.

use crate::spans::Kind;
use crate::text::Text;

/// Finds numbers: gives the tokens they stand on (from, and to) and what they are.
pub(crate) fn find(text: &Text<'_>, give: &mut impl FnMut(usize, usize, Kind)) {
    let tokens = &text.tokens;
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        let parsed = if token.digits {
            digits(&token.lower).or_else(|| with_unit(&token.lower)).map(|value| (value, at + 1))
        } else {
            words(text, at)
        };
        let Some((mut value, mut to)) = parsed.filter(|(_, to)| !(*to == at + 1 && is_pronoun(text, at))) else {
            at += 1;
            continue;
        };
        let touches = |left: usize, right: usize| matches!((tokens.get(left), tokens.get(right)), (Some(left), Some(right)) if left.end == right.start);
        let mut from = at;
        let mut money = false;
        let mark =
            |at: usize, marks: &[&str]| tokens.get(at).is_some_and(|token| marks.contains(&token.lower.as_str()));
        if token.digits && at > 0 && touches(at - 1, at) {
            if mark(at - 1, &["$", "€", "£", "¥", "₹"]) {
                money = true;
            } else if mark(at - 1, &["-", "\u{2212}"]) && !(at > 1 && touches(at - 2, at - 1)) {
                value = -value;
                from = at - 1;
            }
        }
        if let Some(scale) = tokens.get(to).and_then(|token| scale(&token.lower)).filter(|_| token.digits) {
            value *= scale;
            to += 1;
        }
        let percent = mark(to, &["%"]) && touches(to - 1, to) || mark(to, &["percent", "percentage"]);
        if percent && mark(to, &["%"]) {
            to += 1;
        }
        money |= mark(to, &["dollars", "usd", "euros", "eur", "pounds", "gbp", "dollar", "euro"]);
        give(from, to, Kind::Number { value, percent, money });
        at = to.max(at + 1);
    }
}

/// Whether a "one" is no number but stands for a thing that was named: "find one", "the suitable one", "one way".
fn is_pronoun(text: &Text<'_>, at: usize) -> bool {
    let tokens = &text.tokens;
    let next = tokens.get(at + 1);
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    tokens[at].is("one")
        && (next.is_some_and(|next| matches!(next.lower.as_str(), "way" | "that" | "which" | "who" | "of"))
            || next.is_none_or(|next| next.function || matches!(next.lower.as_str(), "." | "?" | "!" | ","))
                && before.is_some_and(|before| before.is_content() && !before.digits || before.is("the")))
}

/// Whether a token is 1st, 22nd, 3rd or 15th.
pub(crate) fn is_ordinal(lower: &str) -> bool {
    let digits = lower.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && matches!(&lower[digits.len()..], "st" | "nd" | "rd" | "th")
}

/// The number of a day as a word: first, nineteenth, twenty-first.
pub(crate) fn ordinal(lower: &str) -> Option<i32> {
    const DAYS: [&str; 20] = [
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
        "nineteenth",
        "twentieth",
    ];
    if lower == "thirtieth" {
        return Some(30);
    }
    let (tens, word) = match lower.split_once('-') {
        Some(("twenty", word)) => (20, word),
        Some(("thirty", word)) => (30, word),
        Some(_) => return None,
        None => (0, lower),
    };
    let day = i32::try_from(DAYS.iter().position(|day| *day == word)? + 1).ok()?;
    (tens == 0 || day < 10).then_some(tens + day)
}

/// A number in digits, commas between thousands allowed: 1,000 or 2.5 or 40k, or 15th.
fn digits(lower: &str) -> Option<f64> {
    if is_ordinal(lower) {
        return lower[..lower.len() - 2].parse().ok();
    }
    let (body, scale) = match lower.strip_suffix('k') {
        Some(body) => (body, 1e3),
        None => (lower, 1.0),
    };
    if body.len() > 24 || !body.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',') {
        return None;
    }
    let value: f64 = body.replace(',', "").parse().ok()?;
    Some(value * scale)
}

/// A number with its unit written to it: 30km, 512mb, 5h.
fn with_unit(lower: &str) -> Option<f64> {
    let number = lower.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    if number.is_empty() || number.len() > 12 || lower.len() - number.len() > 3 {
        return None;
    }
    digits(number)
}

fn scale(word: &str) -> Option<f64> {
    Some(match word {
        "hundred" => 1e2,
        "thousand" => 1e3,
        "million" => 1e6,
        "billion" => 1e9,
        "trillion" => 1e12,
        _ => return None,
    })
}

/// A number below a hundred in one word.
pub(crate) fn unit(word: &str) -> Option<f64> {
    const UNITS: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    if let Some((tens, units)) = word.split_once('-') {
        return Some(unit(tens).filter(|tens| *tens >= 20.0)? + unit(units).filter(|units| *units < 10.0)?);
    }
    let index = |list: &[&str]| list.iter().position(|listed| *listed == word);
    index(&UNITS).map(|at| at as f64).or_else(|| index(&TENS).map(|at| (at + 2) as f64 * 10.0))
}

/// A number in words from a token on: its value and the token after it.
fn words(text: &Text<'_>, from: usize) -> Option<(f64, usize)> {
    let word = |at: usize| text.tokens.get(at).map(|token| token.lower.as_str());
    if word(from) == Some("dozen") {
        return Some((12.0, from + 1));
    }
    let mut group = unit(word(from)?)?;
    let mut sum = 0.0;
    let mut at = from + 1;
    while let Some(next) = word(at) {
        if let Some(scale) = scale(next) {
            group *= scale;
            if scale > 100.0 {
                sum += group;
                group = 0.0;
            }
        } else if let Some(small) = unit(next).filter(|small| {
            *small < 100.0 && group >= 20.0 && (group % 100.0 < 1.0 || (small < &10.0 && group % 10.0 < 1.0))
        }) {
            group += small;
        } else if let Some(small) = unit(next).filter(|_| sum > 0.0 && group < 1.0) {
            group = small;
        } else if next == "and" && (group >= 100.0 || sum > 0.0) && word(at + 1).and_then(unit).is_some() {
            // "two hundred and five"
        } else {
            break;
        }
        at += 1;
    }
    Some((sum + group, at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn numbers(sentence: &str) -> Vec<f64> {
        let mut numbers = Vec::new();
        find(&Text::read(sentence), &mut |_, _, kind| {
            if let Kind::Number { value, .. } = kind {
                numbers.push(value);
            }
        });
        numbers
    }

    #[test]
    fn digits_and_words_are_numbers() {
        for (sentence, expected) in [
            ("5 or -3 or 2.5", vec![5.0, -3.0, 2.5]),
            ("1,200 and 3 million", vec![1200.0, 3e6]),
            ("twenty-five and forty two", vec![25.0, 42.0]),
            ("two hundred and five", vec![205.0]),
            ("three thousand four hundred", vec![3400.0]),
            ("a dozen eggs at $4.50", vec![12.0, 4.5]),
            ("the 3rd of 40k", vec![3.0, 40_000.0]),
            ("AB12", vec![]),
            ("a one way ticket, find one or the suitable one", vec![]),
            ("one room and one of them, one", vec![1.0, 1.0]),
        ] {
            assert_eq!(numbers(sentence), expected, "{sentence}");
        }
    }

    proptest! {
        #[test]
        fn whole_numbers_are_read_back(number in 0_u32..1_000_000_000) {
            prop_assert_eq!(numbers(&format!("take {number} of them")), vec![f64::from(number)]);
        }
    }
}
