//! Names of tools against those of other servers: the same, or so near that one is taken for the other.

use super::fold::{fold, look_alike, unseen};
use std::collections::HashMap;

/// The names of a catalogue's tools, by server.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Folded name to the servers and spelled names that have it; at most a few each.
    exact: HashMap<String, Vec<(String, String)>>,
    /// A folded name with one character left out, to the folded names.
    near: HashMap<u64, Vec<String>>,
}

/// How a name lies to another server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nearness {
    /// Spelled alike.
    Same,
    /// Reads alike, is spelled otherwise: look-alike letters, case, separators.
    LooksSame,
    /// One letter more, less or other, or two swapped.
    OneLetter,
    /// The other's name with a version or a word such as `new` or `secure` after it.
    Versioned,
}

/// Names shorter than this are one letter apart by chance.
const SHORTEST_NEAR: usize = 8;
const LONGEST_NAME: usize = 128;
const MOST_EACH: usize = 8;
/// What makes a name look like the next version of another.
const VERSIONS: &[&str] = &[
    "v1", "v2", "v3", "new", "latest", "secure", "safe", "official", "pro", "plus", "fixed", "updated", "enhanced",
    "fast", "better",
];

impl Names {
    /// An index over `(server, name)`.
    pub fn new<'a>(tools: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut names = Self::default();
        for (server, name) in tools {
            if name.len() > LONGEST_NAME {
                continue;
            }
            let plain = skeleton(name);
            let holders = names.exact.entry(plain.clone()).or_default();
            if holders.len() < MOST_EACH && !holders.iter().any(|(other, _)| other == server) {
                holders.push((server.to_owned(), name.to_owned()));
            }
            if plain.chars().count() >= SHORTEST_NEAR {
                for hole in holes(&plain) {
                    let list = names.near.entry(hole).or_default();
                    if list.len() < MOST_EACH && !list.contains(&plain) {
                        list.push(plain.clone());
                    }
                }
            }
        }
        names
    }

    /// How a server's tool lies to the tools of other servers, and whose name it is.
    #[must_use]
    pub fn nearness(&self, server: &str, name: &str) -> Option<(Nearness, &str)> {
        if name.len() > LONGEST_NAME {
            return None;
        }
        let plain = skeleton(name);
        let others =
            |plain: &str| self.exact.get(plain).and_then(|holders| holders.iter().find(|(other, _)| other != server));
        if let Some((other, spelled)) = others(&plain) {
            return Some((if spelled == name { Nearness::Same } else { Nearness::LooksSame }, other));
        }
        // Versions are split off the spelled name, so that only a word of its own counts.
        let mut words = super::words::parts(name);
        if words.len() > 2 && words.last().is_some_and(|last| VERSIONS.contains(&last.as_str())) {
            words.pop();
            if let Some((other, _)) = others(&words.concat()) {
                return Some((Nearness::Versioned, other));
            }
        }
        if plain.chars().count() < SHORTEST_NEAR {
            return None;
        }
        let own = |other: &str| {
            self.exact.get(other).is_some_and(|holders| holders.iter().any(|(holder, _)| holder == server))
        };
        holes(&plain).find_map(|hole| {
            let near =
                self.near.get(&hole)?.iter().find(|near| **near != plain && one_apart(near, &plain) && !own(near))?;
            others(near).map(|(other, _)| (Nearness::OneLetter, other.as_str()))
        })
    }

    /// Whether the server has a tool of this name.
    #[must_use]
    pub fn has(&self, server: &str, name: &str) -> bool {
        self.exact.get(&skeleton(name)).is_some_and(|holders| holders.iter().any(|(holder, _)| holder == server))
    }

    /// Another server that has a tool of this name, while the asking one has none.
    #[must_use]
    pub fn elsewhere(&self, server: &str, name: &str) -> Option<&str> {
        let holders = self.exact.get(&skeleton(name))?;
        if holders.iter().any(|(holder, _)| holder == server) {
            return None;
        }
        holders.first().map(|(holder, _)| holder.as_str())
    }
}

/// What of a name a reader tells apart: folded, look-alikes as Latin, without separators.
fn skeleton(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for char in name.chars().filter(|char| char.is_alphanumeric() && !unseen(*char)) {
        fold(char, &mut plain);
    }
    plain.chars().map(look_alike).collect()
}

/// The name, and the name without each of its characters: two names one letter apart share one of these.
fn holes(plain: &str) -> impl Iterator<Item = u64> + '_ {
    let whole = std::iter::once(hash(plain.chars()));
    whole.chain((0..plain.chars().count()).map(|left_out| {
        hash(plain.chars().enumerate().filter(move |(index, _)| *index != left_out).map(|(_, char)| char))
    }))
}

/// FNV-1a, 64 bits.
fn hash(chars: impl Iterator<Item = char>) -> u64 {
    chars.fold(0xcbf2_9ce4_8422_2325, |hash, char| (hash ^ u64::from(u32::from(char))).wrapping_mul(0x0100_0000_01b3))
}

/// Whether one insertion, deletion, substitution or swap of neighbours makes one of the other.
fn one_apart(left: &str, right: &str) -> bool {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let head = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
    let tail = left[head..].iter().rev().zip(right[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (rest_left, rest_right) = (&left[head..left.len() - tail], &right[head..right.len() - tail]);
    // `page1` and `page2`, `list_users` and `list_user` are siblings, not disguises.
    let digits = rest_left.iter().chain(rest_right).any(char::is_ascii_digit);
    // A doubled `s` that is single is a slip, any other `s` more is a plural.
    let plural = rest_left.iter().chain(rest_right).eq(std::iter::once(&'s')) && left[..head].last() != Some(&'s');
    let apart = match (rest_left, rest_right) {
        ([] | [_], [_]) | ([_], []) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    };
    apart && !digits && !plural
}

#[cfg(test)]
mod tests {
    use super::{Names, Nearness};

    fn names() -> Names {
        Names::new([
            ("mail", "send_message"),
            ("files", "read_file"),
            ("files", "search_documents"),
            ("shop", "list_orders"),
        ])
    }

    #[test]
    fn near_names_are_told() {
        let names = names();
        let near = |server, name| names.nearness(server, name).map(|(near, _)| near);
        assert_eq!(near("evil", "read_file"), Some(Nearness::Same));
        assert_eq!(near("evil", "readFile"), Some(Nearness::LooksSame));
        assert_eq!(near("evil", "sеnd_message"), Some(Nearness::LooksSame));
        assert_eq!(near("evil", "send_mesage"), Some(Nearness::OneLetter));
        assert_eq!(near("evil", "saerch_documents"), Some(Nearness::OneLetter));
        assert_eq!(near("evil", "search_documents_v2"), Some(Nearness::Versioned));
    }

    #[test]
    fn own_and_far_names_are_not() {
        let names = names();
        assert_eq!(names.nearness("files", "read_file"), None);
        assert_eq!(names.nearness("other", "list_order"), None);
        assert_eq!(names.nearness("other", "write_file"), None);
        assert_eq!(names.nearness("other", "make_coffee"), None);
    }
}
