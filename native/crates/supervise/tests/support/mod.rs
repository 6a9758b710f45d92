//! What the tests of the launcher share.
#![allow(dead_code, unsafe_code, clippy::missing_panics_doc, unreachable_pub)]

use std::io::{BufRead, BufReader};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use supervise::linux::processes::table;

/// Far above everything that std opens for itself between fork and exec.
const CONTROL: i32 = 100;
/// No condition that is waited for may take longer; the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// The launcher with a policy, before its command is given.
pub fn launcher(policy: &Value) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_launcher"));
    command.args(["--policy", &policy.to_string(), "--"]).stdin(Stdio::null());
    command
}

/// A launcher that runs, with a lifeline.
pub struct Running {
    pub child: Child,
    pub control: Option<BufReader<UnixStream>>,
    pub output: BufReader<std::process::ChildStdout>,
}

/// Starts a shell script under a policy, with lifeline and status channel.
pub fn script(mut policy: Value, text: &str) -> Running {
    policy["lifeline"] = json!(CONTROL);
    policy["status"] = json!(CONTROL);
    let (ours, theirs) = UnixStream::pair().unwrap();
    let mut command = launcher(&policy);
    command.args(["/bin/sh", "-c", text]).stdout(Stdio::piped());
    let fd = theirs.as_raw_fd();
    // SAFETY: one system call on a descriptor that outlives the fork; the copy alone is inherited.
    unsafe {
        command.pre_exec(
            move || {
                if libc::dup2(fd, CONTROL) < 0 { Err(std::io::Error::last_os_error()) } else { Ok(()) }
            },
        );
    }
    let mut child = command.spawn().unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    Running { child, control: Some(BufReader::new(ours)), output }
}

impl Running {
    /// The next line on the status channel; null at its end.
    pub fn status(&mut self) -> Value {
        let mut line = String::new();
        self.control.as_mut().unwrap().read_line(&mut line).unwrap();
        if line.is_empty() { Value::Null } else { serde_json::from_str(&line).unwrap() }
    }

    /// As many process ids, a line each, as the script prints.
    pub fn pids(&mut self, count: usize) -> Vec<i32> {
        (0..count).map(|_| self.line().parse().unwrap()).collect()
    }

    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    pub fn signal(&self, signal: i32) {
        kill(i32::try_from(self.child.id()).unwrap(), signal);
    }

    /// What a parent's death does, however it comes.
    pub fn cut_lifeline(&mut self) {
        self.control = None;
    }
}

pub fn kill(pid: i32, signal: i32) {
    // SAFETY: plain numbers.
    assert_eq!(unsafe { libc::kill(pid, signal) }, 0, "signal {signal} to {pid}");
}

/// Whether a process lives; a zombie does not.
pub fn lives(pid: i32) -> bool {
    table().iter().any(|one| one.pid == pid)
}

/// Waits until a condition holds.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < end, "waited in vain for: {what}");
        std::thread::yield_now();
    }
}

/// A folder of its own, removed at the end.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("supervise-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).unwrap();
        Self(path.canonicalize().unwrap())
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn at(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A child of a process by its program's name, other than some.
pub fn child_named(parent: i32, name: &str, but: &[i32]) -> Option<i32> {
    let named =
        |pid: i32| std::fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|comm| comm.trim_end() == name);
    table().iter().find(|one| one.parent == parent && !but.contains(&one.pid) && named(one.pid)).map(|one| one.pid)
}

/// The process group of a living process.
pub fn group_of(pid: i32) -> Option<i32> {
    table().iter().find(|one| one.pid == pid).map(|one| one.group)
}
