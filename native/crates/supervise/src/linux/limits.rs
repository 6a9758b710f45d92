//! rlimits: `setrlimit(2)`.

use rustix::io;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::policy::Limits;

/// The limits that are asked for, by the names of the report.
pub(crate) fn wanted(limits: &Limits) -> Vec<(&'static str, Resource, Rlimit)> {
    let all = [
        ("cpu", Resource::Cpu, limits.cpu_seconds),
        ("address-space", Resource::As, limits.address_space_bytes),
        ("open-files", Resource::Nofile, limits.open_files),
        ("processes", Resource::Nproc, limits.processes),
        ("file-size", Resource::Fsize, limits.file_size_bytes),
        ("core", Resource::Core, Some(limits.core_bytes)),
    ];
    all.into_iter()
        .filter_map(|(name, resource, value)| {
            // A stricter limit that is there already stays.
            let ceiling = getrlimit(resource).maximum.unwrap_or(u64::MAX);
            let soft = value?.min(ceiling);
            // SIGXCPU comes at the soft limit, SIGKILL at the hard one.
            let hard = if resource == Resource::Cpu { soft.saturating_add(1).min(ceiling) } else { soft };
            Some((name, resource, Rlimit { current: Some(soft), maximum: Some(hard) }))
        })
        .collect()
}

/// Sets them for this process and what it starts.
pub(crate) fn apply(limits: &[(&'static str, Resource, Rlimit)]) -> io::Result<()> {
    limits.iter().try_for_each(|(_, resource, limit)| {
        setrlimit(*resource, Rlimit { current: limit.current, maximum: limit.maximum })
    })
}
