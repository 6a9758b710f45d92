//! What the launcher is told: one JSON object. It holds paths and numbers, never a secret: it may stand in an argument.

use serde::Deserialize;

/// Longest policy taken, bytes.
pub const LONGEST_POLICY: usize = 1 << 20;
/// Longest span taken, ms: 30 days.
const LONGEST_SPAN: u64 = 30 * 24 * 3600 * 1000;
/// The largest descriptor number taken.
const LARGEST_FD: i32 = 65_535;

/// How a tree of processes is limited and ended. Unknown keys are refused: a misspelt limit must not be no limit.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Policy {
    /// A descriptor of a socket or of a pipe's read end, whose other end only the parent holds. Its end of file is the
    /// parent's death. Without it the launcher asks for SIGTERM at the parent *thread's* death (`PR_SET_PDEATHSIG`).
    pub lifeline: Option<i32>,
    /// Where reports go, a JSON object a line; may be the lifeline when that is a socket.
    pub status: Option<i32>,
    /// What happens to the rest when the command itself has ended.
    pub on_exit: OnExit,
    /// From SIGTERM to SIGKILL, ms.
    pub grace_ms: u64,
    /// What comes before SIGTERM when the launcher is asked to end.
    pub drain: Option<Drain>,
    /// The longest life of the tree, ms.
    pub deadline_ms: Option<u64>,
    /// Limits by rlimits and by a cgroup.
    pub limits: Limits,
    /// What of the file system is open to the tree; without it everything that its user may do.
    pub files: Option<Files>,
    /// TCP ports that are open to the tree (Landlock ABI 4); without it all.
    pub network: Option<Network>,
    /// No signals and no abstract Unix sockets to processes outside (Landlock ABI 6). Default: whenever `files` or
    /// `network` is there.
    pub scope: Option<bool>,
    /// Which system calls are refused.
    pub seccomp: Profile,
    /// What to do where the machine cannot hold all that is asked.
    pub require: Require,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            lifeline: None,
            status: None,
            on_exit: OnExit::Tree,
            grace_ms: 2_000,
            drain: None,
            deadline_ms: None,
            limits: Limits::default(),
            files: None,
            network: None,
            scope: None,
            seccomp: Profile::None,
            require: Require::Available,
        }
    }
}

/// What happens to the rest when the command itself has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnExit {
    /// All descendants are ended.
    Tree,
    /// What is left in the command's process group is ended; a daemon that left the group stays.
    Group,
    /// Everything stays.
    Leave,
}

/// The gentle part of an end.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Drain {
    /// How long the command may take to end by itself, ms.
    pub ms: u64,
    /// Sent to the command first. Closing its stdin is up to the parent, which holds the other end.
    #[serde(default)]
    pub signal: Option<DrainSignal>,
}

/// Signals that ask a program to finish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[allow(missing_docs)]
pub enum DrainSignal {
    #[serde(rename = "SIGHUP")]
    Hangup,
    #[serde(rename = "SIGINT")]
    Interrupt,
    #[serde(rename = "SIGUSR1")]
    User1,
    #[serde(rename = "SIGUSR2")]
    User2,
}

/// Limits. The first group are rlimits: they hold for each process, not for the tree together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Limits {
    /// `RLIMIT_CPU`, seconds of processor time: SIGXCPU, a second later SIGKILL.
    pub cpu_seconds: Option<u64>,
    /// `RLIMIT_AS`, bytes.
    pub address_space_bytes: Option<u64>,
    /// `RLIMIT_NOFILE`.
    pub open_files: Option<u64>,
    /// `RLIMIT_NPROC`: processes and threads of the *user*, not of the tree; does not bind root.
    pub processes: Option<u64>,
    /// `RLIMIT_FSIZE`, bytes.
    pub file_size_bytes: Option<u64>,
    /// `RLIMIT_CORE`, bytes; default 0, because a core dump holds secrets.
    pub core_bytes: u64,
    /// Memory of the whole tree, bytes (cgroup).
    pub memory_bytes: Option<u64>,
    /// Processes and threads of the whole tree (cgroup).
    pub tree_processes: Option<u64>,
}

