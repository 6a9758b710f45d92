//! Starting and ending: what goes through untouched, and that nothing is left.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod support;

use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use support::{Folder, kill, launcher, lives, script, until};

/// Prints its pid, ignores SIGTERM, and stays.
const DEAF: &str = r#"sh -c 'trap "" TERM; echo $$; exec sleep 1000'"#;

/// A tree of four: the shell, one in its group, one in another session, one that was forked twice and has no parent left.
fn deaf_tree() -> String {
    let orphan = DEAF.replace('\'', r#"'"'"'"#);
    format!("trap '' TERM; echo $$; {DEAF} & setsid {DEAF} & sh -c 'setsid {orphan} & exit 0'; wait")
}

#[test]
fn streams_and_exit_code_go_through() {
    let bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let mut child = launcher(&json!({}))
        .args(["sh", "-c", "cat; printf err >&2; exit 7"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let written = bytes.clone();
    let writer = std::thread::spawn(move || input.write_all(&written).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert_eq!(output.status.code(), Some(7));
    assert!(output.stdout == bytes, "{} bytes came back", output.stdout.len());
    assert_eq!(output.stderr, b"err");
}

#[test]
fn arguments_environment_and_folder_go_through() {
    let folder = Folder::new();
    let output = launcher(&json!({}))
        .args(["sh", "-c", r#"printf '%s|' "$@" "$WORD" "$(pwd)""#, "sh", "a b", "", "$HOME", "-x", "--", "ü"])
        .env("WORD", "=x y=")
        .current_dir(folder.path())
        .output()
        .unwrap();
    let expected = format!("a b||$HOME|-x|--|ü|=x y=|{}|", folder.path().display());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
}

#[test]
fn it_ends_by_the_command_s_signal() {
    for signal in [libc::SIGKILL, libc::SIGSEGV, libc::SIGUSR1, libc::SIGTERM] {
        let status = launcher(&json!({})).args(["sh", "-c", &format!("kill -{signal} $$")]).status().unwrap();
        assert_eq!((status.signal(), status.core_dumped()), (Some(signal), false));
    }
}

#[test]
fn what_is_malformed_is_refused_in_one_line() {
    let folder = Folder::new();
    let mark = folder.at("started");
    let policies =
        ["", "[]", "{", r#"{"grace":1}"#, r#"{"files":{"read":["relative"]}}"#, r#"{"limits":{"cpuSeconds":0}}"#];
    for policy in policies.into_iter().chain([r#"{"lifeline":77}"#, r#"{"lifeline":0}"#, r#"{"seccomp":"lax"}"#]) {
        let output = Command::new(env!("CARGO_BIN_EXE_launcher"))
            .args(["--policy", policy, "--", "touch", &mark])
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), said.lines().count()), (Some(122), 1), "{policy}: {said}");
        assert!(said.starts_with("launcher: policy: "), "{said}");
    }
    for arguments in
        [&[][..], &["--policy", "{}"], &["--policy", "{}", "--"], &["--policy-fd", "x", "--", "true"], &["true"]]
    {
        let output = Command::new(env!("CARGO_BIN_EXE_launcher")).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(122), "{arguments:?}");
    }
    assert!(!std::path::Path::new(&mark).exists());
}

#[test]
fn a_policy_comes_by_descriptor_too() {
    let line = r#"exec "$0" --policy-fd 9 -- sh -c 'exit 5' 9<<EOF
{"graceMs":10}
EOF"#;
    let status = Command::new("sh").args(["-c", line, env!("CARGO_BIN_EXE_launcher")]).status().unwrap();
    assert_eq!(status.code(), Some(5));
}

#[test]
fn what_cannot_be_started_is_told_apart() {
    let folder = Folder::new();
    let plain = folder.at("plain");
    std::fs::write(&plain, "no program").unwrap();
    for (command, code, errno) in [("/no/such/program", 127, libc::ENOENT), (plain.as_str(), 126, libc::EACCES)] {
        let output = launcher(&json!({"status": 2})).arg(command).output().unwrap();
        let said: Value = serde_json::from_slice(&output.stderr).unwrap();
        assert_eq!((said["event"].as_str(), said["stage"].as_str()), (Some("failed"), Some("command")));
        assert_eq!((output.status.code(), said["errno"].as_i64()), (Some(code), Some(errno.into())));
    }
}

#[test]
fn the_command_leads_its_session_and_inherits_nothing_else() {
    // By way of a file and a subshell: a shell holds a pipe's ends, and its own output put aside, for a moment.
    let folder = Folder::new();
    let list = folder.at("descriptors");
    let mut run = script(
        json!({}),
        &format!(
            "echo $$; cut -d' ' -f5,6 /proc/$$/stat; (ls /proc/$$/fd > {list}); sort -n {list} | tr '\\n' ' '; echo"
        ),
    );
    let started = run.status();
    assert_eq!(started["event"], "started");
    let pid = run.line();
    assert_eq!(started["pid"].to_string(), pid);
    assert_eq!(run.line(), format!("{pid} {pid}"));
    // dash keeps no descriptor of its own for -c.
    assert_eq!(run.line(), "0 1 2");
    assert_eq!(run.status()["reason"], "exited");
}

#[test]
fn a_closed_output_is_seen_while_the_command_runs() {
    let mut run = script(json!({}), "echo $$; exec >&-; exec sleep 1000");
    let pid = run.pids(1)[0];
    let mut rest = String::new();
    run.output.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
    assert!(lives(pid));
    run.signal(libc::SIGTERM);
    assert_eq!(run.child.wait().unwrap().signal(), Some(libc::SIGTERM));
}

#[test]
fn the_parent_s_death_ends_the_whole_tree() {
    let mut run = script(json!({"graceMs": 50}), &deaf_tree());
    let pids = run.pids(4);
    assert!(pids.iter().all(|&pid| lives(pid)));
    run.cut_lifeline();
    run.child.wait().unwrap();
    assert!(pids.iter().all(|&pid| !lives(pid)), "{pids:?}");
}

#[test]
fn without_a_lifeline_the_parent_s_death_ends_it_too() {
    let inner = format!(r#""{}" --policy '{{"graceMs":50}}' -- sh -c "$0" & wait"#, env!("CARGO_BIN_EXE_launcher"));
    let mut parent = Command::new("sh").args(["-c", &inner, &deaf_tree()]).stdout(Stdio::piped()).spawn().unwrap();
    let mut output = std::io::BufReader::new(parent.stdout.take().unwrap());
    let pids: Vec<i32> = (0..4)
        .map(|_| {
            let mut line = String::new();
            std::io::BufRead::read_line(&mut output, &mut line).unwrap();
            line.trim().parse().unwrap()
        })
        .collect();
    parent.kill().unwrap();
    parent.wait().unwrap();
    until("the tree is gone", || pids.iter().all(|&pid| !lives(pid)));
}

#[test]
fn asked_to_end_it_ends_the_whole_tree() {
    let mut run = script(json!({"graceMs": 50}), &deaf_tree());
    let pids = run.pids(4);
    run.signal(libc::SIGTERM);
    assert_eq!(run.child.wait().unwrap().signal(), Some(libc::SIGKILL));
    assert!(pids.iter().all(|&pid| !lives(pid)), "{pids:?}");
    assert_eq!(run.status()["event"], "started");
    let ended = run.status();
    assert_eq!((&ended["reason"], &ended["left"], &ended["signal"]), (&json!("stopped"), &json!(0), &json!(9)));
    assert!(ended["maxRssBytes"].as_u64().unwrap() > 100_000);
    assert_eq!(run.status(), Value::Null);
}

#[test]
fn sigquit_ends_it_at_once() {
    let mut run = script(json!({"graceMs": 3_600_000}), &deaf_tree());
    let pids = run.pids(4);
    run.signal(libc::SIGQUIT);
    run.child.wait().unwrap();
    assert!(pids.iter().all(|&pid| !lives(pid)), "{pids:?}");
}

#[test]
fn a_program_may_clean_up_and_a_stopped_one_is_continued() {
    let mut run = script(
        json!({"graceMs": 3_600_000}),
        "trap 'echo cleaned; exit 9' TERM; echo $$; kill -STOP $$; while :; do sleep 0.01; done",
    );
    let pid = run.pids(1)[0];
    until("it is stopped", || std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap().contains(") T "));
    run.signal(libc::SIGTERM);
    assert_eq!(run.line(), "cleaned");
    assert_eq!(run.child.wait().unwrap().code(), Some(9));
}

#[test]
fn draining_comes_first() {
    let policy = json!({"graceMs": 50, "drain": {"ms": 3_600_000, "signal": "SIGUSR1"}});
    let mut run = script(policy, "trap 'exit 5' USR1; trap 'exit 6' TERM; echo $$; while :; do sleep 0.01; done");
    run.pids(1);
    run.signal(libc::SIGTERM);
    assert_eq!(run.child.wait().unwrap().code(), Some(5));
    run.status();
    assert_eq!(run.status()["reason"], "stopped");
}

#[test]
fn a_drain_that_is_not_followed_ends_by_signals() {
    let mut run = script(json!({"graceMs": 10, "drain": {"ms": 10}}), &deaf_tree());
    let pids = run.pids(4);
    run.signal(libc::SIGTERM);
    assert_eq!(run.child.wait().unwrap().signal(), Some(libc::SIGKILL));
    assert!(pids.iter().all(|&pid| !lives(pid)), "{pids:?}");
}

#[test]
fn the_deadline_ends_it() {
    let mut run = script(json!({"graceMs": 10, "deadlineMs": 100}), "trap '' TERM; while :; do sleep 1; done");
    assert_eq!(run.child.wait().unwrap().signal(), Some(libc::SIGKILL));
    run.status();
    assert_eq!(run.status()["reason"], "deadline");
}

#[test]
fn what_is_left_after_the_command_is_ended_as_the_policy_says() {
    // One stays in the group, one leaves the session.
    let text = format!("{DEAF} & setsid {DEAF} & sleep 1000 & wait $!; exit 3");
    for (on_exit, group_lives, session_lives) in [("tree", false, false), ("group", false, true), ("leave", true, true)]
    {
        let mut run = script(json!({"graceMs": 50, "onExit": on_exit}), &text);
        let (one, two) = (run.pids(1)[0], run.pids(1)[0]);
        let command = i32::try_from(run.status()["pid"].as_i64().unwrap()).unwrap();
        // The shell goes on when what it waits for is ended.
        let awaited = || support::child_named(command, "sleep", &[one, two]);
        until("the last child has started", || awaited().is_some());
        kill(awaited().unwrap(), libc::SIGKILL);
        assert_eq!(run.child.wait().unwrap().code(), Some(3), "{on_exit}");
        let living: Vec<i32> = [one, two].into_iter().filter(|&pid| lives(pid)).collect();
        let grouped = living.iter().any(|&pid| support::group_of(pid) == Some(command));
        assert_eq!(
            (grouped, living.len()),
            (group_lives, usize::from(group_lives) + usize::from(session_lives)),
            "{on_exit}"
        );
        for pid in living {
            kill(pid, libc::SIGKILL);
        }
    }
}

#[test]
fn other_signals_are_passed_on() {
    let mut run = script(json!({}), "trap 'exit 11' HUP; trap 'exit 12' INT; echo $$; while :; do sleep 0.01; done");
    run.pids(1);
    run.signal(libc::SIGINT);
    assert_eq!(run.child.wait().unwrap().code(), Some(12));
}

#[test]
fn a_killed_launcher_takes_the_command_with_it() {
    let mut run = script(json!({}), "trap '' TERM; echo $$; exec sleep 1000");
    let pid = run.pids(1)[0];
    run.signal(libc::SIGKILL);
    run.child.wait().unwrap();
    until("the command is gone", || !lives(pid));
}

#[test]
fn a_launcher_under_a_launcher_is_ended_with_its_tree() {
    let inner = format!(
        r#"exec "{}" --policy '{{"graceMs":3600000}}' -- sh -c "{}""#,
        env!("CARGO_BIN_EXE_launcher"),
        "trap '' TERM; echo \\$\\$; setsid sleep 1000 & echo \\$!; wait; sleep 1000"
    );
    let mut run = script(json!({"graceMs": 50}), &inner);
    let pids = run.pids(2);
    run.cut_lifeline();
    run.child.wait().unwrap();
    assert!(pids.iter().all(|&pid| !lives(pid)), "{pids:?}");
}
