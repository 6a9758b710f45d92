//! A text made from another by replacing ranges, and the way back.

use std::borrow::Cow;

/// `length` bytes at `at` stand for `source_length` bytes at `source`.
#[derive(Clone, Copy, Debug)]
struct Edit {
    at: usize,
    length: usize,
    source: usize,
    source_length: usize,
}

/// The replacements in a text, in order.
#[derive(Debug, Default)]
pub(crate) struct Edits(Vec<Edit>);

impl Edits {
    /// The last edit at or before an offset, and whether the offset lies inside what it put there.
    fn before(&self, at: usize) -> (Option<&Edit>, bool) {
        let next = self.0.partition_point(|edit| edit.at + edit.length <= at);
        match self.0.get(next) {
            Some(edit) if edit.at <= at => (Some(edit), true),
            _ => (next.checked_sub(1).and_then(|last| self.0.get(last)), false),
        }
    }

    /// Whether the byte at an offset was put there by an edit.
    pub(crate) fn is_edited(&self, at: usize) -> bool {
        self.before(at).1
    }

    /// Whether something was taken out right before the byte at an offset.
    pub(crate) fn is_edge(&self, at: usize) -> bool {
        let next = self.0.partition_point(|edit| edit.at < at);
        self.0.get(next).is_some_and(|edit| edit.at == at && edit.length == 0)
    }

    /// Where something was taken out between two offsets, without the offsets themselves.
    pub(crate) fn edges_within(&self, start: usize, end: usize) -> impl Iterator<Item = usize> + '_ {
        let from = self.0.partition_point(|edit| edit.at <= start);
        self.0.get(from..).unwrap_or_default().iter().map(|edit| edit.at).take_while(move |at| *at < end)
    }

    /// Where the byte at an offset begins in the source.
    pub(crate) fn start(&self, at: usize) -> usize {
        match self.before(at) {
            (Some(edit), true) => edit.source,
            (Some(edit), false) => edit.source + edit.source_length + (at - edit.at - edit.length),
            (None, _) => at,
        }
    }

    /// Where, in the source, the byte before an offset ends.
    pub(crate) fn end(&self, at: usize) -> usize {
        let Some(last) = at.checked_sub(1) else { return 0 };
        match self.before(last) {
            (Some(edit), true) => edit.source + edit.source_length,
            _ => self.start(last) + 1,
        }
    }
}

/// Makes a text from a source, going forward. Copies nothing until something is replaced.
pub(crate) struct Editor<'a> {
    source: &'a [u8],
    /// What was made of `source[..done]`, once something was replaced.
    text: Vec<u8>,
    done: usize,
    edits: Edits,
}

impl<'a> Editor<'a> {
    pub(crate) fn new(source: &'a [u8]) -> Self {
        Self { source, text: Vec::new(), done: 0, edits: Edits::default() }
    }

    /// Puts `by` in place of a range that begins at or after the end of the last one.
    pub(crate) fn replace(&mut self, start: usize, end: usize, by: &[u8]) {
        if self.edits.0.is_empty() {
            self.text.reserve(self.source.len());
        }
        self.text.extend_from_slice(self.source.get(self.done..start).unwrap_or_default());
        self.edits.0.push(Edit { at: self.text.len(), length: by.len(), source: start, source_length: end - start });
        self.text.extend_from_slice(by);
        self.done = end;
    }

    pub(crate) fn finish(mut self) -> (Cow<'a, [u8]>, Edits) {
        if self.edits.0.is_empty() {
            return (Cow::Borrowed(self.source), self.edits);
        }
        self.text.extend_from_slice(self.source.get(self.done..).unwrap_or_default());
        (Cow::Owned(self.text), self.edits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn offsets_go_back() {
        let mut editor = Editor::new(b"abcdefgh");
        editor.replace(1, 3, b"X");
        editor.replace(4, 6, b"");
        let (text, edits) = editor.finish();
        assert_eq!(&*text, b"aXdgh");
        assert_eq!([0, 1, 2, 3, 4].map(|at| edits.start(at)), [0, 1, 3, 6, 7]);
        assert_eq!([0, 1, 2, 3, 4, 5].map(|at| edits.end(at)), [0, 1, 3, 4, 7, 8]);
        assert_eq!([0, 1, 2, 3].map(|at| edits.is_edited(at)), [false, true, false, false]);
    }

    proptest! {
        #[test]
        fn bytes_that_were_kept_are_found_again(source in proptest::collection::vec(any::<u8>(), 0..60), steps in proptest::collection::vec((0_usize..9, 0_usize..4, 0_usize..4), 0..8)) {
            let mut editor = Editor::new(&source);
            let mut at = 0;
            for (gap, length, by) in steps {
                let (start, end) = (at + gap, at + gap + length);
                if end > source.len() {
                    break;
                }
                editor.replace(start, end, &b"###"[..by]);
                at = end;
            }
            let (text, edits) = editor.finish();
            for at in 0..text.len() {
                let (start, end) = (edits.start(at), edits.end(at + 1));
                prop_assert!(start <= end && end <= source.len());
                if !edits.is_edited(at) {
                    prop_assert_eq!(&source[start..end], &text[at..=at]);
                }
            }
        }
    }
}