/// Paths that are open to the tree (Landlock): absolute, each with what lies below it. One that does not exist is
/// passed over and reported.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Files {
    /// Whether programs, libraries and the configuration that they need to start are open for reading and running.
    pub system: bool,
    /// May be read and listed.
    pub read: Vec<String>,
    /// May be read, listed and changed.
    pub write: Vec<String>,
    /// May be read, listed and run.
    pub execute: Vec<String>,
}

impl Default for Files {
    fn default() -> Self {
        Self { system: true, read: Vec::new(), write: Vec::new(), execute: Vec::new() }
    }
}

/// TCP ports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Network {
    /// Ports that may be listened on.
    pub bind: Vec<u16>,
    /// Ports that may be connected to, on any host.
    pub connect: Vec<u16>,
}

/// A set of refused system calls. Each holds what the one before it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Nothing is refused.
    None,
    /// What no ordinary program needs: tracing, mounting, namespaces, kernel code, keys, raw and exotic sockets.
    Default,
    /// And sockets other than Unix ones.
    NoNetwork,
    /// And Unix sockets by path, and what Landlock lets through: modes, owners, times and extended attributes.
    Strict,
}

impl Profile {
    /// Its name in a policy.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Default => "default",
            Self::NoNetwork => "no-network",
            Self::Strict => "strict",
        }
    }
}

/// What to do where the machine cannot hold all that is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Require {
    /// Start with what holds, and say what does not.
    Available,
    /// Do not start.
    All,
}

impl Policy {
    /// Reads and checks a policy; the error is one line.
    ///
    /// # Errors
    /// What is wrong, and where, when the text is no policy.
    pub fn parse(json: &str) -> Result<Self, String> {
        if json.len() > LONGEST_POLICY {
            return Err(format!("longer than {LONGEST_POLICY} bytes"));
        }
        // serde takes an array for a structure, its values by position.
        let shape: serde_json::Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
        let parts = ["limits", "files", "network", "drain"].map(|part| &shape[part]);
        if !shape.is_object() || parts.iter().any(|part| part.is_array()) {
            return Err("it and its parts are objects, not arrays".into());
        }
        let policy: Self = serde_json::from_str(json).map_err(|error| error.to_string())?;
        policy.check()?;
        Ok(policy)
    }

    /// Whether Landlock's scopes are asked for.
    #[must_use]
    pub fn scoped(&self) -> bool {
        self.scope.unwrap_or(self.files.is_some() || self.network.is_some())
    }

    /// Whether anything of Landlock is asked for.
    #[must_use]
    pub fn asks_landlock(&self) -> bool {
        self.files.is_some() || self.network.is_some() || self.scoped()
    }

    fn check(&self) -> Result<(), String> {
        for (name, fd) in [("lifeline", self.lifeline), ("status", self.status)] {
            if fd.is_some_and(|fd| !(0..=LARGEST_FD).contains(&fd)) {
                return Err(format!("{name} is not a descriptor"));
            }
        }
        if self.lifeline.is_some_and(|fd| fd < 3) {
            return Err("lifeline is one of the standard streams, which belong to the command".into());
        }
        let drain = self.drain.as_ref().map_or(0, |drain| drain.ms);
        for (name, ms) in
            [("graceMs", self.grace_ms), ("drain.ms", drain), ("deadlineMs", self.deadline_ms.unwrap_or(1))]
        {
            if ms > LONGEST_SPAN {
                return Err(format!("{name} is longer than 30 days"));
            }
        }
        let limits = &self.limits;
        let numbers = [
            ("deadlineMs", self.deadline_ms),
            ("limits.cpuSeconds", limits.cpu_seconds),
            ("limits.addressSpaceBytes", limits.address_space_bytes),
            ("limits.openFiles", limits.open_files),
            ("limits.processes", limits.processes),
            ("limits.memoryBytes", limits.memory_bytes),
            ("limits.treeProcesses", limits.tree_processes),
        ];
        for (name, value) in numbers {
            if value == Some(0) {
                return Err(format!("{name} is 0"));
            }
        }
        if let Some(files) = &self.files {
            for path in files.read.iter().chain(&files.write).chain(&files.execute) {
                if !path.starts_with('/') || path.contains('\0') {
                    return Err(format!("files: {path:?} is not an absolute path"));
                }
            }
        }
        Ok(())
    }
}
