//! From the answers to one question to a verdict.
//!
//! What [`super::model`] finds likely is one of several signals; the others are who stands behind an option and how much
//! they know. A conditional logit (Luce 1959) weighs them. Its coefficients come from random panels of models
//! ([`COEFFICIENTS`]) and are drawn towards what the judged answers of this panel say.

use super::council::{Council, SMALL, overheard, retold};
use super::fit::{Lesson, Prior, fit};
use super::model::{Model, Reading, Tables};
use super::sheet::ABSTAINS;
use super::standing::Standing;

const SIGNALS: usize = 13;
type Signals = [f64; SIGNALS];

/// Learned from 168 random panels of 2 to 8 of 29 language models over 6,020 questions with up to 10 options (MMLU-Pro), a
/// third of the runs with their options cut to 4 and a third to 2 to 10, with 50 judged answers each, so that the noise of
/// so few is allowed for. How such
/// coefficients hold on models that they were not learned from stands in `native/README.md`.
const COEFFICIENTS: Signals =
    [0.540, -0.180, 1.972, -0.628, -0.250, -1.009, 0.050, 0.928, 1.515, 0.682, 1.066, -0.399, -0.044];

/// The coefficients that follow this panel's judged answers, and how firmly they are held.
const FOLLOWS: [(usize, f64); 3] = [(BEST, 32.0), (NONE, 64.0), (AGREED, 32.0)];
const BEST: usize = 1;
const NONE: usize = 10;
const AGREED: usize = 12;
/// Another option than the best member's must be exp(`DEFERENCE` · lead · how many others answer) times as likely: the
/// clearer that member's lead the less often what others agree on against it is right, the more so the more of them there
/// are to err alike, and panels differ in this by more than few judged answers tell.
const DEFERENCE: f64 = 1.25;
/// Judged answers from which the lead is trusted in full.
const ENOUGH: f64 = 40.0;
/// Steps that the following takes; it is concave, so they need not be many.
const STEPS: usize = 60;

/// A panel, ready to judge. Its voices are the members or, of a large panel, a [`Council`].
#[derive(Clone, Debug)]
pub(super) struct Judge {
    pub(super) model: Model,
    tables: Tables,
    council: Option<Council>,
    /// How often each voice knows the answer.
    knows: Vec<f64>,
    /// Voices, the one that is right most often first.
    ranking: Vec<usize>,
    /// The first of these, and how much more often it is right than the second.
    best: usize,
    lead: f64,
    /// How far `lead` may be trusted, 0 to 1: by judged answers, `ENOUGH` for all.
    trust: f64,
    /// Whether what most say is said, whatever the voices.
    counts: bool,
    coefficients: Signals,
    /// The voices that should be told apart.
    pub(super) rivals: Option<(usize, usize)>,
}

/// Buffers that are used again.
#[derive(Default)]
pub(super) struct Bench {
    pub(super) reading: Reading,
    rows: Vec<Signals>,
    heard: Vec<u16>,
    /// The options that members named: first those that voices name, in order.
    pub(super) named: Vec<u16>,
    /// For each of these how likely it is right; the last entry: none of them.
    pub(super) chances: Vec<f64>,
    /// What the best member says, by place, and how many times as likely another option must be.
    deference: Option<(usize, f64)>,
}

impl Bench {
    /// The option to answer with: its place and probability. The likeliest, unless what the best member says is nearly as
    /// likely; the first of equals.
    pub(super) fn top(&self) -> Option<(usize, f64)> {
        let mut best: Option<(usize, f64)> = None;
        for (place, chance) in self.chances.iter().take(self.reading.named.len()).enumerate() {
            if best.is_none_or(|(_, most)| *chance > most) {
                best = Some((place, *chance));
            }
        }
        let (_, most) = best?;
        let deferred = self.deference.filter(|(place, times)| self.chances[*place] * times >= most);
        deferred.map_or(best, |(place, _)| Some((place, self.chances[place])))
    }

    /// How likely an option is.
    pub(super) fn chance(&self, option: u16) -> f64 {
        self.named.iter().position(|one| *one == option).map_or(0.0, |at| self.chances[at])
    }

