//! What must hold of every method, and of the choice among them.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Crowd, coin, mixed, votes};
use consensus::{InferError, InferOptions, Inference, Method, Vote, infer, majority};
use proptest::prelude::*;

/// Every method, and none, which is the choice among them.
fn all() -> impl Iterator<Item = Option<Method>> {
    Method::ALL.into_iter().map(Some).chain([None])
}

fn by(method: Option<Method>) -> InferOptions {
    InferOptions { method, ..InferOptions::default() }
}

fn sound(found: &Inference<'_>, rows: &[[String; 3]]) -> Result<(), TestCaseError> {
    let items: std::collections::BTreeSet<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    prop_assert!(found.answers.iter().map(|answer| answer.item).eq(items));
    for answer in &found.answers {
        prop_assert!((0.0..=1.0).contains(&answer.confidence), "{answer:?} by {}", found.method);
        prop_assert!(rows.iter().any(|row| row[2] == answer.label));
    }
    prop_assert_eq!(found.workers.iter().map(|worker| worker.votes).sum::<usize>(), rows.len());
    for worker in &found.workers {
        prop_assert!((0.0..=1.0 + 1e-9).contains(&worker.accuracy), "{worker:?} by {}", found.method);
    }
    prop_assert!(!found.chosen_because.is_empty() && found.iterations <= InferOptions::default().max_iterations);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_votes_give_sound_answers_whatever_their_order(
        rows in proptest::collection::vec(("[a-f]", "[a-e]", "[a-d]"), 0..60),
        seed in any::<u64>(),
    ) {
        let rows: Vec<[String; 3]> = rows.into_iter().map(|(item, worker, label)| [item, worker, label]).collect();
        let mut backward = rows.clone();
        backward.reverse();
        for method in all() {
            let options = InferOptions { seed, ..by(method) };
            let votes_forward = votes(&rows);
            let found = infer(&votes_forward, options).unwrap();
            sound(&found, &rows)?;
            prop_assert_eq!(&found, &infer(&votes(&backward), options).unwrap());
        }
    }

    #[test]
    fn where_all_agree_every_method_agrees(labels in proptest::collection::vec(0..4_usize, 1..20), workers in 2..6_usize) {
        let crowd = Crowd {
            votes: labels.iter().enumerate().flat_map(|(item, label)| (0..workers).map(move |worker| (item, worker, *label))).collect(),
            truth: labels,
        };
        let rows = crowd.named();
        for method in all() {
            let found = infer(&votes(&rows), by(method)).unwrap();
            prop_assert_eq!(crowd.right(&found.answers), crowd.truth.len(), "{:?}", method);
        }
    }

    #[test]
    fn names_do_not_matter(seed in 0..1000_u64, labels in 2..5_usize, turn in 1..12_usize) {
        let crowd = mixed(seed, 60, labels);
        let rows = crowd.named();
        let renamed = crowd.named_as(|worker| (worker * 5 + turn) % 12, |label| (label + 1) % labels);
        for method in all() {
            // Few rounds, so that rounding errors stay small.
            let options = InferOptions { max_iterations: 10, ..by(method) };
            let (votes_one, votes_other) = (votes(&rows), votes(&renamed));
            let (one, other) = (infer(&votes_one, options).unwrap(), infer(&votes_other, options).unwrap());
            prop_assert_eq!(one.method, other.method);
            for (one, other) in one.answers.iter().zip(&other.answers) {
                prop_assert!((one.confidence - other.confidence).abs() < 1e-6, "{:?}: {:?} {:?}", method, one, other);
                let label: usize = one.label[1..].parse().unwrap();
                // A tie, or nearly one, may fall otherwise.
                if !one.tie && one.confidence > 0.5 + 1e-6 {
                    prop_assert_eq!(other.label, format!("l{}", (label + 1) % labels), "{:?}", method);
                }
            }
        }
    }
}

