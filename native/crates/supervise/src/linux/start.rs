//! Starts the command inside its limits.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::os::fd::OwnedFd;
use std::process::Command;

use landlock::RulesetCreated;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, Resource, Rlimit, Signal, getpid, getppid, set_parent_process_death_signal, setsid};
use rustix::thread::set_no_new_privs;
use seccompiler::BpfProgram;

use super::cgroup::{Group, here};
use super::{access, limits, notes, raw, syscalls};
use crate::policy::{Policy, Profile, Require};
use crate::report::{Cgroup, Enforced, Landlock, SandboxReport, Stage};

/// A command that runs.
#[derive(Debug)]
pub(crate) struct Started {
    pub(crate) pid: Pid,
    pub(crate) group: Group,
    pub(crate) sandbox: SandboxReport,
}

/// A command that does not.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) stage: Stage,
    pub(crate) error: io::Error,
    pub(crate) message: String,
}

/// The steps of the new process, in order; each is told before it is taken, so that a failure has a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Session = 1,
    Cgroup,
    Limits,
    Privileges,
    Landlock,
    Seccomp,
    Execute,
}

const STEPS: [(Step, &str); 7] = [
    (Step::Session, "a session of its own"),
    (Step::Cgroup, "the cgroup"),
    (Step::Limits, "rlimits"),
    (Step::Privileges, "no_new_privs"),
    (Step::Landlock, "Landlock"),
    (Step::Seccomp, "seccomp"),
    (Step::Execute, "execution"),
];

/// What the new process tells about Landlock: above all steps.
const ENFORCED: [(u8, Enforced); 3] = [(16, Enforced::Full), (17, Enforced::Partial), (18, Enforced::None)];

/// All that is made before the fork, so that the new process only has to step into it.
struct Cell {
    doors: Vec<File>,
    limits: Vec<(&'static str, Resource, Rlimit)>,
    rules: Option<RulesetCreated>,
    filters: Vec<BpfProgram>,
    require: Require,
    parent: Pid,
    told: OwnedFd,
}

impl Cell {
    fn enter(&mut self) -> io::Result<()> {
        self.tell(Step::Session as u8)?;
        raw::release_signals()?;
        setsid()?;
        self.tell(Step::Cgroup as u8)?;
        for door in &mut self.doors {
            door.write_all(b"0")?;
        }
        self.tell(Step::Limits as u8)?;
        limits::apply(&self.limits)?;
        self.tell(Step::Privileges as u8)?;
        set_no_new_privs(true)?;
        // The launcher has one thread, so here its death is what is meant.
        set_parent_process_death_signal(Some(Signal::KILL))?;
        if getppid() != Some(self.parent) {
            return Err(io::Error::from_raw_os_error(libc::ESRCH));
        }
        self.tell(Step::Landlock as u8)?;
        if let Some(rules) = self.rules.take() {
            let enforced = access::restrict(rules)?;
            if enforced != Enforced::Full && self.require == Require::All {
                return Err(io::Error::from_raw_os_error(libc::EOPNOTSUPP));
            }
            let word = ENFORCED.iter().find(|(_, level)| *level == enforced).map_or(0, |(word, _)| *word);
            self.tell(word)?;
        }
        raw::keep_descriptors();
        self.tell(Step::Seccomp as u8)?;
        for filter in &self.filters {
            seccompiler::apply_filter(filter).map_err(|_| io::Error::last_os_error())?;
        }
        self.tell(Step::Execute as u8)
    }

