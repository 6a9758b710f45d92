//! Limits and sandbox: that what is reported as held is held, and that what cannot be held is said.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, unsafe_code)]

mod support;

use std::os::unix::process::ExitStatusExt;
use std::process::Output;

use serde_json::{Value, json};
use support::{Folder, launcher, script};

fn report() -> Value {
    serde_json::to_value(supervise::detect()).unwrap()
}

/// Runs a shell script to its end under a policy: the status lines, and what it printed.
fn shell(policy: Value, text: &str) -> (Value, Value, Vec<String>) {
    let mut run = script(policy, text);
    let started = run.status();
    let mut lines = Vec::new();
    for line in std::io::BufRead::lines(&mut run.output) {
        lines.push(line.unwrap());
    }
    let ended = run.status();
    run.child.wait().unwrap();
    (started, ended, lines)
}

#[test]
fn rlimits_hold() {
    let folder = Folder::new();
    let policy = json!({"limits": {"openFiles": 64, "fileSizeBytes": 8192, "addressSpaceBytes": 2_000_000_000_u64, "processes": 500}});
    let text =
        format!("ulimit -n; ulimit -v; ulimit -c; head -c 100000 /dev/zero > {} 2>/dev/null; exit 0", folder.at("big"));
    let (started, _, lines) = shell(policy, &text);
    assert_eq!(lines, ["64", "1953125", "0"]);
    assert_eq!(std::fs::metadata(folder.at("big")).unwrap().len(), 8192);
    assert_eq!(started["sandbox"]["rlimits"], json!(["address-space", "open-files", "processes", "file-size", "core"]));
}

#[test]
fn the_processor_time_limit_ends_it_and_is_told() {
    let (_, ended, _) = shell(json!({"limits": {"cpuSeconds": 1}}), "while :; do :; done");
    assert_eq!((&ended["reason"], &ended["signal"]), (&json!("cpu"), &json!(libc::SIGXCPU)));
    // The limit counts whole ticks of a busy processor, the report what really ran.
    assert!(ended["cpuMs"].as_u64().unwrap() >= 500, "{ended}");
}

#[test]
fn the_memory_of_the_tree_is_limited_or_it_is_said_that_it_is_not() {
    let policy = json!({"limits": {"memoryBytes": 24 << 20}});
    if report()["cgroup"]["memory"] == json!(true) {
        // tail keeps what has no line feed: here without end.
        let (started, ended, _) = shell(policy, "exec tail /dev/zero");
        assert_eq!(started["sandbox"]["cgroup"]["memory"], json!(true), "{started}");
        assert_eq!((&ended["reason"], &ended["signal"]), (&json!("memory"), &json!(9)));
        assert!(ended["peakMemoryBytes"].as_u64().unwrap() <= 24 << 20, "{ended}");
    } else {
        let (started, ended, _) = shell(policy, "exit 0");
        assert_eq!(started["sandbox"]["cgroup"]["memory"], json!(false));
        assert!(started["sandbox"]["notes"].to_string().contains("The memory of the tree is not limited"), "{started}");
        assert_eq!(ended["reason"], "exited");
    }
}

#[test]
fn the_number_of_processes_is_limited_or_it_is_said_that_it_is_not() {
    let (started, _, lines) = shell(
        json!({"limits": {"treeProcesses": 4}, "graceMs": 10}),
        "for i in 1 2 3 4 5 6 7 8; do sleep 1000 & done 2>/dev/null; echo all",
    );
    if report()["cgroup"]["pids"] == json!(true) {
        assert_eq!(started["sandbox"]["cgroup"]["pids"], json!(true), "{started}");
        assert!(lines.is_empty(), "a shell that cannot fork gives up: {lines:?}");
    } else {
        assert_eq!(started["sandbox"]["cgroup"]["pids"], json!(false));
        assert!(started["sandbox"]["notes"].to_string().contains("number of processes of the tree is not limited"));
        assert_eq!(lines, ["all"]);
    }
}

#[test]
fn where_all_is_required_what_cannot_be_held_keeps_it_from_starting() {
    let machine = report();
    let policy = json!({"status": 2, "require": "all", "limits": {"memoryBytes": 64 << 20, "treeProcesses": 100},
        "files": {}, "network": {}, "seccomp": "strict"});
    let output = launcher(&policy).args(["true"]).output().unwrap();
    let first: Value = serde_json::from_slice(output.stderr.split(|&byte| byte == b'\n').next().unwrap()).unwrap();
    let all = machine["cgroup"]["memory"] == json!(true)
        && machine["cgroup"]["pids"] == json!(true)
        && machine["landlock"]["enforced"] == json!("full")
        && machine["seccomp"] == json!("available");
    if all {
        assert_eq!((output.status.code(), &first["event"]), (Some(0), &json!("started")));
    } else {
        assert_eq!((output.status.code(), &first["stage"]), (Some(123), &json!("sandbox")), "{first}");
    }
}

