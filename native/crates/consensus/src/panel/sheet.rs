//! What a panel answered, as numbers.

use std::fmt;

/// Members of one panel at most.
pub const MAX_MEMBERS: usize = 64;
/// Options of one question at most.
pub const MAX_OPTIONS: usize = 1000;
/// Questions of one sheet at most.
pub const MAX_QUESTIONS: usize = 1_000_000;

pub(super) const ABSTAINS: u16 = u16::MAX;

/// Why a sheet, a panel or a plan was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PanelError {
    /// No members, or more than [`MAX_MEMBERS`].
    Members(usize),
    /// Two members of one name.
    SameName(String),
    /// A question has fewer than 2 or more than [`MAX_OPTIONS`] options.
    Options {
        /// Which question, from 0.
        question: usize,
        /// How many options it was said to have.
        options: usize,
    },
    /// A question has another number of answers than the panel has members.
    Answers {
        /// Which question, from 0.
        question: usize,
        /// How many answers it has.
        answers: usize,
        /// How many members there are.
        members: usize,
    },
    /// An answer or a truth is not one of the options.
    Option {
        /// Which question, from 0.
        question: usize,
        /// The option that was named.
        option: usize,
        /// How many options there are.
        options: usize,
    },
    /// More than [`MAX_QUESTIONS`].
    Questions(usize),
    /// A question that is not on the sheet.
    Unknown(usize),
    /// A number is not what it must be.
    Number(&'static str),
    /// A state that another version wrote, or that was changed by hand.
    State(&'static str),
}

impl fmt::Display for PanelError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Members(count) => write!(out, "a panel has 1 to {MAX_MEMBERS} members, not {count}"),
            Self::SameName(name) => write!(out, "two members are named {name}"),
            Self::Options { question, options } => {
                write!(out, "question {question} has {options} options; it must have 2 to {MAX_OPTIONS}")
            }
            Self::Answers { question, answers, members } => {
                write!(out, "question {question} has {answers} answers; the panel has {members} members")
            }
            Self::Option { question, option, options } => {
                write!(
                    out,
                    "question {question} has {options} options, counted from 0; there is none numbered {option}"
                )
            }
            Self::Questions(count) => write!(out, "{count} questions are too many; {MAX_QUESTIONS} at most"),
            Self::Unknown(question) => write!(out, "there is no question {question}"),
            Self::Number(what) => out.write_str(what),
            Self::State(what) => write!(out, "the state cannot be read: {what}"),
        }
    }
}

impl std::error::Error for PanelError {}

/// Questions with the answer of each member: an option, counted from 0, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    members: usize,
    options: Vec<u16>,
    answers: Vec<u16>,
}

impl Sheet {
    /// An empty sheet for that many members.
    ///
    /// # Errors
    /// [`PanelError::Members`].
    pub fn new(members: usize) -> Result<Self, PanelError> {
        if members == 0 || members > MAX_MEMBERS {
            return Err(PanelError::Members(members));
        }
        Ok(Self { members, ..Self::default() })
    }

    /// Adds a question with that many options and one answer a member; `None` abstains.
    ///
    /// # Errors
    /// [`PanelError`] names the question and what is wrong; the sheet stays as it was.
    pub fn push(&mut self, options: usize, answers: &[Option<usize>]) -> Result<(), PanelError> {
        let question = self.len();
        if question >= MAX_QUESTIONS {
            return Err(PanelError::Questions(question + 1));
        }
        if answers.len() != self.members {
            return Err(PanelError::Answers { question, answers: answers.len(), members: self.members });
        }
        let Some(count) = u16::try_from(options).ok().filter(|_| (2..=MAX_OPTIONS).contains(&options)) else {
            return Err(PanelError::Options { question, options });
        };
        if let Some(option) = answers.iter().flatten().copied().find(|option| *option >= options) {
            return Err(PanelError::Option { question, option, options });
        }
        self.options.push(count);
        let numbers = answers.iter().map(|answer| answer.and_then(|one| u16::try_from(one).ok()).unwrap_or(ABSTAINS));
        self.answers.extend(numbers);
        Ok(())
    }

    /// How many questions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.options.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.options.is_empty()
    }

    /// How many members.
    #[must_use]
    pub fn members(&self) -> usize {
        self.members
    }

    pub(super) fn options(&self, question: usize) -> u16 {
        self.options[question]
    }

    pub(super) fn answers(&self, question: usize) -> &[u16] {
        &self.answers[question * self.members..(question + 1) * self.members]
    }
}
