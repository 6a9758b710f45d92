//! What this machine can hold.

use super::access::COMPLETE_ABI;
use super::cgroup::{Group, here};
use super::{limits, notes, raw, syscalls};
use crate::policy::{Limits, Profile};
use crate::report::{Enforced, Landlock, SandboxReport};

/// Looks at the kernel; makes and removes a cgroup to know whether one may be made.
pub(crate) fn detect() -> SandboxReport {
    let abi = raw::landlock_abi();
    let enforced = match abi {
        0 => Enforced::None,
        abi if abi < COMPLETE_ABI => Enforced::Partial,
        _ => Enforced::Full,
    };
    let seccomp = raw::seccomp_available() && syscalls::filters(Profile::Strict).is_ok();
    let all = Limits {
        cpu_seconds: Some(u64::MAX),
        address_space_bytes: Some(u64::MAX),
        open_files: Some(u64::MAX),
        processes: Some(u64::MAX),
        file_size_bytes: Some(u64::MAX),
        core_bytes: u64::MAX,
        memory_bytes: Some(1 << 30),
        tree_processes: Some(1 << 10),
    };
    let mut found = Vec::new();
    let cgroup = Group::create(&here(), &all, &mut found).held();
    if !seccomp {
        found.push("System calls cannot be filtered".into());
    }
    found.extend(notes::landlock_lacks(abi));
    found.extend(notes::of_rlimits(true));
    found.extend(notes::inherent(abi, true, true, Profile::None));
    SandboxReport {
        supported: true,
        landlock: Landlock { abi, enforced },
        seccomp: if seccomp { "available" } else { "none" }.into(),
        cgroup,
        rlimits: limits::wanted(&all).into_iter().map(|(name, ..)| name).collect(),
        notes: found,
    }
}
