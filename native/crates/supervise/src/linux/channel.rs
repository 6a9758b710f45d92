//! The status channel: a JSON object a line.

use std::os::fd::OwnedFd;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde::Serialize;

/// Where reports go; nowhere when the policy names no place.
#[derive(Debug)]
pub(crate) struct Channel(pub(crate) Option<OwnedFd>);

impl Channel {
    /// Writes a line. A reader that is gone, or that does not read, must not keep a tree from being ended: the line is
    /// dropped.
    pub(crate) fn say(&self, report: &impl Serialize) {
        let Some(fd) = &self.0 else { return };
        let Ok(mut line) = serde_json::to_vec(report) else { return };
        line.push(b'\n');
        let mut rest = line.as_slice();
        while !rest.is_empty() {
            let second = Timespec { tv_sec: 1, tv_nsec: 0 };
            let mut ready = [PollFd::new(fd, PollFlags::OUT)];
            if !matches!(poll(&mut ready, Some(&second)), Ok(1..)) {
                return;
            }
            match rustix::io::write(fd, rest) {
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
                Err(_) => return,
            }
        }
    }
}
