//! Columns of a CSV text, each different field kept once: the form in which a [`Table`](crate::Table) takes votes.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

/// Named columns of a CSV text.
///
/// ```
/// # use consensus::csv::Columns;
/// let read = Columns::read("item,worker,label\n7,ann,yes\n7,bob,\"no, never\"\n", &["item", "label"])?;
/// assert_eq!(read.names[0], ["7"]);
/// assert_eq!(read.names[1], ["yes", "no, never"]);
/// assert_eq!(read.rows, [0, 0, 0, 1]);
/// # Ok::<_, consensus::csv::CsvError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns<'a> {
    /// The different fields of each column, as they come.
    pub names: Vec<Vec<Cow<'a, str>>>,
    /// For each row the place of its field of each column among `names`.
    pub rows: Vec<u32>,
}

/// Why a CSV text was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CsvError {
    /// The text is of 4 GiB or more.
    TooLong,
    /// The header does not name this column.
    NoColumn {
        /// What was sought.
        column: String,
        /// The header's fields.
        header: Vec<String>,
    },
    /// A record ends before a column that was asked for.
    Short {
        /// Which, from 1, the header and no empty line counted.
        record: usize,
        /// How many fields it has.
        fields: usize,
    },
}

impl fmt::Display for CsvError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => out.write_str("the text is of 4 GiB or more"),
            Self::NoColumn { column, header } => {
                write!(out, "there is no column {column}: the first line is {}", header.join(","))
            }
            Self::Short { record, fields } => write!(out, "record {record} has {fields} fields"),
        }
    }
}

impl std::error::Error for CsvError {}

impl<'a> Columns<'a> {
    /// Reads columns of a text whose first line names them (RFC 4180): fields between commas, which may be in quotes. What
    /// is white around a field is dropped, a quote that does not end at a comma or at the line's end is one sign like
    /// others, and empty lines are passed over. One walk through the text, whatever is in it.
    ///
    /// # Errors
    /// [`CsvError`] says what is wrong.
    pub fn read(text: &'a str, columns: &[&str]) -> Result<Self, CsvError> {
        if u32::try_from(text.len()).is_err() {
            return Err(CsvError::TooLong);
        }
        let mut records = Records { text: text.strip_prefix('\u{feff}').unwrap_or(text), at: 0 };
        let mut fields = Vec::new();
        records.next(&mut fields);
        let place = |column: &&str| {
            fields.iter().position(|field| field == column).ok_or_else(|| CsvError::NoColumn {
                column: (*column).to_owned(),
                header: fields.iter().map(ToString::to_string).collect(),
            })
        };
        let places = columns.iter().map(place).collect::<Result<Vec<_>, _>>()?;
        let mut names: Vec<Names<'a>> = columns.iter().map(|_| Names::default()).collect();
        let mut rows = Vec::new();
        let mut record = 1;
        while records.next(&mut fields) {
            record += 1;
            for (place, names) in places.iter().zip(&mut names) {
                let field = fields.get(*place).ok_or(CsvError::Short { record, fields: fields.len() })?;
                rows.push(names.place(field.clone()));
            }
        }
        Ok(Self { names: names.into_iter().map(|names| names.seen).collect(), rows })
    }
}

/// Whole numbers of more digits are looked for like any other name.
const DIGITS: usize = 6;

/// Different names, numbered as they come.
#[derive(Default)]
struct Names<'a> {
    seen: Vec<Cow<'a, str>>,
    places: HashMap<Cow<'a, str>, u32>,
    /// One more than the place of each name that is a whole number, since most names of public data sets are.
    numbers: Vec<u32>,
}

impl<'a> Names<'a> {
    fn place(&mut self, name: Cow<'a, str>) -> u32 {
        // A text of less than 4 GiB has fewer names.
        #[allow(clippy::cast_possible_truncation)]
        let next = self.seen.len() as u32;
        let place = match number(&name) {
            Some(number) => {
                if number >= self.numbers.len() {
                    self.numbers.resize(number + 1, 0);
                }
                let known = &mut self.numbers[number];
                if *known == 0 {
                    *known = next + 1;
                }
                *known - 1
            }
            None => match self.places.get(&name) {
                Some(place) => *place,
                None => *self.places.entry(name.clone()).or_insert(next),
            },
        };
        if place == next {
            self.seen.push(name);
        }
        place
    }
}

/// The whole number of at most [`DIGITS`] digits that is written just so.
fn number(name: &str) -> Option<usize> {
    let digits = name.as_bytes();
    if digits.is_empty() || digits.len() > DIGITS || (digits[0] == b'0' && digits.len() > 1) {
        return None;
    }
    digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + usize::from(digit - b'0')))
}

/// Walks through a text.
struct Records<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Records<'a> {
    /// Puts the fields of the next record that is not an empty line into `fields`; none: false.
    fn next(&mut self, fields: &mut Vec<Cow<'a, str>>) -> bool {
        loop {
            fields.clear();
            if self.at >= self.text.len() {
                return false;
            }
            loop {
                let (field, end) = field(self.text, self.at);
                fields.push(field);
                self.at = end + 1;
                if self.text.as_bytes().get(end) != Some(&b',') {
                    break;
                }
            }
            if fields.len() > 1 || !fields[0].is_empty() {
                return true;
            }
        }
    }
}

/// The field that begins at a place, and where the comma, the line's end or the text's end is that ends it.
fn field(text: &str, at: usize) -> (Cow<'_, str>, usize) {
    let length = text.as_bytes()[at..].iter().position(|byte| matches!(byte, b',' | b'\n'));
    let end = length.map_or(text.len(), |length| at + length);
    let plain = text[at..end].trim();
    let quoted = if plain.starts_with('"') { quoted(text, at) } else { None };
    quoted.unwrap_or((Cow::Borrowed(plain), end))
}

/// The same for a field in quotes, where they end with the field.
fn quoted(text: &str, at: usize) -> Option<(Cow<'_, str>, usize)> {
    let bytes = text.as_bytes();
    let quote = |from: usize| bytes[from..].iter().position(|byte| *byte == b'"').map(|length| from + length);
    let first = quote(at)? + 1;
    let mut last = quote(first)?;
    let mut doubled = false;
    while bytes.get(last + 1) == Some(&b'"') {
        doubled = true;
        last = quote(last + 2)?;
    }
    let after = text[last + 1..].trim_start_matches(|sign: char| sign.is_whitespace() && sign != '\n');
    let end = text.len() - after.len();
    let inner = &text[first..last];
    let inner = if doubled { Cow::Owned(inner.replace("\"\"", "\"")) } else { Cow::Borrowed(inner) };
    matches!(bytes.get(end), None | Some(b',' | b'\n')).then_some((inner, end))
}
