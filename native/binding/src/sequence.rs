//! The next command.
