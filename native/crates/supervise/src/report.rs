//! What the launcher and the detection say. Field names are those of the JSON.

use serde::Serialize;

/// What this machine can hold, or what holds for one tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SandboxReport {
    /// Whether the launcher works here at all.
    pub supported: bool,
    /// Access control by path, port and scope.
    pub landlock: Landlock,
    /// The system call filter: in a detection `available` or `none`, for a tree the profile that holds.
    pub seccomp: String,
    /// Limits of a whole tree.
    pub cgroup: Cgroup,
    /// Names of the rlimits that hold (of a detection: that can be set).
    pub rlimits: Vec<&'static str>,
    /// What does not hold, in sentences.
    pub notes: Vec<String>,
}

/// Landlock's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Landlock {
    /// The kernel's ABI; 0 for none.
    pub abi: u32,
    /// How much of what is asked (of a detection: of what this crate can ask) holds.
    pub enforced: Enforced,
}

/// How much holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Enforced {
    /// All of it.
    Full,
    /// A part; the notes say which not.
    Partial,
    /// Nothing.
    None,
}

/// Which cgroup limits hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cgroup {
    /// 1 or 2; 0 when neither can be used.
    pub version: u8,
    /// Whether memory is limited.
    pub memory: bool,
    /// Whether the number of processes is limited.
    pub pids: bool,
}

impl SandboxReport {
    /// Nothing holds, because the system is not Linux.
    #[must_use]
    pub fn unsupported() -> Self {
        Self {
            supported: false,
            landlock: Landlock { abi: 0, enforced: Enforced::None },
            seccomp: "none".into(),
            cgroup: Cgroup::default(),
            rlimits: Vec::new(),
            notes: vec![format!(
                "Supervision is not supported on {}: processes are ended by their group, nothing is limited",
                std::env::consts::OS
            )],
        }
    }
}

/// A line on the status channel.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Status {
    /// The command runs.
    Started {
        /// Its process id; it leads a session and a process group of its own.
        pid: i32,
        /// What holds for it.
        sandbox: SandboxReport,
    },
    /// Nothing was started.
    Failed {
        /// What failed.
        stage: Stage,
        /// The system's error number, where there is one.
        errno: Option<i32>,
        /// One line.
        message: String,
    },
    /// The tree has ended.
    Ended(Ended),
}

/// Where a start failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// The policy or the command line was refused.
    Policy,
    /// Limits or sandbox could not be set up.
    Sandbox,
    /// The command could not be executed: not found, not executable.
    Command,
}

/// How a tree ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ended {
    /// Why.
    pub reason: Reason,
    /// The command's exit code, unless a signal ended it.
    pub code: Option<i32>,
    /// The number of the signal that ended the command.
    pub signal: Option<i32>,
    /// From the start to now, ms.
    pub wall_ms: u64,
    /// Processor time of all processes that were reaped, ms.
    pub cpu_ms: u64,
    /// The largest resident set of any one of them, bytes.
    pub max_rss_bytes: u64,
    /// The largest memory of the tree together, bytes, where a cgroup counted it.
    pub peak_memory_bytes: Option<u64>,
    /// How often the kernel killed in the tree for want of memory, where a cgroup limited it.
    pub memory_kills: u64,
    /// Processes that could not be ended; 0 except for those that hang in the kernel, or that were meant to stay.
    pub left: usize,
}

/// Why a tree ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// The command ended by itself.
    Exited,
    /// A signal that is not ours ended it.
    Killed,
    /// The cgroup's memory limit.
    Memory,
    /// The processor time limit.
    Cpu,
    /// The policy's deadline.
    Deadline,
    /// The parent asked for it.
    Stopped,
    /// The parent died.
    Parent,
}

/// Exit codes of the launcher when it has no command's code to pass on. The status channel says more.
pub mod code {
    /// The policy or the command line was refused.
    pub const POLICY: u8 = 122;
    /// Limits or sandbox could not be set up.
    pub const SANDBOX: u8 = 123;
    /// The command was found but cannot be run.
    pub const NOT_EXECUTABLE: u8 = 126;
    /// The command was not found.
    pub const NOT_FOUND: u8 = 127;
}
