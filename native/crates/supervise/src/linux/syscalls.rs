//! Which system calls are refused: seccomp filters, seccomp(2).

use std::collections::BTreeMap;

use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch, sock_filter,
};

use crate::policy::Profile;

/// Refused from the default profile on: what no ordinary program needs, and what most ways out of a container began with.
const DANGEROUS: &[libc::c_long] = &[
    // Looking into, and steering, other processes.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_perf_event_open,
    libc::SYS_lookup_dcookie,
    // Mounts, roots and namespaces.
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_open_by_handle_at,
    libc::SYS_fanotify_init,
    libc::SYS_quotactl,
    // Code in the kernel, and doors to it with a long record.
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_bpf,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    // Keys, which are the user's and not the tree's.
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    // The machine itself.
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_acct,
    libc::SYS_syslog,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_vhangup,
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    libc::SYS_kexec_file_load,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_iopl,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_ioperm,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_modify_ldt,
];

/// Refused by the strict profile: what Landlock lets through on files that may only be read, or not even that.
const ATTRIBUTES: &[libc::c_long] = &[
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    SYS_FCHMODAT2,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_utimensat,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
    libc::SYS_mknodat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chmod,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chown,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lchown,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_utime,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_utimes,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_futimesat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_mknod,
];

// The same number on every architecture; not yet in libc for all of them.
const SYS_FCHMODAT2: libc::c_long = 452;

/// Flags of clone(2) that make a namespace.
const NAMESPACES: [libc::c_int; 8] = [
    libc::CLONE_NEWNS,
    libc::CLONE_NEWCGROUP,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWNET,
    // CLONE_NEWTIME shares its bit with the exit signal in clone(2): only clone3 and unshare can ask for it.
    0,
];

/// ioctls that type into a terminal: TIOCSTI and TIOCLINUX.
const TERMINAL_INPUT: [u64; 2] = [0x5412, 0x541C];

/// The filters of a profile, to be installed in this order; none for [`Profile::None`].
///
/// # Errors
/// When this architecture is not known to the compiler of filters.
pub(crate) fn filters(profile: Profile) -> Result<Vec<BpfProgram>, BackendError> {
    if profile == Profile::None {
        return Ok(Vec::new());
    }
    let arch = TargetArch::try_from(std::env::consts::ARCH)?;
    let refused = SeccompFilter::new(
        rules(profile)?,
        SeccompAction::Allow,
        SeccompAction::Errno(libc::EPERM.unsigned_abs()),
        arch,
    )?;
    Ok(vec![unknown_calls(), BpfProgram::try_from(refused)?])
}

fn rules(profile: Profile) -> Result<BTreeMap<i64, Vec<SeccompRule>>, BackendError> {
    // A call without conditions is refused always.
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = DANGEROUS.iter().map(|&call| (call, Vec::new())).collect();
    if profile == Profile::Strict {
        rules.extend(ATTRIBUTES.iter().map(|&call| (call, Vec::new())));
    }
    let families: &[libc::c_int] = match profile {
        Profile::None | Profile::Default => &[libc::AF_UNIX, libc::AF_INET, libc::AF_INET6, libc::AF_NETLINK],
        Profile::NoNetwork => &[libc::AF_UNIX],
        Profile::Strict => &[],
    };
    rules.insert(libc::SYS_socket, other_than(families)?);
    rules.insert(libc::SYS_socketpair, other_than(&[libc::AF_UNIX])?);
    let namespaces = NAMESPACES.iter().filter(|&&flag| flag != 0).map(|flag| u64::from(flag.unsigned_abs()));
    rules.insert(libc::SYS_clone, namespaces.map(|flag| with_bits(0, flag)).collect::<Result<_, _>>()?);
    let typing = TERMINAL_INPUT.into_iter().map(|request| one(condition(1, SeccompCmpOp::Eq, request)?));
    rules.insert(libc::SYS_ioctl, typing.collect::<Result<_, _>>()?);
    Ok(rules)
}

/// Matches when the first argument is none of the values; without values always.
fn other_than(values: &[libc::c_int]) -> Result<Vec<SeccompRule>, BackendError> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let conditions = values.iter().map(|value| condition(0, SeccompCmpOp::Ne, u64::from(value.unsigned_abs())));
    Ok(vec![SeccompRule::new(conditions.collect::<Result<_, _>>()?)?])
}

fn with_bits(argument: u8, bits: u64) -> Result<SeccompRule, BackendError> {
    one(condition(argument, SeccompCmpOp::MaskedEq(bits), bits)?)
}

fn one(condition: SeccompCondition) -> Result<SeccompRule, BackendError> {
    SeccompRule::new(vec![condition])
}

fn condition(argument: u8, operator: SeccompCmpOp, value: u64) -> Result<SeccompCondition, BackendError> {
    // The kernel reads these arguments as ints: the upper half of the register is not looked at.
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value)
}

/// Answers ENOSYS (38) to clone3, whose flags lie in memory where no filter can see them (the C library falls back to
/// clone), and on x86-64 to all calls of the x32 numbering, which would go round rules by number.
fn unknown_calls() -> BpfProgram {
    const LOAD_NUMBER: sock_filter = sock_filter { code: 0x20, jt: 0, jf: 0, k: 0 };
    const ALLOW: sock_filter = sock_filter { code: 0x06, jt: 0, jf: 0, k: 0x7fff_0000 };
    const NO_SUCH_CALL: sock_filter = sock_filter { code: 0x06, jt: 0, jf: 0, k: 0x0005_0026 };
    const CLONE3: u32 = 435;
    const X32: u32 = 0x4000_0000;
    if cfg!(target_arch = "x86_64") {
        let is_clone3 = sock_filter { code: 0x15, jt: 2, jf: 0, k: CLONE3 };
        let is_x32 = sock_filter { code: 0x35, jt: 1, jf: 0, k: X32 };
        return vec![LOAD_NUMBER, is_clone3, is_x32, ALLOW, NO_SUCH_CALL];
    }
    vec![LOAD_NUMBER, sock_filter { code: 0x15, jt: 1, jf: 0, k: CLONE3 }, ALLOW, NO_SUCH_CALL]
}

/// What a profile leaves open that its name might promise.
pub(crate) fn gaps(profile: Profile, abi: u32) -> Vec<String> {
    let mut notes = Vec::new();
    if profile == Profile::NoNetwork && abi < super::access::UNIX_SOCKET_ABI {
        notes.push(
            "Unix sockets by path are open (a daemon behind one may reach the network); the strict profile closes them"
                .into(),
        );
    }
    if profile >= Profile::Default && cfg!(target_arch = "x86_64") {
        notes.push("32-bit programs do not run under a seccomp profile".into());
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_profile_refuses_what_the_one_before_it_refuses() {
        assert!(filters(Profile::None).unwrap().is_empty());
        let [default, network, strict] =
            [Profile::Default, Profile::NoNetwork, Profile::Strict].map(|one| rules(one).unwrap());
        for call in default.keys() {
            assert!(network.contains_key(call) && strict.contains_key(call));
        }
        assert!(strict.len() > default.len());
        assert!(strict[&libc::SYS_socket].is_empty(), "always refused");
        assert_eq!(network[&libc::SYS_socket].len(), 1);
        for profile in [Profile::Default, Profile::NoNetwork, Profile::Strict] {
            assert_eq!(filters(profile).unwrap().len(), 2);
        }
    }
}
