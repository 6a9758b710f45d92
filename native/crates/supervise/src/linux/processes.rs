//! The process table, and who descends from whom.

use std::collections::{HashMap, HashSet};
use std::fs;

use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open, pidfd_send_signal};

/// One living process (zombies are left out: they hold nothing and cannot be ended).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Process {
    /// Its id.
    pub pid: i32,
    /// Its parent.
    pub parent: i32,
    /// Its process group.
    pub group: i32,
    /// When it started, clock ticks after boot: tells it from a later one with the same id.
    pub started: u64,
}

/// Reads one line of `/proc/<pid>/stat`; nothing of a zombie. `proc_pid_stat(5)`: the name in parentheses may itself
/// hold blanks and parentheses, so fields are counted from the last one.
#[must_use]
pub fn parse_stat(text: &str) -> Option<Process> {
    let pid = text.split(' ').next()?.parse().ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace();
    if matches!(fields.next()?, "Z" | "X" | "x") {
        return None;
    }
    let parent = fields.next()?.parse().ok()?;
    let group = fields.next()?.parse().ok()?;
    let started = fields.nth(16)?.parse().ok()?;
    Some(Process { pid, parent, group, started })
}

fn read(pid: i32) -> Option<Process> {
    parse_stat(&String::from_utf8_lossy(&fs::read(format!("/proc/{pid}/stat")).ok()?))
}

/// All living processes; empty where `/proc` is not there.
#[must_use]
pub fn table() -> Vec<Process> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries.filter_map(|entry| read(entry.ok()?.file_name().to_str()?.parse().ok()?)).collect()
}

/// Those that descend from a process, parents before their children; the process itself is not among them.
#[must_use]
pub fn descendants(table: &[Process], root: i32) -> Vec<Process> {
    let mut children: HashMap<i32, Vec<Process>> = HashMap::new();
    for &one in table {
        children.entry(one.parent).or_default().push(one);
    }
    let mut found = children.remove(&root).unwrap_or_default();
    found.retain(|one| one.pid != root);
    let mut seen: HashSet<i32> = found.iter().map(|one| one.pid).chain([root]).collect();
    let mut next = 0;
    while let Some(one) = found.get(next) {
        next += 1;
        // The table was not read at one instant, so a reused id could close a circle.
        found.extend(children.remove(&one.pid).unwrap_or_default().into_iter().filter(|child| seen.insert(child.pid)));
    }
    found
}

/// Signals a process, unless its id has passed to another one since it was seen. False when it is gone.
pub(crate) fn signal(process: Process, signal: Signal) -> bool {
    let Some(pid) = Pid::from_raw(process.pid) else { return false };
    match pidfd_open(pid, PidfdFlags::empty()) {
        // The descriptor holds on to whoever has the id now; only then is looked who that is.
        Ok(fd) => {
            read(process.pid).is_some_and(|now| now.started == process.started) && pidfd_send_signal(fd, signal).is_ok()
        }
        Err(Errno::SRCH) => false,
        // Before Linux 5.3, and where a sandbox around us refuses it.
        Err(_) => kill_process(pid, signal).is_ok(),
    }
}
