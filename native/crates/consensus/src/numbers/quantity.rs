use super::MAX_STATEMENT;
use std::fmt;

/// What a quantity measures, and its base unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// No unit.
    Plain,
    /// Parts of one: `5 %` is 0.05.
    Share,
    /// Seconds.
    Time,
    /// Bytes.
    Size,
    /// Metres.
    Length,
    /// Grams.
    Mass,
    /// Kelvin.
    Temperature,
    /// Hertz.
    Frequency,
    /// Bytes a second.
    Rate,
    /// Processor cores; `250m` is a quarter of one.
    Cores,
    /// Money, of the currency it names.
    Money([u8; 3]),
}

impl Kind {
    /// The kind in words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain number",
            Self::Share => "share",
            Self::Time => "time",
            Self::Size => "size",
            Self::Length => "length",
            Self::Mass => "mass",
            Self::Temperature => "temperature",
            Self::Frequency => "frequency",
            Self::Rate => "rate",
            Self::Cores => "number of cores",
            Self::Money(_) => "sum of money",
        }
    }

    /// The base unit that values of the kind are given in.
    #[must_use]
    pub fn base(&self) -> &str {
        match self {
            Self::Plain | Self::Share => "",
            Self::Time => "s",
            Self::Size => "B",
            Self::Length => "m",
            Self::Mass => "g",
            Self::Temperature => "K",
            Self::Frequency => "Hz",
            Self::Rate => "B/s",
            Self::Cores => "cores",
            Self::Money(code) => std::str::from_utf8(code).unwrap_or_default(),
        }
    }
}

/// A number with its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity {
    /// In the base unit.
    pub value: f64,
    /// What it measures.
    pub kind: Kind,
    /// How many base units its own unit is, and from where that counts: tells units apart.
    pub unit: (f64, f64),
}

impl Quantity {
    /// A plain number in this quantity's unit, put into the base unit.
    #[must_use]
    pub fn convert(&self, plain: f64) -> f64 {
        plain * self.unit.0 + self.unit.1
    }
}

/// Why a statement is not a quantity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuantityError {
    /// Longer than [`MAX_STATEMENT`] bytes.
    Long,
    /// It does not begin with a number.
    NoNumber,
    /// A unit that is not known.
    Unit(String),
    /// Beyond what a number can hold.
    Range,
}

impl fmt::Display for QuantityError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Long => write!(out, "is longer than {MAX_STATEMENT} bytes"),
            Self::NoNumber => out.write_str("has no number"),
            Self::Unit(unit) => write!(out, "has an unknown unit, {unit}"),
            Self::Range => out.write_str("is out of range"),
        }
    }
}

impl std::error::Error for QuantityError {}

const fn code(name: [u8; 3]) -> Kind {
    Kind::Money(name)
}

