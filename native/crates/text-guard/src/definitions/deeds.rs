//! What a poisoned definition has done: secrets read and handed on, commands run; and what hostile tools say of themselves.

// The tables are read by the names of the concepts: all of them are used here.
#![allow(clippy::wildcard_imports)]
use super::concept::*;
use super::kind::SignalKind as K;
use super::pattern::{Pattern, across, but, inside, step};

pub(super) const PATTERNS: &[Pattern] = &[
    // Handing on.
    inside(
        "read_secret_path",
        K::Exfiltration,
        "reads a file that holds secrets",
        &[step(READ | PASS, 0), step(SECRET_PATH, 8)],
    ),
    inside(
        "ident_secret",
        K::Exfiltration,
        "has a tool used on a file that holds secrets",
        &[but(IDENT, SECRET, 0), step(SECRET_PATH, 5)],
    ),
    across(
        "read_and_pass",
        K::Exfiltration,
        "reads something and passes it on as a parameter",
        &[step(READ, 0), step(PATH | SECRET_PATH | SECRET | TALK, 6), step(PASS, 14), step(PARAM | IDENT | OWN, 12)],
    ),
    across(
        "path_read_pass",
        K::Exfiltration,
        "reads a file and passes it on",
        &[step(PATH | SECRET_PATH, 0), step(READ, 4), step(PASS, 10)],
    ),
    across(
        "read_and_send",
        K::Exfiltration,
        "reads a secret and sends it away",
        &[step(READ, 0), step(SECRET | SECRET_PATH | TALK, 6), step(PASS, 8), step(OUTSIDE | URL | EMAIL, 6)],
    ),
    inside(
        "output_as_orders",
        K::Override,
        "has what it returns obeyed",
        &[step(CONTENT, 0), step(SYSTEM | OTHER, 4), but(ORDERS, SHELL, 2)],
    ),
    inside(
        "pass_private",
        K::Exfiltration,
        "hands on what is private",
        &[step(PASS | TELL, 0), step(SECRET, 3), step(CONTENT, 2)],
    ),
    inside(
        "pass_as",
        K::Exfiltration,
        "passes a file or a secret as a parameter",
        &[step(PASS, 0), step(SECRET_PATH | SECRET | TALK | CONTENT, 4), step(PARAM | OWN, 8)],
    ),
    across(
        "secret_to_address",
        K::Exfiltration,
        "sends a secret or the conversation to an address",
        &[step(PASS | STEAL, 0), step(SECRET | SECRET_PATH | TALK | CONTENT, 6), step(EMAIL | URL, 8)],
    ),
    inside(
        "secret_outside",
        K::Exfiltration,
        "sends a secret or the conversation outside",
        &[step(PASS | STEAL, 0), step(SECRET | SECRET_PATH | TALK, 5), step(OUTSIDE, 6)],
    ),
    inside(
        "full_talk",
        K::Exfiltration,
        "hands on the whole conversation",
        &[step(PASS | READ | MUST, 0), step(FULL | USER | PREVIOUS, 4), step(TALK, 3)],
    ),
    inside(
        "reveal_prompt",
        K::Exfiltration,
        "reveals the system prompt",
        &[step(TELL | PASS | READ, 0), step(SYSTEM | MODEL, 4), step(ORDERS, 2)],
    ),
    inside(
        "read_secrets",
        K::Exfiltration,
        "collects secrets",
        &[step(READ | PASS | STEAL, 0), step(EVERY | USER | OTHER | MODEL, 4), step(SECRET, 3)],
    ),
    inside(
        "tools_told",
        K::Exfiltration,
        "hands on which tools there are",
        &[step(PASS | READ, 0), step(NAME, 4), step(TOOL, 4), step(PATH | IDENT | URL | EMAIL | PARAM, 12)],
    ),
    inside(
        "pretext",
        K::Exfiltration,
        "hands on data under a pretext",
        &[step(PASS | READ, 0), step(SECRET | SECRET_PATH | TALK, 5), step(PRETEXT, 8)],
    ),
    inside("shell_fetch", K::Exfiltration, "runs a command that fetches or sends", &[step(SHELL, 0), step(URL, 4)]),
    inside(
        "shell_secret",
        K::Exfiltration,
        "runs a command on a file with secrets",
        &[step(SHELL, 0), step(SECRET_PATH, 4)],
    ),
    inside(
        "run_shell",
        K::Instruction,
        "has a shell command run",
        &[step(CALL | DO, 0), step(SHELL, 4), step(SHELL, 6), step(PATH | URL | SHELL, 6)],
    ),
    inside(
        "key_planted",
        K::Exfiltration,
        "writes where logins or starting programs are kept",
        &[step(PASS | CHANGE, 0), step(SECRET | SHELL, 10), step(SECRET_PATH, 10)],
    ),
    // Hostile tools.
    inside(
        "steal_what",
        K::HostilePurpose,
        "says that it steals",
        &[step(STEAL, 0), step(SECRET | CONTENT | TALK | MESSAGE | USER | OUTSIDE | OFFENCE | SYSTEM | STEAL, 5)],
    ),
    inside(
        "what_stolen",
        K::HostilePurpose,
        "says that it steals",
        &[step(SECRET | CONTENT | READ | PASS | STEALTH | OFFENCE, 0), step(STEAL, 4)],
    ),
    inside(
        "on_victim",
        K::HostilePurpose,
        "serves an attacker",
        &[step(STEAL | SHELL | PASS | STEALTH | READ | CALL, 0), step(ATTACK, 5)],
    ),
    inside(
        "attack_what",
        K::HostilePurpose,
        "says that it attacks",
        &[step(ATTACK, 0), step(RAID | OFFENCE | STEALTH | SAFETY | SYSTEM | SHELL | CONTENT | CONSENT, 5)],
    ),
    inside("what_attacked", K::HostilePurpose, "says that it attacks", &[step(RAID | OFFENCE, 0), step(ATTACK, 4)]),
    inside(
        "attack_secret",
        K::HostilePurpose,
        "says that it attacks secrets",
        &[step(ATTACK | OFFENCE | RAID, 0), but(SECRET, ATTACK | RAID, 4)],
    ),
    inside(
        "secret_attacked",
        K::HostilePurpose,
        "names a way of attacking secrets",
        &[but(SECRET, RAID, 0), step(RAID | ATTACK, 4)],
    ),
    inside("two_offences", K::HostilePurpose, "names ways of attacking", &[step(OFFENCE, 0), step(OFFENCE | RAID, 4)]),
    inside("two_raids", K::HostilePurpose, "names ways of attacking", &[step(RAID, 0), step(RAID, 4)]),
    inside("raid_offence", K::HostilePurpose, "names ways of attacking", &[step(RAID, 0), but(OFFENCE, RAID, 4)]),
    inside(
        "hidden_deed",
        K::HostilePurpose,
        "hides what it does",
        &[step(STEALTH, 0), step(STEAL | SHELL | SECRET | RAID, 4)],
    ),
    inside(
        "bypass_safety",
        K::HostilePurpose,
        "gets around protections",
        &[step(IGNORE | STEALTH, 0), but(SAFETY | OFFENCE, ORDERS, 4)],
    ),
];
