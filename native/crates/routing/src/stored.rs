//! The memory as bytes, to be stored and read again.
//!
//! ```text
//! "DEROUTE" | version, 1 byte | body | FNV-1a over all before, 8 bytes
//! body = calls | tools: count, { server, name, last, requests: count, { outcome, words: count, { number } } }
//!              | terms: count, { number, seen, last, weights: count, { tool, value, moved } }
//! ```
//! Numbers are 4 bytes, little-endian; texts have their length before them; a weight's tool is its place among the tools.
//! Words are numbers here too (see [`crate::ToolIndex::learn`]): no request can be read out of it, though one can be
//! tried against it.

use crate::Outcome;
use crate::index::ToolIndex;
use crate::memory::{Memory, Past, REQUESTS, REQUESTS_PER_TOOL, Request, Term, WEIGHTS, WORDS, Weight};
use crate::numbers::NumberMap;
use crate::votes::Votes;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::fmt;

const NAME: &[u8; 7] = b"DEROUTE";
const VERSION: u8 = 1;

/// How many bytes a memory may have. What [`ToolIndex::export_memory`] writes is always below.
pub const MEMORY_BYTES: usize = 64 << 20;

/// How long a server's or tool's name may be, in bytes, to be remembered.
const LONGEST_NAME: usize = 4096;

/// Why bytes are no memory. The index is then as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryError {
    /// They do not begin as a memory does.
    Foreign,
    /// They are of another version, which this one cannot read.
    Version(u8),
    /// They are cut short, changed, or hold what no memory holds.
    Damaged,
    /// There are more than [`MEMORY_BYTES`].
    TooLarge,
}

impl fmt::Display for MemoryError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign => formatter.write_str("these bytes are not a stored memory"),
            Self::Version(version) => write!(formatter, "the memory is of version {version}, this reads {VERSION}"),
            Self::Damaged => formatter.write_str("the memory is damaged"),
            Self::TooLarge => write!(formatter, "the memory is larger than {MEMORY_BYTES} bytes"),
        }
    }
}

impl std::error::Error for MemoryError {}

impl ToolIndex {
    /// What was learned, as bytes. The same memory gives the same bytes.
    #[must_use]
    pub fn export_memory(&self) -> Vec<u8> {
        let mut out = NAME.to_vec();
        out.push(VERSION);
        let mut places = HashMap::new();
        let mut tools: Vec<_> = self
            .memory
            .tools
            .iter()
            .filter_map(|(tool, past)| self.slots[*tool as usize].as_ref().map(|slot| (slot, *tool, past)))
            .filter(|(slot, ..)| slot.server.len().max(slot.name.len()) <= LONGEST_NAME)
            .collect();
        tools.sort_by_key(|(slot, ..)| (&slot.server, &slot.name));
        put(&mut out, self.memory.calls);
        put_count(&mut out, tools.len());
        for (place, (slot, tool, past)) in tools.into_iter().enumerate() {
            places.insert(tool, place);
            for text in [&slot.server, &slot.name] {
                put_count(&mut out, text.len());
                out.extend_from_slice(text.as_bytes());
            }
            put(&mut out, past.last);
            put_count(&mut out, past.requests.len());
            for request in &past.requests {
                put(&mut out, u32::from(request.outcome == Outcome::Ok));
                put_count(&mut out, request.words.len());
                request.words.iter().for_each(|word| put(&mut out, *word));
            }
        }
        let mut terms: Vec<_> = self.memory.terms.iter().collect();
        terms.sort_unstable_by_key(|(number, _)| **number);
        put_count(&mut out, terms.len());
        for (number, term) in terms {
            let mut weights: Vec<_> = term
                .weights
                .iter()
                .filter_map(|weight| places.get(&weight.tool).map(|place| (*place, weight)))
                .collect();
            weights.sort_unstable_by_key(|(place, _)| *place);
            for value in [*number, term.seen, term.last] {
                put(&mut out, value);
            }
            put_count(&mut out, weights.len());
            for (place, weight) in weights {
                put_count(&mut out, place);
                put(&mut out, weight.value.to_bits());
                put(&mut out, weight.moved.to_bits());
            }
        }
        let sum = checksum(&out);
        out.extend_from_slice(&sum.to_le_bytes());
        out
    }

