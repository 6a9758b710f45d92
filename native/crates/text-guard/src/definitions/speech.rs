//! What a poisoned definition says to the model: orders, silence, priority, praise, threats.

// The tables are read by the names of the concepts: all of them are used here.
#![allow(clippy::wildcard_imports)]
use super::concept::*;
use super::kind::SignalKind as K;
use super::pattern::{Pattern, Step, step};

const fn inside(id: &'static str, kind: K, reason: &'static str, steps: &'static [Step]) -> Pattern {
    Pattern { id, kind, reason, across: false, steps }
}

const fn across(id: &'static str, kind: K, reason: &'static str, steps: &'static [Step]) -> Pattern {
    Pattern { id, kind, reason, across: true, steps }
}

/// A token of these concepts but of none of those.
const fn but(any: Set, none: Set, within: u32) -> Step {
    Step { any, none, within }
}

pub(super) const PATTERNS: &[Pattern] = &[
    // Orders to the model.
    inside(
        "before_this",
        K::Instruction,
        "asks for something to be done before the tool is used",
        &[
            step(BEFORE, 0),
            step(CALL, 3),
            step(THIS | TOOL, 3),
            but(READ | PASS | DO | CALL | CHANGE | DELETE, TOOL | THIS, 10),
        ],
    ),
    inside(
        "do_first",
        K::Instruction,
        "asks for a file or a secret before the tool is used",
        &[
            step(BEFORE | WHEN, 0),
            step(CALL, 4),
            step(READ | PASS, 12),
            step(SECRET | SECRET_PATH | PATH | TALK | CONTENT, 5),
        ],
    ),
    inside(
        "third_person",
        K::Instruction,
        "tells the model by name what it must do",
        &[step(THIRD, 0), step(MUST, 3), step(READ | PASS | CALL | TELL | CHANGE | DELETE | IGNORE | DO | NOT, 4)],
    ),
    inside(
        "you_must_read",
        K::Instruction,
        "orders the model to fetch something",
        &[step(MODEL, 0), step(MUST, 3), step(READ | PASS, 4), step(SECRET | SECRET_PATH | PATH | TALK, 8)],
    ),
    inside(
        "you_must_call",
        K::Instruction,
        "orders the model to call tools",
        &[step(MODEL, 0), step(MUST, 3), step(BEFORE, 3), step(CALL | READ | PASS, 4)],
    ),
    inside(
        "on_every_call",
        K::Instruction,
        "wants to be part of every call or conversation",
        &[step(MUST | BEFORE | WHEN, 0), step(CALL, 4), step(THIS, 3), step(TOOL, 1), step(BEFORE | WHEN | EVERY, 6)],
    ),
    inside(
        "on_every_task",
        K::Instruction,
        "wants to be called at every task",
        &[step(EVERY, 0), step(TASK | MESSAGE | TALK, 2), step(MUST | CALL, 5), step(THIS | TOOL, 4)],
    ),
    inside(
        "for_user",
        K::Instruction,
        "pretends to be a message from the person",
        &[step(MESSAGE | IMPORTANT | ORDERS, 0), step(USER, 4), step(MODEL, 3)],
    ),
    inside(
        "task_detour",
        K::Instruction,
        "puts another task before the asked one",
        &[step(BEFORE, 0), step(MODEL, 3), step(TASK, 6), step(DO, 14)],
    ),
    inside(
        "obey",
        K::Instruction,
        "demands that instructions be obeyed",
        &[step(MUST, 0), step(DO, 3), step(ORDERS, 6)],
    ),
    inside(
        "important_you",
        K::Instruction,
        "marks an order to the model as important",
        &[step(IMPORTANT, 0), step(MODEL | THIRD, 8), step(MUST, 4)],
    ),
    inside(
        "prefix_command",
        K::Instruction,
        "has something added to every command",
        &[step(EVERY, 0), step(SHELL | TASK, 2), step(MUST, 2), step(PASS | DO | CALL, 3)],
    ),
    inside(
        "reasoning",
        K::Instruction,
        "has the model's reasoning or text put where it does not belong",
        &[step(WHEN, 0), step(READ | CALL | PASS, 4), step(PASS | TELL, 10), step(TALK, 5)],
    ),
    // Other tools.
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
        "effect_on",
        K::CrossTool,
        "claims an effect on another tool",
        &[step(EFFECT, 0), step(IDENT | OTHER, 6), step(TOOL, 3)],
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
        &[step(OTHER | EVERY, 0), step(TOOL, 2), step(MUST, 3)],
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
    inside(
        "replaces",
        K::CrossTool,
        "says that it replaces another tool",
        &[step(THIS, 0), step(TOOL, 1), step(INSTEAD, 3), step(IDENT | OTHER | TOOL | EVERY, 6)],
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
        "ident_value",
        K::CrossTool,
        "sets what another tool is called with",
        &[step(IDENT, 0), step(PARAM, 6), step(MUST | CHANGE, 4), step(CHANGE | PASS | CALL | PATH | URL, 5)],
    ),
    // Silence.
    inside(
        "not_tell",
        K::Concealment,
        "is not to be told to the person",
        &[step(NOT, 0), step(TELL, 3), step(USER, 6)],
    ),
    inside(
        "not_mention",
        K::Concealment,
        "is not to be mentioned",
        &[step(NOT, 0), step(TELL, 2), step(THIS | WHEN | MODEL | ORDERS, 4)],
    ),
    inside("user_unaware", K::Concealment, "keeps the person unaware", &[step(USER, 0), step(NOT, 3), step(TELL, 4)]),
    inside(
        "not_let_know",
        K::Concealment,
        "keeps the person from noticing",
        &[step(NOT, 0), step(USER, 3), step(TELL, 3)],
    ),
    inside(
        "silently",
        K::Concealment,
        "is to be done silently",
        &[step(SILENT, 0), step(READ | PASS | CALL | STEAL | CHANGE | DELETE | DO | IGNORE, 4)],
    ),
    inside(
        "done_silently",
        K::Concealment,
        "is to be done silently",
        &[step(READ | PASS | CALL | STEAL | CHANGE | DELETE | DO, 0), step(SILENT, 5)],
    ),
    inside("hide_from", K::Concealment, "hides something from the person", &[step(STEALTH, 0), step(USER, 5)]),
    inside("without_consent", K::Concealment, "acts without asking", &[step(NOT, 0), step(USER, 4), step(CONSENT, 4)]),
    inside(
        "no_confirmation",
        K::Concealment,
        "acts without confirmation",
        &[but(NOT, 0, 0), step(TELL, 3), step(CONSENT, 4)],
    ),
    // Priority.
    inside(
        "ignore_previous",
        K::Override,
        "sets earlier instructions aside",
        &[step(IGNORE, 0), step(PREVIOUS, 4), step(ORDERS, 4)],
    ),
    inside("ignore_rules", K::Override, "sets rules aside", &[step(IGNORE, 0), step(ORDERS | SAFETY, 5)]),
    inside(
        "ignore_user",
        K::Override,
        "sets aside what the person asked",
        &[step(IGNORE, 0), step(USER, 3), step(TASK | ORDERS | PREFER, 4)],
    ),
    inside(
        "ignore_ident",
        K::Override,
        "overrides another tool's instructions",
        &[step(IGNORE, 0), step(IDENT | OTHER, 4), step(TOOL | ORDERS, 4)],
    ),
    inside(
        "precedence",
        K::Override,
        "claims precedence",
        &[step(PREFER, 0), step(OTHER | PREVIOUS | EVERY, 4), step(ORDERS | TOOL | TASK, 4)],
    ),
    inside(
        "new_role",
        K::Override,
        "gives the model another role",
        &[step(MODEL, 0), but(ROLE, MODEL, 5), step(ROLE | NOT | ORDERS | EVERY | SYSTEM, 6)],
    ),
    inside(
        "system_orders",
        K::Override,
        "speaks as the system",
        &[step(SYSTEM | IMPORTANT, 0), step(ORDERS, 1), step(MODEL | MUST | IGNORE, 5)],
    ),
    inside(
        "from_now_on",
        K::Override,
        "changes what holds from now on",
        &[step(ORDERS | TASK, 0), step(CHANGE | RETIRED, 3), step(MODEL | MUST | INSTEAD, 5)],
    ),
    // Praise.
    inside(
        "best_tool",
        K::Ranking,
        "praises itself as the best",
        &[step(THIS, 0), step(BEST, 5), step(TOOL | WORLD, 3)],
    ),
    inside(
        "tool_is_best",
        K::Ranking,
        "praises itself as the best",
        &[step(THIS, 0), step(TOOL, 1), step(BEST | PREFER | ONLY, 5)],
    ),
    inside("best_in_world", K::Ranking, "claims to be the best there is", &[step(BEST, 0), step(WORLD, 6)]),
    inside(
        "better_than",
        K::Ranking,
        "claims to be better than other tools",
        &[step(BEST | PREFER, 0), step(OTHER | EVERY, 5), step(TOOL, 2)],
    ),
    inside(
        "always_prefer",
        K::Ranking,
        "asks to be preferred always",
        &[step(MUST | EVERY, 0), step(PREFER | CALL, 3), step(THIS, 2), step(TOOL, 1)],
    ),
    inside(
        "prefer_this",
        K::Ranking,
        "asks to be preferred to others",
        &[step(PREFER, 0), step(THIS, 3), step(OTHER | INSTEAD | EVERY | WHEN, 6)],
    ),
    inside(
        "only_tool",
        K::Ranking,
        "claims to be the only one to use",
        &[step(CALL, 0), step(ONLY, 2), step(THIS, 2), step(TOOL, 1)],
    ),
    // Threats.
    inside(
        "or_else",
        K::Coercion,
        "threatens that it will not work otherwise",
        &[but(FAIL, 0, 0), step(TOOL | TASK | CALL | SYSTEM | CONTENT, 5), step(NOT | FAIL, 3), step(WORK | FAIL, 3)],
    ),
    inside(
        "will_crash",
        K::Coercion,
        "threatens with a crash or a loss",
        &[step(FAIL | NOT, 0), step(CONTENT | SYSTEM | TOOL | MODEL | TASK, 6), step(FAIL | DELETE, 3)],
    ),
    inside(
        "if_not",
        K::Coercion,
        "threatens if it is not obeyed",
        &[step(WHEN, 0), step(MODEL, 2), step(NOT, 2), step(FAIL, 12)],
    ),
];
