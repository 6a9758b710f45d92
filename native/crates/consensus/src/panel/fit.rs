//! Learning a panel from its answers, a few of them judged.
//!
//! Expectation–maximisation. Abilities follow the judged answers and, with little weight, the others: taken in full,
//! agreement misleads, because members that err alike look able. Judged are mostly questions on which members differ, so
//! those on which they agree count as much beside them as they are frequent (post-stratification: Holt and Smith, JRSS A
//! 142, 1979); they credit all members alike. What does not decide whom to believe (habits of
//! letters, how difficult the questions are) follows all answers alike. Every parameter is drawn towards what panels of
//! language models are like, abilities towards their common mean (empirical Bayes). At the end abilities are set to what
//! [`Standing`] has found.

use super::model::{LETTERS, LEVELS, Member, Model, Reading, SCORES, Tables, sigma};
use super::sheet::ABSTAINS;
use super::standing::Standing;

/// Rounds are few: the judged answers settle the abilities early, and what moves later is the fit to noise.
const ROUNDS: usize = 15;
/// How many judged answers all unjudged ones on which members differ count for together, as to abilities.
const UNJUDGED: f64 = 60.0;
const ABILITY_SPREAD: f64 = 1.0;
const SLOPE: f64 = 1.5;
const SLOPE_SPREAD: f64 = 0.3;
const TEMPTED: f64 = 0.4;
const TEMPTED_WEIGHT: f64 = 1000.0;
const HABIT_WEIGHT: f64 = 50.0;
const LEVEL_WEIGHT: f64 = 50.0;

/// One question to learn from.
#[derive(Clone, Copy)]
pub(super) struct Lesson<'a> {
    pub(super) options: u16,
    pub(super) answers: &'a [u16],
    pub(super) truth: Option<u16>,
    /// How much it counts, 1 for a fresh one.
    pub(super) weight: f64,
}

/// What was known of a member beforehand: how often it is right, and how many judged answers that is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Prior {
    pub(super) right: f64,
    pub(super) wrong: f64,
    /// Whether it is no member but repeats what members say.
    pub(super) echo: bool,
}

#[derive(Clone)]
struct Counts {
    knew: [f64; LEVELS],
    seen: [f64; LEVELS],
    tempted: f64,
    unsure: f64,
    habit: [f64; LETTERS],
}

const NOTHING: Counts =
    Counts { knew: [0.0; LEVELS], seen: [0.0; LEVELS], tempted: 0.0, unsure: 0.0, habit: [0.0; LETTERS] };

fn normal_levels() -> [f64; LEVELS] {
    let raw: [f64; LEVELS] = std::array::from_fn(|at| (-0.5 * SCORES[at] * SCORES[at]).exp());
    let total: f64 = raw.iter().sum();
    raw.map(|one| one / total)
}

