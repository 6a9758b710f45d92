//! Where this process's cgroups lie in the file system.

use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

/// The folders of the cgroups that this process is in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// cgroup v2.
    pub unified: Option<PathBuf>,
    /// The memory controller of v1.
    pub memory: Option<PathBuf>,
    /// The pids controller of v1.
    pub pids: Option<PathBuf>,
}

/// Reads `/proc/self/mountinfo` (`proc_pid_mountinfo(5)`) and `/proc/self/cgroup` (`cgroups(7)`).
#[must_use]
pub fn places(mountinfo: &str, own: &str) -> Places {
    let mut found = Places::default();
    for line in mountinfo.lines() {
        let Some((before, after)) = line.split_once(" - ") else { continue };
        let mut before = before.split(' ').skip(3);
        let (Some(root), Some(point)) = (before.next(), before.next()) else { continue };
        let mut after = after.split(' ');
        let (kind, options) = (after.next().unwrap_or_default(), after.nth(1).unwrap_or_default());
        let has = |name: &str| options.split(',').any(|option| option == name);
        let wanted: [(bool, &str, &mut Option<PathBuf>); 3] = [
            (kind == "cgroup2", "", &mut found.unified),
            (kind == "cgroup" && has("memory"), "memory", &mut found.memory),
            (kind == "cgroup" && has("pids"), "pids", &mut found.pids),
        ];
        for (wanted, controller, place) in wanted {
            if wanted && place.is_none() {
                *place = own_path(own, controller)
                    .and_then(|path| below(&unescaped(root), &unescaped(point), Path::new(path)));
            }
        }
    }
    found
}

/// The path of this process in the hierarchy of a controller; the empty name stands for v2.
fn own_path<'a>(own: &'a str, controller: &str) -> Option<&'a str> {
    own.lines().find_map(|line| {
        let mut fields = line.splitn(3, ':').skip(1);
        let (names, path) = (fields.next()?, fields.next()?);
        names.split(',').any(|name| name == controller).then_some(path)
    })
}

/// A path of the hierarchy as it is seen at a mount that shows only what is below `root`.
fn below(root: &Path, point: &Path, path: &Path) -> Option<PathBuf> {
    let rest = path.strip_prefix(root).ok()?;
    let inside = !rest.components().any(|part| matches!(part, std::path::Component::ParentDir));
    inside.then(|| if rest.as_os_str().is_empty() { point.to_path_buf() } else { point.join(rest) })
}

/// Undoes mountinfo's octal escapes of blank, tab, line feed and backslash.
fn unescaped(text: &str) -> PathBuf {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digits =
            bytes.get(at + 1..at + 4).filter(|digits| digits.iter().all(|digit| (b'0'..=b'7').contains(digit)));
        match digits {
            Some(digits) if byte == b'\\' => {
                plain.push(digits.iter().fold(0_u8, |value, digit| value.wrapping_mul(8).wrapping_add(digit - b'0')));
                at += 4;
            }
            _ => {
                plain.push(byte);
                at += 1;
            }
        }
    }
    PathBuf::from(std::ffi::OsString::from_vec(plain))
}
