//! Watches a tree and ends it.

use std::collections::HashSet;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, getpid, kill_process_group, wait};

use super::processes::{Process, descendants, signal, table};
use super::raw;
use super::start::Started;
use crate::policy::{DrainSignal, OnExit, Policy};
use crate::report::{Ended, Reason};

/// How often the process table is read while a tree is asked to end: new processes are asked too.
const LOOK: Duration = Duration::from_millis(20);
/// How often while it is being killed.
const KILL_LOOK: Duration = Duration::from_millis(4);
/// After this long only processes that hang in the kernel can be left.
const GIVE_UP: Duration = Duration::from_secs(10);

/// Whom an end is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Every descendant.
    Tree,
    /// The command's process group.
    Group,
}

enum Phase {
    Running,
    /// Waiting for the command to end by itself.
    Draining(Instant),
    /// SIGTERM was sent; SIGKILL follows.
    Asking(Instant, Reach),
    /// SIGKILL is being sent.
    Killing(Instant, Reach),
}

pub(crate) struct Tree<'a> {
    policy: &'a Policy,
    started: Started,
    signals: OwnedFd,
    lifeline: Option<OwnedFd>,
    began: Instant,
    phase: Phase,
    /// How the command ended.
    outcome: Option<WaitStatus>,
    /// Why we end it; nothing while it runs, or when it ended by itself.
    reason: Option<Reason>,
    /// Whether no child is left. Orphans become our children, so then no descendant is left.
    alone: bool,
    asked: HashSet<Process>,
    left: usize,
}

impl<'a> Tree<'a> {
    pub(crate) fn new(
        policy: &'a Policy,
        started: Started,
        signals: OwnedFd,
        lifeline: Option<OwnedFd>,
        began: Instant,
    ) -> Self {
        Self {
            policy,
            started,
            signals,
            lifeline,
            began,
            phase: Phase::Running,
            outcome: None,
            reason: None,
            alone: false,
            asked: HashSet::new(),
            left: 0,
        }
    }

    /// Until the tree has ended.
    pub(crate) fn run(mut self) -> Ended {
        loop {
            self.reap();
            if self.step() {
                return self.ended();
            }
            self.listen();
        }
    }

    fn reap(&mut self) {
        loop {
            match wait(WaitOptions::NOHANG) {
                Ok(Some((pid, status))) => {
                    if pid == self.started.pid {
                        self.outcome = Some(status);
                    }
                }
                Err(Errno::INTR) => {}
                answer => {
                    self.alone = answer.is_err();
                    return;
                }
            }
        }
    }

    /// Does what is due. True when nothing is left to do.
    fn step(&mut self) -> bool {
        let now = Instant::now();
        match self.phase {
            Phase::Running if self.outcome.is_some() => {
                let reach = match self.policy.on_exit {
                    OnExit::Leave => return true,
                    OnExit::Group => Reach::Group,
                    OnExit::Tree => Reach::Tree,
                };
                self.ask(reach)
            }
            Phase::Running => {
                if self.deadline().is_some_and(|deadline| now >= deadline) {
                    self.reason = Some(Reason::Deadline);
                    return self.ask(Reach::Tree);
                }
                false
            }
            Phase::Draining(until) => (self.outcome.is_some() || now >= until) && self.ask(Reach::Tree),
            Phase::Asking(until, reach) => {
                let living = self.living(reach);
                if living.is_empty() && self.is_over(reach) {
                    return true;
                }
                self.ask_each(&living);
                if now >= until {
                    self.phase = Phase::Killing(now + GIVE_UP, reach);
                    return self.step_kill(now + GIVE_UP, reach);
                }
                false
            }
            Phase::Killing(until, reach) => self.step_kill(until, reach),
        }
    }

    fn step_kill(&mut self, until: Instant, reach: Reach) -> bool {
        if reach == Reach::Tree {
            self.started.group.kill();
        }
        let living = self.living(reach);
        if living.is_empty() && self.is_over(reach) {
            return true;
        }
        for &one in &living {
            signal(one, Signal::KILL);
        }
        if living.is_empty() && self.outcome.is_none() {
            // Without a process table the group is all that can be reached.
            let _ = kill_process_group(self.started.pid, Signal::KILL);
        }
        self.left = living.len();
        Instant::now() >= until
    }

    /// Begins to end: SIGTERM, and SIGCONT because a stopped process acts on it only then.
    fn ask(&mut self, reach: Reach) -> bool {
        let living = self.living(reach);
        if living.is_empty() && self.is_over(reach) {
            return true;
        }
        self.phase = Phase::Asking(Instant::now() + Duration::from_millis(self.policy.grace_ms), reach);
        self.ask_each(&living);
        if living.is_empty() && self.outcome.is_none() {
            let _ = kill_process_group(self.started.pid, Signal::TERM);
            let _ = kill_process_group(self.started.pid, Signal::CONT);
        }
        false
    }

    fn ask_each(&mut self, living: &[Process]) {
        for &one in living {
            // A group or parent that has changed since does not make it another process.
            if self.asked.insert(Process { parent: 0, group: 0, ..one }) {
                signal(one, Signal::TERM);
                signal(one, Signal::CONT);
            }
        }
    }

    fn living(&self, reach: Reach) -> Vec<Process> {
        if self.alone {
            return Vec::new();
        }
        let mut found = descendants(&table(), getpid().as_raw_nonzero().get());
        if reach == Reach::Group {
            let leader = self.started.pid.as_raw_nonzero().get();
            found.retain(|one| one.group == leader);
        }
        found
    }

