//! Panels of language models.

use crate::{read, write};
use ::consensus::panel as core;
use napi::{Error, Result, Status};
use napi_derive::napi;
use serde::{Deserialize, Serialize};

fn refused(error: core::PanelError) -> Error {
    Error::new(Status::InvalidArg, error.to_string())
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Profile {
    name: String,
    #[serde(default = "one")]
    cost: f64,
    #[serde(default = "half")]
    past_accuracy: f64,
    #[serde(default)]
    past_answers: f64,
}

fn one() -> f64 {
    1.0
}

fn half() -> f64 {
    0.5
}

impl From<Profile> for core::Profile {
    fn from(Profile { name, cost, past_accuracy, past_answers }: Profile) -> Self {
        Self { name, cost, past_accuracy, past_answers }
    }
}

impl From<&core::Profile> for Profile {
    fn from(from: &core::Profile) -> Self {
        Self {
            name: from.name.clone(),
            cost: from.cost,
            past_accuracy: from.past_accuracy,
            past_answers: from.past_answers,
        }
    }
}

#[derive(Deserialize)]
struct Question {
    options: usize,
    answers: Vec<Option<usize>>,
}

fn sheet(members: usize, questions: &[Question]) -> Result<core::Sheet> {
    let mut sheet = core::Sheet::new(members).map_err(refused)?;
    for question in questions {
        sheet.push(question.options, &question.answers).map_err(refused)?;
    }
    Ok(sheet)
}

#[derive(Serialize)]
struct Standing {
    option: usize,
    probability: f64,
    members: Vec<usize>,
}

#[derive(Serialize)]
struct Verdict {
    answer: Option<usize>,
    confidence: f64,
    none: f64,
    standings: Vec<Standing>,
    abstained: Vec<usize>,
    reached: &'static str,
}

impl From<core::Verdict> for Verdict {
    fn from(from: core::Verdict) -> Self {
        let standing = |core::Standing { option, probability, members }| Standing { option, probability, members };
        Self {
            answer: from.answer,
            confidence: from.confidence,
            none: from.none,
            standings: from.standings.into_iter().map(standing).collect(),
            abstained: from.abstained,
            reached: from.reached.name(),
        }
    }
}

#[derive(Serialize)]
struct Likeness {
    name: String,
    knows: f64,
    accuracy: f64,
    abstains: f64,
    weight: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Portrait {
    members: Vec<Likeness>,
    effective_votes: f64,
    correlation: f64,
    judged: usize,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Plan {
    order: Vec<usize>,
    stop: f64,
    cost: f64,
    calls: f64,
    accuracy: f64,
    full_accuracy: f64,
}

#[derive(Serialize)]
struct Step {
    ask: Option<usize>,
    verdict: Option<Verdict>,
}

/// Options, answers (null abstains), truth, weight.
type Row = (u16, Vec<Option<u16>>, Option<u16>, f64);

#[derive(Deserialize, Serialize)]
struct State {
    version: u32,
    members: Vec<Profile>,
    decay: f64,
    records: Vec<Row>,
}

impl From<core::State> for State {
    fn from(from: core::State) -> Self {
        let answer = |one: u16| (one != u16::MAX).then_some(one);
        let record =
            |one: core::Record| (one.options, one.answers.into_iter().map(answer).collect(), one.truth, one.weight);
        Self {
            version: from.version,
            members: from.members.iter().map(Profile::from).collect(),
            decay: from.decay,
            records: from.records.into_iter().map(record).collect(),
        }
    }
}

impl From<State> for core::State {
    fn from(from: State) -> Self {
        let record = |(options, answers, truth, weight): Row| core::Record {
            options,
            answers: answers.into_iter().map(|one| one.unwrap_or(u16::MAX)).collect(),
            truth,
            weight,
        };
        Self {
            version: from.version,
            members: from.members.into_iter().map(core::Profile::from).collect(),
            decay: from.decay,
            records: from.records.into_iter().map(record).collect(),
        }
    }
}

/// Members that answer the same questions.
#[napi]
pub struct Panel {
    panel: core::Panel,
}

#[napi]
impl Panel {
    /// A panel of members, a JSON array of profiles, whose earlier feedback keeps `decay` of its weight.
    #[napi(constructor, catch_unwind)]
    pub fn new(members: String, decay: f64) -> Result<Self> {
        let members: Vec<Profile> = read("members", &members)?;
        let mut panel = core::Panel::new(members.into_iter().map(core::Profile::from).collect()).map_err(refused)?;
        panel.set_decay(decay).map_err(refused)?;
        Ok(Self { panel })
    }

    /// A panel from its state, a JSON object.
    #[napi(factory, catch_unwind)]
    pub fn restore(state: String) -> Result<Self> {
        let state: State = read("state", &state)?;
        Ok(Self { panel: core::Panel::restore(state.into()).map_err(refused)? })
    }

    /// Its state, a JSON object.
    #[napi(catch_unwind)]
    pub fn state(&self) -> Result<String> {
        write(&State::from(self.panel.state()))
    }

    /// Takes note of questions, a JSON array, whose truth is not known.
    #[napi(catch_unwind)]
    pub fn see(&mut self, questions: String) -> Result<()> {
        let questions: Vec<Question> = read("questions", &questions)?;
        let sheet = sheet(self.panel.members().len(), &questions)?;
        self.panel.see(&sheet).map_err(refused)
    }

    /// Learns the truth of one question, a JSON object.
    #[napi(catch_unwind)]
    pub fn feedback(&mut self, question: String, truth: u32) -> Result<()> {
        let question: Question = read("question", &question)?;
        self.panel.feedback(question.options, &question.answers, truth as usize).map_err(refused)
    }

    /// Answers questions, a JSON array; gives a JSON array of verdicts.
    #[napi(catch_unwind)]
    pub fn answers(&mut self, questions: String) -> Result<String> {
        let questions: Vec<Question> = read("questions", &questions)?;
        let sheet = sheet(self.panel.members().len(), &questions)?;
        let verdicts = self.panel.answers(&sheet).map_err(refused)?;
        write(&verdicts.into_iter().map(Verdict::from).collect::<Vec<_>>())
    }

    /// Which questions of a JSON array are worth a judgement; `known` and the answer are places in it.
    #[napi(catch_unwind)]
    pub fn teach(&mut self, questions: String, known: Vec<u32>, count: u32, seed: i64) -> Result<Vec<u32>> {
        let questions: Vec<Question> = read("questions", &questions)?;
        let sheet = sheet(self.panel.members().len(), &questions)?;
        let known: Vec<usize> = known.into_iter().map(|one| one as usize).collect();
        let chosen = self.panel.teach(&sheet, &known, count as usize, seed.cast_unsigned()).map_err(refused)?;
        Ok(chosen.into_iter().filter_map(|one| u32::try_from(one).ok()).collect())
    }

    /// What is believed of the members, a JSON object.
    #[napi(catch_unwind)]
    pub fn portrait(&mut self) -> Result<String> {
        let core::Portrait { members, effective_votes, correlation, judged } = self.panel.portrait();
        let likeness = |core::Likeness { name, knows, accuracy, abstains, weight }| Likeness {
            name,
            knows,
            accuracy,
            abstains,
            weight,
        };
        let members = members.into_iter().map(likeness).collect();
        write(&Portrait { members, effective_votes, correlation, judged })
    }

    /// Whom to ask first and when to stop, a JSON object.
    #[napi(catch_unwind)]
    pub fn plan(&mut self, tolerance: f64) -> Result<String> {
        let core::Plan { order, stop, cost, calls, accuracy, full_accuracy } =
            self.panel.plan(tolerance).map_err(refused)?;
        write(&Plan { order, stop, cost, calls, accuracy, full_accuracy })
    }

    /// The next step of a plan, a JSON object, for one question.
    #[napi(catch_unwind)]
    pub fn step(&mut self, plan: String, question: String, abstained: Vec<u32>) -> Result<String> {
        let Plan { order, stop, cost, calls, accuracy, full_accuracy } = read("plan", &plan)?;
        let plan = core::Plan { order, stop, cost, calls, accuracy, full_accuracy };
        let question: Question = read("question", &question)?;
        let abstained: Vec<usize> = abstained.into_iter().map(|one| one as usize).collect();
        let step = self.panel.step(&plan, question.options, &question.answers, &abstained).map_err(refused)?;
        write(&match step {
            core::Step::Ask(member) => Step { ask: Some(member), verdict: None },
            core::Step::Stop(verdict) => Step { ask: None, verdict: Some(verdict.into()) },
        })
    }

    /// How a plan fares on questions, a JSON array: how many were asked, and the answer, of each.
    #[napi(catch_unwind)]
    pub fn rehearse(&mut self, plan: String, questions: String) -> Result<String> {
        let Plan { order, stop, cost, calls, accuracy, full_accuracy } = read("plan", &plan)?;
        let plan = core::Plan { order, stop, cost, calls, accuracy, full_accuracy };
        let questions: Vec<Question> = read("questions", &questions)?;
        let sheet = sheet(self.panel.members().len(), &questions)?;
        write(&self.panel.rehearse(&plan, &sheet).map_err(refused)?)
    }
}
