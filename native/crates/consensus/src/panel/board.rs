//! A panel of members that answer the same questions: what it has seen, what it believes, what it says.

use super::cascade::{Plan, Step, follow};
use super::fit::{Lesson, Prior};
use super::judge::{Bench, Judge};
use super::records::{Profile, Record, State};
use super::sheet::{ABSTAINS, MAX_MEMBERS, PanelError, Sheet};
use super::verdict::{Portrait, Reached, Standing, Verdict};

/// Judged answers that are kept; the oldest go first.
pub const MAX_JUDGED: usize = 2_000;
/// Unjudged answers that are kept; the oldest go first.
pub const MAX_UNJUDGED: usize = 20_000;
/// Unjudged answers that a fit looks at: more of them would not move it.
const FITTED: usize = 1_500;

/// A panel. Answers of members are given in the order of its profiles; an option counts from 0, `None` abstains.
///
/// Of more than eight members the best five as far as judged answers tell are followed, chosen anew when something is
/// learned; the others have their say in the vote of all, which is one voice more.
///
/// ```
/// # use consensus::panel::{Panel, Profile};
/// let mut panel = Panel::new(vec![Profile::named("large"), Profile::named("small")])?;
/// for _ in 0..20 {
///     panel.feedback(4, &[Some(2), Some(1)], 2)?;
/// }
/// let verdict = panel.answer(4, &[Some(0), Some(3)])?;
/// assert_eq!(verdict.answer, Some(0));
/// # Ok::<(), consensus::panel::PanelError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Panel {
    members: Vec<Profile>,
    decay: f64,
    records: Vec<Record>,
    /// Dropped when something is learned, made again when it is needed.
    judge: Option<Judge>,
}

impl Panel {
    /// A panel that has seen nothing: all members count alike but for their past.
    ///
    /// # Errors
    /// [`PanelError`] when there are none or too many, two have one name, or a number is out of range.
    pub fn new(members: Vec<Profile>) -> Result<Self, PanelError> {
        if members.is_empty() || members.len() > MAX_MEMBERS {
            return Err(PanelError::Members(members.len()));
        }
        for (at, one) in members.iter().enumerate() {
            if members[..at].iter().any(|other| other.name == one.name) {
                return Err(PanelError::SameName(one.name.clone()));
            }
            if !one.cost.is_finite() || one.cost <= 0.0 {
                return Err(PanelError::Number("a member's cost must be a positive number"));
            }
            if !(0.0..=1.0).contains(&one.past_accuracy) {
                return Err(PanelError::Number("a member's past accuracy must lie between 0 and 1"));
            }
            if !(0.0..=1e6).contains(&one.past_answers) {
                return Err(PanelError::Number("a member's past answers must lie between 0 and 1,000,000"));
            }
        }
        Ok(Self { members, decay: 1.0, records: Vec::new(), judge: None })
    }

    /// Sets what earlier feedback keeps of its weight when a new one comes, above 0 and up to 1 (the default: nothing
    /// fades). 0.99 halves a feedback's weight after 69 more.
    ///
    /// # Errors
    /// [`PanelError::Number`].
    pub fn set_decay(&mut self, decay: f64) -> Result<(), PanelError> {
        if decay.is_nan() || decay <= 0.0 || decay > 1.0 {
            return Err(PanelError::Number("decay must lie above 0 and not above 1"));
        }
        self.decay = decay;
        Ok(())
    }

    /// The members.
    #[must_use]
    pub fn members(&self) -> &[Profile] {
        &self.members
    }

    /// How many judged answers it knows.
    #[must_use]
    pub fn judged(&self) -> usize {
        self.records.iter().filter(|record| record.truth.is_some()).count()
    }

    /// Takes note of answers whose truth is not known; they tell habits and how hard the questions are.
    ///
    /// # Errors
    /// [`PanelError::Answers`] when the sheet is another panel's.
    pub fn see(&mut self, sheet: &Sheet) -> Result<(), PanelError> {
        if sheet.members() != self.members.len() {
            let (answers, members) = (sheet.members(), self.members.len());
            return Err(PanelError::Answers { question: 0, answers, members });
        }
        for question in 0..sheet.len() {
            let (options, answers) = (sheet.options(question), sheet.answers(question).to_vec());
            self.records.push(Record { options, answers, truth: None, weight: 1.0 });
        }
        self.forget();
        self.judge = None;
        Ok(())
    }

    /// Learns that `truth` was right where the members gave these answers. Earlier feedback fades by the decay.
    ///
    /// # Errors
    /// [`PanelError`] names what is wrong; nothing is learned then.
    pub fn feedback(&mut self, options: usize, answers: &[Option<usize>], truth: usize) -> Result<(), PanelError> {
        let mut sheet = Sheet::new(self.members.len())?;
        sheet.push(options, answers)?;
        let right = u16::try_from(truth).ok().filter(|_| truth < options);
        let Some(right) = right else { return Err(PanelError::Option { question: 0, option: truth, options }) };
        if self.decay < 1.0 {
            self.records.iter_mut().filter(|record| record.truth.is_some()).for_each(|one| one.weight *= self.decay);
        }
        let (options, answers) = (sheet.options(0), sheet.answers(0).to_vec());
        // The same question, seen before without its truth, must not count twice.
        let same = |record: &Record| record.truth.is_none() && record.options == options && record.answers == answers;
        if let Some(at) = self.records.iter().rposition(same) {
            self.records.remove(at);
        }
        self.records.push(Record { options, answers, truth: Some(right), weight: 1.0 });
        self.forget();
        self.judge = None;
        Ok(())
    }

