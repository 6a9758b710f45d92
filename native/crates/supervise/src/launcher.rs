//! The launcher's command line.
//!
//! ```text
//! launcher --policy JSON -- COMMAND [ARGUMENT…]
//! launcher --policy-fd N -- COMMAND [ARGUMENT…]     the policy is read from descriptor N to its end
//! launcher --report                                 what this machine can hold, as JSON
//! ```
//!
//! Environment, folder and standard streams reach the command as they are; no shell reads anything. The launcher ends
//! as the command did: with its exit code, or by its signal. [`crate::report::code`] lists the codes of its own.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use crate::policy::Policy;
use crate::report::code;

/// What a command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Request {
    /// Print what this machine can hold.
    Report,
    /// Start a command.
    Start {
        /// Where the policy is.
        policy: Source,
        /// The program; searched for in PATH when it holds no slash.
        command: OsString,
        /// Its arguments.
        arguments: Vec<OsString>,
    },
}

/// Where a policy is.
#[derive(Debug, PartialEq, Eq)]
pub enum Source {
    /// In the argument itself.
    Text(String),
    /// Behind a descriptor.
    Descriptor(i32),
}

/// Reads a command line.
///
/// # Errors
/// One line that says what is wrong.
pub fn read_arguments(mut arguments: impl Iterator<Item = OsString>) -> Result<Request, String> {
    const USAGE: &str = "usage: launcher --policy JSON -- COMMAND [ARGUMENT...]";
    let policy = match arguments.next().as_ref().and_then(|one| one.to_str()) {
        Some("--report") => return Ok(Request::Report),
        Some("--policy") => {
            let text = arguments.next().and_then(|one| one.into_string().ok());
            Source::Text(text.ok_or_else(|| String::from("the policy is not UTF-8 text"))?)
        }
        Some("--policy-fd") => {
            let number = arguments.next().and_then(|one| one.to_str()?.parse().ok());
            Source::Descriptor(number.filter(|&fd| fd >= 0).ok_or_else(|| String::from("--policy-fd is not a number"))?)
        }
        _ => return Err(USAGE.into()),
    };
    if arguments.next().as_deref() != Some("--".as_ref()) {
        return Err(USAGE.into());
    }
    let command = arguments.next().filter(|one| !one.is_empty()).ok_or_else(|| String::from("no command"))?;
    Ok(Request::Start { policy, command, arguments: arguments.collect() })
}

/// Does what the command line asks. Does not return when the command was ended by a signal: it ends by the same one.
pub fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    match read_arguments(arguments) {
        Ok(Request::Report) => {
            let report = serde_json::to_string(&crate::detect()).unwrap_or_default();
            match writeln!(std::io::stdout(), "{report}") {
                Ok(()) => ExitCode::SUCCESS,
                Err(_) => ExitCode::FAILURE,
            }
        }
        Ok(Request::Start { policy, command, arguments }) => start(&policy, &command, &arguments),
        Err(message) => refuse(&message),
    }
}

fn start(source: &Source, command: &OsString, arguments: &[OsString]) -> ExitCode {
    let text = match source {
        Source::Text(text) => Ok(text.clone()),
        Source::Descriptor(fd) => read_descriptor(*fd),
    };
    match text.and_then(|text| Policy::parse(&text)) {
        Ok(policy) => run(&policy, command, arguments),
        Err(message) => refuse(&format!("policy: {message}")),
    }
}

#[cfg(target_os = "linux")]
fn run(policy: &Policy, command: &OsString, arguments: &[OsString]) -> ExitCode {
    crate::linux::run(policy, command, arguments)
}

#[cfg(target_os = "linux")]
fn read_descriptor(fd: i32) -> Result<String, String> {
    use std::io::Read;
    let file = crate::linux::raw::adopt(fd).map_err(|error| format!("descriptor {fd}: {error}"))?;
    let mut text = String::new();
    let limit = crate::policy::LONGEST_POLICY as u64 + 1;
    std::fs::File::from(file).take(limit).read_to_string(&mut text).map_err(|error| error.to_string())?;
    Ok(text)
}

#[cfg(not(target_os = "linux"))]
fn run(_policy: &Policy, _command: &OsString, _arguments: &[OsString]) -> ExitCode {
    complain(&crate::SandboxReport::unsupported().notes.join("; "));
    ExitCode::from(code::SANDBOX)
}

#[cfg(not(target_os = "linux"))]
fn read_descriptor(_fd: i32) -> Result<String, String> {
    Err("--policy-fd is not supported here".into())
}

/// Nothing was started: one line on stderr.
pub(crate) fn complain(message: &str) {
    // Without a stderr there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "launcher: {}", message.replace(['\n', '\r'], " "));
}

fn refuse(message: &str) -> ExitCode {
    complain(message);
    ExitCode::from(code::POLICY)
}
