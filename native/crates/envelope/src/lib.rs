//! Finds the parts of a JSON-RPC 2.0 message that a forwarder rewrites, as byte offsets, without parsing the rest.
//!
//! Only the members of the message and of `params` are walked. Everything below them is *skipped, not validated*: its
//! strings and brackets are matched and nothing else is looked at. A forwarder may therefore pass on bytes that are not
//! JSON, which the receiver will refuse; what a caller reads itself it must parse from the span it was given.

mod block;
mod key;
mod skip;

use key::Key;
use skip::Cursor;

/// A half-open range of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

/// Where the parts of one message lie. A value's span covers the whole value, a string's its quotes too.
///
/// Keys are compared after decoding their escapes, so `"\u0069d"` is `id`. When a key occurs twice
/// [`duplicate`](Self::duplicate) is set and the spans are those of the last one, as `JSON.parse` reads it; receivers
/// differ there, so a forwarder should parse such a message in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
#[allow(clippy::struct_excessive_bools)] // four facts that do not depend on each other
pub struct Envelope {
    /// `id`, any value.
    pub id: Option<Span>,
    /// `method`, only when it is a string.
    pub method: Option<Span>,
    /// `params`, any value.
    pub params: Option<Span>,
    /// `params.name`, any value.
    pub name: Option<Span>,
    /// `params.arguments`, any value.
    pub arguments: Option<Span>,
    /// `params._meta`, any value.
    pub meta: Option<Span>,
    /// `result`, any value.
    pub result: Option<Span>,
    /// `error`, any value.
    pub error: Option<Span>,
    /// Offset after the brace that opens the message: a first member goes here.
    pub message_open: usize,
    /// Offset after the brace that opens `params`, when that is an object.
    pub params_open: Option<usize>,
    /// The message has no member.
    pub message_empty: bool,
    /// `params` is an object without a member.
    pub params_empty: bool,
    /// One of the keys above occurs twice in its object.
    pub duplicate: bool,
    /// The bytes hold a line feed or a carriage return, so they are not one line of a line-framed stream.
    pub multiline: bool,
}

/// Why a message could not be read. Parsing it in full gives the precise error, or the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanError {
    /// The first value is not an object (a batch is an array), or there is none.
    NotAnObject,
    /// The members that are walked are not JSON; the offset is where that was seen.
    Malformed(usize),
}

impl std::fmt::Display for ScanError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotAnObject => f.write_str("the message is not a JSON object"),
            Self::Malformed(at) => write!(f, "the message is not JSON at byte {at}"),
        }
    }
}

impl std::error::Error for ScanError {}

/// Reads one message. Linear in its length, without recursion.
///
/// # Errors
/// [`ScanError`] when the bytes are not one object, followed by nothing but white space.
pub fn scan(bytes: &[u8]) -> Result<Envelope, ScanError> {
    let mut cursor = Cursor::new(bytes);
    cursor.white_space();
    if !cursor.take(b'{') {
        return Err(ScanError::NotAnObject);
    }
    let mut envelope = Envelope { message_open: cursor.at(), message_empty: true, ..Envelope::default() };
    match members(&mut cursor, &mut envelope) {
        Some(()) => {
            cursor.white_space();
            if cursor.at() != bytes.len() {
                return Err(ScanError::Malformed(cursor.at()));
            }
            envelope.multiline = memchr::memchr2(b'\n', b'\r', bytes).is_some();
            Ok(envelope)
        }
        None => Err(ScanError::Malformed(cursor.at())),
    }
}

/// The message's own members, up to and with the closing brace.
fn members(cursor: &mut Cursor<'_>, envelope: &mut Envelope) -> Option<()> {
    let mut seen = Seen::default();
    let mut first = true;
    while let Some(key) = cursor.member(first)? {
        first = false;
        envelope.message_empty = false;
        let key = Key::read(key);
        envelope.duplicate |= seen.again(key);
        let start = cursor.at();
        let is_string = cursor.peek() == Some(b'"');
        if key == Key::Params {
            (envelope.name, envelope.arguments, envelope.meta, envelope.params_open) = (None, None, None, None);
            envelope.params_empty = false;
            if cursor.peek() == Some(b'{') {
                params(cursor, envelope)?;
            } else {
                cursor.skip_value()?;
            }
        } else {
            cursor.skip_value()?;
        }
        let span = Some(Span { start, end: cursor.at() });
        match key {
            Key::Id => envelope.id = span,
            Key::Method => envelope.method = span.filter(|_| is_string),
            Key::Params => envelope.params = span,
            Key::Result => envelope.result = span,
            Key::Error => envelope.error = span,
            _ => {}
        }
    }
    Some(())
}

/// The members of `params`, an object.
fn params(cursor: &mut Cursor<'_>, envelope: &mut Envelope) -> Option<()> {
    if !cursor.take(b'{') {
        return None;
    }
    envelope.params_open = Some(cursor.at());
    let mut seen = Seen::default();
    let mut first = true;
    while let Some(key) = cursor.member(first)? {
        first = false;
        let key = Key::read(key);
        envelope.duplicate |= seen.again(key);
        let start = cursor.at();
        cursor.skip_value()?;
        let span = Some(Span { start, end: cursor.at() });
        match key {
            Key::Name => envelope.name = span,
            Key::Arguments => envelope.arguments = span,
            Key::Meta => envelope.meta = span,
            _ => {}
        }
    }
    envelope.params_empty = first;
    Some(())
}

/// The known keys met so far in one object.
#[derive(Default)]
struct Seen(u16);

impl Seen {
    /// Notes the key; true when it was there already. Unknown keys are not told apart.
    fn again(&mut self, key: Key) -> bool {
        if key == Key::Other {
            return false;
        }
        let bit = 1 << key as u16;
        let again = self.0 & bit != 0;
        self.0 |= bit;
        again
    }
}
