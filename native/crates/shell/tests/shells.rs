//! What real shells do: random lines are run by bash, dash and zsh with a harmless program in place of `rm`, and none of
//! those that ran it, or that left a file, may have been allowed. A shell that is not on this machine is left out.

#![cfg(unix)]

use fastrand::Rng;
use shell::{Judge, Place, Verdict};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const DANGER: &str = "rm -rf /srv/x";
/// Those compared, and how they are given a line.
const SHELLS: &[(&str, &[&str])] =
    &[("/bin/bash", &["--norc", "-c"]), ("/bin/dash", &["-c"]), ("/bin/zsh", &["-f", "-c"])];
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
    "*(e:'", "':)", "${(e)", "=(", "&| ", ">!", "> -", "&>5 ", "${~x}", "$x:h", "path=(", "functions[ls]='", "=ls", "() { ", "repeat 1 ",
    "cp f ", "tee ", ">& ", "1>", "<1-2>", "commands[ls]=", "a[", "]", "let ", "x='a[$(", ")]'", "$((x))", "unset ", "{fd}>", "noglob ", "- ",
];

/// A folder with the only programs that lines find, a file that the one called `rm` makes, and an empty folder to run in.
struct Machine {
    folder: PathBuf,
}

/// What a shell did with a line.
#[derive(Debug, PartialEq, Eq)]
enum Did {
    Nothing,
    Removed,
    Left(String),
}

impl Machine {
    fn new() -> std::io::Result<Self> {
        let folder = std::env::temp_dir().join(format!("shells-{}", std::process::id()));
        fs::create_dir_all(folder.join("bin"))?;
        fs::create_dir_all(folder.join("here"))?;
        let rm = folder.join("bin/rm");
        fs::write(&rm, "#!/bin/sh\necho ran >\"$MARK\"\n")?;
        let mode = Command::new("chmod").arg("755").arg(&rm).status()?;
        assert!(mode.success());
        for name in ["cat", "ls", "xargs", "sh", "true", "test", "tee", "cp"] {
            let found = ["/bin", "/usr/bin"].iter().map(|place| Path::new(place).join(name)).find(|file| file.exists());
            if let Some(found) = found {
                std::os::unix::fs::symlink(found, folder.join("bin").join(name))?;
            }
        }
        Ok(Self { folder })
    }

    /// Whether a shell runs what is called `rm`, or leaves a file, when it is given the line.
    fn gives(&self, (shell, options): (&str, &[&str]), line: &str) -> std::io::Result<Did> {
        let (mark, here) = (self.folder.join("mark"), self.folder.join("here"));
        let _ = fs::remove_file(&mark);
        Command::new(shell)
            .args(options)
            .arg(line)
            .env_clear()
            .env("PATH", self.folder.join("bin"))
            .env("MARK", &mark)
            .env("HOME", &self.folder)
            .current_dir(&here)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        if mark.exists() {
            return Ok(Did::Removed);
        }
        let Some(left) = fs::read_dir(&here)?.next().transpose()? else { return Ok(Did::Nothing) };
        let _ = fs::remove_dir_all(&here);
        fs::create_dir_all(&here)?;
        Ok(Did::Left(left.file_name().to_string_lossy().into_owned()))
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn what_a_shell_would_run_is_not_allowed() -> std::io::Result<()> {
    let shells: Vec<_> = SHELLS.iter().copied().filter(|(shell, _)| Path::new(shell).exists()).collect();
    assert!(shells.len() == SHELLS.len() || std::env::var_os("CI").is_none(), "only {shells:?} are here");
    let machine = Machine::new()?;
    let (mut judge, mut random, mut allowed) = (Judge::new(), Rng::with_seed(2), 0);
    for shell in &shells {
        assert_eq!(machine.gives(*shell, DANGER)?, Did::Removed, "{shell:?}");
        assert_eq!(machine.gives(*shell, "echo 'rm -rf /srv/x'")?, Did::Nothing, "{shell:?}");
        assert_eq!(machine.gives(*shell, "echo x > -")?, Did::Left("-".to_owned()), "{shell:?}");
    }
    for _ in 0..20_000 {
        let mut line = BEGINNINGS[random.usize(..BEGINNINGS.len())].to_owned();
        (0..random.usize(2..15)).for_each(|_| line.push_str(PIECES[random.usize(..PIECES.len())]));
        if !line.contains(DANGER) && !line.contains('>') {
            continue;
        }
        // What bash is not allowed no shell is.
        if judge.judge(&line, &Place::default()).verdict != Verdict::Allow {
            continue;
        }
        for shell in &shells {
            let place = Place { shell: Some(shell.0.to_owned()), ..Place::default() };
            if judge.judge(&line, &place).verdict == Verdict::Allow {
                allowed += 1;
                assert_eq!(machine.gives(*shell, &line)?, Did::Nothing, "{shell:?}: {line:?}");
            }
        }
    }
    assert!(allowed > 250, "{allowed}");
    Ok(())
}
