//! Whom to ask first, and when to stop.

use super::judge::{Bench, Judge};
use super::records::Record;
use super::sheet::ABSTAINS;
use super::verdict::Verdict;

/// Questions that a plan is tried on.
const TRIED: usize = 400;
/// A confidence that is never reached.
const ALWAYS: f64 = 2.0;

/// An order of asking and when to stop.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Members, the one to ask first at the front. Those that add nothing are left out.
    pub order: Vec<usize>,
    /// It stops at this confidence; above 1 where everybody in the order is asked.
    pub stop: f64,
    /// What a question costs in the mean, in the unit of the members' costs.
    pub cost: f64,
    /// How many members a question asks in the mean.
    pub calls: f64,
    /// How often its answers are expected to be right.
    pub accuracy: f64,
    /// How often those of the whole panel are.
    pub full_accuracy: f64,
}

/// What to do next for one question.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Ask this member.
    Ask(usize),
    /// It is enough.
    Stop(Verdict),
}

/// One question on which plans are tried: how likely each option is to be right, as the whole panel sees it.
struct Trial<'a> {
    record: &'a Record,
    named: Vec<u16>,
    chances: Vec<f64>,
}

impl Trial<'_> {
    fn chance(&self, option: u16) -> f64 {
        self.named.iter().position(|one| *one == option).map_or(0.0, |at| self.chances[at])
    }
}

/// Plans over what was seen. Members are added one by one, each time the one that adds most expected accuracy for its
/// cost, given those before it; then the lowest confidence to stop at is taken that keeps the expected accuracy within
/// `tolerance` of the whole panel's. What is right is judged by the whole panel, since truths are few.
pub(super) fn plan(judge: &Judge, costs: &[f64], records: &[Record], tolerance: f64) -> Plan {
    let mut bench = Bench::default();
    let step = records.len().div_ceil(TRIED).max(1);
    let trials: Vec<Trial<'_>> = records
        .iter()
        .step_by(step)
        .map(|record| {
            judge.judge(record.options, &record.answers, &mut bench);
            match record.truth {
                Some(truth) => Trial { record, named: vec![truth], chances: vec![1.0] },
                None => Trial { record, named: bench.named.clone(), chances: bench.chances.clone() },
            }
        })
        .collect();
    if trials.is_empty() {
        let order = judge.order();
        let calls = order.len() as f64;
        // Nothing seen: everybody is asked.
        return Plan { stop: ALWAYS, cost: costs.iter().sum(), calls, accuracy: 0.0, full_accuracy: 0.0, order };
    }
    let everyone: Vec<usize> = (0..costs.len()).collect();
    let full_accuracy = run(judge, &trials, &everyone, ALWAYS, costs, &mut bench).accuracy;
    let order = order(judge, &trials, costs, full_accuracy, &mut bench);
    let goal = full_accuracy - tolerance;
    let mut best = run(judge, &trials, &order, ALWAYS, costs, &mut bench);
    let mut stop = ALWAYS;
    for percent in (30..100).rev() {
        let at = f64::from(percent) / 100.0;
        let tried = run(judge, &trials, &order, at, costs, &mut bench);
        if tried.accuracy + 1e-12 >= goal && tried.cost < best.cost {
            best = tried;
            stop = at;
        }
    }
    let Run { accuracy, cost, calls } = best;
    Plan { order, stop, cost, calls, accuracy, full_accuracy }
}

struct Run {
    accuracy: f64,
    cost: f64,
    calls: f64,
}

/// The order: best expected accuracy for the cost, given those before.
fn order(judge: &Judge, trials: &[Trial<'_>], costs: &[f64], full: f64, bench: &mut Bench) -> Vec<usize> {
    let mut left = judge.order();
    let mut order: Vec<usize> = Vec::with_capacity(left.len());
    let mut reached = 0.0;
    while !left.is_empty() {
        let mut best: Option<(f64, f64, usize)> = None;
        for (place, member) in left.iter().enumerate() {
            order.push(*member);
            let accuracy = run(judge, trials, &order, ALWAYS, costs, bench).accuracy;
            order.pop();
            let worth = (accuracy - reached) / costs[*member];
            // A second opinion alone often adds nothing where three do: then the ranking decides.
            if best.is_none_or(|(most, _, _)| worth > most + 1e-9) {
                best = Some((worth, accuracy, place));
            }
        }
        let Some((_, accuracy, place)) = best else { break };
        order.push(left.remove(place));
        reached = f64::max(reached, accuracy);
        if reached >= full && order.len() > 2 {
            break;
        }
    }
    order
}

/// Tries an order with one confidence to stop at.
fn run(judge: &Judge, trials: &[Trial<'_>], order: &[usize], stop: f64, costs: &[f64], bench: &mut Bench) -> Run {
    let (mut accuracy, mut cost, mut calls) = (0.0, 0.0, 0.0);
    let mut answers = Vec::new();
    for trial in trials {
        answers.clear();
        answers.resize(costs.len(), ABSTAINS);
        let mut answer = None;
        for (asked, member) in order.iter().enumerate() {
            answers[*member] = trial.record.answers[*member];
            cost += costs[*member];
            calls += 1.0;
            let last = asked + 1 == order.len();
            if !last && stop >= ALWAYS {
                continue;
            }
            judge.judge(trial.record.options, &answers, bench);
            if let Some((place, confidence)) = bench.top() {
                answer = Some(bench.named[place]);
                if confidence >= stop {
                    break;
                }
            }
        }
        accuracy += answer.map_or(0.0, |option| trial.chance(option));
    }
    let count = trials.len() as f64;
    Run { accuracy: accuracy / count, cost: cost / count, calls: calls / count }
}

/// Follows a plan where all answers are there: how many were asked, the answer, and how likely it is right.
pub(super) fn follow(
    judge: &Judge,
    plan: &Plan,
    options: u16,
    answers: &[u16],
    bench: &mut Bench,
) -> (usize, Option<u16>, f64) {
    let mut heard = vec![ABSTAINS; answers.len()];
    let mut asked = 0;
    for member in &plan.order {
        heard[*member] = answers[*member];
        asked += 1;
        if asked < plan.order.len() && plan.stop >= ALWAYS {
            continue;
        }
        judge.judge(options, &heard, bench);
        if bench.top().is_some_and(|(_, confidence)| confidence >= plan.stop) {
            break;
        }
    }
    match bench.top().filter(|_| asked > 0) {
        Some((place, confidence)) => (asked, bench.named.get(place).copied(), confidence),
        None => (asked, None, 0.0),
    }
}
