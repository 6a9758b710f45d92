//! Commands judged.
