//! How a poisoned definition has other tools called otherwise than the person asked: arguments set, calls put before
//! others, texts told as given.

// The tables are read by the names of the concepts: all of them are used here.
#![allow(clippy::wildcard_imports)]
use super::concept::*;
use super::kind::SignalKind as K;
use super::pattern::{Pattern, across, but, inside, step};

/// A tool by its name, as far as a name can be told from a word.
const NAMED: Set = IDENT | SIBLING | KEBAB;
/// Something given word for word.
const EXACT: Set = VALUE | URL | PATH | SECRET_PATH | EMAIL;

pub(super) const PATTERNS: &[Pattern] = &[
    // Arguments.
    inside(
        "set_argument",
        K::CrossTool,
        "has an argument changed to a given value",
        &[step(CHANGE | IGNORE | INSTEAD, 0), step(PARAM | VALUE | OWN | IDENT, 5), step(EXACT, 8)],
    ),
    inside(
        "address_set",
        K::CrossTool,
        "puts an address of its own in place of the given one",
        &[step(CHANGE | IGNORE | INSTEAD, 0), step(PARAM | VALUE | RECIPIENT | NAMED | LINK, 4), step(URL | EMAIL, 5)],
    ),
    inside(
        "when_named_set",
        K::CrossTool,
        "changes the arguments of another tool's calls",
        &[
            step(WHEN | CALL, 0),
            step(NAMED | VALUE, 6),
            step(CHANGE | IGNORE, 14),
            step(PARAM | EXACT | GIVEN | IDENT, 6),
        ],
    ),
    inside(
        "named_must_set",
        K::CrossTool,
        "says what another tool must be called with",
        &[step(NAMED, 0), step(MUST | AUTO, 14), step(CHANGE | IGNORE, 3), step(PARAM | EXACT | GIVEN | IDENT, 8)],
    ),
    inside(
        "must_set",
        K::CrossTool,
        "orders an argument to be changed",
        &[step(MODEL, 0), step(MUST, 2), step(CHANGE | IGNORE, 3), step(PARAM | EXACT | GIVEN | IDENT | OWN, 6)],
    ),
    inside(
        "auto_set",
        K::CrossTool,
        "has an argument changed without being asked",
        &[step(AUTO | MUST, 0), step(CHANGE, 2), step(VALUE | PARAM | IDENT | OWN, 4), step(EXACT | PARAM, 6)],
    ),
    inside(
        "every_call_must",
        K::CrossTool,
        "says how every call of a sort must be made",
        &[step(EVERY, 0), step(NAMED | VALUE | TASK | CALL, 4), step(TASK | CALL | GIVEN | MESSAGE, 4), step(MUST, 4)],
    ),
    inside(
        "value_for_every",
        K::CrossTool,
        "sets one value for every call",
        &[
            step(EVERY, 0),
            step(TASK | CALL | GIVEN | MESSAGE, 6),
            step(MUST, 4),
            step(CALL | PASS | CHANGE | DO, 3),
            step(EXACT, 10),
        ],
    ),
    // Calls before, with and after.
    inside(
        "must_first_call",
        K::Instruction,
        "orders another tool to be called first",
        &[step(BEFORE, 0), step(MODEL, 14), step(MUST, 2), step(BEFORE | CALL, 2), step(NAMED | VALUE, 5)],
    ),
    inside(
        "before_named_call",
        K::CrossTool,
        "puts a call before another tool's",
        &[step(BEFORE, 0), step(NAMED, 8), step(MUST | BEFORE | MODEL, 8), step(CALL, 4), step(NAMED, 4)],
    ),
    inside(
        "named_before_named",
        K::CrossTool,
        "puts one tool's call before another's",
        &[
            step(BEFORE | WHEN, 0),
            step(NAMED, 8),
            step(CALL | DO | READ | CHANGE | DELETE, 8),
            step(NAMED, 4),
            step(EXACT, 8),
        ],
    ),
    inside(
        "this_needs_call",
        K::Instruction,
        "asks for another call with a given value before it is used",
        &[step(BEFORE | CALL, 0), step(THIS, 2), step(MUST, 6), step(CALL, 4), step(NAMED, 3)],
    ),
    inside(
        "call_with_given",
        K::CrossTool,
        "has another tool called with a given value",
        &[step(MUST | BEFORE | AUTO, 0), step(CALL, 3), but(NAMED, SECRET, 3), step(EXACT, 8)],
    ),
    inside(
        "auto_call",
        K::CrossTool,
        "has another tool called without being asked",
        &[step(AUTO, 0), step(CALL | PASS | DELETE | CHANGE, 2), step(NAMED, 3)],
    ),
    inside(
        "user_calls_you",
        K::CrossTool,
        "does something else when a tool is asked for",
        &[step(WHEN, 0), step(PERSON, 2), step(CALL | GIVEN | TASK, 3), step(NAMED, 8), step(MUST, 10)],
    ),
    across(
        "after_named_too",
        K::CrossTool,
        "adds a call after another tool's",
        &[
            step(WHEN, 0),
            step(CALL | DO, 2),
            step(NAMED, 4),
            step(ALSO | AUTO | MUST, 8),
            step(CALL | PASS | DELETE, 3),
            step(NAMED | EXACT, 8),
        ],
    ),
    inside(
        "instead_call",
        K::CrossTool,
        "has another tool called in place of the asked one",
        &[step(WHEN, 0), step(NAMED | PERSON, 8), step(INSTEAD, 16), step(CALL, 2), step(NAMED, 3)],
    ),
    inside(
        "also_call",
        K::CrossTool,
        "has another tool called along with the asked one",
        &[step(WHEN | BEFORE, 0), step(NAMED, 5), step(ALSO | SAME | BEFORE, 10), step(CALL, 2), step(NAMED, 3)],
    ),
    inside(
        "named_by_value",
        K::CrossTool,
        "calls another tool by itself",
        &[step(CALL | AUTO, 0), step(NAMED, 2), step(PARAM | CALL | PASS | TASK | NAME, 3), step(VALUE, 3)],
    ),
    inside(
        "amount_changed",
        K::CrossTool,
        "changes an amount or a price",
        &[step(CHANGE | IGNORE | MUST, 0), but(PAY, PASS, 4), step(VALUE | PERSON | GIVEN | EVERY | BEST, 8)],
    ),
    inside(
        "result_changed",
        K::CrossTool,
        "changes what another tool returned",
        &[
            step(WHEN | BEFORE | CALL, 0),
            step(THIS | NAMED, 6),
            step(CHANGE, 5),
            step(CONTENT | ANSWER | VALUE, 4),
            step(TOOL | NAMED | ANSWER | CALL, 4),
        ],
    ),
    inside(
        "auto_forward",
        K::Exfiltration,
        "sends something on by itself",
        &[
            step(PASS | AUTO, 0),
            step(CONTENT | TALK | MESSAGE | EVERY, 4),
            step(EMAIL | URL | MESSAGE | RECIPIENT | OUTSIDE, 8),
            step(AUTO | MUST, 6),
        ],
    ),
    across(
        "take_and_give",
        K::Exfiltration,
        "reads files or talk and hands their content on",
        &[
            step(BEFORE | MUST | WHEN, 0),
            step(READ, 4),
            step(PATH | SECRET_PATH | SECRET | TALK | CONTENT, 6),
            step(PASS, 6),
            step(PARAM | OWN | VALUE | OUTSIDE | URL | EMAIL, 8),
        ],
    ),
    inside(
        "sends_saved",
        K::Exfiltration,
        "sends saved secrets somewhere",
        &[step(SECRET, 0), step(PASS | STEAL, 6), step(OUTSIDE | URL | EMAIL | AUTO | SYSTEM, 6)],
    ),
    // The person set aside.
    inside(
        "ignore_given",
        K::Override,
        "sets aside what the person gave",
        &[step(IGNORE, 0), step(EVERY | PERSON, 2), step(PARAM | VALUE | GIVEN | IDENT | OWN | PERSON, 3)],
    ),
    inside(
        "whatever_given",
        K::Override,
        "holds whatever the person asks",
        &[step(IGNORE, 0), but(PERSON | GIVEN, 0, 4), step(GIVEN | PERSON, 4)],
    ),
    inside(
        "above_user",
        K::Override,
        "claims to stand above the person's request",
        &[step(PREFER | IMPORTANT, 0), step(BEST, 3), step(PERSON | TASK | ORDERS | OTHER | EVERY, 5)],
    ),
    inside(
        "user_value_replaced",
        K::Override,
        "puts something else in place of what the person gave",
        &[step(CHANGE | INSTEAD | IGNORE, 0), step(PERSON, 3), step(GIVEN | PARAM, 3), step(EXACT | PASS, 6)],
    ),
    inside(
        "told_text",
        K::Instruction,
        "has a given text told to the person",
        &[step(TELL | PASS, 0), step(PERSON | ANSWER, 4), step(VALUE, 5)],
    ),
    // Reasons that claim authority.
    inside(
        "for_reasons",
        K::Coercion,
        "gives a reason that sounds like authority",
        &[step(PRETEXT | SAFETY | SYSTEM, 0), step(REASON, 4), step(EVERY | MUST | MODEL | WHEN, 8)],
    ),
    inside(
        "required_stage",
        K::Coercion,
        "calls itself a requirement",
        &[step(THIS, 0), step(IMPORTANT | MUST, 4), step(STAGE | PRETEXT, 4)],
    ),
    inside(
        "policy_says",
        K::Override,
        "speaks as a policy",
        &[step(SYSTEM | PRETEXT | SAFETY, 0), step(ORDERS | STAGE, 2), step(EVERY | MUST | WHEN | BEFORE, 12)],
    ),
    inside(
        "to_ensure_must",
        K::Instruction,
        "gives a reason for an order about another tool",
        &[step(ENSURE, 0), step(WHEN | BEFORE | EVERY, 12), step(CALL | NAMED, 4), step(MUST, 10)],
    ),
];
