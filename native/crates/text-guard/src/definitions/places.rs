//! Where secrets lie: parts of paths, and names of environment variables.

use super::concept::{PLACE, SECRET, SECRET_PATH, Set};

/// Parts of paths at which secrets lie.
const SECRET_PLACES: &[&str] = &[
    ".ssh",
    "id_rsa",
    "id_ed25519",
    "id_ecdsa",
    ".env",
    ".aws",
    "/etc/passwd",
    "/etc/shadow",
    "mcp.json",
    "mcp_config",
    ".kube",
    ".npmrc",
    ".pypirc",
    ".netrc",
    ".git-credentials",
    ".gitconfig",
    "_history",
    ".gnupg",
    "authorized_keys",
    "credentials",
    ".docker/config",
    "keychain",
    "wallet",
    ".cursor",
    "claude_desktop_config",
    "login data",
    "secrets.",
    "/secrets",
    "/proc/self",
    "database.yml",
    "config.json",
    ".bashrc",
    ".zshrc",
    ".config/gh",
    ".config/gcloud",
    ".azure",
    ".boto",
    ".pgpass",
    ".my.cnf",
    ".terraformrc",
    ".tfstate",
    ".claude",
    ".codex",
    "kubeconfig",
    "id_dsa",
    "known_hosts",
    "/etc/sudoers",
    "/run/secrets",
];

/// What an identifier is as the name of an environment variable that holds a secret, such as `ACME_API_KEY`.
pub(super) fn secret_name(core: &str) -> Set {
    let secret = ["_KEY", "_TOKEN", "_SECRET", "_PASSWORD", "_CREDENTIALS"].iter().any(|end| core.ends_with(end));
    if secret && !core.bytes().any(|byte| byte.is_ascii_lowercase()) { SECRET } else { 0 }
}

/// What a path or an address is by the places in it.
pub(super) fn secret_place(core: &str) -> Set {
    if core.len() > 512 {
        return 0;
    }
    let lower = core.to_ascii_lowercase();
    if SECRET_PLACES.iter().any(|place| lower.contains(place)) { SECRET_PATH | SECRET } else { 0 }
}

/// Where what a system starts, allows or serves to all is kept.
const SYSTEM_PLACES: &[&str] = &[
    "/etc/",
    "/root/",
    "/boot/",
    "/usr/",
    "/var/www",
    "/srv/",
    "/lib/systemd",
    "/Library/Launch",
    "~/.bash",
    "~/.ssh",
];

/// Whether a path lies where a system keeps what it starts or serves.
pub(super) fn system_place(path: &str) -> Set {
    if SYSTEM_PLACES.iter().any(|place| path.starts_with(place)) { PLACE } else { 0 }
}
