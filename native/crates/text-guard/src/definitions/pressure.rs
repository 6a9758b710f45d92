//! How a poisoned definition presses: praise of itself, threats.

// The tables are read by the names of the concepts: all of them are used here.
#![allow(clippy::wildcard_imports)]
use super::concept::*;
use super::kind::SignalKind as K;
use super::pattern::{Pattern, but, inside, step};

pub(super) const PATTERNS: &[Pattern] = &[
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
    inside(
        "only_works",
        K::Ranking,
        "claims to be the only one that works",
        &[step(ONLY, 0), step(TOOL, 3), step(WORK | BEST | MUST, 4)],
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
        "or_fails",
        K::Coercion,
        "threatens that it will fail otherwise",
        &[step(OTHERWISE, 0), step(FAIL | NOT, 7)],
    ),
    inside(
        "if_not",
        K::Coercion,
        "threatens if it is not obeyed",
        &[step(WHEN, 0), step(MODEL, 2), step(NOT, 2), step(FAIL, 12)],
    ),
];
