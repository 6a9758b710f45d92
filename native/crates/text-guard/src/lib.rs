//! Finds secrets and text that people do not see, and takes them out, leaving every other byte as it was.
//!
//! Secrets are found by the forms that their issuers gave them (`AKIA…`, `ghp_…`, a private key's frame) or by what
//! stands before them (`password=`, `Authorization: Bearer`). How random a value looks counts only behind a name that
//! tells (`token=`, `private_key:`): commit hashes, UUIDs and digests pass. Personal data is looked for when it is asked
//! for, by forms that can be checked. What people do not see are control characters, terminal escape sequences, controls of the writing
//! direction, invisible characters and tag characters.
//!
//! Work is linear in the length of the text. There is no regular expression and no backtracking: candidates are found by
//! their literal beginnings, and each is looked at within a fixed distance.
//!
//! Escapes of JSON strings are decoded on the way, so `\u0041KIA…` and `\u200b` are found like the characters they
//! stand for; and invisible characters are taken out before secrets are looked for, so they cannot hide one. For
//! well-formed JSON the result is well-formed JSON.

pub mod definitions;
mod edits;
mod escapes;
mod finding;
mod invisible;
mod items;
mod mask;
mod personal;
mod secrets;

pub use finding::{Finding, Kind};
pub use mask::{Masked, mask, mask_for, scan, scan_for};
pub use personal::Personal;

/// What the bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text in UTF-8. Bytes that are not UTF-8 are left alone.
    Text,
    /// JSON. Bytes that are not JSON are looked at as far as they go.
    Json,
}
