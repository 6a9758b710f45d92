//! Starts, watches, limits and ends trees of processes.
//!
//! The work is done by a small program, the *launcher*, that is started in place of the command: it cannot be done by
//! the parent, because Landlock and seccomp hold for whoever asks for them, and because whoever is to outlive a
//! SIGKILL of the parent has to be another process. The launcher
//!
//! - becomes the reaper of every orphan below it (`PR_SET_CHILD_SUBREAPER`), so that a daemon which forked twice and
//!   left its session is still a descendant of it,
//! - holds one end of a pipe or socket, the *lifeline*: when the parent is gone, however it went, the other end closes,
//! - starts the command in a session of its own, inside the limits of a [`policy::Policy`],
//! - ends the tree: drain, SIGTERM, deadline, SIGKILL, until no descendant is left,
//! - says on a status channel what holds, what went wrong and how it ended ([`report`]).
//!
//! All of that is Linux. Elsewhere [`report::SandboxReport`] says that it is not supported and the launcher refuses.

pub mod launcher;
#[cfg(target_os = "linux")]
pub mod linux;
pub mod policy;
pub mod report;

pub use policy::Policy;
pub use report::SandboxReport;

/// What this machine can hold. Makes and removes an empty cgroup to find out; restricts nothing.
#[must_use]
pub fn detect() -> SandboxReport {
    #[cfg(target_os = "linux")]
    return linux::detect::detect();
    #[cfg(not(target_os = "linux"))]
    SandboxReport::unsupported()
}
