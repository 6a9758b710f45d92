//! Dates, times of day and lengths of time in words and figures.

use crate::numbers;
use crate::spans::Kind;
use crate::text::Text;
use jiff::{Span, civil};

/// Finds them: gives the tokens they stand on (from, and to) and what they are. Words such as `tomorrow` are dates
/// only where the present moment is given. 3/4/2024 is read month first unless that is no date.
pub(crate) fn find(text: &Text<'_>, now: Option<civil::DateTime>, give: &mut impl FnMut(usize, usize, Kind)) {
    let mut at = 0;
    while at < text.tokens.len() {
        let found = date(text, at)
            .or_else(|| relative(text, at, now))
            .map(|(date, to)| (Kind::Date(date), to))
            .or_else(|| day(text, at, now))
            .or_else(|| time(text, at).or_else(|| time_in_words(text, at)).map(|(time, to)| (Kind::Time(time), to)));
        if let Some((kind, to)) = found {
            give(at, to, kind);
            at = to.max(at + 1);
        } else {
            at += 1;
        }
    }
    numbers::find(text, &mut |from, to, kind| {
        let Kind::Number { value, .. } = kind else { return };
        if let Some(unit) = text.tokens.get(to).and_then(|token| unit_seconds(&token.lower)) {
            give(from, to + 1, Kind::Duration { amount: value, unit });
        }
    });
}

/// The seconds of a unit of time; a month counts 30 days, a year 365.
pub(crate) fn unit_seconds(word: &str) -> Option<f64> {
    Some(match word {
        "millisecond" | "milliseconds" | "ms" => 0.001,
        "second" | "seconds" | "sec" | "secs" => 1.0,
        "minute" | "minutes" | "min" | "mins" => 60.0,
        "hour" | "hours" | "hr" | "hrs" => 3_600.0,
        "day" | "days" => 86_400.0,
        "week" | "weeks" => 604_800.0,
        "month" | "months" => 2_592_000.0,
        "year" | "years" | "yr" | "yrs" => 31_536_000.0,
        _ => return None,
    })
}

fn month(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let whole = word.trim_end_matches('.');
    let at = MONTHS.iter().position(|month| {
        *month == whole || (whole.len() == 3 && month.starts_with(whole)) || (whole == "sept" && *month == "september")
    })?;
    i8::try_from(at + 1).ok()
}

fn weekday(word: &str) -> Option<civil::Weekday> {
    use civil::Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
    Some(match word {
        "monday" => Monday,
        "tuesday" => Tuesday,
        "wednesday" => Wednesday,
        "thursday" => Thursday,
        "friday" => Friday,
        "saturday" => Saturday,
        "sunday" => Sunday,
        _ => return None,
    })
}

