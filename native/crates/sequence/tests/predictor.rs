//! What a predictor promises, whatever it is told.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use sequence::{CommandPredictor, Event, MAX_CONTEXTS, MAX_NAMES, Options, StateError, command_name};
use std::collections::HashSet;

#[derive(Clone, Debug)]
enum Step {
    Begin(Option<String>, Option<String>),
    Command(String, Option<i32>, Option<String>),
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::sample::select(vec!["ls -la", "git status", "git commit -m wip", "cd src", "cd ..", "make", "vi a.txt", "cargo test"])
            .prop_map(str::to_owned),
        2 => "[a-f]{1,2}( [a-z]{1,4})?",
        1 => any::<String>(),
        1 => (200..400_usize).prop_map(|length| "x".repeat(length)),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => (prop::option::of("[a-c]{1,3}( [a-c]{1,3}){0,4}"), prop::option::of("[pq]")).prop_map(|(task, person)| Step::Begin(task, person)),
        12 => (line(), prop::option::of(0..3), prop::option::of("/[xy]")).prop_map(|(line, code, directory)| Step::Command(line, code, directory)),
    ]
}

fn take(predictor: &mut CommandPredictor, step: &Step) {
    match step {
        Step::Begin(task, person) => predictor.begin(task.as_deref(), person.as_deref()),
        Step::Command(command, exit_code, directory) => {
            predictor.observe(&Event { command, exit_code: *exit_code, directory: directory.as_deref() });
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn predictions_are_a_distribution_over_known_names(steps in prop::collection::vec(step(), 0..120), lstm: bool) {
        let mut predictor = CommandPredictor::new(Options { lstm, seed: 3 });
        let mut told = HashSet::new();
        for step in &steps {
            let all = predictor.predict(1000, None);
            let sum: f64 = all.iter().map(|suggestion| f64::from(suggestion.probability)).sum();
            prop_assert!(sum <= 1.0 + 1e-5, "{}", sum);
            prop_assert!(all.is_sorted_by(|one, other| one.probability >= other.probability));
            let mut names = HashSet::new();
            for suggestion in &all {
                prop_assert!((0.0..=1.0).contains(&suggestion.probability));
                prop_assert!((0.0..=suggestion.probability).contains(&suggestion.line_probability));
                prop_assert!(told.contains(&suggestion.name), "{} was never run", suggestion.name);
                prop_assert!(names.insert(suggestion.name.clone()), "{} twice", suggestion.name);
                if let Some(line) = &suggestion.line {
                    prop_assert_eq!(command_name(line), Some(&*suggestion.name));
                }
            }
            prop_assert_eq!(&all[..all.len().min(3)], &predictor.predict(3, None)[..]);
            take(&mut predictor, step);
            if let Step::Command(command, ..) = step {
                told.extend(command_name(command).map(str::to_owned));
            }
        }
    }

    #[test]
    fn what_is_written_is_read_and_goes_on_alike(before in prop::collection::vec(step(), 0..150), after in prop::collection::vec(step(), 1..40)) {
        let mut one = CommandPredictor::default();
        let mut twin = CommandPredictor::default();
        for step in &before {
            take(&mut one, step);
            take(&mut twin, step);
        }
        let bytes = one.export();
        prop_assert!(bytes == twin.export(), "the same commands, another state");
        let mut other = CommandPredictor::import(&bytes).unwrap();
        for step in &after {
            prop_assert_eq!(one.predict(20, Some("/x")), other.predict(20, Some("/x")));
            take(&mut one, step);
            take(&mut other, step);
        }
        prop_assert!(one.export() == other.export());
    }

    #[test]
    fn damage_is_seen(at in any::<prop::sample::Index>(), bit in 0..8_u8, cut in any::<prop::sample::Index>()) {
        let mut predictor = CommandPredictor::default();
        for command in ["ls", "git status", "ls", "git commit"] {
            predictor.observe(&Event { command, ..Event::default() });
        }
        let bytes = predictor.export();
        let mut damaged = bytes.clone();
        damaged[at.index(bytes.len())] ^= 1 << bit;
        prop_assert!(CommandPredictor::import(&damaged).is_err());
        prop_assert!(CommandPredictor::import(&bytes[..cut.index(bytes.len())]).is_err());
    }
}

#[test]
fn errors_name_what_is_wrong() {
    let error = |bytes: &[u8]| CommandPredictor::import(bytes).map(drop).unwrap_err();
    let bytes = CommandPredictor::default().export();
    assert_eq!(error(b"garbage"), StateError::NotAState);
    assert_eq!(error(&bytes[..10]), StateError::Truncated);
    assert_eq!(error(&[&bytes[..4], &[9, 0], &bytes[6..]].concat()), StateError::Version(9));
    assert_eq!(error(&[&bytes[..], &[0]].concat()), StateError::Checksum);
    assert_eq!(error(&sequence::seal(&bytes[6..])), StateError::Invalid("there is more than a state"));
    assert_eq!(error(&sequence::seal(&bytes[6..40])), StateError::Truncated);
}

#[test]
fn the_network_is_written_too_and_is_the_same_for_a_seed() {
    let make = |seed| {
        let mut predictor = CommandPredictor::new(Options { lstm: true, seed });
        for command in ["a", "b", "c"].into_iter().cycle().take(60) {
            predictor.observe(&Event { command, ..Event::default() });
        }
        predictor.export()
    };
    assert!(make(1) == make(1));
    assert!(make(1) != make(2));
    assert!(CommandPredictor::import(&make(1)).unwrap().export() == make(1));
}

#[test]
fn predicting_teaches_nothing() {
    let mut predictor = CommandPredictor::default();
    for command in ["ls", "cd a", "ls", "make"] {
        predictor.observe(&Event { command, ..Event::default() });
    }
    let before = predictor.export();
    predictor.predict(10, Some("/elsewhere"));
    assert!(predictor.export() == before);
}

#[test]
fn memory_is_bounded_and_what_is_in_use_stays() {
    let mut predictor = CommandPredictor::default();
    for turn in 0..60_000_u32 {
        let command = if turn % 3 == 0 { "git status".to_owned() } else { format!("tool{turn} --at {turn}") };
        predictor.observe(&Event {
            command: &command,
            directory: Some(&format!("/{}", turn % 500)),
            ..Event::default()
        });
        assert!(predictor.known_names() <= MAX_NAMES);
    }
    assert!(predictor.known_contexts() <= MAX_CONTEXTS + (1 << 14));
    assert!(predictor.export().len() < 10 << 20);
    assert!(predictor.predict(5, None).iter().any(|suggestion| suggestion.name == "git"));
    assert!(CommandPredictor::import(&predictor.export()).unwrap().export() == predictor.export());
}

#[test]
fn what_came_before_decides() {
    let mut predictor = CommandPredictor::default();
    let habit = ["git pull", "npm ci", "npm test", "vi notes.txt", "git commit -a", "git push"];
    for command in habit.iter().cycle().take(habit.len() * 8) {
        predictor.observe(&Event { command, ..Event::default() });
    }
    for command in habit {
        let best = predictor.predict(1, None).remove(0);
        assert_eq!(best.line.as_deref(), Some(command));
        assert!(best.line_probability > 0.5, "{command}: {}", best.line_probability);
        predictor.observe(&Event { command, ..Event::default() });
    }
}

#[test]
fn exit_code_person_and_task_tell_apart() {
    let mut predictor = CommandPredictor::default();
    for turn in 0..40 {
        let failed = turn % 2 == 0;
        predictor.begin(
            Some(if failed { "find large files" } else { "restart web server" }),
            Some(if failed { "ann" } else { "bob" }),
        );
        predictor
            .observe(&Event { command: if failed { "du -sh" } else { "systemctl restart web" }, ..Event::default() });
        predictor.observe(&Event { command: "make", exit_code: Some(if failed { 2 } else { 0 }), ..Event::default() });
        predictor.observe(&Event { command: if failed { "vi main.c" } else { "./run" }, ..Event::default() });
    }
    let mut first = |task, person| {
        predictor.begin(task, person);
        predictor.predict(1, None).remove(0).name
    };
    assert_eq!(first(Some("large files"), None), "du");
    assert_eq!(first(Some("restart the server"), None), "systemctl");
    assert_eq!(first(None, Some("ann")), "du");
    assert_eq!(first(None, Some("bob")), "systemctl");
    for (code, next) in [(2, "vi"), (0, "./run")] {
        predictor.begin(None, None);
        predictor.observe(&Event { command: "make", exit_code: Some(code), ..Event::default() });
        assert_eq!(predictor.predict(1, None)[0].name, next);
    }
}

#[test]
fn one_wins_of_two_predictions_with_equal_scores_by_a_fixed_order() {
    let run = || {
        let mut predictor = CommandPredictor::default();
        for command in ["a", "b", "c", "d"] {
            predictor.begin(None, None);
            predictor.observe(&Event { command, ..Event::default() });
        }
        predictor.predict(4, None)
    };
    assert_eq!(run(), run());
}
