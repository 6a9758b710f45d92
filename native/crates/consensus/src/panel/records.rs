//! What a panel is made of and keeps.

/// One member of a panel.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Its name, unique in the panel.
    pub name: String,
    /// What one answer of it costs, in any unit; 1 is usual.
    pub cost: f64,
    /// How often it was right before, 0 to 1; only counts with `past_answers`.
    pub past_accuracy: f64,
    /// How many judged answers that is worth; 0 where nothing is known.
    pub past_answers: f64,
}

impl Profile {
    /// A member of which nothing is known; its answers cost 1.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), cost: 1.0, past_accuracy: 0.5, past_answers: 0.0 }
    }
}

/// A question that the panel answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// How many options it has.
    pub options: u16,
    /// One answer a member, [`u16::MAX`] where it abstains.
    pub answers: Vec<u16>,
    /// The right option, where it is known.
    pub truth: Option<u16>,
    /// How much it counts; fades as later feedback comes.
    pub weight: f64,
}

/// Everything a [`Panel`] is made of, to be kept and restored.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Version of this form, 1.
    pub version: u32,
    /// The members in order.
    pub members: Vec<Profile>,
    /// What earlier feedback keeps of its weight when a new one comes.
    pub decay: f64,
    /// What was seen, oldest first.
    pub records: Vec<Record>,
}
