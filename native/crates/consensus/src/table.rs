use crate::ballots::{Ballots, sorted};
use crate::truth;
use crate::{Answer, DawidSkene, InferError, InferOptions, Inference, Options, OptionsError, Vote, dawid_skene};
use std::collections::HashSet;
use std::fmt;

/// Votes whose names are said once and numbered, as they come cheaply from another language.
///
/// ```
/// # use consensus::Table;
/// let votes = Table::numbered(&["is it up?"], &["a", "b", "c"], &["yes", "no"], &[0, 0, 0, 0, 1, 1, 0, 2, 0])?;
/// assert_eq!(votes.majority()[0].label, "yes");
/// # Ok::<_, consensus::TableError>(())
/// ```
pub struct Table<'a> {
    ballots: Ballots<'a>,
}

/// Why numbered votes were refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableError {
    /// The numbers are not three for each vote.
    Ragged(usize),
    /// A vote has a number that no name has.
    Unnamed {
        /// Which vote, from 0.
        vote: usize,
        /// `item`, `worker` or `label`.
        column: &'static str,
    },
}

impl fmt::Display for TableError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ragged(count) => write!(out, "{count} numbers are not three for each vote"),
            Self::Unnamed { vote, column } => write!(out, "the {column} of vote {vote} has no name"),
        }
    }
}

impl std::error::Error for TableError {}

/// Numbered votes without those that were there before: the same label by the same worker for the same item. Numbers at the
/// end that are no vote stay, so that [`Table::numbered`] refuses them.
///
/// ```
/// let rows = [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1];
/// assert_eq!(consensus::without_repeats(&rows), [0, 0, 0, 0, 1, 0, 0, 0, 1]);
/// ```
#[must_use]
pub fn without_repeats(rows: &[u32]) -> Vec<u32> {
    let (votes, rest) = rows.as_chunks::<3>();
    let mut seen = HashSet::with_capacity(votes.len());
    let mut kept = Vec::with_capacity(rows.len());
    for vote in votes {
        if seen.insert(vote) {
            kept.extend_from_slice(vote);
        }
    }
    kept.extend_from_slice(rest);
    kept
}

impl<'a> Table<'a> {
    /// Votes by name.
    #[must_use]
    pub fn of(votes: &[Vote<'a>]) -> Self {
        Self { ballots: Ballots::read(votes) }
    }

    /// Votes by number: `rows` has an item, a worker and a label for each, by place among the names. A name may be there
    /// twice or have no vote; neither changes anything.
    ///
    /// # Errors
    /// [`TableError`] names what is wrong.
    pub fn numbered(
        items: &[&'a str],
        workers: &[&'a str],
        labels: &[&'a str],
        rows: &[u32],
    ) -> Result<Self, TableError> {
        if !rows.len().is_multiple_of(3) {
            return Err(TableError::Ragged(rows.len()));
        }
        let column = |at: usize, names: &[&'a str], column| {
            let numbers = rows.iter().skip(at).step_by(3).map(|number| *number as usize);
            let numbers: Vec<usize> = numbers.collect();
            match numbers.iter().position(|number| *number >= names.len()) {
                Some(vote) => Err(TableError::Unnamed { vote, column }),
                None => Ok(sorted(names, numbers)),
            }
        };
        let (items, workers) = (column(0, items, "item")?, column(1, workers, "worker")?);
        Ok(Self { ballots: Ballots::of(items, workers, column(2, labels, "label")?) })
    }

    /// See [`majority`](crate::majority).
    #[must_use]
    pub fn majority(&self) -> Vec<Answer<'a>> {
        truth::majority(&self.ballots)
    }

    /// See [`dawid_skene`](crate::dawid_skene()).
    ///
    /// # Errors
    /// [`OptionsError`], likewise.
    pub fn dawid_skene(&self, options: Options) -> Result<DawidSkene<'a>, OptionsError> {
        dawid_skene::of(&self.ballots, options)
    }

    /// See [`infer`](crate::infer).
    ///
    /// # Errors
    /// [`InferError`], likewise.
    pub fn infer(self, options: InferOptions) -> Result<Inference<'a>, InferError> {
        truth::of(self.ballots, options)
    }
}
