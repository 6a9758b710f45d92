//! A cgroup of its own for one tree: `cgroups(7)`, the kernel's cgroup-v2 and cgroup-v1 documents.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::mounts::{Places, places};
use crate::policy::Limits;
use crate::report::Cgroup;

const PREFIX: &str = "deployment-engine-";

/// The cgroups of one tree, one for each hierarchy that holds something. Removed when dropped.
#[derive(Debug, Default)]
pub(crate) struct Group {
    folders: Vec<Folder>,
}

#[derive(Debug)]
struct Folder {
    path: PathBuf,
    version: u8,
    memory: bool,
    pids: bool,
}

/// Where this process is.
pub(crate) fn here() -> Places {
    let read = |file| fs::read_to_string(file).unwrap_or_default();
    places(&read("/proc/self/mountinfo"), &read("/proc/self/cgroup"))
}

impl Group {
    /// Makes a group that holds the limits; what cannot be held is told in `gaps`.
    pub(crate) fn create(places: &Places, limits: &Limits, gaps: &mut Vec<String>) -> Self {
        let mut group = Self::default();
        let (mut memory, mut pids) = (limits.memory_bytes, limits.tree_processes);
        let mut failure = None;
        let hierarchies = [(2, &places.unified), (1, &places.memory), (1, &places.pids)];
        for (version, place) in hierarchies {
            let Some(place) = place.as_deref().filter(|_| memory.is_some() || pids.is_some()) else { continue };
            match Folder::create(place, version) {
                Ok(mut folder) => {
                    folder.memory = memory.is_some_and(|bytes| folder.limit_memory(bytes));
                    folder.pids = pids.is_some_and(|count| folder.limit_pids(count));
                    if folder.memory {
                        memory = None;
                    }
                    if folder.pids {
                        pids = None;
                    }
                    // One that limits nothing still ends its members at once.
                    group.folders.push(folder);
                }
                Err(error) => failure = failure.or(Some(format!("{}: {error}", place.display()))),
            }
        }
        let why = failure.unwrap_or_else(|| String::from("no such controller is ours to use"));
        if memory.is_some() {
            gaps.push(format!("The memory of the tree is not limited ({why})"));
        }
        if pids.is_some() {
            gaps.push(format!("The number of processes of the tree is not limited ({why})"));
        }
        group
    }

    pub(crate) fn held(&self) -> Cgroup {
        let memory = self.folders.iter().any(|folder| folder.memory);
        let pids = self.folders.iter().any(|folder| folder.pids);
        let version =
            self.folders.iter().find(|folder| folder.memory || folder.pids).map_or(0, |folder| folder.version);
        Cgroup { version, memory, pids }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.folders.is_empty()
    }

    /// Files that a process joins by writing `0` into them.
    pub(crate) fn doors(&self) -> io::Result<Vec<File>> {
        self.folders
            .iter()
            .map(|folder| OpenOptions::new().write(true).open(folder.path.join("cgroup.procs")))
            .collect()
    }

    /// Kills every member at once, where the kernel offers it (v2, Linux 5.14).
    pub(crate) fn kill(&self) {
        for folder in &self.folders {
            folder.set("cgroup.kill", "1");
        }
    }

    /// How often the kernel killed for want of memory.
    pub(crate) fn memory_kills(&self) -> u64 {
        let count = |folder: &Folder| {
            let text = folder.get(if folder.version == 2 { "memory.events" } else { "memory.oom_control" })?;
            text.lines().find_map(|line| line.strip_prefix("oom_kill ")?.trim().parse::<u64>().ok())
        };
        self.folders.iter().filter(|folder| folder.memory).filter_map(count).sum()
    }

    /// The largest memory of the tree together, bytes.
    pub(crate) fn peak(&self) -> Option<u64> {
        let folder = self.folders.iter().find(|folder| folder.memory)?;
        let file = if folder.version == 2 { "memory.peak" } else { "memory.max_usage_in_bytes" };
        folder.get(file)?.trim().parse().ok()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        for folder in &self.folders {
            // The kernel is done with a member a moment after it was reaped.
            for _ in 0..100 {
                match fs::remove_dir(&folder.path) {
                    Err(error) if error.kind() == ErrorKind::ResourceBusy => {
                        std::thread::sleep(Duration::from_millis(2));
                    }
                    _ => break,
                }
            }
        }
    }
}

impl Folder {
    fn create(place: &Path, version: u8) -> io::Result<Self> {
        sweep(place);
        let path = place.join(format!("{PREFIX}{}", std::process::id()));
        fs::create_dir(&path)?;
        let folder = Self { path, version, memory: false, pids: false };
        if version == 2 && !folder.has("memory.max") {
            // Refused while the parent has processes of its own; then there is nothing to be had here.
            for controller in ["+memory", "+pids"] {
                write(&place.join("cgroup.subtree_control"), controller);
            }
        }
        Ok(folder)
    }

    fn limit_memory(&self, bytes: u64) -> bool {
        let bytes = bytes.to_string();
        if self.version == 2 {
            // Without swap the limit is what is said; with the group, what is left of a half-killed tree goes too.
            let held = self.set("memory.max", &bytes);
            return held
                && (self.set("memory.swap.max", "0") || !self.has("memory.swap.max"))
                && self.set("memory.oom.group", "1");
        }
        self.set("memory.limit_in_bytes", &bytes)
            && (self.set("memory.memsw.limit_in_bytes", &bytes) || !self.has("memory.memsw.limit_in_bytes"))
    }

    fn limit_pids(&self, count: u64) -> bool {
        self.set("pids.max", &count.to_string())
    }

    fn has(&self, file: &str) -> bool {
        self.path.join(file).exists()
    }

    fn get(&self, file: &str) -> Option<String> {
        fs::read_to_string(self.path.join(file)).ok()
    }

    fn set(&self, file: &str, value: &str) -> bool {
        write(&self.path.join(file), value)
    }
}

fn write(file: &Path, value: &str) -> bool {
    OpenOptions::new().write(true).open(file).and_then(|mut file| file.write_all(value.as_bytes())).is_ok()
}

/// Removes what launchers that were killed have left. A group with members stays: the kernel does not remove it.
fn sweep(place: &Path) {
    let Ok(entries) = fs::read_dir(place) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let owner =
            name.to_str().and_then(|name| name.strip_prefix(PREFIX)).filter(|owner| owner.parse::<u32>().is_ok());
        if owner.is_some_and(|owner| !Path::new("/proc").join(owner).exists()) {
            let _ = fs::remove_dir(entry.path());
        }
    }
}
