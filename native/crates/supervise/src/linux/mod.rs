//! The launcher on Linux.

mod access;
mod cgroup;
mod channel;
pub(crate) mod detect;
mod limits;
pub mod mounts;
mod notes;
pub mod processes;
pub(crate) mod raw;
mod start;
mod syscalls;
mod tree;

use std::ffi::OsString;
use std::io::ErrorKind;
use std::os::fd::OwnedFd;
use std::process::ExitCode;
use std::time::Instant;

use rustix::process::{Signal, getpid, getppid, set_child_subreaper, set_parent_process_death_signal};

use channel::Channel;
use tree::Tree;

use crate::launcher::complain;
use crate::policy::Policy;
use crate::report::{Stage, Status, code};

/// Starts the command, watches it and ends as it did.
pub(crate) fn run(policy: &Policy, command: &OsString, arguments: &[OsString]) -> ExitCode {
    let began = Instant::now();
    let (status, lifeline) = match descriptors(policy) {
        Ok(both) => both,
        Err(message) => {
            complain(&message);
            return ExitCode::from(code::POLICY);
        }
    };
    match start_and_watch(policy, command, arguments, lifeline, &status, began) {
        Ok(code) => code,
        Err(start::Failure { stage, error, message }) => {
            status.say(&Status::Failed { stage, errno: error.raw_os_error(), message: message.clone() });
            if status.0.is_none() {
                complain(&message);
            }
            ExitCode::from(match (stage, error.kind()) {
                (Stage::Command, ErrorKind::NotFound) => code::NOT_FOUND,
                (Stage::Command, _) => code::NOT_EXECUTABLE,
                _ => code::SANDBOX,
            })
        }
    }
}

/// Status channel and lifeline. They may be one socket; the number is adopted once.
fn descriptors(policy: &Policy) -> Result<(Channel, Option<OwnedFd>), String> {
    let told = |what: &str, fd: i32, error: std::io::Error| format!("policy: {what} {fd}: {error}");
    let status = policy.status.map(|fd| raw::duplicate(fd).map_err(|error| told("status", fd, error))).transpose()?;
    let lifeline = policy.lifeline.map(|fd| raw::adopt(fd).map_err(|error| told("lifeline", fd, error))).transpose()?;
    Ok((Channel(status), lifeline))
}

fn start_and_watch(
    policy: &Policy,
    command: &OsString,
    arguments: &[OsString],
    lifeline: Option<OwnedFd>,
    status: &Channel,
    began: Instant,
) -> Result<ExitCode, start::Failure> {
    let unprepared = |error: std::io::Error| start::Failure {
        stage: Stage::Sandbox,
        message: format!("supervision could not be set up: {error}"),
        error,
    };
    let parent = getppid();
    let signals = raw::hear_signals().map_err(unprepared)?;
    set_child_subreaper(Some(getpid())).map_err(|error| unprepared(error.into()))?;
    if lifeline.is_none() {
        set_parent_process_death_signal(Some(Signal::TERM)).map_err(|error| unprepared(error.into()))?;
        if getppid() != parent {
            return Err(unprepared(std::io::Error::other("the parent is gone")));
        }
    }
    let started = start::start(policy, command, arguments)?;
    let_go_of_streams();
    status.say(&Status::Started { pid: started.pid.as_raw_nonzero().get(), sandbox: started.sandbox.clone() });
    let ended = Tree::new(policy, started, signals, lifeline, began).run();
    status.say(&Status::Ended(ended.clone()));
    if let Some(signal) = ended.signal {
        raw::die_by(signal);
        return Ok(ExitCode::from(u8::try_from(128 + signal).unwrap_or(u8::MAX)));
    }
    Ok(ExitCode::from(ended.code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)))
}

/// The streams are the command's alone: while a copy is held here, a reader does not see their end, nor a writer that
/// nobody reads.
fn let_go_of_streams() {
    let Ok(null) = rustix::fs::open("/dev/null", rustix::fs::OFlags::RDWR, rustix::fs::Mode::empty()) else { return };
    let _ = rustix::stdio::dup2_stdin(&null);
    let _ = rustix::stdio::dup2_stdout(&null);
    let _ = rustix::stdio::dup2_stderr(&null);
}
