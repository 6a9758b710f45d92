//! Process trees.
