//! Steps over JSON values by matching quotes and brackets.

use crate::block::{BYTES, Block, Escapes, prefix_xor};

/// Strings up to this length are stepped over byte by byte: most keys and names are.
const SHORT: usize = 16;

/// A place in the bytes.
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Steps over `byte` when it is next.
    pub(crate) fn take(&mut self, byte: u8) -> bool {
        let next = self.peek() == Some(byte);
        self.at += usize::from(next);
        next
    }

    pub(crate) fn white_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Goes to the next member's value and returns its raw key, or steps over the closing brace and returns
    /// `Some(None)`. None when what stands there is neither.
    #[allow(clippy::option_option)] // malformed, the end, or a key: three answers, read once above
    pub(crate) fn member(&mut self, first: bool) -> Option<Option<&'a [u8]>> {
        self.white_space();
        if self.take(b'}') {
            return Some(None);
        }
        if !first {
            if !self.take(b',') {
                return None;
            }
            self.white_space();
        }
        let start = self.at + 1;
        if self.peek() != Some(b'"') {
            return None;
        }
        self.skip_string()?;
        let key = self.bytes.get(start..self.at - 1)?;
        self.white_space();
        if !self.take(b':') {
            return None;
        }
        self.white_space();
        Some(Some(key))
    }

    /// Steps over the value that begins here.
    pub(crate) fn skip_value(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.skip_string(),
            b'{' | b'[' => self.skip_container(),
            b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => {
                let rest = self.bytes.get(self.at..)?;
                let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r');
                self.at += rest.iter().position(ends).unwrap_or(rest.len());
                Some(())
            }
            _ => None,
        }
    }

    fn skip_string(&mut self) -> Option<()> {
        let mut at = self.at + 1;
        let short = (at + SHORT).min(self.bytes.len());
        while at < short {
            match self.bytes.get(at)? {
                b'"' => {
                    self.at = at + 1;
                    return Some(());
                }
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        let mut escapes = Escapes::default();
        while at < self.bytes.len() {
            let block = self.block(at);
            let quotes = block.equal(b'"') & !escapes.next(block.equal(b'\\'));
            if quotes != 0 {
                self.at = at + quotes.trailing_zeros() as usize + 1;
                return Some(());
            }
            at += BYTES;
        }
        None
    }

    /// Counts brackets of both kinds as one, outside strings, until they are even.
    fn skip_container(&mut self) -> Option<()> {
        let mut at = self.at;
        let mut escapes = Escapes::default();
        let mut in_string = 0;
        let mut depth = 0_usize;
        while at < self.bytes.len() {
            let block = self.block(at);
            let quotes = block.equal(b'"') & !escapes.next(block.equal(b'\\'));
            if quotes == 0 && in_string != 0 {
                at += BYTES;
                continue;
            }
            let strings = prefix_xor(quotes) ^ in_string;
            in_string = 0_u64.wrapping_sub(strings >> 63);
            // '[' and ']' differ from '{' and '}' by one bit.
            let opens = block.equal_without_case(b'{') & !strings;
            let mut closes = block.equal_without_case(b'}') & !strings;
            if closes != 0 {
                let count = closes.count_ones() as usize;
                if depth <= count {
                    let mut closed = 0;
                    while closes != 0 {
                        let bit = closes.trailing_zeros();
                        closed += 1;
                        if depth + (opens & ((1 << bit) - 1)).count_ones() as usize == closed {
                            self.at = at + bit as usize + 1;
                            return Some(());
                        }
                        closes &= closes - 1;
                    }
                }
                depth = depth + opens.count_ones() as usize - count;
            } else if opens != 0 {
                depth += opens.count_ones() as usize;
            }
            at += BYTES;
        }
        None
    }

    /// The block at an offset, filled up with spaces after the end.
    #[inline]
    fn block(&self, at: usize) -> Block {
        let rest = self.bytes.get(at..).unwrap_or_default();
        if let Some(bytes) = rest.first_chunk::<BYTES>() {
            return Block::load(bytes);
        }
        let mut bytes = [b' '; BYTES];
        for (to, from) in bytes.iter_mut().zip(rest) {
            *to = *from;
        }
        Block::load(&bytes)
    }
}
