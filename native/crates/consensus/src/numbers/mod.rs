//! Numbers from several sources, made one number.
//!
//! [`agree`] takes statements such as `"1.2 GiB"` or `1250`, puts them into one unit, and gives a location that a
//! minority of wild values cannot move, a spread, an interval, and who stands apart.

mod location;
mod quantity;

pub use location::{Outlier, Settled, median, settle};
pub use quantity::{Kind, Quantity, QuantityError, parse, parse_within};

use std::fmt;

/// Values at most.
pub const MAX_VALUES: usize = 10_000;
/// Bytes of one statement at most.
pub const MAX_STATEMENT: usize = 200;

/// How the number was reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Location {
    /// The middle value. Withstands any wild half.
    Median,
    /// The median of the means of all pairs (Hodges and Lehmann 1963): nearly as sharp as the mean where errors are
    /// ordinary, and withstands 29 % of wild values.
    #[default]
    HodgesLehmann,
    /// Huber's M-estimator (1964) with k = 1.345 and the median absolute deviation for scale.
    Huber,
}

impl Location {
    /// The way in words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Median => "median",
            Self::HodgesLehmann => "hodges-lehmann",
            Self::Huber => "huber",
        }
    }
}

/// Why values were refused.
#[derive(Clone, Debug, PartialEq)]
pub enum NumbersError {
    /// None, or more than [`MAX_VALUES`].
    Count(usize),
    /// A value is not finite.
    NotFinite(usize),
    /// The outlier limit is not a positive number.
    Limit,
    /// There are weights, but not one a value, or one is negative or not a number, or all are 0.
    Weights,
    /// A statement could not be read.
    Statement {
        /// Which, from 0.
        at: usize,
        /// What is wrong with it.
        why: QuantityError,
    },
    /// Statements of two kinds, such as a time and a size.
    Kinds {
        /// The first statement of the other kind.
        at: usize,
        /// Its kind.
        kind: Kind,
        /// The kind of those before.
        expected: Kind,
    },
}

impl fmt::Display for NumbersError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(out, "1 to {MAX_VALUES} values can be settled, not {count}"),
            Self::NotFinite(at) => write!(out, "value {at} is not a finite number"),
            Self::Weights => out.write_str("weights must be none, or one a value, finite, not negative and not all 0"),
            Self::Limit => out.write_str("the outlier limit must be a positive number"),
            Self::Statement { at, why } => write!(out, "statement {at}: {why}"),
            Self::Kinds { at, kind, expected } => {
                write!(out, "statement {at} is a {}, those before are a {}", kind.name(), expected.name())
            }
        }
    }
}

impl std::error::Error for NumbersError {}

/// One number from several statements.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreed {
    /// The number and who stands apart, in the base unit of the kind.
    pub settled: Settled,
    /// What is measured.
    pub kind: Kind,
    /// Each statement in the base unit.
    pub values: Vec<f64>,
}

/// Reads statements with units, puts them into the base unit of their kind (seconds, bytes, …) and settles them. A plain
/// number takes the unit that the others have when all of those have the same one.
///
/// # Errors
/// [`NumbersError`] names the statement and what is wrong.
pub fn agree(statements: &[&str], weights: &[f64], location: Location, limit: f64) -> Result<Agreed, NumbersError> {
    if statements.is_empty() || statements.len() > MAX_VALUES {
        return Err(NumbersError::Count(statements.len()));
    }
    let mut quantities = Vec::with_capacity(statements.len());
    for (at, statement) in statements.iter().enumerate() {
        quantities.push(parse(statement).map_err(|why| NumbersError::Statement { at, why })?);
    }
    let mut united = quantities.iter().filter(|one| one.kind != Kind::Plain);
    let (kind, scale) = match united.next() {
        None => (Kind::Plain, None),
        Some(first) => (first.kind, united.all(|one| one.unit == first.unit).then_some(first)),
    };
    let mut values = Vec::with_capacity(quantities.len());
    for (at, one) in quantities.iter().enumerate() {
        if one.kind == kind {
            values.push(one.value);
        } else if let (Kind::Plain, Some(unit)) = (one.kind, scale) {
            values.push(unit.convert(one.value));
        } else {
            return Err(NumbersError::Kinds { at, kind: one.kind, expected: kind });
        }
    }
    let settled = settle(&values, weights, location, limit)?;
    Ok(Agreed { settled, kind, values })
}