    fn tell(&self, word: u8) -> io::Result<()> {
        rustix::io::write(&self.told, &[word])?;
        Ok(())
    }
}

/// Starts the command. When this returns, it is being executed.
pub(crate) fn start(policy: &Policy, command: &OsString, arguments: &[OsString]) -> Result<Started, Failure> {
    let sandbox_failed = |what: &str, error: io::Error| Failure {
        stage: Stage::Sandbox,
        message: format!("{what} could not be set up: {error}"),
        error,
    };
    let (mut gaps, mut remarks) = (Vec::new(), Vec::new());
    let abi = raw::landlock_abi();
    if policy.asks_landlock() {
        gaps.extend(landlock_gaps(policy, abi));
        remarks.extend(notes::inherent(abi, policy.files.is_some(), policy.network.is_some(), policy.seccomp));
    }
    let group = match (policy.limits.memory_bytes, policy.limits.tree_processes) {
        (None, None) => Group::default(),
        _ => Group::create(&here(), &policy.limits, &mut gaps),
    };
    let filters =
        syscalls::filters(policy.seccomp).ok().filter(|filters| filters.is_empty() || raw::seccomp_available());
    let seccomp = if filters.is_some() { policy.seccomp } else { Profile::None };
    if filters.is_none() {
        gaps.push(format!("System calls are not filtered: the profile {} does not hold", policy.seccomp.name()));
    }
    remarks.extend(syscalls::gaps(seccomp, abi));
    remarks.extend(notes::of_rlimits(policy.limits.processes.is_some()));
    if policy.require == Require::All && !gaps.is_empty() {
        let error = io::Error::from_raw_os_error(libc::EOPNOTSUPP);
        return Err(Failure { stage: Stage::Sandbox, message: gaps.join("; "), error });
    }
    let rules = (abi > 0 && policy.asks_landlock())
        .then(|| access::ruleset(policy, abi, &mut remarks))
        .transpose()
        .map_err(|error| sandbox_failed("Landlock", io::Error::other(error.to_string())))?;

    let (heard, told) = pipe_with(PipeFlags::CLOEXEC).map_err(|error| sandbox_failed("A pipe", error.into()))?;
    let limits = limits::wanted(&policy.limits);
    let names = limits.iter().map(|(name, ..)| *name).collect();
    let doors = group.doors().map_err(|error| sandbox_failed("The cgroup", error))?;
    let mut cell = Cell {
        doors,
        limits,
        rules,
        filters: filters.unwrap_or_default(),
        require: policy.require,
        parent: getpid(),
        told,
    };
    let mut process = Command::new(command);
    process.args(arguments);
    let result = raw::spawn(&mut process, move || cell.enter());
    // The only other end of the pipe is the one in the closure.
    drop(process);
    let words = read_words(&heard);
    let child = result.map_err(|error| failure(&words, error))?;

    let enforced = words.iter().find_map(|word| ENFORCED.iter().find(|(known, _)| known == word));
    gaps.extend(remarks);
    let sandbox = SandboxReport {
        supported: true,
        landlock: Landlock { abi, enforced: enforced.map_or(Enforced::None, |(_, level)| *level) },
        seccomp: seccomp.name().into(),
        cgroup: if group.is_empty() { Cgroup::default() } else { group.held() },
        rlimits: names,
        notes: gaps,
    };
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    pid.map(|pid| Started { pid, group, sandbox })
        .ok_or_else(|| sandbox_failed("The process", io::Error::other("it has no id")))
}

/// What the policy asks of Landlock and this kernel does not have.
fn landlock_gaps(policy: &Policy, abi: u32) -> Vec<String> {
    let about = |text: &str| match text {
        text if text.contains("ports") && abi > 0 => policy.network.is_some(),
        text if text.contains("outside") && abi > 0 => policy.scoped(),
        _ => policy.files.is_some() || abi == 0,
    };
    notes::landlock_lacks(abi).into_iter().filter(|text| about(text)).collect()
}

fn read_words(heard: &OwnedFd) -> Vec<u8> {
    let mut buffer = [0_u8; 32];
    let mut length = 0;
    // A few bytes, written before the other end closed.
    while let Some(room) = buffer.get_mut(length..).filter(|room| !room.is_empty()) {
        match rustix::io::read(heard, room) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => break,
        }
    }
    buffer[..length].to_vec()
}

fn failure(words: &[u8], error: io::Error) -> Failure {
    let last = words.iter().rev().find_map(|word| STEPS.iter().find(|(step, _)| *step as u8 == *word));
    match last {
        Some((step, name)) if *step != Step::Execute => {
            Failure { stage: Stage::Sandbox, message: format!("{name} could not be set up: {error}"), error }
        }
        _ => {
            let message = match error.kind() {
                ErrorKind::NotFound => String::from("the command, or the interpreter it names, was not found"),
                ErrorKind::PermissionDenied => String::from("the command may not be run"),
                _ => format!("the command could not be run: {error}"),
            };
            Failure { stage: Stage::Command, message, error }
        }
    }
}