    /// Of a tree the kernel says for certain whether anything is left of it; of a group the process table does.
    fn is_over(&self, reach: Reach) -> bool {
        self.alone || (reach == Reach::Group && self.outcome.is_some())
    }

    fn deadline(&self) -> Option<Instant> {
        self.began.checked_add(Duration::from_millis(self.policy.deadline_ms?))
    }

    /// Waits for a signal, the lifeline's end, or the next thing that is due.
    fn listen(&mut self) {
        let due = match self.phase {
            Phase::Running => self.deadline(),
            Phase::Draining(until) => Some(until),
            Phase::Asking(until, _) => Some(until.min(Instant::now() + LOOK)),
            Phase::Killing(..) => Some(Instant::now() + KILL_LOOK),
        };
        // Rounded up, or the last part of a millisecond would be spent turning in circles.
        let span = due.map(|due| due.saturating_duration_since(Instant::now()) + Duration::from_micros(100));
        let span = span.and_then(|span| Timespec::try_from(span).ok());
        let mut fds = vec![PollFd::new(&self.signals, PollFlags::IN)];
        fds.extend(self.lifeline.iter().map(|fd| PollFd::new(fd, PollFlags::IN)));
        if poll(&mut fds, span.as_ref()).is_err() {
            return;
        }
        let parent_spoke = fds.get(1).is_some_and(|fd| !fd.revents().is_empty());
        for number in raw::heard_signals(&self.signals) {
            self.hear(number);
        }
        if parent_spoke && self.parent_is_gone() {
            self.lifeline = None;
            self.end(Reason::Parent);
        }
    }

    fn parent_is_gone(&self) -> bool {
        let Some(lifeline) = &self.lifeline else { return false };
        // Nothing is said here; whatever comes is passed over. A reset is an end too.
        match rustix::io::read(lifeline, &mut [0_u8; 256]) {
            Ok(length) => length == 0,
            Err(error) => !matches!(error, Errno::INTR | Errno::AGAIN),
        }
    }

    fn hear(&mut self, number: i32) {
        let command = self.started.pid;
        let forward = |signal| {
            let _ = kill_process_group(command, signal);
        };
        match number {
            libc::SIGTERM => self.end(Reason::Stopped),
            libc::SIGQUIT => {
                self.end(Reason::Stopped);
                self.phase = Phase::Killing(Instant::now() + GIVE_UP, Reach::Tree);
            }
            libc::SIGHUP if self.outcome.is_none() => forward(Signal::HUP),
            libc::SIGINT if self.outcome.is_none() => forward(Signal::INT),
            libc::SIGUSR1 if self.outcome.is_none() => forward(Signal::USR1),
            libc::SIGUSR2 if self.outcome.is_none() => forward(Signal::USR2),
            libc::SIGWINCH if self.outcome.is_none() => forward(Signal::WINCH),
            _ => {}
        }
    }

    /// An end that is asked for, or that the parent's death asks for.
    fn end(&mut self, reason: Reason) {
        if self.outcome.is_none() && self.reason.is_none() {
            self.reason = Some(reason);
        }
        match (&self.phase, &self.policy.drain) {
            (Phase::Running, Some(drain)) if reason == Reason::Stopped => {
                self.phase = Phase::Draining(Instant::now() + Duration::from_millis(drain.ms));
                if let Some(signal) = drain.signal {
                    drain_signal(self.started.pid, signal);
                }
            }
            (Phase::Running, _) => {
                self.ask(Reach::Tree);
            }
            (Phase::Draining(_), _) if reason == Reason::Parent => {
                self.ask(Reach::Tree);
            }
            (&Phase::Asking(until, Reach::Group), _) => self.phase = Phase::Asking(until, Reach::Tree),
            (&Phase::Killing(until, Reach::Group), _) => self.phase = Phase::Killing(until, Reach::Tree),
            _ => {}
        }
    }

    fn ended(self) -> Ended {
        let (cpu, max_rss_bytes) = raw::usage_of_children();
        let code = self.outcome.and_then(WaitStatus::exit_status);
        let signal = self.outcome.and_then(WaitStatus::terminating_signal);
        let cpu_limit = self.policy.limits.cpu_seconds.map(Duration::from_secs);
        let memory_kills = self.started.group.memory_kills();
        let reason = match (self.reason, signal) {
            (Some(reason), _) => reason,
            _ if code != Some(0) && memory_kills > 0 => Reason::Memory,
            (None, Some(libc::SIGXCPU)) => Reason::Cpu,
            (None, Some(libc::SIGKILL)) if cpu_limit.is_some_and(|limit| cpu >= limit) => Reason::Cpu,
            (None, Some(_)) => Reason::Killed,
            (None, None) => Reason::Exited,
        };
        let left = if self.alone { 0 } else { self.left.max(self.living(Reach::Tree).len()) };
        let ms = |span: Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        Ended {
            reason,
            code,
            signal,
            wall_ms: ms(self.began.elapsed()),
            cpu_ms: ms(cpu),
            max_rss_bytes,
            peak_memory_bytes: self.started.group.peak(),
            memory_kills,
            left,
        }
    }
}

fn drain_signal(command: Pid, signal: DrainSignal) {
    let signal = match signal {
        DrainSignal::Hangup => Signal::HUP,
        DrainSignal::Interrupt => Signal::INT,
        DrainSignal::User1 => Signal::USR1,
        DrainSignal::User2 => Signal::USR2,
    };
    // The command alone: it knows best in which order its own children go.
    let _ = rustix::process::kill_process(command, signal);
}
