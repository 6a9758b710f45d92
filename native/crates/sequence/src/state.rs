//! What was learned, as bytes, and back.
//!
//! `DENX`, a version (u16), a payload, a checksum of all before it (u64); little-endian. The payload of version 1:
//! names, contexts, usage, weights, the session, lines, the network's weights if there is one.

use crate::bytes::{Reader, Writer, checksum};
use crate::contexts::{Contexts, Slot, WIDTH};
use crate::history::{History, Past, SESSION_NAMES, TASK_WORDS};
use crate::lines::{MAX_LINE_BYTES, MAX_LINES};
use crate::lstm::{Lstm, WEIGHTS};
use crate::mixture::Mixture;
use crate::predictor::{CommandPredictor, MAX_NAME_BYTES, MAX_NAMES, Options};
use crate::recency::{FREQUENT, LATEST, Recency, Usage};
use crate::symbols::{NO_SYMBOL, Symbol, Symbols};
use std::fmt;

const MAGIC: &[u8; 4] = b"DENX";
/// The version that is written, and the only one that is read.
const VERSION: u16 = 1;
const SUM: usize = 8;
/// No table is larger.
const MOST_SLOTS: usize = 1 << 16;
/// A count or a sum of counts above this is none of ours.
const MOST: f32 = 1e6;

/// Why bytes are not a predictor's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateError {
    /// They do not begin as a state does.
    NotAState,
    /// They are of a version that this one does not read.
    Version(u16),
    /// They end too early.
    Truncated,
    /// They were damaged.
    Checksum,
    /// They are whole, but no predictor wrote them.
    Invalid(&'static str),
}

impl fmt::Display for StateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAState => formatter.write_str("not the state of a command predictor"),
            Self::Version(version) => write!(formatter, "version {version} of the state is not known"),
            Self::Truncated => formatter.write_str("the state ends too early"),
            Self::Checksum => formatter.write_str("the state is damaged: its checksum does not fit"),
            Self::Invalid(what) => write!(formatter, "the state is not valid: {what}"),
        }
    }
}

impl std::error::Error for StateError {}

impl CommandPredictor {
    /// What was learned, as bytes. Whoever reads them learns the names and lines that were observed.
    #[must_use]
    pub fn export(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        write_symbols(&mut writer, &self.names);
        write_contexts(&mut writer, &self.contexts);
        write_recency(&mut writer, &self.recency);
        write_mixture(&mut writer, &self.mixture);
        write_history(&mut writer, &self.history);
        write_symbols(&mut writer, &self.lines.symbols);
        write_contexts(&mut writer, &self.lines.contexts);
        write_mixture(&mut writer, &self.lines.mixture);
        match &self.network {
            None => writer.u8(0),
            Some(network) => {
                writer.u8(1);
                writer.floats(&network.weights);
                writer.floats(&network.squares);
            }
        }
        seal(&writer.0)
    }

    /// A predictor that goes on where the one that wrote the bytes was; a network begins its session again.
    ///
    /// # Errors
    /// [`StateError`] when the bytes are not what [`CommandPredictor::export`] writes.
    pub fn import(bytes: &[u8]) -> Result<Self, StateError> {
        let mut reader = Reader(unseal(bytes)?);
        let reader = &mut reader;
        let mut predictor = Self::new(Options::default());
        read_symbols(reader, &mut predictor.names, MAX_NAMES, MAX_NAME_BYTES)?;
        let known = predictor.names.span();
        read_contexts(reader, &mut predictor.contexts, known)?;
        predictor.recency = read_recency(reader, known)?;
        read_mixture(reader, &mut predictor.mixture)?;
        predictor.history = read_history(reader, known)?;
        read_symbols(reader, &mut predictor.lines.symbols, MAX_LINES, MAX_LINE_BYTES)?;
        let known = predictor.lines.symbols.span();
        read_contexts(reader, &mut predictor.lines.contexts, known)?;
        read_mixture(reader, &mut predictor.lines.mixture)?;
        predictor.network = match reader.u8()? {
            0 => None,
            1 => {
                let weights = within(reader.floats(WEIGHTS)?, -MOST, MOST)?;
                let mut network = Lstm::at_rest(weights, within(reader.floats(WEIGHTS)?, 0.0, MOST)?);
                network.begin();
                Some(network)
            }
            _ => return Err(StateError::Invalid("a network is there or not")),
        };
        if reader.0.is_empty() { Ok(predictor) } else { Err(StateError::Invalid("there is more than a state")) }
    }
}

