//! Inline scripts of general languages, looked through: what deletes, what may reach a shell.

use crate::scan::{literals, words};

/// What a script in a general language may do.
#[derive(Debug, Default)]
pub(crate) struct Script {
    /// Lines it may give to a shell.
    pub(crate) lines: Vec<String>,
    /// A call that deletes.
    pub(crate) destroys: Option<&'static str>,
    /// Every word in it is known to be harmless.
    pub(crate) harmless: bool,
}

const DELETES: &[&str] = &[
    "rmtree",
    "os.remove",
    "os.unlink",
    "os.rmdir",
    "os.removedirs",
    ".unlink(",
    "rmSync",
    "unlinkSync",
    "rmdirSync",
    "fs.rm(",
    "fs.unlink",
    "fs.rmdir",
    "fsPromises.rm",
    "promises.rm",
    "rimraf",
    "FileUtils.rm",
    "FileUtils.remove",
    "File.delete",
    "File.unlink",
    "Dir.rmdir",
    "Dir.delete",
    "remove_tree",
    "unlink(",
    "unlink ",
    "unlink<",
    "rmdir(",
    "rmdir ",
    "Deno.remove",
    "removeSync",
    "emptyDir",
    "drop_all(",
    "dropDatabase",
    "shred",
    "RemoveAll",
    "Remove-Item",
    "truncateSync",
    "os.truncate",
    "send2trash",
    "delete_recursive",
    "rm_rf",
    "rm_r",
    "os.kill(",
    "Pathname",
];
const STARTS: &[&str] = &[
    "system",
    "exec",
    "execSync",
    "execFile",
    "execFileSync",
    "spawn",
    "spawnSync",
    "popen",
    "Popen",
    "subprocess",
    "call",
    "check_call",
    "check_output",
    "run",
    "qx",
    "shell_exec",
    "passthru",
    "proc_open",
    "IO",
    "Open3",
    "child_process",
    "os",
    "pty",
    "ctypes",
    "eval",
    "execvp",
    "execlp",
    "execl",
    "execv",
    "posix_spawn",
    "getoutput",
    "getstatusoutput",
    "Kernel",
    "syscall",
    "do",
    "shell",
    "script",
];
const HARMLESS: &[&str] = &[
    "print",
    "len",
    "range",
    "str",
    "int",
    "float",
    "sum",
    "min",
    "max",
    "sorted",
    "list",
    "dict",
    "set",
    "tuple",
    "abs",
    "round",
    "enumerate",
    "zip",
    "reversed",
    "join",
    "split",
    "strip",
    "upper",
    "lower",
    "replace",
    "format",
    "for",
    "in",
    "if",
    "else",
    "and",
    "or",
    "not",
    "True",
    "False",
    "None",
    "import",
    "sys",
    "argv",
    "stdin",
    "read",
    "readline",
    "readlines",
    "version",
    "version_info",
    "executable",
    "lambda",
    "hex",
    "bin",
    "oct",
    "ord",
    "chr",
    "pow",
    "is",
    "end",
    "sep",
    "key",
    "reverse",
    "count",
    "index",
    "startswith",
    "endswith",
    "repr",
    "bool",
    "divmod",
    "path",
    "platform",
    "maxsize",
    "byteorder",
];
const HARMLESS_NODE: &[&str] = &[
    "console",
    "log",
    "JSON",
    "stringify",
    "parse",
    "process",
    "version",
    "versions",
    "Math",
    "random",
    "floor",
    "Date",
    "now",
    "true",
    "false",
    "null",
    "arch",
    "platform",
    "node",
    "v8",
    "length",
    "toString",
];

/// Looks through an inline script.
pub(crate) fn script(text: &str, language: &str) -> Script {
    let (code, texts) = literals(text, false);
    let words = words(&code);
    let mut found =
        Script { destroys: DELETES.iter().find(|call| code.contains(**call)).copied(), ..Script::default() };
    let starts = words.iter().any(|word| STARTS.contains(word)) || code.contains('`') || code.contains("%x");
    if starts || language == "osascript" {
        if texts.len() > 1 {
            found.lines.push(texts.join(" "));
        }
        found.lines.extend(texts.iter().filter(|text| text.len() > 2).take(32).cloned());
        // `qx{…}`, `%x(…)`: what stands in brackets.
        for mark in ["qx", "%x", "system"] {
            if let Some((_, rest)) = text.split_once(mark) {
                found.lines.push(
                    rest.trim_matches(|char: char| !char.is_alphanumeric() && char != '/' && char != '~').to_owned(),
                );
            }
        }
    }
    let known: &[&str] = if language.starts_with("python") {
        HARMLESS
    } else if language.starts_with("node") {
        HARMLESS_NODE
    } else {
        &[]
    };
    // A literal right behind a letter has a prefix: `f"{…}"` holds code.
    let bytes = code.as_bytes();
    let prefixed = bytes.windows(2).any(|pair| pair[0].is_ascii_alphabetic() && matches!(pair[1], b'"' | b'\''));
    // Up to here quotes are read as the language reads them: none that is tripled, no comment, no regular expression. And
    // what stands in brackets behind a name is one of its members.
    let plain = !text.contains("\"\"\"")
        && !text.contains("'''")
        && !code.contains(if language.starts_with("node") { ['/', '['] } else { ['#', '#'] });
    found.harmless = !known.is_empty()
        && plain
        && found.destroys.is_none()
        && !starts
        && !prefixed
        && !code.contains('`')
        && words.iter().enumerate().all(|(at, word)| {
            let imported =
                at.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|before| *before == "import");
            if imported {
                *word == "sys"
            } else {
                known.contains(word) || word.len() == 1 || word.bytes().all(|byte| byte.is_ascii_digit())
            }
        })
        && (!code.contains("import") || !code.contains(','));
    found
}