    /// Adds the options that only members without a voice name: each is as likely as any that no voice names.
    fn tell_others(&mut self, options: u16, answers: &[u16]) {
        let Some(none) = self.chances.pop() else { return };
        let (voiced, mut left) = (self.named.len(), none);
        let each = none / f64::max(f64::from(options) - voiced as f64, 1.0);
        for answer in answers.iter().filter(|answer| **answer != ABSTAINS) {
            if !self.named.contains(answer) {
                self.named.push(*answer);
                self.chances.push(each);
                left -= each;
            }
        }
        self.chances.push(left.max(0.0));
    }
}

impl Judge {
    /// A judge of what was seen. `priors` has one entry a member; `past` is how many judged answers a member had before, in
    /// the mean.
    pub(super) fn of(lessons: &[Lesson<'_>], priors: &[Prior], past: f64) -> Self {
        let council = (priors.len() > SMALL).then(|| Council::choose(lessons, priors));
        let Some(council) = council else { return Self::voiced(lessons, priors, past) };
        let answers = overheard(lessons, |all, heard| council.hear(all, heard));
        let judge = Self::voiced(&retold(lessons, &answers), &council.priors(priors), past);
        // Where nothing is known the seats are anybody's.
        let counts = lessons.is_empty() && past <= 0.0;
        let best = if counts { council.seats().len() } else { judge.best };
        Self { best, counts, council: Some(council), ..judge }
    }

    fn voiced(lessons: &[Lesson<'_>], priors: &[Prior], past: f64) -> Self {
        let (model, standing) = fit(lessons, priors);
        let mut judge = Self::new(model, &standing, lessons);
        judge.follow(lessons, past);
        judge
    }

    fn new(model: Model, standing: &Standing, lessons: &[Lesson<'_>]) -> Self {
        let tables = Tables::of(&model, lessons.iter().map(|lesson| lesson.options));
        let knows: Vec<f64> = (0..model.members.len())
            .map(|member| tables.knows(member).iter().zip(&model.levels).map(|(knows, level)| knows * level).sum())
            .collect();
        let ranking = ranked(&standing.mean);
        let lead = ranking.get(1).map_or(1.0, |second| standing.mean[ranking[0]] - standing.mean[*second]);
        let rivals = standing.rivals();
        let (best, coefficients) = (ranking[0], COEFFICIENTS);
        let (trust, counts) = (0.0, false);
        Self { best, lead, trust, counts, coefficients, ranking, rivals, model, tables, knows, council: None }
    }

    /// Draws the coefficients that follow towards the judged answers.
    fn follow(&mut self, lessons: &[Lesson<'_>], past: f64) {
        let mut bench = Bench::default();
        let lessons: Vec<(Vec<Signals>, usize, f64)> = lessons
            .iter()
            .filter_map(|lesson| {
                let truth = lesson.truth?;
                self.signals(lesson.options, lesson.answers, &mut bench);
                let named = &bench.reading.named;
                let place = named.binary_search(&truth).unwrap_or(named.len());
                (!named.is_empty()).then(|| (bench.rows.clone(), place, lesson.weight))
            })
            .collect();
        let total: f64 = lessons.iter().map(|lesson| lesson.2).sum();
        self.trust = ((total + past) / ENOUGH).min(1.0);
        let mut chances = Vec::new();
        for _ in 0..STEPS {
            let mut gradient = FOLLOWS.map(|(at, hold)| hold * (COEFFICIENTS[at] - self.coefficients[at]));
            for (rows, right, weight) in &lessons {
                softmax(rows, &self.coefficients, &mut chances);
                for (place, row) in rows.iter().enumerate() {
                    let off = weight * (f64::from(u8::from(place == *right)) - chances[place]);
                    for (sum, (at, _)) in gradient.iter_mut().zip(FOLLOWS) {
                        *sum += off * row[at];
                    }
                }
            }
            // The curvature of a logit is at most a quarter of a lesson for each coefficient.
            for (sum, (at, hold)) in gradient.iter().zip(FOLLOWS) {
                self.coefficients[at] += sum / (hold + 0.75 * total);
            }
        }
    }

    /// How likely each named option is, into `bench.chances`.
    pub(super) fn judge(&self, options: u16, answers: &[u16], bench: &mut Bench) {
        let mut heard = std::mem::take(&mut bench.heard);
        self.signals(options, self.hear(answers, &mut heard), bench);
        bench.heard = heard;
        softmax(&bench.rows, &self.coefficients, &mut bench.chances);
        bench.named.clone_from(&bench.reading.named);
        if self.council.is_some() {
            bench.tell_others(options, answers);
        }
        let others = bench.reading.marks.len().saturating_sub(1) as f64;
        let times = if self.counts { f64::INFINITY } else { (DEFERENCE * self.trust * self.lead * others).exp() };
        let said = bench.reading.marks.iter().find(|mark| mark.member == self.best);
        bench.deference = said.map(|mark| (mark.place, times));
    }

    fn signals(&self, options: u16, answers: &[u16], bench: &mut Bench) {
        let Bench { reading, rows, .. } = bench;
        self.model.read(&self.tables, options, answers, None, reading);
        rows.clear();
        rows.resize(reading.named.len() + 1, [0.0; SIGNALS]);
        let mut most = vec![0.0_f64; reading.named.len()];
        let mut all = 0.0;
        for mark in &reading.marks {
            let worth = self.worth(mark.member, options);
            let row = &mut rows[mark.place];
            most[mark.place] = most[mark.place].max(worth);
            row[4] += worth;
            row[5] += 1.0;
            row[6] -= (f64::from(options) * mark.guess).ln();
            row[7] += worth;
            all += worth;
            if mark.member == self.best {
                row[BEST] = 1.0;
            }
        }
        let voters = reading.marks.len().max(1) as f64;
        let mut none = 1.0;
        for (place, row) in rows.iter_mut().take(reading.named.len()).enumerate() {
            let likely: f64 = reading.right[place].iter().sum();
            none -= likely;
            let votes = row[5];
            row[0] = likely.max(1e-4).ln();
            row[2] = row[BEST] * self.lead;
            row[3] = most[place];
            row[5] = votes / voters;
            row[6] /= votes;
            row[7] /= all;
            row[8] = row[4].sqrt();
            row[9] = row[BEST] * self.knows[self.best];
        }
        if let Some(row) = rows.last_mut() {
            row[0] = none.max(1e-4).ln();
            row[NONE] = 1.0;
            row[11] = self.knows[self.best];
            row[AGREED] = f64::from(u8::from(reading.named.len() == 1 && reading.marks.len() > 1));
        }
    }

    fn worth(&self, voice: usize, options: u16) -> f64 {
        worth(self.knows[voice], options)
    }

    /// What the voices say where the members gave these answers.
    pub(super) fn hear<'a>(&self, answers: &'a [u16], heard: &'a mut Vec<u16>) -> &'a [u16] {
        let Some(council) = &self.council else { return answers };
        council.hear(answers, heard);
        heard
    }

    /// How often each member knows the answer; of one without a seat as it looked when it was left out.
    pub(super) fn knows(&self) -> Vec<f64> {
        let Some(council) = &self.council else { return self.knows.clone() };
        let mut knows = vec![0.0; self.members()];
        council.seats().iter().zip(&self.knows).for_each(|(seat, one)| knows[*seat] = *one);
        council.others().for_each(|(member, one)| knows[member] = one);
        knows
    }

    /// Members, the one that is right most often first; those without a seat last.
    pub(super) fn order(&self) -> Vec<usize> {
        let Some(council) = &self.council else { return self.ranking.clone() };
        let seats = self.ranking.iter().filter_map(|voice| council.seats().get(*voice).copied());
        seats.chain(council.others().map(|(member, _)| member)).collect()
    }

    fn members(&self) -> usize {
        self.council.as_ref().map_or(self.knows.len(), |council| council.seats().len() + council.others().count())
    }
}

/// What a vote alone is worth of who knows so often, in logs of the odds against one other option.
pub(super) fn worth(knows: f64, options: u16) -> f64 {
    (1.0 + f64::from(options) * knows / (1.0 - knows)).ln()
}

fn ranked(knows: &[f64]) -> Vec<usize> {
    let mut rank: Vec<usize> = (0..knows.len()).collect();
    rank.sort_by(|a, b| knows[*b].total_cmp(&knows[*a]).then(a.cmp(b)));
    rank
}

fn softmax(rows: &[Signals], coefficients: &Signals, into: &mut Vec<f64>) {
    into.clear();
    into.extend(rows.iter().map(|row| row.iter().zip(coefficients).map(|(signal, by)| signal * by).sum::<f64>()));
    let top = into.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut total = 0.0;
    for one in into.iter_mut() {
        *one = (*one - top).exp();
        total += *one;
    }
    for one in into.iter_mut() {
        *one /= total;
    }
}