/// A payload with its beginning, version and checksum.
#[doc(hidden)]
#[must_use]
pub fn seal(payload: &[u8]) -> Vec<u8> {
    let mut sealed = [MAGIC, &VERSION.to_le_bytes()[..], payload].concat();
    sealed.extend(checksum(&sealed).to_le_bytes());
    sealed
}

fn unseal(bytes: &[u8]) -> Result<&[u8], StateError> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(StateError::NotAState)?;
    let version = Reader(rest).u16()?;
    if version != VERSION {
        return Err(StateError::Version(version));
    }
    let payload = rest.len().checked_sub(2 + SUM).ok_or(StateError::Truncated)?;
    let (sealed, sum) = bytes.split_at(bytes.len() - SUM);
    if checksum(sealed).to_le_bytes() != sum {
        return Err(StateError::Checksum);
    }
    Ok(&rest[2..2 + payload])
}

fn write_symbols(writer: &mut Writer, symbols: &Symbols) {
    writer.count(symbols.span());
    for entry in symbols.entries() {
        let (text, used) = entry.unwrap_or_default();
        writer.text(text);
        writer.u32(used);
    }
}

fn read_symbols(reader: &mut Reader<'_>, symbols: &mut Symbols, limit: usize, bytes: usize) -> Result<(), StateError> {
    let count = reader.count(8, limit)?;
    let mut entries = Vec::with_capacity(count);
    for _ in 0..count {
        let (text, used) = (reader.text(bytes)?, reader.u32()?);
        entries.push((!text.is_empty()).then_some((text, used)));
    }
    if symbols.restore(&entries) { Ok(()) } else { Err(StateError::Invalid("a text is there twice")) }
}

fn write_contexts(writer: &mut Writer, contexts: &Contexts) {
    writer.count(contexts.capacity());
    writer.count(contexts.len());
    for slot in contexts.filled() {
        writer.u32(slot.key);
        writer.u16(slot.used);
        writer.u16(slot.len);
        for (symbol, count) in slot.entries() {
            writer.u16(*symbol);
            writer.u16(*count);
        }
    }
}

fn read_contexts(reader: &mut Reader<'_>, contexts: &mut Contexts, known: usize) -> Result<(), StateError> {
    let capacity = reader.u32()? as usize;
    let count = reader.count(8, MOST_SLOTS)?;
    let mut slots = Vec::with_capacity(count);
    for _ in 0..count {
        let mut slot = Slot { key: reader.u32()?, used: reader.u16()?, len: reader.u16()?, entries: [(0, 0); WIDTH] };
        let entries =
            slot.entries.get_mut(..usize::from(slot.len)).ok_or(StateError::Invalid("a context is too wide"))?;
        for at in 0..entries.len() {
            let (symbol, count) = (reader.u16()?, reader.u16()?);
            if usize::from(symbol) >= known || count == 0 || entries[..at].iter().any(|(other, _)| *other == symbol) {
                return Err(StateError::Invalid("a context has a symbol twice, without a count or that is not known"));
            }
            entries[at] = (symbol, count);
        }
        slots.push(slot);
    }
    if contexts.restore(capacity, &slots) {
        Ok(())
    } else {
        Err(StateError::Invalid("contexts do not fit their table"))
    }
}