/// Unit, kind, base units in one. Case counts only where two units differ by it (`m`/`M`, `b`/`B`).
const UNITS: &[(&str, Kind, f64)] = &[
    ("%", Kind::Share, 0.01),
    ("percent", Kind::Share, 0.01),
    ("ns", Kind::Time, 1e-9),
    ("us", Kind::Time, 1e-6),
    ("µs", Kind::Time, 1e-6),
    ("μs", Kind::Time, 1e-6),
    ("ms", Kind::Time, 1e-3),
    ("msec", Kind::Time, 1e-3),
    ("millisecond", Kind::Time, 1e-3),
    ("s", Kind::Time, 1.0),
    ("sec", Kind::Time, 1.0),
    ("second", Kind::Time, 1.0),
    ("min", Kind::Time, 60.0),
    ("minute", Kind::Time, 60.0),
    ("h", Kind::Time, 3600.0),
    ("hr", Kind::Time, 3600.0),
    ("hour", Kind::Time, 3600.0),
    ("d", Kind::Time, 86_400.0),
    ("day", Kind::Time, 86_400.0),
    ("week", Kind::Time, 604_800.0),
    ("B", Kind::Size, 1.0),
    ("byte", Kind::Size, 1.0),
    ("bit", Kind::Size, 0.125),
    ("kB", Kind::Size, 1e3),
    ("KB", Kind::Size, 1e3),
    ("MB", Kind::Size, 1e6),
    ("GB", Kind::Size, 1e9),
    ("TB", Kind::Size, 1e12),
    ("PB", Kind::Size, 1e15),
    ("Ki", Kind::Size, 1024.0),
    ("Mi", Kind::Size, 1_048_576.0),
    ("Gi", Kind::Size, 1_073_741_824.0),
    ("Ti", Kind::Size, 1_099_511_627_776.0),
    ("KiB", Kind::Size, 1024.0),
    ("MiB", Kind::Size, 1_048_576.0),
    ("GiB", Kind::Size, 1_073_741_824.0),
    ("TiB", Kind::Size, 1_099_511_627_776.0),
    ("B/s", Kind::Rate, 1.0),
    ("kB/s", Kind::Rate, 1e3),
    ("KB/s", Kind::Rate, 1e3),
    ("MB/s", Kind::Rate, 1e6),
    ("GB/s", Kind::Rate, 1e9),
    ("MiB/s", Kind::Rate, 1_048_576.0),
    ("GiB/s", Kind::Rate, 1_073_741_824.0),
    ("kbit/s", Kind::Rate, 125.0),
    ("Mbit/s", Kind::Rate, 125_000.0),
    ("Gbit/s", Kind::Rate, 125_000_000.0),
    ("Mbps", Kind::Rate, 125_000.0),
    ("Gbps", Kind::Rate, 125_000_000.0),
    ("nm", Kind::Length, 1e-9),
    ("mm", Kind::Length, 1e-3),
    ("cm", Kind::Length, 0.01),
    ("m", Kind::Length, 1.0),
    ("km", Kind::Length, 1e3),
    ("metre", Kind::Length, 1.0),
    ("meter", Kind::Length, 1.0),
    ("mile", Kind::Length, 1_609.344),
    ("ft", Kind::Length, 0.3048),
    ("mg", Kind::Mass, 1e-3),
    ("g", Kind::Mass, 1.0),
    ("kg", Kind::Mass, 1e3),
    ("K", Kind::Temperature, 1.0),
    ("Hz", Kind::Frequency, 1.0),
    ("kHz", Kind::Frequency, 1e3),
    ("MHz", Kind::Frequency, 1e6),
    ("GHz", Kind::Frequency, 1e9),
    ("core", Kind::Cores, 1.0),
    ("vcpu", Kind::Cores, 1.0),
    ("cpu", Kind::Cores, 1.0),
    ("millicore", Kind::Cores, 1e-3),
    ("$", code(*b"USD"), 1.0),
    ("dollar", code(*b"USD"), 1.0),
    ("USD", code(*b"USD"), 1.0),
    ("€", code(*b"EUR"), 1.0),
    ("euro", code(*b"EUR"), 1.0),
    ("EUR", code(*b"EUR"), 1.0),
    ("£", code(*b"GBP"), 1.0),
    ("GBP", code(*b"GBP"), 1.0),
];

/// Reads a whole statement as one quantity: `1,250`, `1.2 GiB`, `5 %`, `-3e4 ms`, `$12`, `20 °C`.
///
/// # Errors
/// [`QuantityError`].
pub fn parse(statement: &str) -> Result<Quantity, QuantityError> {
    if statement.len() > MAX_STATEMENT {
        return Err(QuantityError::Long);
    }
    let text = statement.trim().trim_start_matches(['~', '≈']).trim_end_matches('.').trim();
    let (sign, text) = match text.strip_prefix('-').or_else(|| text.strip_prefix('−')) {
        Some(rest) => (-1.0, rest.trim_start()),
        None => (1.0, text),
    };
    let (front, text) = match text.chars().next() {
        Some(sign @ ('$' | '€' | '£')) => (Some(&text[..sign.len_utf8()]), text[sign.len_utf8()..].trim_start()),
        _ => (None, text),
    };
    let (number, rest) = scaled_number(text).ok_or(QuantityError::NoNumber)?;
    let (kind, unit) = match (front, rest.trim()) {
        (Some(front), "") => unit(front)?,
        (None, "") => (Kind::Plain, (1.0, 0.0)),
        (_, name) => unit(name)?,
    };
    let value = sign * number * unit.0 + unit.1;
    if value.is_finite() { Ok(Quantity { value, kind, unit }) } else { Err(QuantityError::Range) }
}

/// The quantity at the start of a text and how many bytes it takes; the unit is taken only where it is one word.
#[must_use]
pub fn parse_within(text: &str) -> Option<(Quantity, usize)> {
    if let Some(sign) = text.chars().next().filter(|sign| matches!(sign, '$' | '€' | '£')) {
        let front = sign.len_utf8();
        let (number, rest) = scaled_number(&text[front..])?;
        let (kind, unit) = unit(&text[..front]).ok()?;
        return Some((Quantity { value: number, kind, unit }, text.len() - rest.len()));
    }
    let (number, rest) = scaled_number(text)?;
    let used = text.len() - rest.len();
    let blank = rest.len() - rest.trim_start_matches(' ').len();
    let word_end = rest[blank..]
        .find(|one: char| !(one.is_alphabetic() || matches!(one, '%' | '°' | '/' | '$' | '€' | '£')))
        .map_or(rest.len(), |end| blank + end);
    let named = (blank <= 1).then(|| unit(&rest[blank..word_end]).ok()).flatten();
    match named.filter(|_| word_end > blank) {
        Some((kind, unit)) => Some((Quantity { value: number * unit.0 + unit.1, kind, unit }, used + word_end)),
        None => Some((Quantity { value: number, kind: Kind::Plain, unit: (1.0, 0.0) }, used)),
    }
}