#[test]
fn every_method_beats_a_coin_and_the_learned_ones_beat_the_majority_of_a_mixed_crowd() {
    let crowd = Crowd::new(7, (600, 3, 10, 7), |random, _, worker, label| {
        coin(random, if worker < 3 { 0.95 } else { 0.4 }, label, 3)
    });
    let rows = crowd.named();
    let counted = crowd.right(&majority(&votes(&rows)));
    for method in all().filter(|method| *method != Some(Method::Majority)) {
        let found = infer(&votes(&rows), by(method)).unwrap();
        let right = crowd.right(&found.answers);
        assert!(right > counted + 20, "{method:?}: {right}, majority {counted}");
        let accuracy = |at: usize| found.workers[at].accuracy;
        assert!(accuracy(0) > accuracy(9) + 0.2, "{method:?}");
    }
}

#[test]
fn errors_made_together_are_seen() {
    // On every third item most workers fall for the same trap.
    let crowd = Crowd::new(11, (900, 2, 14, 9), |random, item, worker, label| {
        let trapped = item % 3 == 0 && worker < 8;
        coin(random, if trapped { 0.15 } else { 0.85 }, label, 2)
    });
    let rows = crowd.named();
    let found = infer(&votes(&rows), by(None)).unwrap();
    assert_eq!(found.method, Method::Ebcc, "{}", found.chosen_because);
    assert!(found.chosen_because.starts_with("workers err together"));
}

#[test]
fn confusions_of_their_own_are_seen() {
    let crowd = Crowd::new(13, (500, 4, 12, 6), |random, _, worker, label| {
        // Each takes one label for its neighbour, and knows the others.
        let wrong = label == worker % 4 && random.f64() < 0.8;
        if wrong { (label + 1) % 4 } else { coin(random, 0.95, label, 4) }
    });
    let rows = crowd.named();
    let found = infer(&votes(&rows), by(None)).unwrap();
    assert_eq!(found.method, Method::HierarchicalDawidSkene, "{}", found.chosen_because);
    assert!(crowd.right(&found.answers) > crowd.right(&majority(&votes(&rows))));
}

#[test]
fn guessing_by_habit_is_seen() {
    let crowd = Crowd::new(17, (400, 6, 30, 5), |random, _, worker, label| {
        let knows = random.f64() < if worker % 2 == 0 { 0.9 } else { 0.1 };
        if knows { label } else { worker % 3 }
    });
    let rows = crowd.named();
    let found = infer(&votes(&rows), by(None)).unwrap();
    assert_eq!(found.method, Method::HierarchicalMace, "{}", found.chosen_because);
    assert!(crowd.right(&found.answers) > crowd.right(&majority(&votes(&rows))) + 40);
}

#[test]
fn what_one_method_alone_finds_is_left_to_the_majority() {
    // Of poor workers and ten labels, a matrix a worker learns noise.
    let crowd = Crowd::new(3, (200, 10, 130, 5), |random, _, worker, label| {
        coin(random, 0.25 + 0.0015 * worker as f64, label, 10)
    });
    let rows = crowd.named();
    let votes = votes(&rows);
    let found = infer(&votes, by(None)).unwrap();
    assert!(found.chosen_because.contains("bear out only"), "{}", found.chosen_because);
    let (alone, counted) = (infer(&votes, by(Some(found.method))).unwrap(), majority(&votes));
    let right = crowd.right(&found.answers);
    assert!(right > crowd.right(&alone.answers) + 15 && right + 3 > crowd.right(&counted), "{right}");
    // Such an answer is as sure as its votes are many.
    let own = found.answers.iter().zip(&alone.answers).zip(&counted);
    let mut left = 0;
    for ((answer, alone), counted) in own {
        if answer.label != alone.label {
            assert_eq!((answer.label, answer.confidence), (counted.label, counted.confidence));
            left += 1;
        }
    }
    assert!(left > 20, "{left}");
}

#[test]
fn small_crowds_do_not_lose_by_the_choice() {
    let (mut chosen, mut counted) = (0, 0);
    for (seed, turn) in (0..120).zip(0_usize..) {
        let crowd = mixed(seed, 5 + turn % 40, 2 + turn % 3);
        let rows = crowd.named();
        let found = infer(&votes(&rows), by(None)).unwrap();
        assert_eq!(found.method, Method::Bwa, "{}", found.chosen_because);
        assert!(found.chosen_because.contains("too few to learn"));
        chosen += crowd.right(&found.answers);
        counted += crowd.right(&majority(&votes(&rows)));
    }
    assert!(chosen >= counted, "{chosen} right by choice, {counted} by majority");
}

