//! Nothing yet.

pub(crate) fn run(_bytes: &[u8]) {}
