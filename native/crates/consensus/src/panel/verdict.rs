//! What a panel says, and what is believed of it.

use super::judge::{Bench, Judge, worth};
use super::records::Record;
use super::sheet::ABSTAINS;

/// Questions that a portrait looks at.
const LOOKED_AT: usize = 1_000;

/// How a verdict was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// All that answered agree.
    Unanimous,
    /// The weighed votes and the count of votes agree.
    Weighed,
    /// The weighed votes go against what most say.
    AgainstMajority,
    /// Nobody answered.
    NoAnswer,
}

impl Reached {
    /// In a word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unanimous => "unanimous",
            Self::Weighed => "weighed",
            Self::AgainstMajority => "against-majority",
            Self::NoAnswer => "no-answer",
        }
    }
}

/// One option that was named.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The option, from 0.
    pub option: usize,
    /// How likely it is right.
    pub probability: f64,
    /// Who names it.
    pub members: Vec<usize>,
}

/// The panel's answer to one question.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The likeliest of the options that were named, or what the best member says where that is nearly as likely; none
    /// where nobody answered.
    pub answer: Option<usize>,
    /// How likely it is right, 0 to 1.
    pub confidence: f64,
    /// How likely it is that no member named the right option.
    pub none: f64,
    /// Every option that was named, the answer first, then the likeliest: who dissents stands in the later ones.
    pub standings: Vec<Standing>,
    /// Who did not answer.
    pub abstained: Vec<usize>,
    /// How it was reached.
    pub reached: Reached,
}

/// What is believed of one member.
#[derive(Clone, Debug, PartialEq)]
pub struct Likeness {
    /// Its name.
    pub name: String,
    /// How often it knows the answer, guesses aside. Of a panel of more than eight the members that are not followed keep what
    /// they looked like when they were left out.
    pub knows: f64,
    /// How often its answers are right, over what was seen.
    pub accuracy: f64,
    /// How often it gives no answer.
    pub abstains: f64,
    /// What its vote alone is worth against one other option among ten, in logs of the odds.
    pub weight: f64,
}

/// What is believed of a panel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Portrait {
    /// In the order of the profiles.
    pub members: Vec<Likeness>,
    /// How many members with independent errors would be as much as these: n / (1 + (n − 1) ρ) (Kish 1965).
    pub effective_votes: f64,
    /// ρ, the mean correlation of two members being right.
    pub correlation: f64,
    /// How many judged answers it rests on.
    pub judged: usize,
}

impl Portrait {
    pub(super) fn of(judge: &Judge, names: &[&str], records: &[Record]) -> Self {
        let members = names.len();
        let step = records.len().div_ceil(LOOKED_AT).max(1);
        let mut bench = Bench::default();
        let (mut right, mut spoke, mut seen) = (vec![0.0; members], vec![0.0; members], 0.0_f64);
        let mut both = vec![0.0; members * members];
        for record in records.iter().step_by(step) {
            seen += 1.0;
            judge.judge(record.options, &record.answers, &mut bench);
            let chance = |member: usize| match (record.answers[member], record.truth) {
                (ABSTAINS, _) => 0.0,
                (answer, Some(truth)) => f64::from(u8::from(answer == truth)),
                (answer, None) => bench.chance(answer),
            };
            for a in 0..members {
                right[a] += chance(a);
                spoke[a] += f64::from(u8::from(record.answers[a] != ABSTAINS));
                for b in 0..a {
                    if record.answers[a] == record.answers[b] {
                        both[a * members + b] += chance(a);
                    }
                }
            }
        }
        let (mut sum, mut pairs) = (0.0, 0.0);
        for a in 0..members {
            for b in 0..a {
                let (p, q) = (right[a] / seen.max(1.0), right[b] / seen.max(1.0));
                let spread = (p * (1.0 - p) * q * (1.0 - q)).sqrt();
                if spread > 1e-6 {
                    sum += ((both[a * members + b] / seen - p * q) / spread).clamp(-1.0, 1.0);
                    pairs += 1.0;
                }
            }
        }
        let correlation: f64 = if pairs > 0.0 { sum / pairs } else { 0.0 };
        let (count, knows) = (members as f64, judge.knows());
        let likeness = |(member, name): (usize, &&str)| Likeness {
            name: (*name).to_owned(),
            knows: knows[member],
            accuracy: if spoke[member] > 0.0 { right[member] / spoke[member] } else { knows[member] },
            abstains: if seen > 0.0 { 1.0 - spoke[member] / seen } else { 0.0 },
            weight: worth(knows[member], 10),
        };
        Self {
            members: names.iter().enumerate().map(likeness).collect(),
            effective_votes: count / (1.0 + (count - 1.0) * correlation.max(0.0)),
            correlation,
            judged: records.iter().filter(|record| record.truth.is_some()).count(),
        }
    }
}
