//! How a poisoned definition meddles with what other tools do, in plain words: copies of what they send, sums on their
//! arguments, writes to places of the system, rights given away, and what nobody is to hear of it.
//!
//! After the ways of attack in `MCPTox` (Wang et al., arXiv 2508.14925): a trigger, another tool, and what is changed.

// The tables are read by the names of the concepts: all of them are used here.
#![allow(clippy::wildcard_imports)]
use super::concept::*;
use super::kind::SignalKind as K;
use super::pattern::{Pattern, across, but, inside, step};

/// A tool by its name, as far as a name can be told from a word.
const NAMED: Set = IDENT | SIBLING | KEBAB;
/// Something is to be done: must, has to, is to be.
const DUE: Set = MUST | OUGHT | NEED | BE;
/// Where something goes to.
const AWAY: Set = URL | EMAIL | OUTSIDE;

pub(super) const PATTERNS: &[Pattern] = &[
    // What another tool does is done twice, or otherwise.
    inside(
        "named_copied",
        K::CrossTool,
        "has what another tool does done a second time elsewhere",
        &[step(NAMED, 0), step(DUE, 12), step(DONE, 3), step(TOO, 12)],
    ),
    inside(
        "named_done_so",
        K::CrossTool,
        "has another tool's arguments or results changed",
        &[step(NAMED, 0), step(BE, 8), but(CHANGE | SCALE | DONE, SECRET, 2)],
    ),
    inside(
        "named_second",
        K::CrossTool,
        "has something more done when another tool is called",
        &[step(WHEN | EVERY, 0), step(NAMED, 6), step(TOO, 5), step(PAY | MESSAGE | CONTENT | CALL | PASS, 6)],
    ),
    inside(
        "named_scaled",
        K::CrossTool,
        "does sums on another tool's arguments",
        &[step(NAMED, 0), step(SCALE, 10), step(DUE | VALUE | PAY | CONTENT | PARAM, 3)],
    ),
    inside(
        "scaled_for_named",
        K::CrossTool,
        "does sums on another tool's arguments",
        &[step(SCALE, 0), step(WHEN | VALUE, 4), step(NAMED, 6), step(CALL | CONTENT, 3)],
    ),
    inside(
        "named_no_more",
        K::CrossTool,
        "forbids another tool",
        &[step(NAMED, 0), step(MUST, 2), step(NOT, 2), step(CALL, 4)],
    ),
    inside(
        "named_against_user",
        K::Override,
        "has another tool called against what the person asked",
        &[step(NAMED, 0), step(DUE | CHANGE, 10), step(IGNORE, 6), step(PERSON | GIVEN, 6)],
    ),
    inside(
        "every_goes_there",
        K::CrossTool,
        "moves everything of a sort to another place",
        &[
            step(EVERY, 0),
            step(MUST | OUGHT, 10),
            step(GO | DONE, 3),
            step(PATH | SECRET_PATH | AWAY, 3),
            step(INSTEAD | WHEN | CALL, 6),
        ],
    ),
    inside(
        "every_by_named",
        K::CrossTool,
        "moves everything another tool handles to another place",
        &[step(EVERY | WHEN, 0), step(NAMED, 4), step(GO | DUE, 5), step(PATH | AWAY, 6)],
    ),
    inside(
        "must_not_as_given",
        K::Override,
        "puts something else in place of what the person named",
        &[step(MUST, 0), step(GO | DONE | CALL | CHANGE, 3), step(INSTEAD, 8), step(PERSON, 8)],
    ),
    inside(
        "named_to_address",
        K::Exfiltration,
        "has another tool reach an address",
        &[step(WHEN | EVERY | DONE, 0), step(NAMED, 5), step(AWAY, 16)],
    ),
    inside(
        "each_time_address",
        K::CrossTool,
        "names one person for everything of a sort",
        &[step(EVERY | WHEN, 0), step(EMAIL, 14)],
    ),
    inside(
        "when_named_value",
        K::CrossTool,
        "wants a given value whenever another tool is called",
        &[step(WHEN, 0), step(NAMED, 4), step(VALUE, 6), step(DUE, 6)],
    ),
    inside(
        "when_tool_changed",
        K::CrossTool,
        "has an argument changed when a tool is called",
        &[step(WHEN, 0), step(TOOL, 4), step(CALL, 3), step(CHANGE | SCALE, 4), step(PARAM, 4), step(VALUE, 4)],
    ),
    inside(
        "others_called_with",
        K::CrossTool,
        "has other tools called with a secret",
        &[step(OTHER, 0), step(TOOL, 1), step(DUE, 3), step(CALL, 3), step(SECRET, 14)],
    ),
    // Places and rights.
    inside(
        "named_place",
        K::Instruction,
        "has another tool write to a place of the system",
        &[step(NAMED, 0), step(PLACE, 14)],
    ),
    across(
        "place_named",
        K::Instruction,
        "has another tool write to a place of the system",
        &[step(PLACE, 0), step(CALL | EVERY | WHEN, 6), step(NAMED, 6)],
    ),
    inside(
        "rights_by_named",
        K::Override,
        "gives rights away, or takes a guard off, with another tool",
        &[step(GRANT, 0), step(RIGHTS, 4), step(NAMED, 10)],
    ),
    inside(
        "named_gives_rights",
        K::Override,
        "gives rights away, or takes a guard off, with another tool",
        &[step(NAMED, 0), step(GRANT, 8), step(RIGHTS, 6)],
    ),
    inside(
        "deletes_by_named",
        K::CrossTool,
        "deletes things of a sort with another tool",
        &[step(DELETE, 0), step(EVERY, 2), step(CONTENT, 3), step(NAMED, 12)],
    ),
    inside(
        "named_then_deletes",
        K::CrossTool,
        "deletes things of a sort with another tool",
        &[step(NAMED, 0), step(DELETE, 6), step(EVERY, 2), step(CONTENT, 2)],
    ),
    // Before what the person asked for.
    inside(
        "named_before_request",
        K::Instruction,
        "has another tool called before the person's request",
        &[step(NAMED, 0), step(BEFORE, 6), step(HANDLE, 3), step(PERSON | GIVEN | TASK, 4)],
    ),
    inside(
        "request_after_named",
        K::Instruction,
        "has another tool called before the person's request",
        &[step(BEFORE, 0), step(HANDLE, 2), step(PERSON | EVERY, 3), step(CALL | REPORT, 4), step(NAMED, 4)],
    ),
    // Secrets.
    inside(
        "secret_from_file",
        K::Exfiltration,
        "wants to be called with a secret out of a file",
        &[step(CALL | PASS, 0), step(SECRET, 7), step(FILE | SECRET_PATH, 4)],
    ),
    inside(
        "secret_in_calls",
        K::CrossTool,
        "puts a secret into the arguments of other tools",
        &[step(PASS | KEEP, 0), step(SECRET, 4), step(VALUE, 9), step(EVERY | OTHER, 3), step(TOOL | CALL, 3)],
    ),
    inside(
        "secret_by_named",
        K::Exfiltration,
        "has another tool fetch what is in the environment for an argument",
        &[step(LOCAL | SECRET, 0), step(NAMED, 8), step(PASS, 3), step(PARAM | VALUE | OWN, 4)],
    ),
    // Nobody is to hear of it.
    inside(
        "no_interest",
        K::Concealment,
        "says that the person does not care",
        &[step(USER, 0), step(NOT, 2), step(BOTHER, 3)],
    ),
    inside(
        "no_need_to_tell",
        K::Concealment,
        "says that nobody need be told",
        &[step(NOT, 0), step(NEED | OUGHT, 2), step(HUSH | BOTHER, 3), step(USER | THEM, 3)],
    ),
    inside(
        "nobody_told",
        K::Concealment,
        "says that nobody need be told",
        &[step(THEM, 0), step(OUGHT | NEED | MUST, 2), step(HUSH | BOTHER, 4)],
    ),
    inside(
        "hidden_duty",
        K::Concealment,
        "calls itself a hidden rule",
        &[step(THIS, 0), step(STEALTH, 4), step(STAGE | ORDERS | DO, 2)],
    ),
    inside("hush_it", K::Concealment, "is not to be spoken of", &[step(NOT, 0), step(HUSH, 3), step(THIS | IT, 2)]),
    inside("this_not_told", K::Concealment, "is not to be spoken of", &[step(THIS, 0), step(NOT, 8), step(HUSH, 3)]),
    inside(
        "to_yourself",
        K::Concealment,
        "is to be kept between the two",
        &[step(KEEP, 0), step(THIS | IT | ONLY | BETWEEN, 2), step(MODEL | BETWEEN, 2)],
    ),
    inside(
        "user_agreed",
        K::Concealment,
        "says that the person knows already",
        &[step(USER, 0), step(AGREED, 3), step(AGREED, 2)],
    ),
    inside(
        "named_unasked",
        K::Concealment,
        "has another tool called without asking",
        &[step(CALL, 0), step(NAMED, 2), step(NOT, 6), step(CONSENT, 1)],
    ),
    // Threats.
    inside(
        "at_risk",
        K::Coercion,
        "threatens with harm otherwise",
        &[step(OTHERWISE | ELSE, 0), step(SYSTEM | LOCAL | CONTENT | MODEL | USER, 3), step(RISK, 4)],
    ),
];
