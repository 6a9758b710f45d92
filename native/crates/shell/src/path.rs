//! What a path is to the machine: by its text alone, no file is looked at.

use crate::{
    model::Place,
    word::{COMPUTED, OUTSIDE},
};

/// Where a path lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Area {
    /// `/dev/null`, standard streams, terminals: nothing is kept.
    Nowhere,
    /// Below a folder for temporary files.
    Temporary,
    /// A folder for temporary files itself.
    TemporaryRoot,
    /// `/`, or all in it.
    Root,
    /// A home folder, or all in it.
    Home,
    /// What the system needs to run or to start: `/etc`, `/usr`, `/boot` …
    Vital,
    /// What services keep: `/var`, `/opt`, `/srv` …
    System,
    /// A disk, or another device.
    Device,
    /// The working folder, all in it, or above it.
    Here,
    /// Only known when the line runs.
    Unknown,
    /// Anywhere else.
    Other,
}

impl Area {
    /// Losing it is losing the machine or a person's work.
    pub(crate) fn precious(self) -> bool {
        matches!(self, Self::Root | Self::Home | Self::Vital | Self::System | Self::Device | Self::Here | Self::Unknown)
    }

    /// Writing there harms nobody.
    pub(crate) fn harmless(self) -> bool {
        matches!(self, Self::Nowhere | Self::Temporary)
    }
}

const VITAL: &[&str] = &[
    "bin",
    "boot",
    "dev",
    "etc",
    "lib",
    "lib32",
    "lib64",
    "libx32",
    "proc",
    "root",
    "sbin",
    "sys",
    "usr",
    "run",
    "System",
    "Library",
    "Applications",
    "private",
    "efi",
    "nix",
];
const SYSTEM: &[&str] = &["var", "opt", "srv", "mnt", "media", "snap", "Volumes", "home", "Users"];

/// Where `text` lies. `moved`: the line changes its folder, so relative paths lie who knows where.
pub(crate) fn area(text: &str, place: &Place, moved: bool) -> Area {
    let text = text.strip_prefix("file://").unwrap_or(text);
    if matches!(
        text,
        "/dev/null" | "/dev/stdout" | "/dev/stderr" | "/dev/tty" | "/dev/zero" | "/dev/full" | "/dev/stdin"
    ) || text.strip_prefix("/dev/fd/").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Area::Nowhere;
    }
    if text.contains([COMPUTED, OUTSIDE]) {
        // What follows a known start may still climb out of it.
        return match text.split([COMPUTED, OUTSIDE]).next().unwrap_or("") {
            start if start.starts_with("/dev/") => Area::Device,
            start if start.starts_with("/etc/") || start.starts_with("/usr/") || start.starts_with("/boot/") => {
                Area::Vital
            }
            _ => Area::Unknown,
        };
    }
    if text.starts_with('~') {
        return tilde(text, place);
    }
    if text.starts_with('/') {
        return absolute(&parts(text, None), place);
    }
    match place.cwd.as_deref().filter(|_| !moved) {
        Some(cwd) => {
            let own = parts(text, None);
            let all = parts(text, Some(cwd));
            match absolute(&all, place) {
                Area::Temporary => Area::Temporary,
                _ if own.is_empty() || matches!(own.first(), Some(&(".." | "*" | ".*"))) => Area::Here,
                Area::Other | Area::System | Area::Vital | Area::Home => Area::Other,
                found => found,
            }
        }
        None => relative(text),
    }
}

fn relative(text: &str) -> Area {
    match parts(text, None).as_slice() {
        [] | ["*" | ".*" | "*.*" | "{*,.*}" | ".git"] | ["..", ..] => Area::Here,
        _ => Area::Other,
    }
}

fn tilde(text: &str, place: &Place) -> Area {
    let (user, rest) = text[1..].split_once('/').unwrap_or((&text[1..], ""));
    let rest = parts(rest, None);
    if user == "root" {
        return Area::Vital;
    }
    match rest.as_slice() {
        [] | ["*" | ".*" | "..", ..] => Area::Home,
        [first, ..] if first.starts_with('.') && rest.len() == 1 => Area::Home,
        [".ssh" | ".gnupg" | ".aws" | ".kube" | ".config", ..] => Area::Home,
        _ => match &place.home {
            Some(home) if absolute(&parts(&rest.join("/"), Some(home)), place) == Area::Temporary => Area::Temporary,
            _ => Area::Other,
        },
    }
}

/// The parts of a path, `.` and `..` taken out. A pattern that may match `..` counts as it.
fn parts<'a>(text: &'a str, from: Option<&'a str>) -> Vec<&'a str> {
    let mut out: Vec<&str> = Vec::new();
    for part in from.unwrap_or("").split('/').chain(text.split('/')) {
        match part {
            "" | "." => {}
            _ if part == ".." || (part.starts_with('.') && part.contains(['*', '?', '[']) && part.len() < 5) => {
                if from.is_none() && !text.starts_with('/') && out.last().is_none_or(|last| *last == "..") {
                    out.push(if part == ".." { ".." } else { ".*" });
                } else {
                    out.pop();
                }
            }
            _ => out.push(part),
        }
    }
    out
}

fn absolute(parts: &[&str], place: &Place) -> Area {
    if let Some(home) = &place.home {
        let home = self::parts(home, None);
        if !home.is_empty() && parts.starts_with(&home) {
            return match &parts[home.len()..] {
                [] | ["*"] => Area::Home,
                [first, ..] if first.starts_with('.') => Area::Home,
                _ => Area::Other,
            };
        }
    }
    match parts {
        [] | ["*"] => Area::Root,
        ["tmp"] | ["var" | "private", "tmp"] | ["private", "var", "tmp"] | ["dev", "shm"] => Area::TemporaryRoot,
        ["tmp", ..] | ["var" | "private", "tmp", ..] | ["private", "var", "tmp", ..] | ["dev", "shm", ..] => {
            Area::Temporary
        }
        ["dev", ..] => Area::Device,
        ["home" | "Users"] | ["home" | "Users", _] | ["home" | "Users", _, "*"] => Area::Home,
        ["home" | "Users", _, hidden, ..] if hidden.starts_with('.') => Area::Home,
        ["home" | "Users", ..] => Area::Other,
        [first, ..] if VITAL.contains(first) => Area::Vital,
        [first, ..] if SYSTEM.contains(first) => Area::System,
        // A pattern at the top matches the folders of the system too.
        [first, ..] if first.contains(['*', '?', '[']) => Area::Root,
        _ => Area::Other,
    }
}

/// A file whose change opens the account or the machine to others.
pub(crate) fn guards_access(text: &str) -> bool {
    const NAMES: &[&str] = &[
        "authorized_keys",
        ".bashrc",
        ".bash_profile",
        ".profile",
        ".zshrc",
        ".zshenv",
        ".netrc",
        ".gitconfig",
        "sudoers",
        "passwd",
        "shadow",
        "crontab",
        "hosts",
        "ld.so.preload",
        ".npmrc",
        ".pypirc",
    ];
    text.rsplit('/').next().is_some_and(|name| NAMES.contains(&name))
        || ["/etc/cron", "/etc/sudoers.d/", "/var/spool/cron", "/.git/hooks/", "/.ssh/"]
            .iter()
            .any(|part| text.contains(part))
}
