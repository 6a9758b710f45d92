//! How a poisoned definition steers other tools.

// The tables are read by the names of the concepts: all of them are used here.
#![allow(clippy::wildcard_imports)]
use super::concept::*;
use super::kind::SignalKind as K;
use super::pattern::{Pattern, across, but, inside, step};

pub(super) const PATTERNS: &[Pattern] = &[
    inside(
        "other_called",
        K::CrossTool,
        "acts when another tool is called",
        &[step(WHEN | BEFORE, 0), step(CALL, 5), but(IDENT, SECRET, 4), step(CHANGE | MUST | PASS | IGNORE | CALL, 12)],
    ),
    inside(
        "ident_present",
        K::CrossTool,
        "acts on another tool that is present",
        &[step(WHEN, 0), step(IDENT, 3), step(TOOL, 2), step(MUST | CHANGE | PASS | IGNORE | CALL, 10)],
    ),
    inside(
        "ident_must",
        K::CrossTool,
        "says what another tool must do",
        &[but(IDENT, SECRET, 0), step(TOOL, 2), step(MUST, 2), step(PASS | CHANGE | CALL | DO | NOT, 4)],
    ),
    inside(
        "ident_called",
        K::CrossTool,
        "acts when another tool is called",
        &[
            step(WHEN | EVERY | BEFORE, 0),
            but(IDENT, SECRET, 4),
            step(CALL, 3),
            step(MUST | CHANGE | PASS | IGNORE, 10),
        ],
    ),
    inside(
        "named_on_path",
        K::CrossTool,
        "uses another tool on a path",
        &[step(CALL, 0), but(IDENT, SECRET, 2), step(PATH | SECRET_PATH, 4)],
    ),
    inside(
        "when_others",
        K::CrossTool,
        "acts when any other tool does",
        &[step(WHEN, 0), step(OTHER | EVERY, 2), step(TOOL, 2), step(CALL | FAIL | MUST, 6)],
    ),
    inside(
        "others_bad",
        K::CrossTool,
        "says that other tools are no good",
        &[step(OTHER | EVERY, 0), step(TOOL, 3), step(RETIRED, 4)],
    ),
    inside(
        "always_instead",
        K::CrossTool,
        "wants to be used in place of others always",
        &[step(MUST, 0), step(CALL, 2), step(INSTEAD, 3), step(IDENT | OTHER | TOOL | EVERY, 3)],
    ),
    inside(
        "must_send_to",
        K::CrossTool,
        "has something sent to an address of its own",
        &[step(MUST, 0), step(PASS | CHANGE | RECIPIENT, 5), step(EMAIL | URL, 5)],
    ),
    inside(
        "effect_on",
        K::CrossTool,
        "claims an effect on another tool",
        &[step(EFFECT, 0), step(IDENT | OTHER, 6), step(TOOL, 3)],
    ),
    inside(
        "tool_call_before",
        K::Instruction,
        "asks for something to be done before the tool is used",
        &[step(THIS, 0), step(TOOL, 1), step(CALL, 2), step(BEFORE, 2), step(READ | MUST | PASS, 6)],
    ),
    inside(
        "any_tool",
        K::CrossTool,
        "acts before or after all other tools",
        &[step(BEFORE | WHEN, 0), step(CALL | READ | DO, 4), step(OTHER | EVERY, 3), step(TOOL, 3)],
    ),
    inside(
        "other_tools",
        K::CrossTool,
        "acts on all other tools",
        &[step(OTHER | EVERY, 0), step(TOOL, 4), step(MUST, 3)],
    ),
    inside(
        "not_others",
        K::CrossTool,
        "keeps other tools from being used",
        &[step(NOT, 0), step(CALL, 2), step(OTHER | EVERY, 3), step(TOOL, 4)],
    ),
    inside(
        "not_ident",
        K::CrossTool,
        "keeps a named tool from being used",
        &[step(NOT, 0), step(CALL, 2), but(IDENT, SECRET, 3)],
    ),
    inside(
        "instead_of",
        K::CrossTool,
        "puts itself in another tool's place",
        &[step(CALL | PREFER, 0), step(THIS, 3), step(INSTEAD, 3), step(IDENT | OTHER | TOOL, 5)],
    ),
    inside(
        "use_instead",
        K::CrossTool,
        "sends calls of one tool to another",
        &[step(CALL, 0), step(IDENT | THIS, 3), step(INSTEAD, 5)],
    ),
    inside(
        "retired",
        K::CrossTool,
        "says that another tool is no good",
        &[step(IDENT | OTHER | TOOL, 0), but(RETIRED, 0, 4), step(CALL | INSTEAD, 8)],
    ),
    across(
        "use_named_on",
        K::CrossTool,
        "uses another tool on a path or a secret",
        &[step(CALL, 0), step(IDENT, 4), step(READ | PASS | CHANGE | DELETE, 6), step(PATH | SECRET | SECRET_PATH, 12)],
    ),
    across(
        "path_by_named",
        K::CrossTool,
        "uses another tool on a path",
        &[step(READ | PASS | CHANGE | DELETE, 0), step(PATH | SECRET_PATH, 8), step(CALL, 6), step(IDENT, 4)],
    ),
    inside(
        "redirect",
        K::CrossTool,
        "changes where another tool's messages or payments go",
        &[step(RECIPIENT | MESSAGE, 0), step(CHANGE | PASS | MUST, 8), step(EMAIL | URL, 8)],
    ),
    inside(
        "send_all_to",
        K::CrossTool,
        "sends everything to one address",
        &[step(PASS | CHANGE, 0), step(EVERY | MESSAGE | RECIPIENT | SAME, 3), step(EMAIL | URL | OUTSIDE, 7)],
    ),
    inside(
        "recipient_changed",
        K::CrossTool,
        "has a recipient or an amount changed",
        &[step(CHANGE | MUST, 0), step(RECIPIENT, 4), step(EMAIL | URL | CHANGE | INSTEAD, 8)],
    ),
    inside(
        "alter_result",
        K::CrossTool,
        "changes what another tool returned",
        &[step(CHANGE, 0), step(CONTENT, 4), step(IDENT | OTHER | CALL, 4), step(TOOL, 1)],
    ),
    inside(
        "ident_value",
        K::CrossTool,
        "sets what another tool is called with",
        &[step(IDENT, 0), step(PARAM, 6), step(MUST | CHANGE, 4), step(CHANGE | PASS | CALL | PATH | URL, 5)],
    ),
];
