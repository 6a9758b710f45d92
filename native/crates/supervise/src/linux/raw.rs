//! System calls that the safe crates do not offer, each behind a safe function.
#![allow(unsafe_code)]

use std::io;
use std::os::fd::{FromRawFd, OwnedFd};
use std::time::Duration;

/// What the launcher hears by signalfd instead of by default action.
const HEARD: [libc::c_int; 8] = [
    libc::SIGCHLD,
    libc::SIGTERM,
    libc::SIGQUIT,
    libc::SIGHUP,
    libc::SIGINT,
    libc::SIGUSR1,
    libc::SIGUSR2,
    libc::SIGWINCH,
];

fn checked(result: libc::c_int) -> io::Result<libc::c_int> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

fn set_of(signals: &[libc::c_int]) -> libc::sigset_t {
    // SAFETY: sigset_t is a plain bit set, for which zero is a value, and both functions write only into it.
    unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        for &signal in signals {
            libc::sigaddset(&raw mut set, signal);
        }
        set
    }
}

/// Holds the heard signals back and gives the descriptor they are read from.
pub(crate) fn hear_signals() -> io::Result<OwnedFd> {
    let set = set_of(&HEARD);
    // SAFETY: the set outlives both calls; a fresh descriptor is ours alone. An inherited "ignore" of SIGCHLD would
    // make the kernel reap our children unseen, so it is set back.
    unsafe {
        libc::signal(libc::SIGCHLD, libc::SIG_DFL);
        checked(libc::sigprocmask(libc::SIG_BLOCK, &raw const set, std::ptr::null_mut()))?;
        let fd = checked(libc::signalfd(-1, &raw const set, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK))?;
        Ok(OwnedFd::from_raw_fd(fd))
    }
}

/// The signals that have come since the last look.
pub(crate) fn heard_signals(from: &OwnedFd) -> Vec<libc::c_int> {
    const SIZE: usize = size_of::<libc::signalfd_siginfo>();
    let mut buffer = [0_u8; SIZE * 16];
    let read = rustix::io::read(from, &mut buffer).unwrap_or(0);
    // The number is the record's first field, a u32.
    let number = |record: &[u8]| record.first_chunk::<4>().map(|bytes| u32::from_ne_bytes(*bytes));
    buffer[..read].chunks_exact(SIZE).filter_map(|record| libc::c_int::try_from(number(record)?).ok()).collect()
}

/// Lets every signal through again: what a program expects to be started with.
pub(crate) fn release_signals() -> io::Result<()> {
    let set = set_of(&[]);
    // SAFETY: the set outlives the call.
    checked(unsafe { libc::sigprocmask(libc::SIG_SETMASK, &raw const set, std::ptr::null_mut()) }).map(drop)
}

/// Ends this process by a signal, without a core dump. Returns only where the signal ends nothing.
pub(crate) fn die_by(signal: libc::c_int) {
    let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: plain numbers, and a structure that outlives the call.
    unsafe {
        libc::setrlimit(libc::RLIMIT_CORE, &raw const none);
        libc::signal(signal, libc::SIG_DFL);
    }
    let _ = release_signals();
    // SAFETY: plain numbers.
    unsafe {
        libc::raise(signal);
    }
}

/// Takes over a descriptor that was inherited, and keeps it from the command.
pub(crate) fn adopt(fd: i32) -> io::Result<OwnedFd> {
    // SAFETY: F_SETFD fails on what is no open descriptor. Those of the Rust runtime and of this program are opened
    // after this, so an open one was inherited and has no other owner; each number is adopted once.
    unsafe {
        checked(libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC))?;
        Ok(OwnedFd::from_raw_fd(fd))
    }
}

/// A second descriptor for what an inherited one stands for, above the standard streams and kept from the command.
pub(crate) fn duplicate(fd: i32) -> io::Result<OwnedFd> {
    // SAFETY: F_DUPFD_CLOEXEC fails on what is no open descriptor, and what it gives is ours alone.
    unsafe { Ok(OwnedFd::from_raw_fd(checked(libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 3))?)) }
}

/// Keeps every descriptor but the standard streams from the program that this process becomes.
pub(crate) fn keep_descriptors() {
    const CLOSE_RANGE_CLOEXEC: libc::c_uint = 4;
    // SAFETY: changes flags only. Before Linux 5.11 it fails, and what was inherited stays inherited.
    unsafe {
        libc::syscall(libc::SYS_close_range, 3 as libc::c_uint, libc::c_uint::MAX, CLOSE_RANGE_CLOEXEC);
    }
}

/// Processor time of all reaped descendants, and the largest resident set of one, bytes.
pub(crate) fn usage_of_children() -> (Duration, u64) {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: zero is a value of every field, and the call writes only into the structure.
    let usage = unsafe {
        libc::getrusage(libc::RUSAGE_CHILDREN, usage.as_mut_ptr());
        usage.assume_init()
    };
    let span = |time: libc::timeval| {
        Duration::from_secs(u64::try_from(time.tv_sec).unwrap_or(0))
            + Duration::from_micros(u64::try_from(time.tv_usec).unwrap_or(0))
    };
    (span(usage.ru_utime) + span(usage.ru_stime), u64::try_from(usage.ru_maxrss).unwrap_or(0) * 1024)
}

/// Landlock's ABI; 0 where there is none. landlock(7): asked by `landlock_create_ruleset(NULL, 0, VERSION)`.
pub(crate) fn landlock_abi() -> u32 {
    const VERSION: libc::c_uint = 1;
    // SAFETY: with this flag the call takes no pointer and makes nothing.
    let answer = unsafe { libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::null::<u8>(), 0_usize, VERSION) };
    u32::try_from(answer).unwrap_or(0)
}

/// Whether system calls can be filtered with an error as the answer.
pub(crate) fn seccomp_available() -> bool {
    let action: u32 = libc::SECCOMP_RET_ERRNO;
    // SAFETY: reads one number that outlives the call.
    let answer = unsafe { libc::syscall(libc::SYS_seccomp, libc::SECCOMP_GET_ACTION_AVAIL, 0, &raw const action) };
    answer == 0
}

/// Starts a command after `before` has run in the new process.
pub(crate) fn spawn(
    command: &mut std::process::Command,
    before: impl FnMut() -> io::Result<()> + Send + Sync + 'static,
) -> io::Result<std::process::Child> {
    use std::os::unix::process::CommandExt;
    // SAFETY: the launcher has one thread, so the copy of it may do whatever it could do itself.
    unsafe { command.pre_exec(before) }.spawn()
}
