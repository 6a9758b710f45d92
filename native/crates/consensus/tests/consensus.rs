//! Both ways of counting, on the data of 1979 and on votes made here.
#![allow(clippy::unwrap_used)]

use consensus::{
    DawidSkene, InferOptions, Options, OptionsError, Table, TableError, Vote, dawid_skene, infer, majority,
    without_repeats,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Table 1 of Dawid and Skene: 45 patients, graded 1 to 4. Three gradings by the first observer, one by each of four.
const TABLE_1: &str = "
    1111111 3334343 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444 2223343 1111111 2223212
    1211111 1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 2212222 1111111 1111111 2322222 1111111
    1111111 1121121 1111111 3333233 1111111 2222222 2223232 4334343 2212232 2323233 3333432 1111111 1111111 1212111
    2322222 1211111 2222222";

fn table_1() -> Vec<(String, &'static str, &'static str)> {
    let observers = ["1", "1", "1", "2", "3", "4", "5"];
    let patients = TABLE_1.split_whitespace().enumerate();
    patients
        .flat_map(|(patient, grades)| {
            observers
                .iter()
                .enumerate()
                .map(move |(at, observer)| (format!("{:02}", patient + 1), *observer, &grades[at..=at]))
        })
        .collect()
}

fn votes<'a>(rows: &'a [(String, &'a str, &'a str)]) -> Vec<Vote<'a>> {
    rows.iter().map(|(item, worker, label)| Vote { item, worker, label }).collect()
}

fn close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 0.006, "{found} is not {expected}");
    }
}

#[test]
fn numbers_without_names_are_refused() {
    let read = |rows: &[u32]| Table::numbered(&["1"], &["a"], &["yes"], rows).map(|table| table.majority().len());
    assert_eq!(read(&[0, 0, 0]), Ok(1));
    assert_eq!(read(&[0, 0, 0, 0]), Err(TableError::Ragged(4)));
    for (at, column) in ["item", "worker", "label"].into_iter().enumerate() {
        let mut rows = [0; 6];
        rows[3 + at] = 1;
        assert_eq!(read(&rows), Err(TableError::Unnamed { vote: 1, column }));
    }
}

#[test]
fn the_paper_s_estimates_come_back() {
    let rows = table_1();
    let options = Options { smoothing: 0.0, max_iterations: 1000, tolerance: 1e-8 };
    let found = dawid_skene(&votes(&rows), options).unwrap();
    assert!(found.converged);
    assert_eq!(found.labels, ["1", "2", "3", "4"]);
    // Table 2 of the paper.
    close(&found.prevalence, &[0.40, 0.42, 0.11, 0.07]);
    close(&found.workers[0].confusion[0], &[0.89, 0.11, 0.0, 0.0]);
    close(&found.workers[0].confusion[1], &[0.07, 0.88, 0.05, 0.0]);
    // Patient 3, on whom the observers are split, is of grade 2 all the same; patient 1 is certain.
    let at = |patient: &str| found.answers.iter().find(|answer| answer.item == patient).unwrap();
    assert_eq!((at("01").label, at("03").label, at("36").label), ("1", "2", "4"));
    assert!(at("01").confidence > 0.999);
}

#[test]
fn a_careful_worker_outweighs_two_careless_ones() {
    // "good" is always right, "random" ones follow a fixed pattern; item 0 is where both random ones err together.
    let mut rows = Vec::new();
    for item in 0..60_usize {
        let truth = ["no", "yes"][item % 2];
        let name = format!("{item:02}");
        for worker in ["good", "better"] {
            rows.push((name.clone(), worker, truth));
        }
        for (worker, step) in [("careless", 3), ("hasty", 5), ("idle", 7)] {
            let wrong = item == 0 || item % step < step / 2;
            rows.push((name.clone(), worker, ["no", "yes"][(item + usize::from(wrong)) % 2]));
        }
    }
    let votes = votes(&rows);
    assert_eq!(majority(&votes)[0].label, "yes");
    let found = dawid_skene(&votes, Options::default()).unwrap();
    assert_eq!(found.answers[0].label, "no");
    let accuracy = |name| found.workers.iter().find(|worker| worker.worker == name).unwrap().accuracy;
    assert!(accuracy("good") > 0.95 && accuracy("careless") < 0.8);
}