#[test]
fn where_nothing_can_be_learned_votes_are_counted() {
    let strangers =
        ["a", "b", "c"].map(|worker| Vote { item: "1", worker, label: if worker == "b" { "no" } else { "yes" } });
    let alone = ["1", "2", "3"].map(|item| Vote { item, worker: "a", label: if item == "2" { "no" } else { "yes" } });
    let agreed = ["a", "b", "a", "b"].map(|worker| Vote { item: "1", worker, label: "yes" });
    for (votes, reason) in
        [(&strangers[..], "no worker has two"), (&alone, "no item has votes of two"), (&agreed, "no two labels")]
    {
        let found = infer(votes, by(None)).unwrap();
        assert_eq!(found.method, Method::Majority);
        assert!(found.chosen_because.contains(reason), "{}", found.chosen_because);
    }
    assert!(infer(&[], by(None)).unwrap().answers.is_empty());
}

#[test]
fn all_may_be_wrong_where_a_worker_is_known_to_lie() {
    // Two always tell the opposite; on the last item only they vote.
    let mut crowd = Crowd::new(3, (80, 2, 6, 6), |random, _, worker, label| {
        coin(random, if worker < 2 { 0.02 } else { 0.95 }, label, 2)
    });
    crowd.truth.push(0);
    crowd.votes.extend([(80, 0, 1), (80, 1, 1)]);
    let rows = crowd.named();
    for method in [Method::DawidSkene, Method::OneCoin, Method::Ibcc, Method::Ebcc, Method::HierarchicalDawidSkene] {
        let found = infer(&votes(&rows), by(Some(method))).unwrap();
        assert_eq!(found.answers[80].label, "l0", "{method}");
    }
}

#[test]
fn many_labels_are_refused_by_name_and_answered_by_choice() {
    let rows: Vec<[String; 3]> = (0..6000)
        .flat_map(|item| {
            (0..3).map(move |worker| {
                let label = if worker == 0 && item % 5 == 0 { item + 10_000 } else { item };
                [format!("{item}"), format!("{worker}"), format!("answer {label}")]
            })
        })
        .collect();
    let votes = votes(&rows);
    for method in [Method::DawidSkene, Method::Ibcc, Method::Ebcc, Method::HierarchicalDawidSkene] {
        assert_eq!(infer(&votes, by(Some(method))).unwrap_err(), InferError::TooLarge(method));
    }
    let found = infer(&votes, by(None)).unwrap();
    assert_eq!(found.method, Method::HierarchicalMace);
    assert!(found.answers.iter().all(|answer| answer.label == format!("answer {}", answer.item)));
}

#[test]
fn what_only_a_sample_has_room_for_is_not_chosen() {
    // A matrix a worker fits in memory for the 30,000 votes of which models are compared, not for all.
    let crowd = Crowd::new(5, (20_000, 500, 50, 3), |random, _, _, label| coin(random, 0.9, label, 500));
    let rows = crowd.named();
    let votes = votes(&rows);
    assert!(infer(&votes, by(Some(Method::HierarchicalDawidSkene))).is_err());
    let found = infer(&votes, by(None)).unwrap();
    assert_eq!(found.method, Method::HierarchicalMace, "{}", found.chosen_because);
    assert!(crowd.right(&found.answers) > 19_000);
}

#[test]
fn rounds_are_bounded_and_options_checked() {
    let crowd = mixed(1, 200, 4);
    let rows = crowd.named();
    for method in all().filter(|method| *method != Some(Method::Majority)) {
        let options = InferOptions { max_iterations: 3, tolerance: 0.0, ..by(method) };
        let found = infer(&votes(&rows), options).unwrap();
        assert_eq!((found.iterations, found.converged), (3, false), "{method:?}");
    }
    let refused = |options| infer(&[], options).unwrap_err();
    assert_eq!(refused(InferOptions { max_iterations: 0, ..by(None) }), InferError::MaxIterations);
    assert_eq!(refused(InferOptions { tolerance: f64::NAN, ..by(None) }), InferError::Tolerance);
    assert_eq!(refused(InferOptions { tolerance: -1.0, ..by(None) }), InferError::Tolerance);
}

#[test]
fn methods_are_found_by_name() {
    for method in Method::ALL {
        assert_eq!(Method::named(method.name()), Some(method));
    }
    assert_eq!(Method::named("Majority"), None);
}