fn write_recency(writer: &mut Writer, recency: &Recency) {
    writer.count(recency.usage.len());
    for usage in &recency.usage {
        writer.floats(&usage.counts);
        writer.u32(usage.at);
    }
    for list in [&recency.latest, &recency.frequent] {
        writer.count(list.len());
        for symbol in list {
            writer.u16(*symbol);
        }
    }
    writer.floats(&[recency.novelty]);
    writer.floats(&recency.sums);
    writer.u32(recency.now);
}

fn read_recency(reader: &mut Reader<'_>, known: usize) -> Result<Recency, StateError> {
    let mut recency = Recency::new();
    let count = reader.count(16, known)?;
    for _ in 0..count {
        let counts = three(reader)?;
        recency.usage.push(Usage { counts, at: reader.u32()? });
    }
    recency.latest = read_list(reader, LATEST, count)?;
    recency.frequent = read_list(reader, FREQUENT, count)?;
    recency.novelty = within(reader.floats(1)?, 0.0, 1.0)?[0];
    recency.sums = three(reader)?;
    recency.now = reader.u32()?;
    Ok(recency)
}

fn three(reader: &mut Reader<'_>) -> Result<[f32; 3], StateError> {
    let values = within(reader.floats(3)?, 0.0, MOST)?;
    Ok(std::array::from_fn(|at| values[at]))
}

fn read_list(reader: &mut Reader<'_>, limit: usize, known: usize) -> Result<Vec<Symbol>, StateError> {
    let mut list = Vec::new();
    for _ in 0..reader.count(2, limit)? {
        let symbol = reader.u16()?;
        if usize::from(symbol) >= known || list.contains(&symbol) {
            return Err(StateError::Invalid("a list has a symbol twice or that is not known"));
        }
        list.push(symbol);
    }
    Ok(list)
}

fn write_mixture(writer: &mut Writer, mixture: &Mixture) {
    writer.count(mixture.weights.len());
    writer.floats(&mixture.weights);
    writer.floats(&mixture.squares);
}

fn read_mixture(reader: &mut Reader<'_>, mixture: &mut Mixture) -> Result<(), StateError> {
    let count = mixture.weights.len();
    if reader.count(8, usize::MAX)? != count {
        return Err(StateError::Invalid("there are more or fewer weights than experts want"));
    }
    mixture.weights = within(reader.floats(count)?, -crate::mixture::BOUND, crate::mixture::BOUND)?;
    mixture.squares = within(reader.floats(count)?, 1e-6, f32::MAX)?;
    Ok(())
}

fn write_history(writer: &mut Writer, history: &History) {
    for past in &history.past {
        for hash in [past.name, past.template, past.line] {
            writer.u32(hash);
        }
        writer.u16(past.symbol);
    }
    for value in [history.position, history.run, history.exit, history.directory, history.task, history.person] {
        writer.u32(value);
    }
    writer.count(history.words.len());
    for word in &history.words {
        writer.u32(*word);
    }
    writer.count(history.names.len());
    for symbol in &history.names {
        writer.u16(*symbol);
    }
}

fn read_history(reader: &mut Reader<'_>, known: usize) -> Result<History, StateError> {
    let mut history = History::default();
    for past in &mut history.past {
        *past = Past { name: reader.u32()?, template: reader.u32()?, line: reader.u32()?, symbol: reader.u16()? };
        if past.symbol != NO_SYMBOL && usize::from(past.symbol) >= known {
            return Err(StateError::Invalid("the session has a symbol that is not known"));
        }
    }
    let History { position, run, exit, directory, task, person, .. } = &mut history;
    for value in [position, run, exit, directory, task, person] {
        *value = reader.u32()?;
    }
    for _ in 0..reader.count(4, TASK_WORDS)? {
        history.words.push(reader.u32()?);
    }
    history.names = read_list(reader, SESSION_NAMES, known)?;
    Ok(history)
}

fn within(values: Vec<f32>, least: f32, most: f32) -> Result<Vec<f32>, StateError> {
    if values.iter().all(|value| (least..=most).contains(value)) {
        Ok(values)
    } else {
        Err(StateError::Invalid("a number is out of its range"))
    }
}