fn unit(name: &str) -> Result<(Kind, (f64, f64)), QuantityError> {
    match name {
        "°C" | "℃" => return Ok((Kind::Temperature, (1.0, 273.15))),
        "°F" | "℉" => return Ok((Kind::Temperature, (5.0 / 9.0, 459.67 * 5.0 / 9.0))),
        _ => {}
    }
    let exact = UNITS.iter().find(|unit| unit.0 == name);
    let words = || {
        // A long word may be in any case and plural.
        let lower = name.to_lowercase();
        let single = lower.strip_suffix('s').unwrap_or(&lower).to_owned();
        UNITS.iter().find(|unit| unit.0.len() > 2 && (unit.0 == lower || unit.0 == single))
    };
    let found = exact.or_else(words).ok_or_else(|| QuantityError::Unit(name.to_owned()))?;
    Ok((found.1, (found.2, 0.0)))
}

/// Words that multiply the number before them.
const SCALES: &[(&str, f64)] = &[("thousand", 1e3), ("million", 1e6), ("billion", 1e9), ("trillion", 1e12)];

/// A number with what multiplies or divides it: `2 million`, `1.5k`, `3/4`.
fn scaled_number(text: &str) -> Option<(f64, &str)> {
    let (number, rest) = leading_number(text)?;
    if let Some((part, rest)) = fraction(text, number, rest) {
        return Some((part, rest));
    }
    let alone = |rest: &str| !rest.starts_with(|one: char| one.is_alphanumeric() || one == '_');
    if let Some(rest) = rest.strip_prefix('k').filter(|rest| alone(rest) && !rest.starts_with('/')) {
        return Some((number * 1e3, rest));
    }
    let word = rest.strip_prefix(' ').unwrap_or(rest);
    let scaled = SCALES.iter().find_map(|(name, by)| {
        let start = word.get(..name.len())?;
        let rest = &word[start.len()..];
        (start.eq_ignore_ascii_case(name) && alone(rest)).then_some((number * by, rest))
    });
    Some(scaled.unwrap_or((number, rest)))
}

/// A proper fraction in its lowest terms, of a small number: `2/4` rather counts two of four, `24/7` and `1/2024` are
/// something else.
fn fraction<'a>(text: &str, number: f64, rest: &'a str) -> Option<(f64, &'a str)> {
    let whole = text[..text.len() - rest.len()].bytes().all(|byte| byte.is_ascii_digit());
    let (under, rest) = leading_number(rest.strip_prefix('/').filter(|_| whole)?)?;
    let divides = |by: u32| number % f64::from(by) == 0.0 && under % f64::from(by) == 0.0;
    let proper = number >= 1.0 && number < under && under <= 16.0 && under.fract() == 0.0;
    let ends = !rest.starts_with(|one: char| one.is_alphanumeric() || matches!(one, '/' | '_'));
    (proper && ends && !(2..16).any(divides)).then_some((number / under, rest))
}

/// A number and what follows it. `,`, `_` or a thin space in threes group digits.
fn leading_number(text: &str) -> Option<(f64, &str)> {
    let bytes = text.as_bytes();
    let (mut at, mut digits, mut point) = (0, String::new(), false);
    while let Some(&byte) = bytes.get(at) {
        let digit_after = |by: usize| bytes.get(at + by).is_some_and(u8::is_ascii_digit);
        match byte {
            b'0'..=b'9' => digits.push(char::from(byte)),
            b'.' if !point && digit_after(1) => {
                point = true;
                digits.push('.');
            }
            b',' | b'_' if !point && at > 0 && (1..=3).all(digit_after) && !digit_after(4) => {}
            b'e' | b'E' if at > 0 && (digit_after(1) || (digit_after(2) && matches!(bytes[at + 1], b'-' | b'+'))) => {
                // A word that begins with e is not an exponent.
                let sign = usize::from(!digit_after(1));
                let end = bytes[at + 1 + sign..].iter().take_while(|one| one.is_ascii_digit()).count();
                if end > 3 {
                    return None;
                }
                digits.push_str(&text[at..at + 1 + sign + end]);
                at += 1 + sign + end;
                break;
            }
            _ => break,
        }
        at += 1;
    }
    if !digits.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| (number, &text[at..]))
}