    /// Puts a stored memory in place of the one there is. Its tools need not be in the catalogue: they are remembered
    /// until they come.
    ///
    /// # Errors
    /// When the bytes are not a memory of this version, whole and within bounds; then nothing changes.
    pub fn import_memory(&mut self, bytes: &[u8]) -> Result<(), MemoryError> {
        let stored = Stored::read(bytes)?;
        let before: Vec<u32> = std::mem::take(&mut self.memory).tools.into_keys().collect();
        for tool in before {
            self.release(tool);
        }
        let mut numbers = Vec::with_capacity(stored.tools.len());
        let mut tools = BTreeMap::new();
        for (server, name, past) in stored.tools {
            let number = self.slot(&server, &name);
            numbers.push(number);
            tools.insert(number, past);
        }
        let mut terms = stored.terms;
        for term in terms.values_mut() {
            for weight in &mut term.weights {
                weight.tool = numbers[weight.tool as usize];
            }
            term.weights.sort_unstable_by_key(|weight| weight.tool);
        }
        self.memory = Memory::of(terms, tools, stored.calls);
        Ok(())
    }
}

fn put(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

/// Counts are bounded far below 2^32.
fn put_count(out: &mut Vec<u8>, count: usize) {
    put(out, u32::try_from(count).unwrap_or(u32::MAX));
}

fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A memory whose tools have names and places instead of slots.
struct Stored {
    calls: u32,
    tools: Vec<(String, String, Past)>,
    terms: NumberMap<Term>,
}

impl Stored {
    fn read(bytes: &[u8]) -> Result<Self, MemoryError> {
        let Some(rest) = bytes.strip_prefix(NAME) else { return Err(MemoryError::Foreign) };
        let Some((&version, _)) = rest.split_first() else { return Err(MemoryError::Damaged) };
        if version != VERSION {
            return Err(MemoryError::Version(version));
        }
        if bytes.len() > MEMORY_BYTES {
            return Err(MemoryError::TooLarge);
        }
        let Some((whole, sum)) = bytes.split_last_chunk::<8>() else { return Err(MemoryError::Damaged) };
        if checksum(whole) != u64::from_le_bytes(*sum) {
            return Err(MemoryError::Damaged);
        }
        whole.get(NAME.len() + 1..).and_then(|body| Self::body(&mut Body { rest: body })).ok_or(MemoryError::Damaged)
    }

    fn body(body: &mut Body<'_>) -> Option<Self> {
        let calls = body.number()?;
        let mut names = HashSet::new();
        let mut kept = 0;
        let mut tools = Vec::new();
        for _ in 0..body.count(16, REQUESTS)? {
            let (server, name) = (body.text()?, body.text()?);
            if !names.insert((server.clone(), name.clone())) {
                return None;
            }
            let last = body.number()?;
            let mut requests = VecDeque::new();
            for _ in 0..body.count(8, REQUESTS_PER_TOOL)? {
                let outcome = match body.number()? {
                    0 => Outcome::Failed,
                    1 => Outcome::Ok,
                    _ => return None,
                };
                let words = (0..body.count(4, WORDS)?).map(|_| body.number()).collect::<Option<Box<[u32]>>>()?;
                requests.push_back(Request { words, outcome });
            }
            kept += requests.len();
            tools.push((server, name, Past { requests, last }));
        }
        let mut terms = NumberMap::default();
        let mut all = 0;
        for _ in 0..body.count(16, usize::MAX)? {
            let (number, seen, last) = (body.number()?, body.number()?, body.number()?);
            let mut weights: Vec<Weight> = Vec::new();
            for _ in 0..body.count(12, tools.len())? {
                let tool = body.number()?;
                let (value, moved) = (f32::from_bits(body.number()?), f32::from_bits(body.number()?));
                let after = weights.last().is_none_or(|before| before.tool < tool);
                let sane = value.abs() < 1e6 && moved > 0.0 && moved < 1e12;
                if !after || !sane || tool as usize >= tools.len() {
                    return None;
                }
                weights.push(Weight { tool, value, moved });
            }
            all += weights.len();
            if last > calls || terms.insert(number, Term { seen, last, weights, votes: Votes::default() }).is_some() {
                return None;
            }
        }
        (body.rest.is_empty() && kept <= REQUESTS && all <= WEIGHTS + WEIGHTS / 2).then_some(Self {
            calls,
            tools,
            terms,
        })
    }
}

struct Body<'a> {
    rest: &'a [u8],
}

impl Body<'_> {
    fn number(&mut self) -> Option<u32> {
        let (bytes, rest) = self.rest.split_first_chunk::<4>()?;
        self.rest = rest;
        Some(u32::from_le_bytes(*bytes))
    }

    /// A count of things that take at least so many bytes each: one that cannot be true is refused before it costs.
    fn count(&mut self, each: usize, most: usize) -> Option<usize> {
        let count = self.number()? as usize;
        (count <= most && count <= self.rest.len() / each).then_some(count)
    }

    fn text(&mut self) -> Option<String> {
        let length = self.count(1, LONGEST_NAME)?;
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        String::from_utf8(bytes.to_vec()).ok()
    }
}
