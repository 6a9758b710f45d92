//! Variables that other programs read: which of them decide what is loaded, run or written.

use crate::{
    judge::Run,
    model::Verdict,
    word::{COMPUTED, Word},
};

/// Names that decide what other programs load, run or write.
const STEERING: &[&str] = &[
    "PATH",
    "IFS",
    "ENV",
    "PROMPT_COMMAND",
    "PS4",
    "SHELLOPTS",
    "BASHOPTS",
    "SHELL",
    "HOME",
    "BROWSER",
    "VISUAL",
    "SSH_ASKPASS",
    "SUDO_ASKPASS",
    "SSH_AUTH_SOCK",
    "RSYNC_RSH",
    "CVS_RSH",
    "FPATH",
    "ZDOTDIR",
    "NULLCMD",
    "READNULLCMD",
    "GLOBIGNORE",
    "EXECIGNORE",
    "CDPATH",
    "HISTFILE",
    "INPUTRC",
    "HOSTALIASES",
    "LOCPATH",
    "NLSPATH",
    "MORE",
    "WGETRC",
    "CURL_HOME",
    "AWKPATH",
    "AWKLIBPATH",
    "MAKEFLAGS",
    "CLASSPATH",
    "_JAVA_OPTIONS",
    "SSLKEYLOGFILE",
    "BUNDLE_GEMFILE",
    "PGSERVICEFILE",
];
/// Beginnings of names that belong to one program each, which reads settings from them.
#[rustfmt::skip]
const FAMILIES: &[&str] = &[
    "LD_", "DYLD_", "GLIBC_", "GCONV_", "MALLOC_", "BASH_", "GIT_", "LESS", "MAN", "TERMINFO", "TERMCAP", "XDG_", "SYSTEMD_", "PYTHON", "PIP_",
    "PERL", "RUBY", "GEM_", "NODE_", "NPM_", "npm_", "CARGO_", "RUSTC", "RUSTUP_", "JAVA_TOOL_", "JDK_", "GOFLAGS", "GOENV", "OPENSSL_", "AWS_",
    "GH_", "KUBE", "HELM_", "DOCKER_", "TF_", "PSQL", "GREP_OPTIONS", "TAR_OPTIONS", "RIPGREP_", "BAT_", "FZF_", "GROFF_", "COMPOSER_",
];
const ENDINGS: &[&str] = &["PAGER", "EDITOR", "_proxy", "_PROXY", "_PRELOAD"];
/// Set for one command, these only change how it counts, sorts or shows.
#[rustfmt::skip]
const HARMLESS: &[&str] = &[
    "LANG", "LANGUAGE", "TZ", "TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "LS_COLORS", "GREP_COLOR", "GREP_COLORS",
    "JQ_COLORS", "COLUMNS", "LINES", "CI", "DEBIAN_FRONTEND", "POSIXLY_CORRECT", "BLOCKSIZE", "BLOCK_SIZE", "DU_BLOCK_SIZE", "LS_BLOCK_SIZE",
    "TIME_STYLE", "TIMEFORMAT", "HISTTIMEFORMAT", "GIT_OPTIONAL_LOCKS", "GIT_TERMINAL_PROMPT", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE",
    "PYTHONIOENCODING", "PYTHONUTF8", "PYTHONHASHSEED", "RUST_BACKTRACE", "NODE_ENV", "NODE_NO_WARNINGS", "LESSCHARSET", "MANWIDTH", "GREP_COLOUR",
];

fn harmless(name: &str) -> bool {
    HARMLESS.contains(&name) || name.starts_with("LC_")
}

fn steers(name: &str) -> bool {
    STEERING.contains(&name)
        || (!harmless(name)
            && (FAMILIES.iter().any(|family| name.starts_with(family))
                || ENDINGS.iter().any(|ending| name.ends_with(ending))))
}

impl Run<'_> {
    /// A variable that is set for the shell and, where it is an exported one, for what it starts.
    pub(crate) fn steered(&mut self, name: &str, value: &str) {
        let name = name.split('[').next().unwrap_or(name);
        if steers(name) {
            let forces =
                matches!(name, "LD_PRELOAD" | "LD_AUDIT" | "DYLD_INSERT_LIBRARIES" | "BASH_ENV" | "PROMPT_COMMAND");
            let strict = forces && !value.is_empty();
            self.note(if strict { Verdict::Deny } else { Verdict::Ask }, || {
                format!("{name} decides what other programs load or run")
            });
        }
    }

    /// Names that a builtin sets to what it reads or is told.
    pub(crate) fn told(&mut self, command: &str, words: &[Word]) {
        const SETS: &[&str] =
            &["read", "getopts", "mapfile", "readarray", "unset", "wait", "let", "declare", "typeset", "local"];
        if !SETS.contains(&command) {
            return;
        }
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let name = word.text.split('=').next().unwrap_or("");
            if command == "read" && name.starts_with('-') && name.ends_with(['p', 'd', 'n', 'N', 't', 'u', 'i']) {
                words.next();
            } else if steers(name) || name.contains(COMPUTED) {
                self.note(Verdict::Ask, || {
                    format!("{command} sets {}, which may decide what other programs load or run", word.shown())
                });
            }
        }
    }

    /// A prompt is expanded whenever it is shown, so what stands in it is judged as what runs.
    pub(crate) fn prompt(&mut self, value: &str, depth: usize, wrappers: &[String]) {
        if value.contains(['$', '`']) {
            self.read(format!("echo \"{}\"", value.replace('"', "\\\"")), depth + 1, wrappers);
        }
    }

    /// Variables that are set for one command, which is given them all: what is not known to be harmless may steer it.
    pub(crate) fn lent(&mut self, assignments: &[String], command: &str) {
        for assignment in assignments {
            let name = assignment.split(['=', '+', '[']).next().unwrap_or("");
            // How `read` cuts its line.
            if command == "read" && name == "IFS" || harmless(name) {
                continue;
            }
            self.note(Verdict::Ask, || format!("{name} may decide what {command} loads or runs"));
        }
    }
}
