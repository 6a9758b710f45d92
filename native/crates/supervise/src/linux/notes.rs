//! Sentences for what does not hold.

use crate::policy::Profile;

use super::access::{COMPLETE_ABI, UNIX_SOCKET_ABI};

/// What this kernel's Landlock cannot do of what may be asked.
pub(crate) fn landlock_lacks(abi: u32) -> Vec<String> {
    let lacks: &[(u32, &str)] = &[
        (1, "Landlock is not there: paths, ports and outside processes are open"),
        (2, "Landlock here refuses every link and rename between folders"),
        (3, "Landlock here does not hold truncation of files"),
        (4, "Landlock here does not hold TCP ports"),
        (5, "Landlock here does not hold ioctl on devices"),
        (COMPLETE_ABI, "Landlock here does not hold signals and abstract Unix sockets to processes outside"),
    ];
    match abi {
        0 => vec![lacks[0].1.into()],
        abi => lacks.iter().filter(|(since, _)| abi < *since).map(|&(_, text)| text.into()).collect(),
    }
}

/// What Landlock leaves open by its nature, where files or network are asked for and the profile does not close it.
pub(crate) fn inherent(abi: u32, files: bool, network: bool, profile: Profile) -> Vec<String> {
    let mut notes = Vec::new();
    let strict = profile == Profile::Strict;
    if files && abi > 0 {
        notes.push("Outside the open paths stat, chdir and the reading of links work".into());
        if !strict {
            notes.push("Outside the open paths chmod, chown, utime and extended attributes work as far as the user may; the seccomp profile strict refuses them".into());
        }
        if !strict && abi < UNIX_SOCKET_ABI {
            notes.push("Unix sockets by path outside the open paths can be connected to; the seccomp profile strict refuses them".into());
        }
    }
    if network && abi > 0 && profile < Profile::NoNetwork {
        notes.push(
            "Of the network Landlock holds TCP alone: UDP is open; the seccomp profile no-network refuses it".into(),
        );
    }
    notes
}

/// What rlimits do not do.
pub(crate) fn of_rlimits(processes: bool) -> Vec<String> {
    let root = rustix::process::geteuid().is_root();
    let mut notes = Vec::new();
    if processes && root {
        notes.push("The rlimit on processes does not bind root; treeProcesses (cgroup) does".into());
    }
    notes
}
