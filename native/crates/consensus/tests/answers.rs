//! Free text and numbers.
#![allow(clippy::unwrap_used)]

use consensus::numbers::{Location, agree};
use consensus::text::{Difference, Said, Settled, settle};

fn settled(texts: &[&str]) -> Settled {
    let said: Vec<Said<'_>> = texts.iter().map(|text| Said { text, weight: 1.0 }).collect();
    settle(&said, 0.78).unwrap()
}

#[test]
fn what_says_the_same_is_one_group() {
    for pair in [
        ["The timeout is 1500 ms.", "the **timeout** is 1.5 s"],
        ["Restart the pods", "restart the pod!"],
        ["It was released on 3 May 2024", "it was released on 2024-05-03"],
        ["We add 6 to 36.\nAnswer: 42", "The answer is 42."],
        ["```js\nlet a = 'x';\n```", "```\nlet  a = \"x\"\n```"],
    ] {
        assert_eq!(settled(&pair).groups.len(), 1, "{pair:?}");
    }
}

#[test]
fn what_differs_in_what_counts_is_never_one_group() {
    for pair in [
        ["The change is safe", "The change is not safe"],
        ["The change is safe", "The change is unsafe"],
        ["Run 3 replicas of the service", "Run 4 replicas of the service"],
        ["Yes", "No"],
        ["The flag enables the cache for all users", "The flag disables the cache for all users"],
        ["Wait 5 minutes for the rollout", "Wait 5 seconds for the rollout"],
        ["The api depends on the worker", "The worker depends on the api"],
        ["```\nx = 1\n```", "```\nx = 2\n```"],
    ] {
        assert_eq!(settled(&pair).groups.len(), 2, "{pair:?}");
    }
}

#[test]
fn a_dissent_says_who_and_why() {
    let found = settled(&["It needs 3 nodes", "It needs 3 nodes.", "It needs 5 nodes", ""]);
    assert_eq!((found.groups[0].members.as_slice(), found.silent.as_slice()), ([0, 1].as_slice(), [3].as_slice()));
    assert_eq!(found.groups[1].members, [2]);
    let numbers = Difference::Numbers { chosen: vec!["3".into()], dissent: vec!["5".into()] };
    assert_eq!(found.groups[1].differs[0], numbers);
    let found = settled(&["It is safe", "It is safe", "It is not safe"]);
    assert_eq!(found.groups[1].differs[0], Difference::Negation { word: "safe".into() });
}

#[test]
fn wild_numbers_are_named_and_do_not_move_the_rest() {
    for location in [Location::Median, Location::HodgesLehmann, Location::Huber] {
        let found = agree(&["1 GiB", "1025 MiB", "1023 MiB", "1 TiB", "1024 MiB"], &[], location, 3.5).unwrap();
        assert!((found.settled.value / 1_073_741_824.0 - 1.0).abs() < 0.01, "{location:?} {found:?}");
        assert_eq!(found.settled.outliers[0].at, 3);
    }
    assert!(agree(&["1 s", "1 GB"], &[], Location::Median, 3.5).unwrap_err().to_string().contains("statement 1"));
}