/// Fits a panel to lessons. `priors` has one entry a member.
pub(super) fn fit(lessons: &[Lesson<'_>], priors: &[Prior]) -> (Model, Standing) {
    let mut model = climbed(lessons, priors);
    let standing = Standing::of(&model, lessons);
    let chances = lessons.iter().map(|lesson| 1.0 / f64::from(lesson.options));
    let chance = chances.sum::<f64>() / lessons.len().max(1) as f64;
    for (member, more) in model.members.iter_mut().zip(&standing.more).filter(|(_, more)| **more != 0.0) {
        let hit = (1.0 - member.tempted) * chance;
        let accuracy = accuracy(member, hit, &model.levels) + more;
        enable(member, accuracy, hit, &model.levels);
    }
    (model, standing)
}

/// How often a member is right where it answers; `hit` is how often a guess is.
fn accuracy(member: &Member, hit: f64, levels: &[f64; LEVELS]) -> f64 {
    levels.iter().enumerate().map(|(at, level)| level * (hit + (1.0 - hit) * member.knows(at))).sum()
}

/// Sets the ability with which a member has this accuracy, or the nearest.
fn enable(member: &mut Member, wanted: f64, hit: f64, levels: &[f64; LEVELS]) {
    let (mut low, mut high) = (-8.0, 8.0);
    // To within 16 / 2³⁰.
    for _ in 0..30 {
        member.ability = f64::midpoint(low, high);
        *(if accuracy(member, hit, levels) < wanted { &mut low } else { &mut high }) = member.ability;
    }
}

fn climbed(lessons: &[Lesson<'_>], priors: &[Prior]) -> Model {
    let mut model = start(lessons, priors);
    let abilities = shares(lessons);
    let mut reading = Reading::default();
    for _ in 0..ROUNDS {
        let tables = Tables::of(&model, lessons.iter().map(|lesson| lesson.options));
        let mut counts = vec![NOTHING; model.members.len()];
        let mut levels = [0.0; LEVELS];
        for (lesson, share) in lessons.iter().zip(&abilities) {
            model.read(&tables, lesson.options, lesson.answers, lesson.truth, &mut reading);
            for (sum, one) in levels.iter_mut().zip(&reading.level) {
                *sum += lesson.weight * one;
            }
            count(&model, &tables, lesson, &reading, lesson.weight * share, &mut counts);
        }
        for ((member, prior), counts) in model.members.iter().zip(priors).zip(&mut counts) {
            count_prior(member, *prior, &model.levels, counts);
        }
        maximise(&mut model, &counts, &levels);
    }
    model
}

/// How much each lesson counts as to abilities, 1 where it is judged.
fn shares(lessons: &[Lesson<'_>]) -> Vec<f64> {
    let differ: Vec<bool> = lessons.iter().map(|lesson| differ(lesson.answers)).collect();
    let (mut judged, mut open) = (0.0, 0.0);
    for (lesson, _) in lessons.iter().zip(&differ).filter(|(_, differ)| **differ) {
        *(if lesson.truth.is_some() { &mut judged } else { &mut open }) += lesson.weight;
    }
    let if_differ = if open > 0.0 { (UNJUDGED / open).min(1.0) } else { 0.0 };
    let total: f64 = judged + open;
    let if_agree = if total > 0.0 { (judged + if_differ * open) / total } else { 0.0 };
    let share = |(lesson, differ): (&Lesson<'_>, bool)| match lesson.truth {
        Some(_) => 1.0,
        None if differ => if_differ,
        None => if_agree,
    };
    lessons.iter().zip(differ).map(share).collect()
}

/// Whether two members answer differently.
pub(super) fn differ(answers: &[u16]) -> bool {
    let mut spoken = answers.iter().filter(|one| **one != ABSTAINS);
    spoken.next().is_some_and(|first| spoken.any(|other| other != first))
}

/// Abilities by the share of right answers, drawn towards a half.
fn start(lessons: &[Lesson<'_>], priors: &[Prior]) -> Model {
    let mut rates: Vec<(f64, f64)> = priors.iter().map(|prior| (prior.right, prior.right + prior.wrong)).collect();
    for lesson in lessons {
        let Some(truth) = lesson.truth else { continue };
        for (rate, answer) in rates.iter_mut().zip(lesson.answers).filter(|(_, answer)| **answer != ABSTAINS) {
            rate.1 += lesson.weight;
            rate.0 += lesson.weight * f64::from(u8::from(*answer == truth));
        }
    }
    let member = |((right, seen), prior): ((f64, f64), &Prior)| {
        let rate = (right + 2.0) / (seen + 4.0);
        let ability = 1.3 * ((rate - 0.1).max(0.05) / (1.0 - rate)).ln();
        Member { ability, slope: SLOPE, tempted: TEMPTED, habit: [0.1; LETTERS], echo: prior.echo }
    };
    Model { members: rates.into_iter().zip(priors).map(member).collect(), levels: normal_levels() }
}

/// What each member that answered probably did: knew, was tempted, or guessed.
fn count(model: &Model, tables: &Tables, lesson: &Lesson<'_>, reading: &Reading, ability: f64, counts: &mut [Counts]) {
    for mark in &reading.marks {
        let member = &model.members[mark.member];
        let into = &mut counts[mark.member];
        let alone = (1.0 - member.tempted) * mark.guess;
        let mut known = 0.0;
        for at in 0..LEVELS {
            let knows = tables.knows(mark.member)[at];
            let knew = reading.right[mark.place][at] * knows / (knows + (1.0 - knows) * alone);
            into.knew[at] += ability * knew;
            into.seen[at] += ability * reading.level[at];
            known += knew;
        }
        let fell = reading.tempting[mark.place] * member.tempted / (member.tempted + alone);
        let unsure = (1.0 - known).max(0.0);
        into.tempted += lesson.weight * fell;
        into.unsure += lesson.weight * unsure;
        if usize::from(lesson.options) <= LETTERS {
            let option = usize::from(reading.named[mark.place]);
            into.habit[option] += lesson.weight * (unsure - fell).max(0.0);
        }
    }
}

/// Past answers of which only the outcome is known: each was on a question of unknown difficulty.
fn count_prior(member: &Member, prior: Prior, levels: &[f64; LEVELS], into: &mut Counts) {
    // A guess hits one of ten or fewer options; a tenth is near enough for outcomes without their questions.
    let hit = |at: usize| member.knows(at) + (1.0 - member.knows(at)) * 0.1;
    let right: f64 = levels.iter().enumerate().map(|(at, level)| level * hit(at)).sum();
    for (at, level) in levels.iter().enumerate() {
        let (if_right, if_wrong) = (level * hit(at) / right, level * (1.0 - hit(at)) / (1.0 - right));
        into.knew[at] += prior.right * if_right * member.knows(at) / hit(at);
        into.seen[at] += prior.right * if_right + prior.wrong * if_wrong;
    }
}

fn maximise(model: &mut Model, counts: &[Counts], levels: &[f64; LEVELS]) {
    let total: f64 = levels.iter().sum();
    let normal = normal_levels();
    model.levels =
        std::array::from_fn(|at| ((levels[at] + LEVEL_WEIGHT * normal[at]) / (total + LEVEL_WEIGHT)).max(1e-9));
    let mean = model.members.iter().map(|one| one.ability).sum::<f64>() / model.members.len() as f64;
    for (member, counts) in model.members.iter_mut().zip(counts) {
        climb(member, counts, mean);
        let tempted = (counts.tempted + TEMPTED * TEMPTED_WEIGHT) / (counts.unsure + TEMPTED_WEIGHT);
        member.tempted = tempted.clamp(0.01, 0.9);
        let sum: f64 = counts.habit.iter().sum();
        let used = counts.habit.iter().filter(|one| **one > 0.0).count();
        if used > 0 {
            let each = HABIT_WEIGHT / used as f64;
            member.habit = counts.habit.map(|one| (one + each) / (sum + HABIT_WEIGHT));
        }
    }
}

/// Three steps of Newton on ability and slope: a logistic regression of knowing on difficulty, with normal priors.
fn climb(member: &mut Member, counts: &Counts, mean: f64) {
    let (ability, slope) = (1.0 / (ABILITY_SPREAD * ABILITY_SPREAD), 1.0 / (SLOPE_SPREAD * SLOPE_SPREAD));
    for _ in 0..3 {
        let mut gradient = (ability * (mean - member.ability), slope * (SLOPE - member.slope));
        let (mut aa, mut across, mut ss) = (ability, 0.0, slope);
        for (at, score) in SCORES.iter().enumerate() {
            let ease = -score;
            let knows = sigma(member.ability + member.slope * ease);
            let off = counts.knew[at] - counts.seen[at] * knows;
            let weight = counts.seen[at] * knows * (1.0 - knows);
            gradient.0 += off;
            gradient.1 += off * ease;
            aa += weight;
            across += weight * ease;
            ss += weight * ease * ease;
        }
        let determinant = aa * ss - across * across;
        let step_ability = (ss * gradient.0 - across * gradient.1) / determinant;
        let step_slope = (aa * gradient.1 - across * gradient.0) / determinant;
        member.ability = (member.ability + step_ability.clamp(-1.0, 1.0)).clamp(-8.0, 8.0);
        member.slope = (member.slope + step_slope.clamp(-0.5, 0.5)).clamp(0.1, 4.0);
    }
}
