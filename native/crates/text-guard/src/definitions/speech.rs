//! What a poisoned definition says to the model: orders, silence, priority.

// The tables are read by the names of the concepts: all of them are used here.
#![allow(clippy::wildcard_imports)]
use super::concept::*;
use super::kind::SignalKind as K;
use super::pattern::{Pattern, across, but, inside, step};

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
        "who_calls",
        K::OddParameter,
        "asks who calls",
        &[step(NAME, 0), step(THIRD, 5), step(CALL, 4), step(THIS | TOOL, 2)],
    ),
    inside(
        "task_detour",
        K::Instruction,
        "puts another task before the asked one",
        &[step(BEFORE, 0), step(MODEL, 3), step(TASK, 6), step(DO, 14)],
    ),
    inside(
        "tool_must_be",
        K::Instruction,
        "says that it must be called",
        &[step(THIS, 0), step(TOOL, 1), step(MUST, 1), step(CALL, 3), step(BEFORE | EVERY | WHEN, 4)],
    ),
    inside(
        "first_named",
        K::CrossTool,
        "wants a named tool to be called first",
        &[step(BEFORE | MUST, 0), step(CALL, 2), but(IDENT, SECRET, 2)],
    ),
    inside(
        "before_any",
        K::CrossTool,
        "comes before every task of a sort",
        &[step(BEFORE, 0), step(EVERY | OTHER, 1), step(TASK | TOOL | CALL, 3)],
    ),
    inside(
        "called_with",
        K::Exfiltration,
        "wants to be called with the conversation or secrets",
        &[step(CALL, 0), step(THIS, 1), step(TOOL, 1), step(TALK | SECRET | SECRET_PATH, 8)],
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
        "in_answer",
        K::Instruction,
        "says what the model's answer must hold",
        &[step(PASS | TELL | NOT, 0), step(MODEL, 9), step(ANSWER, 2)],
    ),
    inside(
        "before_task_call",
        K::Instruction,
        "wants to be called at other tasks",
        &[step(BEFORE | WHEN, 0), step(TASK | CALL, 5), but(CALL, TASK, 5), step(THIS, 2), step(TOOL, 1)],
    ),
    inside(
        "always_forward",
        K::Exfiltration,
        "has something forwarded always",
        &[step(MUST, 0), but(PASS, CALL, 2), step(MESSAGE | RECIPIENT, 8)],
    ),
    inside(
        "reasoning",
        K::Instruction,
        "has the model's reasoning or text put where it does not belong",
        &[step(WHEN, 0), step(READ | CALL | PASS, 4), step(PASS | TELL, 10), step(TALK, 5)],
    ),
    inside(
        "every_time",
        K::Instruction,
        "wants to be called every time",
        &[
            step(CALL, 0),
            step(EVERY, 2),
            step(WHEN | TASK | CALL, 1),
            step(TOOL | TASK | CALL | USER | THIS | MODEL, 4),
        ],
    ),
    inside(
        "after_any",
        K::CrossTool,
        "follows every task of a sort",
        &[step(WHEN | BEFORE, 0), step(EVERY, 1), step(TASK | TOOL | CALL | ANSWER | MESSAGE, 3)],
    ),
    inside(
        "give_everything",
        K::Exfiltration,
        "wants everything there is",
        &[
            step(PASS | MUST, 0),
            step(FULL | EVERY, 3),
            step(TOOL | TALK | USER, 3),
            step(TALK | CONTENT | SECRET | PARAM | TASK, 4),
        ],
    ),
    inside(
        "note_to_model",
        K::Instruction,
        "speaks to the model by name",
        &[
            step(MESSAGE | IMPORTANT | ORDERS | STAGE, 0),
            step(THIRD, 4),
            step(PASS | READ | CALL | MUST | DO | IGNORE | TELL | CHANGE, 4),
        ],
    ),
    inside(
        "output_obeyed",
        K::Override,
        "has what it returns obeyed",
        &[
            step(CONTENT | ANSWER | ORDERS, 0),
            step(THIS | TOOL | CONTENT, 6),
            step(IGNORE | MUST | SYSTEM, 6),
            step(ORDERS | DO | PREFER, 5),
        ],
    ),
    inside(
        "go_through_this",
        K::Instruction,
        "has everything go through this tool",
        &[
            step(EVERY, 0),
            step(TASK | CONTENT | MESSAGE | CALL | URL, 2),
            step(MUST, 2),
            step(THIS | TOOL | CALL | PASS | CHANGE, 5),
            step(THIS | TOOL | URL | CONTENT, 5),
        ],
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
        &[step(NOT, 0), but(TELL, SHOW, 2), step(THIS | WHEN | MODEL | ORDERS, 4)],
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
        &[step(READ | PASS | CALL | STEAL | CHANGE | DELETE | DO | MESSAGE, 0), step(SILENT, 5)],
    ),
    inside(
        "user_not_told",
        K::Concealment,
        "is not to be told to the person",
        &[step(USER, 0), step(TELL, 2), step(NOT, 1)],
    ),
    inside(
        "tell_nothing",
        K::Concealment,
        "is not to be told to the person",
        &[step(TELL, 0), but(NOT | USER, TELL, 2), step(USER | NOT, 3)],
    ),
    inside(
        "deed_without_consent",
        K::Concealment,
        "does something for good without asking",
        &[step(PASS | CHANGE | DELETE | PAY, 0), step(NOT, 10), step(CONSENT | TELL, 2), step(USER | CONSENT, 4)],
    ),
    inside(
        "pay_unasked",
        K::Concealment,
        "spends or moves money without asking",
        &[step(PAY, 0), step(NOT | IGNORE, 10), step(TELL | CONSENT | GIVEN, 3)],
    ),
    inside(
        "keep_quiet",
        K::Concealment,
        "is to be kept quiet",
        &[step(MUST | DO | PASS, 0), step(SILENT | STEALTH, 2), step(THIS | USER | PERSON, 4)],
    ),
    inside("skip_consent", K::Concealment, "skips asking", &[step(IGNORE, 0), step(CONSENT, 2)]),
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
    across(
        "ignore_then_do",
        K::Override,
        "sets instructions aside and gives others",
        &[step(IGNORE, 0), step(ORDERS, 5), step(READ | PASS | CALL | DO | CHANGE | DELETE | TELL | STEAL, 5)],
    ),
    inside("ignore_rules", K::Override, "sets rules aside", &[step(IGNORE, 0), but(ORDERS, SHELL, 5)]),
    inside(
        "ignore_user",
        K::Override,
        "sets aside what the person asked",
        &[step(IGNORE, 0), step(USER, 3), step(TASK | ORDERS | PREFER | TELL, 4)],
    ),
    inside(
        "against_user",
        K::Override,
        "changes what the person asked for",
        &[step(CHANGE, 0), step(USER, 8), step(TELL | TASK, 2)],
    ),
    inside(
        "highest_priority",
        K::Override,
        "claims the highest priority",
        &[step(BEST | IMPORTANT, 0), step(PREFER, 1)],
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
        &[step(SYSTEM | IMPORTANT, 0), but(ORDERS, SHELL, 1), step(MODEL | MUST | IGNORE, 5)],
    ),
    inside(
        "from_now_on",
        K::Override,
        "changes what holds from now on",
        &[step(ORDERS | TASK, 0), step(CHANGE | RETIRED, 3), step(MODEL | MUST | INSTEAD, 5)],
    ),
];