#[test]
fn ties_are_told_and_favour_no_label() {
    let items: Vec<String> = (0..3000).map(|item| format!("item {item}")).collect();
    let votes: Vec<_> = items
        .iter()
        .flat_map(|item| ["ant", "bee", "zebra"].map(|label| Vote { item, worker: label, label }))
        .collect();
    let answers = majority(&votes);
    for label in ["ant", "bee", "zebra"] {
        let share = answers.iter().filter(|answer| answer.tie && answer.label == label).count();
        assert!((900..1100).contains(&share), "{label} wins {share} of 3000");
    }
    assert_eq!(answers, majority(&votes));
    let found = dawid_skene(&votes, Options::default()).unwrap();
    assert!(found.answers.iter().zip(&answers).all(|(one, other)| (one.label, one.tie) == (other.label, true)));
}

#[test]
fn no_votes_no_answers() {
    assert!(majority(&[]).is_empty());
    let found = dawid_skene(&[], Options::default()).unwrap();
    assert!(found.answers.is_empty() && found.converged && found.iterations == 0);
}

#[test]
fn options_outside_their_range_are_refused() {
    for (options, error) in [
        (Options { max_iterations: 0, ..Options::default() }, OptionsError::MaxIterations),
        (Options { tolerance: -1.0, ..Options::default() }, OptionsError::Tolerance),
        (Options { tolerance: f64::NAN, ..Options::default() }, OptionsError::Tolerance),
        (Options { smoothing: f64::INFINITY, ..Options::default() }, OptionsError::Smoothing),
        (Options { smoothing: -0.1, ..Options::default() }, OptionsError::Smoothing),
    ] {
        assert_eq!(dawid_skene(&[], options).unwrap_err(), error);
    }
}

fn some_votes() -> impl Strategy<Value = Vec<(String, &'static str, &'static str)>> {
    let names = proptest::sample::select(["a", "b", "c", "d", "e", ""].as_slice());
    proptest::collection::vec(("[a-h]", names.clone(), names), 0..80)
}

fn sums_to_one(values: &[f64]) -> bool {
    values.iter().all(|value| (0.0..=1.0 + 1e-9).contains(value)) && (values.iter().sum::<f64>() - 1.0).abs() < 1e-9
}

fn sound(found: &DawidSkene<'_>, smoothing: f64) -> Result<(), TestCaseError> {
    prop_assert!(found.posteriors.iter().all(|posterior| sums_to_one(posterior)));
    prop_assert!(found.answers.is_empty() || sums_to_one(&found.prevalence));
    for row in found.workers.iter().flat_map(|worker| &worker.confusion) {
        prop_assert!(sums_to_one(row) || (smoothing == 0.0 && row.iter().all(|rate| *rate == 0.0)), "{:?}", row);
    }
    for (answer, posterior) in found.answers.iter().zip(&found.posteriors) {
        let label = found.labels.iter().position(|label| *label == answer.label).unwrap();
        prop_assert!(posterior.iter().all(|other| *other <= posterior[label] + 1e-9));
    }
    Ok(())
}

