//! What real shells do: random lines are run by bash and dash with a harmless program in place of `rm`, and none of those
//! that ran it may have been allowed. A shell that is not on this machine is left out.

#![cfg(unix)]

use fastrand::Rng;
use shell::{Judge, Place, Verdict};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const DANGER: &str = "rm -rf /srv/x";
/// How lines begin: so that many are harmless but for what is hidden in them.
const BEGINNINGS: &[&str] = &[
    "echo ",
    "cat ",
    "ls ",
    "cat <<E\n",
    "cat <<E\n",
    "cat <<'E'\n",
    "cat <<-E\n",
    "echo '",
    "echo \"",
    "# ",
    "",
    ": ",
];
#[rustfmt::skip]
const PIECES: &[&str] = &[
    DANGER, DANGER, DANGER, DANGER, "'", "'", "\"", "\"", "`", "$(", ")", "(", "{ ", "; }", "\n", "\n", "\n", " ", "\\", "\\\n", "#", " #", " # ",
    "<<E", "<<-E", "<<'E'", "<<\"E\"", "<<\\E", "E", "\nE\n", "\nE\n", "\n E\n", "\n\tE\n", "\nE \n", "echo ", "cat ", "ls ", ";", "; ", "&&",
    "||", "|", "&", " & ", "case x in x) ", ";; esac", "if true; then ", "; fi", "for i in 1; do ", "; done", "f() { ", "}; f", "$((", "))",
    "((", "[[ ", " ]]", "$'", "\\'", "\\\"", "${x:-", "}", "<(", ">(", "<<<", "x=", "é", "\t", "! ", "$\"", "2>&1", ">/dev/null", "&>/dev/null ",
    " x", "a", "~", "{a,b}", "\n)", "\n}", "esac", " in ", "then ", "do ", "done", " -", " a) ", "|&", "printf %s ", "true ", "test ", "[ ",
    "export x=", "x=(", "$x", "\\ ", "=~ ", "==", "@(", "while false; do ", "else ", "eval ", "command ", "trap ", "sh -c ", "xargs ", "set -- ",
    "unset ", "<<E2", "\nE2\n", "<&-", ">|", "<>", "\u{b}", "{", "..", "alias ls=",
];

/// A folder with the only programs that lines find, and a file that the one called `rm` makes.
struct Machine {
    folder: PathBuf,
}

impl Machine {
    fn new() -> std::io::Result<Self> {
        let folder = std::env::temp_dir().join(format!("shells-{}", std::process::id()));
        fs::create_dir_all(folder.join("bin"))?;
        let rm = folder.join("bin/rm");
        fs::write(&rm, "#!/bin/sh\necho ran >\"$MARK\"\n")?;
        let mode = Command::new("chmod").arg("755").arg(&rm).status()?;
        assert!(mode.success());
        for name in ["cat", "ls", "xargs", "sh", "true", "test"] {
            let found = ["/bin", "/usr/bin"].iter().map(|place| Path::new(place).join(name)).find(|file| file.exists());
            if let Some(found) = found {
                std::os::unix::fs::symlink(found, folder.join("bin").join(name))?;
            }
        }
        Ok(Self { folder })
    }

    /// Whether this shell runs what is called `rm` when it is given the line.
    fn runs(&self, shell: &str, line: &str) -> std::io::Result<bool> {
        let mark = self.folder.join("mark");
        let _ = fs::remove_file(&mark);
        Command::new(shell)
            .args(["-c", line])
            .env_clear()
            .env("PATH", self.folder.join("bin"))
            .env("MARK", &mark)
            .env("HOME", &self.folder)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        Ok(mark.exists())
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn what_a_shell_would_run_is_not_allowed() -> std::io::Result<()> {
    let shells: Vec<&str> = ["/bin/bash", "/bin/dash"].into_iter().filter(|shell| Path::new(shell).exists()).collect();
    assert!(shells.len() == 2 || std::env::var_os("CI").is_none(), "only {shells:?} are here");
    let machine = Machine::new()?;
    for shell in &shells {
        assert!(machine.runs(shell, DANGER)?, "{shell}");
        assert!(!machine.runs(shell, "echo 'rm -rf /srv/x'")?, "{shell}");
    }
    let (mut judge, place, mut random) = (Judge::new(), Place::default(), Rng::with_seed(2));
    let mut allowed = 0;
    for _ in 0..20_000 {
        let mut line = BEGINNINGS[random.usize(..BEGINNINGS.len())].to_owned();
        (0..random.usize(2..15)).for_each(|_| line.push_str(PIECES[random.usize(..PIECES.len())]));
        if !line.contains(DANGER) || judge.judge(&line, &place).verdict != Verdict::Allow {
            continue;
        }
        allowed += 1;
        for shell in &shells {
            assert!(!machine.runs(shell, &line)?, "{shell} runs rm: {line:?}");
        }
    }
    assert!(allowed > 250, "{allowed}");
    Ok(())
}
