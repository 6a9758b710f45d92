//! Columns of a CSV text, each different field kept once: the form in which a [`Table`](crate::Table) takes votes.

use csv::{ByteRecord, ReaderBuilder};
use std::collections::HashMap;
use std::fmt;

/// Named columns of a CSV text.
///
/// ```
/// # use consensus::csv::Columns;
/// let read = Columns::read("item,worker,label\n7,ann,yes\n7,bob,\"no, never\"\n", &["item", "label"])?;
/// assert_eq!(read.names[0], ["7".into()]);
/// assert_eq!(read.names[1], ["yes".into(), "no, never".into()]);
/// assert_eq!(read.rows, [0, 0, 0, 1]);
/// # Ok::<_, consensus::csv::CsvError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// The different fields of each column, as they come.
    pub names: Vec<Vec<Box<str>>>,
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
    /// A record ends before a column that was asked for, perhaps as a quote does not end.
    Short {
        /// The line where the record before it ended, from 1: empty ones may come first.
        line: u64,
        /// How many fields it has.
        fields: usize,
    },
    /// It cannot be read at all.
    Unread(String),
}

impl fmt::Display for CsvError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => out.write_str("the text is of 4 GiB or more"),
            Self::NoColumn { column, header } => {
                write!(out, "there is no column {column}: the first line is {}", header.join(","))
            }
            Self::Short { line, fields } => write!(out, "the record at line {line} has {fields} fields"),
            Self::Unread(why) => write!(out, "it cannot be read: {why}"),
        }
    }
}

impl std::error::Error for CsvError {}

impl Columns {
    /// Reads columns of a text whose first line names them (RFC 4180): fields between commas, which may be in quotes. What
    /// is white around a field is dropped, and empty lines are passed over.
    ///
    /// # Errors
    /// [`CsvError`] says what is wrong.
    pub fn read(text: &str, columns: &[&str]) -> Result<Self, CsvError> {
        if u32::try_from(text.len()).is_err() {
            return Err(CsvError::TooLong);
        }
        // Trimming here rather than in the reader, which would make every record twice.
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let unread = |error: csv::Error| CsvError::Unread(error.to_string());
        let header: Vec<String> =
            reader.byte_headers().map_err(unread)?.iter().map(|field| plain(field).to_owned()).collect();
        let place = |column: &&str| {
            header
                .iter()
                .position(|field| field == *column)
                .ok_or_else(|| CsvError::NoColumn { column: (*column).to_owned(), header: header.clone() })
        };
        let places = columns.iter().map(place).collect::<Result<Vec<_>, _>>()?;
        let mut names: Vec<Names> = columns.iter().map(|_| Names::default()).collect();
        let mut rows = Vec::new();
        let mut record = ByteRecord::new();
        while reader.read_byte_record(&mut record).map_err(unread)? {
            // A line of nothing but white.
            if record.len() == 1 && plain(&record[0]).is_empty() {
                continue;
            }
            for (place, names) in places.iter().zip(&mut names) {
                let line = || record.position().map_or(0, csv::Position::line);
                let field = record.get(*place).ok_or_else(|| CsvError::Short { line: line(), fields: record.len() })?;
                rows.push(names.place(plain(field)));
            }
        }
        Ok(Self { names: names.into_iter().map(|names| names.seen).collect(), rows })
    }
}

/// A field of a text, what is white around it dropped. The text is UTF-8 and cut at ASCII signs only.
fn plain(field: &[u8]) -> &str {
    std::str::from_utf8(field).unwrap_or_default().trim()
}

/// Whole numbers of more digits are looked for like any other name.
const DIGITS: usize = 6;

/// Different names, numbered as they come.
#[derive(Default)]
struct Names {
    seen: Vec<Box<str>>,
    places: HashMap<Box<str>, u32>,
    /// One more than the place of each name that is a whole number, since most names of public data sets are.
    numbers: Vec<u32>,
}

impl Names {
    fn place(&mut self, name: &str) -> u32 {
        // A text of less than 4 GiB has fewer names.
        #[allow(clippy::cast_possible_truncation)]
        let next = self.seen.len() as u32;
        let place = match number(name) {
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
            None => match self.places.get(name) {
                Some(place) => *place,
                None => *self.places.entry(name.into()).or_insert(next),
            },
        };
        if place == next {
            self.seen.push(name.into());
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