/// Does one thing that a sandbox may refuse, in the program that this test is: `probe WHAT` in the environment.
fn probe(policy: &Value, what: &str) -> Output {
    let mut command = launcher(policy);
    command.arg(std::env::current_exe().unwrap()).args(["--exact", "inside", "--nocapture", "--test-threads", "1"]);
    command.env("SUPERVISE_PROBE", what).output().unwrap()
}

/// The error number of what was tried; 0 when it worked.
fn answer(policy: &Value, what: &str) -> i32 {
    let output = probe(policy, what);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let word = said.split("answer=").nth(1).and_then(|rest| rest.split_whitespace().next()).map(str::to_owned);
    word.unwrap_or_else(|| panic!("{what}: {said} {output:?}")).parse().unwrap()
}

/// Runs inside the launcher; does nothing in an ordinary run of the tests.
#[test]
fn inside() {
    let Ok(what) = std::env::var("SUPERVISE_PROBE") else { return };
    let mut words = what.split(' ');
    let (name, argument) = (words.next().unwrap(), words.next().unwrap_or(""));
    let number = || argument.parse::<i32>().unwrap();
    // SAFETY: system calls with plain numbers or null pointers; those that succeed change only this process, which ends.
    let result: i64 = unsafe {
        match name {
            "call" => libc::syscall(i64::from(number()), 0, 0, 0, 0, 0, 0),
            "x32" => libc::syscall(0x4000_0000 | libc::SYS_getpid, 0, 0, 0, 0, 0, 0),
            "clone" => libc::syscall(libc::SYS_clone, i64::from(number()), 0, 0, 0, 0, 0),
            "socket" => i64::from(libc::socket(number(), libc::SOCK_STREAM, 0)),
            "raw-socket" => i64::from(libc::socket(number(), libc::SOCK_RAW, 0)),
            "socketpair" => i64::from(libc::socketpair(libc::AF_UNIX, libc::SOCK_STREAM, 0, [0_i32; 2].as_mut_ptr())),
            "typing" => i64::from(libc::ioctl(0, 0x5412, c"x".as_ptr())),
            "signal" => i64::from(libc::kill(number(), 0)),
            "bind" => code(std::net::TcpListener::bind(("127.0.0.1", u16::try_from(number()).unwrap()))),
            "connect" => code(std::net::TcpStream::connect(("127.0.0.1", u16::try_from(number()).unwrap()))),
            "chmod" => code(std::fs::set_permissions(argument, std::os::unix::fs::PermissionsExt::from_mode(0o600))),
            "read" => code(std::fs::read(argument)),
            "write" => code(std::fs::write(argument, "x")),
            "thread" => i64::from(std::thread::spawn(|| 0).join().unwrap()),
            "no-new-privs" => i64::from(libc::prctl(libc::PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)) - 1,
            other => panic!("{other}"),
        }
    };
    let errno = if result < 0 { std::io::Error::last_os_error().raw_os_error().unwrap() } else { 0 };
    println!("answer={errno}");
}

fn code<T>(result: std::io::Result<T>) -> i64 {
    // Whoever reads errno next finds what std found.
    match result {
        Ok(_) => 0,
        Err(error) => {
            // SAFETY: writes this thread's own errno.
            unsafe { *libc::__errno_location() = error.raw_os_error().unwrap() };
            -1
        }
    }
}

fn with(profile: &str) -> Value {
    json!({"seccomp": profile})
}

#[test]
fn no_privilege_can_be_gained() {
    assert_eq!(answer(&json!({}), "no-new-privs"), 0);
}

#[test]
fn profiles_refuse_what_they_say_and_no_more() {
    if report()["seccomp"] != json!("available") {
        let (started, ..) = shell(with("strict"), "exit 0");
        assert_eq!(started["sandbox"]["seccomp"], "none");
        assert!(started["sandbox"]["notes"].to_string().contains("System calls are not filtered"));
        return;
    }
    let folder = Folder::new();
    std::fs::write(folder.at("file"), "").unwrap();
    let chmod = format!("chmod {}", folder.at("file"));
    for profile in ["default", "no-network", "strict"] {
        let policy = with(profile);
        let refused =
            [libc::SYS_unshare, libc::SYS_setns, libc::SYS_bpf, libc::SYS_keyctl, libc::SYS_add_key, libc::SYS_mount];
        let more = [libc::SYS_io_uring_setup, libc::SYS_userfaultfd, libc::SYS_perf_event_open, libc::SYS_ptrace];
        let kernel = [libc::SYS_init_module, libc::SYS_kexec_load, libc::SYS_process_vm_readv, libc::SYS_reboot];
        for call in refused.into_iter().chain(more).chain(kernel) {
            assert_eq!(answer(&policy, &format!("call {call}")), libc::EPERM, "{profile}: {call}");
        }
        assert_eq!(answer(&policy, &format!("call {}", libc::SYS_clone3)), libc::ENOSYS);
        for flag in [libc::CLONE_NEWUSER, libc::CLONE_NEWNS, libc::CLONE_NEWPID | libc::SIGCHLD] {
            assert_eq!(answer(&policy, &format!("clone {flag}")), libc::EPERM);
        }
        if cfg!(target_arch = "x86_64") {
            assert_eq!(answer(&policy, "x32"), libc::ENOSYS);
        }
        assert_eq!(answer(&policy, "typing"), libc::EPERM);
        assert_eq!(answer(&policy, &format!("raw-socket {}", libc::AF_PACKET)), libc::EPERM);
        assert_eq!(answer(&policy, &format!("socket {}", libc::AF_VSOCK)), libc::EPERM);
        assert_eq!((answer(&policy, "thread"), answer(&policy, "socketpair")), (0, 0));
    }
    let sockets =
        |profile| [libc::AF_INET, libc::AF_UNIX].map(|family| answer(&with(profile), &format!("socket {family}")));
    assert_eq!(sockets("default"), [0, 0]);
    assert_eq!(sockets("no-network"), [libc::EPERM, 0]);
    assert_eq!(sockets("strict"), [libc::EPERM, libc::EPERM]);
    assert_eq!((answer(&with("no-network"), &chmod), answer(&with("strict"), &chmod)), (0, libc::EPERM));
    assert_ne!(answer(&with("none"), &format!("call {}", libc::SYS_clone3)), libc::ENOSYS);
}