proptest! {
    #[test]
    fn answers_are_in_byte_order_of_the_items(names in prop::collection::vec("[a\0]{0,7}[b\u{e9}]{0,6}", 0..40)) {
        let votes: Vec<Vote<'_>> = names.iter().map(|item| Vote { item, worker: "w", label: "l" }).collect();
        let answers = majority(&votes);
        let expected: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        prop_assert!(answers.iter().map(|answer| answer.item).eq(expected));
    }

    #[test]
    fn repeated_votes_are_dropped_and_the_others_stay_in_their_order(
        votes in prop::collection::vec(prop::array::uniform3(prop_oneof![0_u32..4, Just(u32::MAX)]), 0..60),
        rest in prop::collection::vec(0_u32..4, 0..3),
    ) {
        let mut kept: Vec<[u32; 3]> = Vec::new();
        for vote in &votes {
            if !kept.contains(vote) {
                kept.push(*vote);
            }
        }
        let with_rest = |votes: &[[u32; 3]]| [votes.as_flattened(), &rest].concat();
        prop_assert_eq!(without_repeats(&with_rest(&votes)), with_rest(&kept));
    }

    #[test]
    fn order_does_not_matter(rows in some_votes().prop_shuffle(), smoothing in prop_oneof![Just(0.0), 0.0..2.0]) {
        let options = Options { smoothing, ..Options::default() };
        let forward = votes(&rows);
        let mut backward = forward.clone();
        backward.reverse();
        prop_assert_eq!(majority(&forward), majority(&backward));
        let found = dawid_skene(&forward, options).unwrap();
        sound(&found, smoothing)?;
        prop_assert_eq!(found, dawid_skene(&backward, options).unwrap());
    }

    #[test]
    fn majority_agrees_with_a_plain_count(rows in some_votes()) {
        // Which of several winners a lot chooses hangs on their names, never on the order of the votes.
        let turned: Vec<_> = rows.iter().rev().cloned().collect();
        let turned_votes = votes(&turned);
        let reversed: BTreeMap<&str, &str> =
            majority(&turned_votes).into_iter().map(|answer| (answer.item, answer.label)).collect();
        for answer in majority(&votes(&rows)) {
            let mut counts = BTreeMap::<&str, u32>::new();
            for (_, _, label) in rows.iter().filter(|(item, _, _)| item == answer.item) {
                *counts.entry(label).or_default() += 1;
            }
            let most = *counts.values().max().unwrap();
            let winners: Vec<_> = counts.iter().filter(|(_, count)| **count == most).map(|(label, _)| *label).collect();
            prop_assert!(winners.contains(&answer.label));
            prop_assert_eq!(reversed.get(answer.item), Some(&answer.label));
            prop_assert_eq!(answer.tie, winners.len() > 1);
            prop_assert!((answer.confidence - f64::from(most) / f64::from(counts.values().sum::<u32>())).abs() < 1e-12);
        }
    }

    #[test]
    fn numbered_votes_are_the_same_votes(rows in some_votes(), twice in any::<bool>()) {
        let named = votes(&rows);
        // Names in the order in which they come, the first perhaps once more, and one that no vote has.
        let column = |name: fn(&Vote<'_>) -> String| {
            let mut names: Vec<String> = vec!["unused".to_owned()];
            let numbers: Vec<usize> = named.iter().map(|vote| {
                let name = name(vote);
                let known = names.iter().position(|known| *known == name).filter(|at| !(twice && *at == 1));
                known.unwrap_or_else(|| { names.push(name); names.len() - 1 })
            }).collect();
            (names, numbers)
        };
        let (items, workers, labels) =
            (column(|vote| vote.item.to_owned()), column(|vote| vote.worker.to_owned()), column(|vote| vote.label.to_owned()));
        let numbers: Vec<u32> = (0..named.len())
            .flat_map(|at| [items.1[at], workers.1[at], labels.1[at]])
            .map(|number| u32::try_from(number).unwrap())
            .collect();
        let names = [&items.0, &workers.0, &labels.0].map(|names| names.iter().map(String::as_str).collect::<Vec<_>>());
        let table = || Table::numbered(&names[0], &names[1], &names[2], &numbers).unwrap();
        prop_assert_eq!(table().majority(), majority(&named));
        prop_assert_eq!(table().dawid_skene(Options::default()).unwrap(), dawid_skene(&named, Options::default()).unwrap());
        prop_assert_eq!(table().infer(InferOptions::default()).unwrap(), infer(&named, InferOptions::default()).unwrap());
    }

    #[test]
    fn when_all_agree_so_does_the_estimate(labels in proptest::collection::vec(proptest::sample::select(["a", "b", "c"].as_slice()), 1..20)) {
        let rows: Vec<_> = labels.iter().enumerate()
            .flat_map(|(item, label)| ["x", "y", "z"].map(|worker| (format!("{item:02}"), worker, *label)))
            .collect();
        let found = dawid_skene(&votes(&rows), Options::default()).unwrap();
        for (answer, label) in found.answers.iter().zip(&labels) {
            prop_assert_eq!(answer.label, *label);
            prop_assert!(answer.confidence > 0.9);
        }
    }
}
