//! Landlock: which paths, ports and outside processes are open to the tree. landlock(7).

use std::io;
use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, NetPort, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreated,
    RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
};

use crate::policy::{Files, Policy};
use crate::report::Enforced;

/// From this ABI on all of files, TCP ports and scopes holds.
pub(crate) const COMPLETE_ABI: u32 = 6;
/// From this ABI on Unix sockets by path are held too.
pub(crate) const UNIX_SOCKET_ABI: u32 = 9;

/// Where programs and libraries are.
const SYSTEM_EXECUTE: [&str; 10] =
    ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/nix/store", "/gnu/store"];
/// What they read to start, to find names and hosts, and to know their machine.
const SYSTEM_READ: [&str; 26] = [
    "/etc/alternatives",
    "/etc/ca-certificates",
    "/etc/gai.conf",
    "/etc/group",
    "/etc/host.conf",
    "/etc/hosts",
    "/etc/ld.so.cache",
    "/etc/ld.so.preload",
    "/etc/locale.alias",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    "/etc/os-release",
    "/etc/passwd",
    "/etc/pki",
    "/etc/protocols",
    "/etc/resolv.conf",
    "/etc/services",
    "/etc/ssl",
    "/etc/terminfo",
    "/etc/timezone",
    "/proc",
    "/run/systemd/resolve",
    "/sys/devices/system/cpu",
    "/sys/fs/cgroup",
    "/sys/kernel/mm/transparent_hugepage",
];
/// Devices that hold nothing.
const SYSTEM_WRITE: [&str; 5] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"];

/// Makes the rules; those of the policy's paths that do not exist are told in `notes`.
pub(crate) fn ruleset(policy: &Policy, abi: u32, notes: &mut Vec<String>) -> Result<RulesetCreated, RulesetError> {
    // Asking for more than the kernel knows makes the whole report "partial"; the notes say what a kernel lacks.
    let target = if abi >= UNIX_SOCKET_ABI { ABI::V9 } else { ABI::V6 };
    let mut rules = Ruleset::default();
    if policy.files.is_some() {
        rules = rules.handle_access(AccessFs::from_all(target))?;
    }
    if policy.network.is_some() {
        rules = rules.handle_access(AccessNet::from_all(target))?;
    }
    if policy.scoped() {
        rules = rules.scope(Scope::from_all(target))?;
    }
    let mut rules = rules.create()?;
    if let Some(files) = &policy.files {
        for (path, access, ours) in paths(files, target) {
            let Ok(fd) = PathFd::new(path) else {
                if !ours {
                    notes.push(format!("{path} does not exist, so nothing was opened for it"));
                }
                continue;
            };
            let access = if Path::new(path).is_dir() { access } else { access & AccessFs::from_file(target) };
            rules = rules.add_rule(PathBeneath::new(fd, access))?;
        }
    }
    if let Some(network) = &policy.network {
        for (ports, access) in [(&network.bind, AccessNet::BindTcp), (&network.connect, AccessNet::ConnectTcp)] {
            for &port in ports {
                rules = rules.add_rule(NetPort::new(port, access))?;
            }
        }
    }
    Ok(rules)
}

/// Every path that is to be open, with what may be done there, and whether it is one of [`Files::system`].
fn paths(files: &Files, target: ABI) -> impl Iterator<Item = (&str, BitFlags<AccessFs>, bool)> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let execute = read | AccessFs::Execute;
    // Nobody needs to make devices.
    let write = (AccessFs::from_write(target) | read) & !(AccessFs::MakeChar | AccessFs::MakeBlock);
    let system = files.system.then(|| {
        let execute = SYSTEM_EXECUTE.into_iter().map(move |path| (path, execute, true));
        let read = SYSTEM_READ.into_iter().map(move |path| (path, read, true));
        execute.chain(read).chain(SYSTEM_WRITE.into_iter().map(move |path| (path, write, true)))
    });
    let own = [(&files.read, read), (&files.write, write), (&files.execute, execute)];
    let own = own.into_iter().flat_map(|(paths, access)| paths.iter().map(move |path| (path.as_str(), access, false)));
    system.into_iter().flatten().chain(own)
}

/// Restricts this process and what it starts.
pub(crate) fn restrict(rules: RulesetCreated) -> io::Result<Enforced> {
    let status = rules.restrict_self().map_err(|_| io::Error::last_os_error())?;
    Ok(match status.ruleset {
        RulesetStatus::FullyEnforced => Enforced::Full,
        RulesetStatus::PartiallyEnforced => Enforced::Partial,
        RulesetStatus::NotEnforced => Enforced::None,
    })
}