#[test]
fn only_the_open_paths_are_open_or_it_is_said_that_all_are() {
    let (open, shut) = (Folder::new(), Folder::new());
    for folder in [&open, &shut] {
        std::fs::write(folder.at("file"), "x").unwrap();
    }
    let exe = std::env::current_exe().unwrap();
    let files = |write: &[&str]| {
        let read = [open.path().to_str().unwrap(), "/no/such/path"];
        json!({"status": 2, "files": {"read": read, "write": write, "execute": [exe]}})
    };
    let policy = files(&[]);
    let tried = |policy: &Value| {
        [format!("read {}", open.at("file")), format!("write {}", open.at("new")), format!("read {}", shut.at("file"))]
            .map(|what| answer(policy, &what))
    };
    let said = String::from_utf8(probe(&policy, "thread").stderr).unwrap();
    assert!(said.contains("/no/such/path does not exist"), "{said}");
    if report()["landlock"]["abi"] == json!(0) {
        assert!(said.contains("\"enforced\":\"none\"") && said.contains("Landlock is not there"), "{said}");
        return;
    }
    assert!(!said.contains("\"enforced\":\"none\""), "{said}");
    assert_eq!(tried(&policy), [0, libc::EACCES, libc::EACCES]);
    assert_eq!(tried(&files(&[open.path().to_str().unwrap()])), [0, 0, libc::EACCES]);
    assert_eq!(answer(&policy, "read /etc/shadow"), libc::EACCES);
}

#[test]
fn ports_and_outside_processes_are_shut_where_the_kernel_can() {
    let abi = report()["landlock"]["abi"].as_u64().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let open = json!({"network": {"connect": [port]}});
    let shut = json!({"network": {}});
    let connect = format!("connect {port}");
    let outside = format!("signal {}", std::process::id());
    assert_eq!(answer(&open, &connect), 0);
    assert_eq!(answer(&shut, &connect), if abi >= 4 { libc::EACCES } else { 0 });
    assert_eq!(answer(&shut, "bind 0"), if abi >= 4 { libc::EACCES } else { 0 });
    assert_eq!(answer(&shut, &outside), if abi >= 6 { libc::EPERM } else { 0 });
    assert_eq!(answer(&json!({"scope": false, "network": {}}), &outside), 0);
    assert_eq!(answer(&json!({}), "bind 0"), 0);
}

#[test]
fn groups_are_removed_at_the_end() {
    let machine = report();
    let status =
        launcher(&json!({"limits": {"memoryBytes": 64 << 20, "treeProcesses": 50}})).arg("true").status().unwrap();
    assert_eq!((status.code(), status.signal()), (Some(0), None));
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    let own = std::fs::read_to_string("/proc/self/cgroup").unwrap();
    let places = supervise::linux::mounts::places(&mounts, &own);
    let held = [&places.unified, &places.memory, &places.pids].into_iter().flatten().filter(|place| place.is_dir());
    // Other tests of this machine may be running launchers; those that run have a process.
    let stale = held.flat_map(|place| std::fs::read_dir(place).unwrap().flatten()).filter(|entry| {
        let name = entry.file_name().into_string().unwrap_or_default();
        name.strip_prefix("deployment-engine-").is_some_and(|pid| !std::path::Path::new("/proc").join(pid).exists())
    });
    assert_eq!(stale.count(), 0, "{machine}");
}

#[test]
fn the_report_is_printed() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_launcher")).arg("--report").output().unwrap();
    let mut printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut known = report();
    // Notes name folders and errors, which may differ while other tests make groups.
    assert_eq!(
        printed.as_object_mut().unwrap().remove("notes").is_some(),
        known.as_object_mut().unwrap().remove("notes").is_some()
    );
    assert_eq!(printed, known);
}
