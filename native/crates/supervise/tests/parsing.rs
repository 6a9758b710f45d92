//! What is read from the kernel and from policies.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use supervise::policy::{OnExit, Policy, Profile};

proptest! {
    #[test]
    fn no_text_makes_the_policy_s_reader_panic(text in ".{0,200}") {
        let _ = Policy::parse(&text);
    }

    #[test]
    fn numbers_are_kept(grace in 0_u64..1_000_000, memory in 1_u64.., fd in 3_i32..60_000) {
        let text = format!(r#"{{"graceMs":{grace},"lifeline":{fd},"limits":{{"memoryBytes":{memory}}}}}"#);
        let policy = Policy::parse(&text).unwrap();
        prop_assert_eq!((policy.grace_ms, policy.lifeline, policy.limits.memory_bytes), (grace, Some(fd), Some(memory)));
    }
}

#[test]
fn an_empty_policy_limits_nothing_and_ends_everything() {
    let policy = Policy::parse("{}").unwrap();
    assert_eq!(policy, Policy::default());
    assert_eq!((policy.on_exit, policy.seccomp, policy.limits.core_bytes), (OnExit::Tree, Profile::None, 0));
    assert!(!policy.asks_landlock());
    assert!(Policy::parse(r#"{"files":{}}"#).unwrap().scoped());
    assert!(!Policy::parse(r#"{"files":{},"scope":false}"#).unwrap().scoped());
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::HashSet;
    use std::path::PathBuf;

    use proptest::prelude::*;
    use supervise::linux::mounts::places;
    use supervise::linux::processes::{Process, descendants, parse_stat};

    /// Who descends from whom, asked of each process one step at a time.
    fn plainly(table: &[Process], root: i32) -> HashSet<i32> {
        let parent = |pid: i32| table.iter().find(|one| one.pid == pid).map(|one| one.parent);
        let reaches = |one: &&Process| {
            let mut at = one.parent;
            for _ in 0..=table.len() {
                if at == root {
                    return true;
                }
                let Some(next) = parent(at) else { return false };
                at = next;
            }
            false
        };
        table.iter().filter(|one| one.pid != root).filter(reaches).map(|one| one.pid).collect()
    }

    proptest! {
        #[test]
        fn descendants_are_those_that_a_walk_upwards_finds(parents in prop::collection::vec(0_i32..40, 1..40), root in 0_i32..40) {
            let table: Vec<Process> = (1_i32..)
                .zip(&parents)
                .map(|(pid, &parent)| Process { pid, parent, group: 0, started: 0 })
                .collect();
            let found = descendants(&table, root);
            let ids: HashSet<i32> = found.iter().map(|one| one.pid).collect();
            prop_assert_eq!(ids.len(), found.len());
            prop_assert_eq!(ids, plainly(&table, root));
        }

        #[test]
        fn a_stat_line_is_read_whatever_the_name(name in "[ -~]{0,15}", pid in 1_i32..4_000_000, parent: u16, group: u16, started: u64) {
            let rest = "1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0";
            let text = format!("{pid} ({name}) S {parent} {group} {rest} {started} 0 0");
            let expected = Process { pid, parent: parent.into(), group: group.into(), started };
            prop_assert_eq!(parse_stat(&text), Some(expected));
            prop_assert_eq!(parse_stat(&text.replace(") S ", ") Z ")), None);
        }

        #[test]
        fn no_text_makes_the_readers_panic(one in ".{0,200}", other in ".{0,200}") {
            let _ = parse_stat(&one);
            let _ = places(&one, &other);
        }
    }

    #[test]
    fn places_are_found_in_each_of_the_usual_forms() {
        let path = |text: &str| Some(PathBuf::from(text));
        let unified = places("31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw", "0::/user.slice/a.scope\n");
        assert_eq!(unified.unified, path("/sys/fs/cgroup/user.slice/a.scope"));
        assert_eq!(unified.memory, None);
        let hybrid = places(
            "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n39 31 0:36 / /sys/fs/cgroup/pids rw shared:7 - cgroup cgroup rw,pids",
            "4:memory:/one\n8:pids:/\n0::/\n",
        );
        assert_eq!((hybrid.memory, hybrid.pids), (path("/sys/fs/cgroup/memory/one"), path("/sys/fs/cgroup/pids")));
        // A container sees its own part of the hierarchy as the mount's root.
        let container = places("1 1 0:1 /docker/ab /sys/fs/cgroup rw - cgroup2 cgroup rw", "0::/docker/ab/c\n");
        assert_eq!(container.unified, path("/sys/fs/cgroup/c"));
        let outside = places("1 1 0:1 /docker/ab /sys/fs/cgroup rw - cgroup2 cgroup rw", "0::/docker/cd\n");
        assert_eq!(outside.unified, None);
        let blanks = places("1 1 0:1 / /mnt/a\\040b rw - cgroup2 cgroup rw", "0::/\n");
        assert_eq!(blanks.unified, path("/mnt/a b"));
        assert_eq!(places("1 1 0:1 / /x rw - cgroup2 c rw", "0::/../up\n").unified, None);
    }
}
