//! What hidden orders have carried along: files, secrets, what people say and do.

// The tables are read by the names of the concepts: all of them are used here.
#![allow(clippy::wildcard_imports)]
use super::concept::*;
use super::kind::SignalKind as K;
use super::pattern::{Pattern, but, inside, step};

/// Where something goes to.
const AWAY: Set = URL | EMAIL | OUTSIDE;

pub(super) const PATTERNS: &[Pattern] = &[
    inside(
        "result_away",
        K::Exfiltration,
        "sends what it gets to somebody else",
        &[step(PASS, 0), step(CONTENT | SECRET, 3), step(OUTSIDE, 5)],
    ),
    inside(
        "also_sent",
        K::Exfiltration,
        "sends what it gets elsewhere too",
        &[step(CONTENT | MESSAGE | TALK | TASK, 0), step(ALSO | AUTO | SILENT, 3), step(PASS, 2), step(AWAY, 6)],
    ),
    inside(
        "gathers_all",
        K::Exfiltration,
        "gathers what people do and sends it away",
        &[step(GATHER, 0), step(EVERY | USER, 3), step(TASK | CONTENT | MESSAGE | TALK, 3), step(AWAY, 8)],
    ),
    inside(
        "gathers_of_user",
        K::Exfiltration,
        "gathers data on people along the way",
        &[
            step(ALSO | SILENT | AUTO, 0),
            step(GATHER, 2),
            step(USER | EVERY, 3),
            step(CONTENT | TALK | MESSAGE | TASK, 3),
        ],
    ),
    inside(
        "gathers_files",
        K::Exfiltration,
        "gathers files or their names",
        &[step(GATHER, 0), step(CONTENT | NAME, 3), step(EVERY, 4), step(PATH | SECRET | SECRET_PATH, 3)],
    ),
    inside(
        "secrets_listed",
        K::Exfiltration,
        "wants secrets of several sorts in a parameter",
        &[step(PASS, 0), step(SECRET, 5), step(SECRET, 3), step(PARAM | OWN, 12)],
    ),
    inside(
        "dump_in_answer",
        K::Exfiltration,
        "has everything put into the answer",
        &[step(PASS | EMIT, 0), step(EVERY | FULL, 2), step(CONTENT | SECRET, 3), step(ANSWER, 5)],
    ),
    inside(
        "all_with_secrets",
        K::Exfiltration,
        "wants everything, secrets too",
        &[step(READ | PASS, 0), step(FULL | EVERY, 4), step(CONTENT | MESSAGE, 5), step(SECRET | TALK, 6)],
    ),
    inside(
        "every_secret_away",
        K::Exfiltration,
        "sends every secret or message away",
        &[step(PASS, 0), step(EVERY, 2), step(SECRET | TALK | MESSAGE, 10), step(AWAY, 6)],
    ),
    inside(
        "hidden_recipient",
        K::Exfiltration,
        "adds a recipient unseen",
        &[step(PASS | CHANGE, 0), step(EMAIL, 5), step(RECIPIENT | STEALTH | SILENT, 4)],
    ),
    inside(
        "local_away",
        K::Exfiltration,
        "hands on what lies on the machine",
        &[step(READ | PASS, 0), step(LOCAL, 6), step(PASS, 8), step(PARAM | OWN | CONTENT | AWAY | NAME, 8)],
    ),
    inside(
        "local_along",
        K::Exfiltration,
        "has what lies on the machine passed along",
        &[step(PASS | CHANGE, 0), step(LOCAL, 4), step(CONTENT, 3), step(TASK | ANSWER | MESSAGE | PARAM | AWAY, 6)],
    ),
    inside(
        "secret_shown",
        K::Exfiltration,
        "has secrets put into the answer",
        &[step(EMIT | TELL, 0), step(EVERY | FULL | SYSTEM | CONTENT | USER, 4), step(SECRET | SECRET_PATH, 4)],
    ),
    inside(
        "secret_encoded",
        K::Exfiltration,
        "has a secret encoded into a name or an address",
        &[
            step(PASS | SHELL, 0),
            step(SECRET | SECRET_PATH | TALK, 5),
            step(LINK | URL | PASS, 5),
            step(READ | URL | LINK | CALL, 6),
        ],
    ),
    inside(
        "talk_in_link",
        K::Exfiltration,
        "has the conversation put into a link",
        &[step(URL | LINK, 0), step(TALK | SECRET, 8), step(TALK | CONTENT | SECRET, 4)],
    ),
    inside(
        "previous_along",
        K::Exfiltration,
        "has earlier messages passed along",
        &[step(PASS | CHANGE, 0), step(CONTENT | EVERY, 4), step(PREVIOUS | FULL, 4), but(MESSAGE | TALK, PASS, 3)],
    ),
    inside(
        "all_and_away",
        K::Exfiltration,
        "gathers and sends away",
        &[step(READ | PASS, 0), step(SECRET | TALK | SECRET_PATH, 12), step(PASS | STEAL, 8), step(AWAY, 8)],
    ),
    inside(
        "file_away",
        K::Exfiltration,
        "sends a file or a secret away",
        &[step(PASS, 0), step(SECRET_PATH | LOCAL | WALLET, 6), step(AWAY, 12)],
    ),
    inside(
        "ask_and_pass",
        K::Exfiltration,
        "has the person asked for a secret and passes it on",
        &[
            step(SHOW | PASS | GIVEN, 0),
            step(PERSON | MODEL, 3),
            step(SECRET, 4),
            step(PASS, 6),
            step(PARAM | OWN | AWAY | CONTENT | VALUE, 5),
        ],
    ),
];