fn number(text: &Text<'_>, at: usize) -> Option<i32> {
    let token = text.tokens.get(at)?;
    if let Some(ordinal) = numbers::ordinal(&token.lower) {
        return Some(ordinal);
    }
    let digits = if numbers::is_ordinal(&token.lower) { &token.lower[..token.lower.len() - 2] } else { &token.lower };
    if digits.len() > 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

fn civil(year: i32, month: i32, day: i32) -> Option<civil::Date> {
    civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A date with its year.
fn date(text: &Text<'_>, at: usize) -> Option<(civil::Date, usize)> {
    let token = text.tokens.get(at)?;
    let is = |at: usize, mark: &str| text.tokens.get(at).is_some_and(|token| token.is(mark));
    // 2024-05-01, one token, and 2024-05-01T10:00, whose time is read after it.
    let iso =
        token.lower.get(..10).filter(|_| token.lower.len() == 10 || token.lower.as_bytes().get(10) == Some(&b't'));
    if let Some(iso) = iso
        && let Ok(date) = iso.parse::<civil::Date>()
    {
        return Some((date, at + 1));
    }
    let parts: Vec<&str> = token.lower.split('-').collect();
    if let [one, two, year] = parts[..]
        && year.len() == 4
        && let (Ok(one), Ok(two), Ok(year)) = (one.parse::<i32>(), two.parse::<i32>(), year.parse::<i32>())
    {
        return Some((civil(year, one, two).or_else(|| civil(year, two, one))?, at + 1));
    }
    if is(at + 1, "/") && is(at + 3, "/") {
        let (one, two, three) = (number(text, at)?, number(text, at + 2)?, number(text, at + 4)?);
        let date = if token.lower.len() == 4 {
            civil(one, two, three)
        } else {
            let year = if text.tokens[at + 4].lower.len() == 2 { 2000 + three } else { three };
            civil(year, one, two).or_else(|| civil(year, two, one))
        };
        return date.map(|date| (date, at + 5));
    }
    if let Some(month) = month(&token.lower) {
        // May 1st, 2024
        let day = number(text, at + 1)?;
        let year_at = if is(at + 2, ",") || is(at + 2, "of") { at + 3 } else { at + 2 };
        let year = number(text, year_at).filter(|_| text.tokens[year_at].lower.len() == 4)?;
        return civil(year, i32::from(month), day).map(|date| (date, year_at + 1));
    }
    // 1st (of) May(,) 2024
    let day = number(text, at)?;
    let month_at = if is(at + 1, "of") { at + 2 } else { at + 1 };
    let month = month(&text.tokens.get(month_at)?.lower)?;
    let year_at = if is(month_at + 1, ",") || is(month_at + 1, "of") { month_at + 2 } else { month_at + 1 };
    let year = number(text, year_at).filter(|_| text.tokens[year_at].lower.len() == 4)?;
    civil(year, i32::from(month), day).map(|date| (date, year_at + 1))
}

/// A day without its year: with the present moment the next such date, else a day as it is said. Names of relative
/// days are days too.
fn day(text: &Text<'_>, at: usize, now: Option<civil::DateTime>) -> Option<(Kind, usize)> {
    let word = |at: usize| text.tokens.get(at).map_or("", |token| token.lower.as_str());
    let of_month = |month: usize, at: usize| -> Option<(i32, i32)> {
        let day = number(text, at).filter(|day| (1..=31).contains(day))?;
        // "you may first look"
        let verb = word(month) == "may" && !text.tokens[month].capital && numbers::ordinal(word(at)).is_some();
        Some((i32::from(self::month(word(month))?), day)).filter(|_| !verb)
    };
    let (found, to) = if let Some(found) = of_month(at, at + 1) {
        (Some(found), at + 2)
    } else if let Some(found) = of_month(at + 1, at) {
        (Some(found), at + 2)
    } else if let Some(found) = of_month(at + 2, at).filter(|_| word(at + 1) == "of") {
        (Some(found), at + 3)
    } else {
        (None, at)
    };
    if let Some((month, day)) = found {
        let next = |today: civil::Date| {
            let this = civil(i32::from(today.year()), month, day)?;
            if this < today { civil(i32::from(today.year()) + 1, month, day) } else { Some(this) }
        };
        let kind = now.and_then(|now| next(now.date())).map_or(Kind::Day, Kind::Date);
        return Some((kind, to));
    }
    let ordinal = text.tokens.get(at).is_some_and(|token| numbers::is_ordinal(&token.lower));
    if ordinal && word(at + 1) == "of" && matches!(word(at + 2), "this" | "next" | "last") && word(at + 3) == "month" {
        return Some((Kind::Day, at + 4));
    }
    let to = match (word(at), word(at + 1)) {
        (first, "next" | "this" | "last") if weekday(first).is_some() && word(at + 2) == "week" => at + 3,
        ("today" | "tonight" | "tomorrow" | "yesterday", _) => at + 1,
        ("next" | "this" | "last", second) if weekday(second).is_some() => at + 2,
        ("next" | "this" | "last", "week" | "weekend" | "month" | "year" | "quarter") => at + 2,
        (first, _) if weekday(first).is_some() => at + 1,
        _ => return None,
    };
    Some((Kind::Day, to))
}

/// A date that the present moment tells.
fn relative(text: &Text<'_>, at: usize, now: Option<civil::DateTime>) -> Option<(civil::Date, usize)> {
    let today = now?.date();
    let word = |at: usize| text.tokens.get(at).map_or("", |token| token.lower.as_str());
    let after = |days: i64| today.checked_add(Span::new().try_days(days).ok()?).ok();
    // Amounts read from a sentence; what is beyond a date is refused by jiff.
    #[allow(clippy::cast_possible_truncation)]
    let seconds_to_days = |seconds: f64| (seconds / 86_400.0) as i64;
    match word(at) {
        "today" | "tonight" => Some((today, at + 1)),
        "tomorrow" => Some((after(1)?, at + 1)),
        "yesterday" => Some((after(-1)?, at + 1)),
        "day" if word(at + 1) == "after" && word(at + 2) == "tomorrow" => Some((after(2)?, at + 3)),
        "day" if word(at + 1) == "before" && word(at + 2) == "yesterday" => Some((after(-2)?, at + 3)),
        "in" | "within" => {
            let amount = f64::from(number(text, at + 1)?);
            let unit = unit_seconds(word(at + 2)).filter(|unit| *unit >= 86_400.0 && word(at) == "in")?;
            Some((moved(today, word(at + 2), amount).or_else(|| after(seconds_to_days(amount * unit)))?, at + 3))
        }
        "next" | "this" | "on" | "last" => {
            let weekday = weekday(word(at + 1))?;
            let date = if word(at) == "last" { today.nth_weekday(-1, weekday) } else { today.nth_weekday(1, weekday) };
            Some((date.ok()?, at + 2))
        }
        _ => {
            let amount = f64::from(number(text, at)?);
            let unit = unit_seconds(word(at + 1)).filter(|unit| *unit >= 86_400.0 && word(at + 2) == "ago")?;
            Some((moved(today, word(at + 1), -amount).or_else(|| after(seconds_to_days(-amount * unit)))?, at + 3))
        }
    }
}

/// A date some months or years away, where those are the units.
#[allow(clippy::cast_possible_truncation)] // months that a sentence names
fn moved(today: civil::Date, unit: &str, amount: f64) -> Option<civil::Date> {
    let amount = amount as i64;
    let span = match unit {
        "month" | "months" => Span::new().try_months(amount).ok()?,
        "year" | "years" => Span::new().try_years(amount).ok()?,
        _ => return None,
    };
    today.checked_add(span).ok()
}

/// 18:30, 6:30 pm, 6 pm, 6 p.m., noon, midnight.
fn time(text: &Text<'_>, at: usize) -> Option<(civil::Time, usize)> {
    let word = |at: usize| text.tokens.get(at).map_or("", |token| token.lower.as_str());
    match word(at) {
        "noon" => return civil::Time::new(12, 0, 0, 0).ok().map(|time| (time, at + 1)),
        "midnight" => return civil::Time::new(0, 0, 0, 0).ok().map(|time| (time, at + 1)),
        _ => {}
    }
    let token = text.tokens.get(at)?;
    // 6pm, written together; T10:00 after a date
    let attached = token
        .lower
        .strip_suffix("pm")
        .map(|hour| (hour, true))
        .or_else(|| token.lower.strip_suffix("am").map(|hour| (hour, false)));
    let (hour, mut half) = match attached {
        Some((hour, afternoon)) => (hour.parse::<i8>().ok()?, Some(afternoon)),
        None => (i8::try_from(number(text, at)?).ok().filter(|_| token.lower.len() <= 2)?, None),
    };
    let mut to = at + 1;
    let mut clock = false;
    let (mut minute, mut second) = (0_i8, 0_i8);
    if half.is_none() && word(to) == ":" {
        let next = word(to + 1);
        let (digits, suffix) = next.split_at_checked(2)?;
        minute = digits.parse().ok()?;
        half = match suffix {
            "" => None,
            "am" => Some(false),
            "pm" => Some(true),
            _ => return None,
        };
        to += 2;
        clock = true;
        if word(to) == ":" && word(to + 1).len() == 2 {
            second = word(to + 1).parse().ok()?;
            to += 2;
        }
    }
    if half.is_none() {
        (half, to) = half_of_day(text, to).map_or((None, to), |(half, to)| (Some(half), to));
    }
    if half.is_none() && !clock {
        return None;
    }
    clock_time(hour, minute, second, half).map(|time| (time, to))
}

/// Of an hour with the half of the day, where that is said.
fn clock_time(hour: i8, minute: i8, second: i8, half: Option<bool>) -> Option<civil::Time> {
    let hour = match half {
        Some(true) if (1..12).contains(&hour) => hour + 12,
        Some(false) if hour == 12 => 0,
        Some(_) if hour > 12 || hour == 0 => return None,
        _ => hour,
    };
    civil::Time::new(hour, minute, second, 0).ok()
}

/// The half of the day that is written at a token, and the token after it.
fn half_of_day(text: &Text<'_>, at: usize) -> Option<(bool, usize)> {
    let word = |at: usize| text.tokens.get(at).map_or("", |token| token.lower.as_str());
    match (word(at), word(at + 1), word(at + 2)) {
        ("am", ..) => Some((false, at + 1)),
        ("pm", ..) => Some((true, at + 1)),
        ("a", ".", "m") => Some((false, at + 3)),
        ("p", ".", "m") => Some((true, at + 3)),
        _ => None,
    }
}

/// Nine am, six thirty pm, eight forty five pm, eight o'clock.
fn time_in_words(text: &Text<'_>, at: usize) -> Option<(civil::Time, usize)> {
    let word = |at: usize| text.tokens.get(at).map_or("", |token| token.lower.as_str());
    let number = |at: usize| numbers::unit(word(at)).filter(|number| *number < 60.0);
    #[allow(clippy::cast_possible_truncation)] // below 60
    let small = |number: f64| number as i8;
    let hour = number(at).map(small).filter(|hour| (1..=12).contains(hour))?;
    if word(at + 1) == "o'clock" {
        let (half, to) = half_of_day(text, at + 2).map_or((None, at + 2), |(half, to)| (Some(half), to));
        return clock_time(hour, 0, 0, half).map(|time| (time, to));
    }
    let (minute, to) = match (number(at + 1), number(at + 2)) {
        (Some(tens), Some(units)) if tens >= 20.0 && tens % 10.0 == 0.0 && units < 10.0 => (tens + units, at + 3),
        (Some(minute), _) if minute >= 10.0 => (minute, at + 2),
        _ => (0.0, at + 1),
    };
    let (half, to) = half_of_day(text, to)?;
    // "the nine am I to meet"
    let verb = word(to - 1) == "am" && matches!(word(to), "i" | "not");
    if verb { None } else { clock_time(hour, small(minute), 0, Some(half)).map(|time| (time, to)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(sentence: &str) -> Vec<String> {
        let mut found = Vec::new();
        let now = civil::date(2026, 11, 22).at(9, 0, 0, 0);
        find(&Text::read(sentence), Some(now), &mut |_, _, kind| {
            found.push(match kind {
                Kind::Date(date) => date.to_string(),
                Kind::Time(time) => time.to_string(),
                Kind::Duration { amount, unit } => format!("{}s", amount * unit),
                other => format!("{other:?}"),
            });
        });
        found
    }

    #[test]
    fn dates_times_and_lengths_are_read() {
        for (sentence, expected) in [
            ("on 2024-05-01.", "2024-05-01"),
            ("on May 1st, 2024 at 6:30 pm", "2024-05-01 18:30:00"),
            ("the 1st of May 2024", "2024-05-01"),
            ("on 5/13/2024 and 13/5/2024", "2024-05-13 2024-05-13"),
            ("31 December 2023 at noon", "2023-12-31 12:00:00"),
            ("today, tomorrow, yesterday", "2026-11-22 2026-11-23 2026-11-21"),
            ("next Monday or in 2 weeks", "2026-11-23 2026-12-06 1209600s"),
            ("3 days ago", "2026-11-19 259200s"),
            ("for ninety minutes", "5400s"),
            ("at 6pm or 07:05", "18:00:00 07:05:00"),
            ("May 5 or the 3rd of June", "2027-05-05 2027-06-03"),
            ("this weekend", "Day"),
            ("30/30/2024", ""),
            ("nine am, six thirty p.m., eight forty five am", "09:00:00 18:30:00 08:45:00"),
            ("at eight o'clock or twelve pm", "08:00:00 12:00:00"),
            ("which of the nine am I, the five", ""),
            ("june fourteenth or the twenty-first of March 2027", "2027-06-14 2027-03-21"),
            ("the second one, and you may first look", ""),
        ] {
            assert_eq!(found(sentence).join(" "), expected, "{sentence}");
        }
    }

    proptest! {
        #[test]
        fn a_written_date_is_read_back(year in 1800_i16..2200, month in 1_i8..13, day in 1_i8..29) {
            let date = civil::date(year, month, day);
            prop_assert_eq!(found(&format!("before {date}?")), vec![date.to_string()]);
            let long = date.strftime("%B %d, %Y").to_string();
            prop_assert_eq!(found(&long), vec![date.to_string()]);
        }

        #[test]
        fn any_text_is_read(sentence in "[0-9a-z:/., -]{0,60}") {
            found(&sentence);
        }
    }
}