    /// The panel's answer to one question.
    ///
    /// # Errors
    /// [`PanelError`] names what is wrong with the answers.
    pub fn answer(&mut self, options: usize, answers: &[Option<usize>]) -> Result<Verdict, PanelError> {
        let mut sheet = Sheet::new(self.members.len())?;
        sheet.push(options, answers)?;
        let mut bench = Bench::default();
        Ok(self.verdict(sheet.options(0), sheet.answers(0), &mut bench))
    }

    /// The panel's answers to many questions.
    ///
    /// # Errors
    /// [`PanelError::Answers`] when the sheet is another panel's.
    pub fn answers(&mut self, sheet: &Sheet) -> Result<Vec<Verdict>, PanelError> {
        if sheet.members() != self.members.len() {
            let (answers, members) = (sheet.members(), self.members.len());
            return Err(PanelError::Answers { question: 0, answers, members });
        }
        let mut bench = Bench::default();
        let one = |question| self.verdict(sheet.options(question), sheet.answers(question), &mut bench);
        Ok((0..sheet.len()).map(one).collect())
    }

    /// What is believed of each member, and how much of the panel is one voice.
    pub fn portrait(&mut self) -> Portrait {
        self.fitted();
        let names: Vec<&str> = self.members.iter().map(|one| one.name.as_str()).collect();
        self.judge.as_ref().map_or_else(Portrait::default, |judge| Portrait::of(judge, &names, &self.records))
    }

    /// Up to `count` questions of a sheet whose truth would teach most: first where members disagree,
    /// then where the one that looks best and the one that may yet be better do. Ask again after the feedback: what is best
    /// to ask depends on it.
    ///
    /// # Errors
    /// [`PanelError::Answers`] when the sheet is another panel's.
    pub fn teach(&mut self, sheet: &Sheet, known: &[usize], count: usize, seed: u64) -> Result<Vec<usize>, PanelError> {
        if sheet.members() != self.members.len() {
            let (answers, members) = (sheet.members(), self.members.len());
            return Err(PanelError::Answers { question: 0, answers, members });
        }
        let judged = self.judged();
        Ok(super::teach::choose(sheet, known, judged, self.fitted(), count, seed))
    }

    /// Plans whom to ask first and when to stop, from what was seen: see [`Plan`].
    ///
    /// # Errors
    /// [`PanelError::Number`] when `tolerance` is not between 0 and 1.
    pub fn plan(&mut self, tolerance: f64) -> Result<Plan, PanelError> {
        if !(0.0..=1.0).contains(&tolerance) {
            return Err(PanelError::Number("the tolerance must lie between 0 and 1"));
        }
        self.fitted();
        let costs: Vec<f64> = self.members.iter().map(|one| one.cost).collect();
        match &self.judge {
            Some(judge) => Ok(super::cascade::plan(judge, &costs, &self.records, tolerance)),
            None => Err(PanelError::Members(0)),
        }
    }

    /// The next step of a plan for one question: whom to ask, or the verdict. `None` in `answers` is who was not asked;
    /// `abstained` are those that were and gave none.
    ///
    /// # Errors
    /// [`PanelError`] names what is wrong.
    pub fn step(
        &mut self,
        plan: &Plan,
        options: usize,
        answers: &[Option<usize>],
        abstained: &[usize],
    ) -> Result<Step, PanelError> {
        if plan.order.iter().any(|member| *member >= self.members.len()) {
            return Err(PanelError::Number("the plan is another panel's"));
        }
        let verdict = self.answer(options, answers)?;
        let left = |member: &&usize| answers[**member].is_none() && !abstained.contains(member);
        let next = plan.order.iter().find(left).copied();
        Ok(match next {
            Some(member) if verdict.confidence < plan.stop => Step::Ask(member),
            _ => Step::Stop(verdict),
        })
    }

    /// How a plan fares on questions of which all answers are there: for each how many members it asks, what it answers,
    /// and how likely that is right.
    ///
    /// # Errors
    /// [`PanelError`] when the sheet or the plan is another panel's.
    pub fn rehearse(&mut self, plan: &Plan, sheet: &Sheet) -> Result<Vec<(usize, Option<usize>, f64)>, PanelError> {
        if sheet.members() != self.members.len() {
            let (answers, members) = (sheet.members(), self.members.len());
            return Err(PanelError::Answers { question: 0, answers, members });
        }
        if plan.order.iter().any(|member| *member >= self.members.len()) {
            return Err(PanelError::Number("the plan is another panel's"));
        }
        let judge = self.fitted();
        let mut bench = Bench::default();
        let one = |question| {
            let (options, answers) = (sheet.options(question), sheet.answers(question));
            let (asked, answer, confidence) = follow(judge, plan, options, answers, &mut bench);
            (asked, answer.map(usize::from), confidence)
        };
        Ok((0..sheet.len()).map(one).collect())
    }

