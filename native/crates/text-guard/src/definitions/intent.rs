//! What hidden orders have done, where the words are mild: rules set aside, recipients and choices replaced, reports that
//! leave something out.

// The tables are read by the names of the concepts: all of them are used here.
#![allow(clippy::wildcard_imports)]
use super::concept::*;
use super::kind::SignalKind as K;
use super::pattern::{Pattern, across, but, inside, step};

/// A tool by its name, as far as a name can be told from a word.
const NAMED: Set = IDENT | SIBLING | KEBAB;
/// Something that is done.
const DEED: Set = READ | PASS | CALL | CHANGE | DELETE | EMIT | DO;
/// A question that was put.
const ASKED: Set = SHOW | GIVEN;
/// Where something goes to.
const AWAY: Set = URL | EMAIL | OUTSIDE;

pub(super) const PATTERNS: &[Pattern] = &[
    // Orders.
    across(
        "ignore_then_say",
        K::Override,
        "sets instructions aside and has something else said or done",
        &[step(IGNORE, 0), step(ORDERS, 5), but(EMIT | ROLE | SECRET | DO | CHANGE, ORDERS, 5)],
    ),
    inside(
        "third_ought",
        K::Instruction,
        "says what the model has to do",
        &[
            step(THIRD, 0),
            step(OUGHT | MUST, 3),
            step(DEED, 3),
            step(SECRET | SECRET_PATH | PATH | TALK | LOCAL | CONTENT, 8),
        ],
    ),
    inside(
        "first_delete",
        K::Instruction,
        "has a file deleted or changed first",
        &[step(BEFORE, 0), step(DELETE | CHANGE, 3), step(SECRET_PATH | PATH, 4)],
    ),
    inside(
        "before_tool_used",
        K::Instruction,
        "asks for something to be done before the tool is used",
        &[step(BEFORE, 0), step(THIS | TOOL, 3), step(CALL, 4), step(READ | PASS | DELETE | CHANGE, 8)],
    ),
    inside(
        "fetched_first",
        K::Instruction,
        "has something from an address run first",
        &[step(CALL, 0), step(URL, 5), step(BEFORE | ALSO, 3)],
    ),
    inside(
        "run_fetched",
        K::Exfiltration,
        "runs what it fetches, or a command on a secret",
        &[step(CALL | DO | SHELL, 0), step(SHELL, 4), step(URL | SECRET_PATH, 4)],
    ),
    inside(
        "run_then_tool",
        K::Instruction,
        "has a command run before the tool",
        &[step(CALL | DO, 0), step(SHELL, 3), step(BEFORE | ALSO | WHEN, 10), step(CALL | CONTENT | TOOL, 5)],
    ),
    inside(
        "each_talk_start",
        K::Instruction,
        "wants to be called at the start of every conversation",
        &[step(CALL, 0), step(START | BEFORE, 4), step(EVERY, 3), step(TALK | TASK | MESSAGE, 2)],
    ),
    inside(
        "guard_off",
        K::Override,
        "has a protection turned off",
        &[step(MUST | OUGHT | MODEL, 0), step(DISABLE | IGNORE, 5), step(SAFETY | CONSENT | PRETEXT, 4)],
    ),
    inside(
        "rules_off",
        K::Override,
        "sets the model's rules aside",
        &[step(DISABLE | IGNORE, 0), step(MODEL, 2), step(ORDERS | SAFETY, 2)],
    ),
    inside(
        "obeys_other",
        K::Override,
        "has the model obey somebody else",
        &[step(MODEL, 0), step(OBEY, 2), step(USER | SYSTEM | OUTSIDE, 4)],
    ),
    inside(
        "instead_away",
        K::Override,
        "sends something away in place of what was asked",
        &[step(IGNORE | INSTEAD, 0), step(PASS | CHANGE, 6), step(AWAY, 6)],
    ),
    inside(
        "asked_replaced",
        K::CrossTool,
        "replaces what the person asked another tool for",
        &[
            step(WHEN, 0),
            step(PERSON, 3),
            step(NAMED, 10),
            step(CHANGE | INSTEAD, 4),
            step(SECRET_PATH | AWAY | VALUE, 6),
        ],
    ),
    inside(
        "replaced_by_place",
        K::Override,
        "puts a given place or address in place of another",
        &[step(INSTEAD, 0), step(PATH | PARAM | RECIPIENT | LINK | VALUE, 3), step(SECRET_PATH | AWAY, 4)],
    ),
    inside(
        "forget_all",
        K::Override,
        "has everything known set aside",
        &[step(IGNORE, 0), step(EVERY, 2), step(MODEL, 3)],
    ),
    inside(
        "always_as_root",
        K::Override,
        "wants to be run with more rights than asked for",
        &[step(MUST, 0), step(CALL, 3), step(SHELL | SYSTEM, 5)],
    ),
    inside(
        "found_orders",
        K::Override,
        "has instructions followed that it finds",
        &[step(CALL | DO | OBEY, 0), step(EVERY | STEALTH | CONTENT, 3), but(ORDERS, SHELL, 3)],
    ),
    inside(
        "freed",
        K::Override,
        "tells the model that no rules hold",
        &[step(MODEL, 0), step(FREE, 8), step(ORDERS | SAFETY | EVERY | NOT, 5)],
    ),
    inside(
        "call_before_any",
        K::Ranking,
        "wants to be called before any other tool",
        &[step(CALL, 0), step(THIS, 1), step(TOOL, 1), step(BEFORE, 2), step(EVERY | OTHER, 3)],
    ),
    inside(
        "first_read_secret",
        K::Instruction,
        "has secrets read before anything else",
        &[
            step(BEFORE, 0),
            step(READ | PASS, 6),
            step(SECRET | SECRET_PATH | LOCAL, 3),
            step(SECRET | SECRET_PATH | CONTENT | PASS, 5),
        ],
    ),
    // Other tools and choices.
    inside(
        "named_there_must",
        K::CrossTool,
        "acts on another tool when it is there",
        &[
            step(WHEN, 0),
            step(NAMED, 5),
            step(WORLD | CALL, 3),
            step(EVERY | MUST, 4),
            step(MESSAGE | CALL | PASS | CHANGE, 4),
        ],
    ),
    inside(
        "named_sends",
        K::CrossTool,
        "has another tool send something away",
        &[
            step(CALL, 0),
            step(NAMED, 3),
            step(PASS, 3),
            step(MESSAGE | TALK | CONTENT | USER | SECRET, 5),
            step(AWAY, 5),
        ],
    ),
    inside(
        "after_call_with_secret",
        K::CrossTool,
        "has another tool called with a secret",
        &[step(WHEN | BEFORE, 0), step(CALL, 4), but(NAMED, SECRET, 3), step(SECRET, 5)],
    ),
    inside(
        "choice_replaced",
        K::Override,
        "puts something in place of what the person gave",
        &[
            step(CALL | CHANGE | PASS, 0),
            step(INSTEAD, 8),
            step(RECIPIENT | WALLET | PARAM | VALUE, 4),
            step(GIVEN | PERSON, 4),
        ],
    ),
    inside(
        "every_to_address",
        K::CrossTool,
        "sends everything of a sort to one address",
        &[step(EVERY, 0), step(MESSAGE | CALL | TASK | URL, 2), step(PASS | MUST | CHANGE, 6), step(AWAY, 6)],
    ),
    inside(
        "named_only_with",
        K::CrossTool,
        "says how another tool must be used",
        &[step(NAMED, 0), step(MUST, 6), step(ONLY, 3), step(CALL, 3)],
    ),
    inside(
        "named_address_added",
        K::CrossTool,
        "adds an address to what another tool makes",
        &[step(NAMED, 0), step(MUST | PASS, 6), step(PASS | CHANGE, 4), step(EMAIL | URL, 4)],
    ),
    inside(
        "others_never",
        K::Ranking,
        "says that other tools are no good and must not be used",
        &[step(OTHER, 0), step(RETIRED | FAIL, 5), step(NOT, 8), step(CALL, 3)],
    ),
    inside(
        "instead_of_any",
        K::Ranking,
        "wants to be used in place of any other tool",
        &[step(CALL | PREFER, 0), step(INSTEAD, 4), step(EVERY | OTHER, 2), step(TOOL, 4)],
    ),
    inside(
        "first_for_any",
        K::Ranking,
        "wants to be chosen first for anything",
        &[step(MUST, 0), step(PREFER | CALL, 3), step(BEFORE, 4), step(EVERY, 4), step(TASK | TALK | MESSAGE, 3)],
    ),
    inside(
        "used_for_all",
        K::Ranking,
        "wants to be used for everything of a sort",
        &[step(MUST, 0), step(CALL | PREFER, 2), step(THIS, 2), step(EVERY, 3), step(TASK, 4)],
    ),
    // Reports that leave something out.
    inside(
        "left_out",
        K::Concealment,
        "is to be left out of the report",
        &[step(OMIT, 0), step(THIS | USER | CONTENT, 3), step(ANSWER | CONSENT | USER | TALK, 5)],
    ),
    inside(
        "not_in_answer",
        K::Concealment,
        "is not to show in the answer",
        &[step(MUST | MODEL | ALSO, 0), step(NOT, 2), but(TELL | EMIT, ANSWER, 3), step(ANSWER | USER | TALK, 6)],
    ),
    inside(
        "not_to_know",
        K::Concealment,
        "says that the person need not know",
        &[step(USER, 0), step(NOT, 3), step(NEED, 2), step(TELL, 4)],
    ),
    inside(
        "kept_secret",
        K::Concealment,
        "is to be kept secret",
        &[step(KEEP | MUST, 0), step(THIS | KEEP, 3), step(SECRET | SILENT | STEALTH, 3)],
    ),
    inside(
        "passed_off",
        K::Concealment,
        "is to be passed off as something else",
        &[step(FEIGN, 0), step(CONTENT | ANSWER | THIS, 3), step(WHEN, 4)],
    ),
    inside(
        "done_unasked",
        K::Concealment,
        "is to be done without asking",
        &[step(DO, 0), step(THIS | EVERY, 1), step(NOT, 2), step(CONSENT, 2)],
    ),
    inside(
        "consent_void",
        K::Concealment,
        "says that nobody needs to be asked any more",
        &[step(CONSENT, 0), step(NOT, 4), step(NEED, 4)],
    ),
    inside(
        "not_tell_them",
        K::Concealment,
        "is not to be told to anybody",
        &[step(NOT, 0), but(TELL, SHOW, 2), step(THEM, 2)],
    ),
    inside("not_logged", K::Concealment, "is not to be logged", &[step(NOT, 0), step(GATHER, 1), step(THIS, 2)]),
    inside(
        "if_asked_say",
        K::Concealment,
        "says what to answer when asked",
        &[step(WHEN, 0), step(ASKED, 1), step(FEIGN | EMIT | TELL | LIE, 2)],
    ),
    inside(
        "lies",
        K::Concealment,
        "has something false told",
        &[step(LIE, 0), step(CONTENT | ANSWER | PERSON | WHEN, 4)],
    ),
    inside(
        "data_lost",
        K::Coercion,
        "threatens that everything is lost",
        &[step(EVERY, 0), step(CONTENT | MESSAGE | WALLET, 2), step(LOST, 3)],
    ),
    inside(
        "pay_there",
        K::Coercion,
        "has money moved to a given place at once",
        &[step(IMPORTANT | MUST, 0), step(PAY, 3), step(WALLET | PAY, 3), step(NAMED | RECIPIENT | WALLET, 6)],
    ),
    inside(
        "or_terminated",
        K::Coercion,
        "threatens with what happens if it is not obeyed",
        &[step(FAIL, 0), step(DO, 3), step(DELETE | FAIL | RETIRED, 5)],
    ),
];