    /// Everything it is made of.
    #[must_use]
    pub fn state(&self) -> State {
        State { version: 1, members: self.members.clone(), decay: self.decay, records: self.records.clone() }
    }

    /// A panel as it was.
    ///
    /// # Errors
    /// [`PanelError`] when the state is of another version or inconsistent.
    pub fn restore(state: State) -> Result<Self, PanelError> {
        if state.version != 1 {
            return Err(PanelError::State("another version wrote it"));
        }
        let mut panel = Self::new(state.members)?;
        panel.set_decay(state.decay)?;
        if state.records.len() > MAX_JUDGED + MAX_UNJUDGED {
            return Err(PanelError::State("too many records"));
        }
        let mut sheet = Sheet::new(panel.members.len())?;
        for record in &state.records {
            let answers: Vec<Option<usize>> =
                record.answers.iter().map(|one| (*one != ABSTAINS).then_some(usize::from(*one))).collect();
            sheet.push(usize::from(record.options), &answers)?;
            if record.truth.is_some_and(|truth| truth >= record.options) {
                return Err(PanelError::State("a truth is not one of the options"));
            }
            if !(0.0..=1.0).contains(&record.weight) {
                return Err(PanelError::State("a weight does not lie between 0 and 1"));
            }
        }
        panel.records = state.records;
        panel.forget();
        Ok(panel)
    }

    fn forget(&mut self) {
        for (most, judged) in [(MAX_JUDGED, true), (MAX_UNJUDGED, false)] {
            let have = self.records.iter().filter(|record| record.truth.is_some() == judged).count();
            let mut over = have.saturating_sub(most);
            if over > 0 {
                self.records.retain(|record| {
                    let drop = over > 0 && record.truth.is_some() == judged;
                    over -= usize::from(drop);
                    !drop
                });
            }
        }
    }

    fn fitted(&mut self) -> &Judge {
        if self.judge.is_none() {
            self.judge = Some(learn(&self.members, &self.records));
        }
        self.judge.get_or_insert_with(|| learn(&self.members, &self.records))
    }

    fn verdict(&mut self, options: u16, answers: &[u16], bench: &mut Bench) -> Verdict {
        let judge = self.fitted();
        judge.judge(options, answers, bench);
        let named = &bench.named;
        let mut standings: Vec<Standing> = named
            .iter()
            .zip(&bench.chances)
            .map(|(option, probability)| Standing {
                option: usize::from(*option),
                probability: *probability,
                members: (0..answers.len()).filter(|member| answers[*member] == *option).collect(),
            })
            .collect();
        let answer = bench.top().map(|(place, _)| usize::from(named[place]));
        let other = |one: &Standing| Some(one.option) != answer;
        standings.sort_by(|a, b| {
            (other(a).cmp(&other(b))).then(b.probability.total_cmp(&a.probability)).then(a.option.cmp(&b.option))
        });
        let abstained = (0..answers.len()).filter(|member| answers[*member] == ABSTAINS).collect();
        let reached = match standings.first() {
            None => Reached::NoAnswer,
            Some(_) if standings.len() == 1 => Reached::Unanimous,
            Some(first) => {
                let most = standings.iter().map(|one| one.members.len()).max().unwrap_or(0);
                if first.members.len() < most { Reached::AgainstMajority } else { Reached::Weighed }
            }
        };
        Verdict {
            answer: standings.first().map(|first| first.option),
            confidence: standings.first().map_or(0.0, |first| first.probability),
            none: if standings.is_empty() { 1.0 } else { bench.chances.last().copied().unwrap_or(0.0) },
            standings,
            abstained,
            reached,
        }
    }
}

fn learn(members: &[Profile], records: &[Record]) -> Judge {
    let unjudged = records.iter().filter(|record| record.truth.is_none()).count();
    let step = unjudged.div_ceil(FITTED).max(1);
    let mut at = 0;
    let mut lessons = Vec::with_capacity(records.len().min(FITTED + MAX_JUDGED));
    for record in records {
        if record.truth.is_none() {
            at += 1;
            if at % step != 0 {
                continue;
            }
        }
        lessons.push(Lesson {
            options: record.options,
            answers: &record.answers,
            truth: record.truth,
            weight: record.weight,
        });
    }
    let priors: Vec<Prior> = members
        .iter()
        .map(|one| Prior {
            right: one.past_accuracy * one.past_answers,
            wrong: (1.0 - one.past_accuracy) * one.past_answers,
            echo: false,
        })
        .collect();
    let past = members.iter().map(|one| one.past_answers).sum::<f64>() / members.len().max(1) as f64;
    Judge::of(&lessons, &priors, past)
}
