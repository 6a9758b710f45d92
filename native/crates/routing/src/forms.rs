//! Words as they are written, with what they are read as. Most words of a request stand just so in the catalogue: they need
//! no stemming then.

use crate::numbers::{NumberMap, fetch, number_of};
use crate::words::{FILLERS, WEAK, Word, key_of, stem, text_of};
use std::sync::LazyLock;

/// What a word of asking is worth.
const WEAKNESS: f32 = 0.6;

/// For how many words there is room in one line of the processor's cache, and how many such lines there are, at first and
/// at most: powers of two.
const ROOM: usize = 3;
const FEW: usize = 1 << 8;
const MANY: usize = 1 << 14;

/// What fillers and words of asking are worth, by number.
static LITTLE: LazyLock<NumberMap<f32>> = LazyLock::new(|| {
    let worth = |words: &[&str], worth| words.iter().map(|word| (number_of(stem(word)), worth)).collect::<Vec<_>>();
    worth(&WEAK, WEAKNESS).into_iter().chain(worth(&FILLERS, 0.0)).collect()
});

/// What a word is worth by itself, by the number of its stem: a filler nothing.
pub(crate) fn worth_of(number: u32) -> f32 {
    LITTLE.get(&number).copied().unwrap_or(1.0)
}

/// What a word is read as. It depends on the word alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Form {
    /// The number of its stem.
    pub(crate) number: u32,
    /// How many of its bytes are its stem.
    pub(crate) stem: usize,
    /// What it is worth by itself.
    pub(crate) worth: f32,
    /// Whether it is an inflected verb.
    pub(crate) inflected: bool,
}

impl Form {
    pub(crate) fn of(word: &str) -> Self {
        let stem = stem(word);
        let number = number_of(stem);
        let inflected = (word.ends_with("ing") || word.ends_with("ed")) && word.len() > stem.len() + 1;
        Self { number, stem: stem.len(), worth: worth_of(number), inflected }
    }
}

/// The values of a [`Form::worth`].
const WORTHS: [f32; 4] = [0.0, WEAKNESS, 1.0, 1.0];

/// Words, by the end of what they are mixed to.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
struct Line {
    /// 0 where there is none.
    words: [Word; ROOM],
    numbers: [u32; ROOM],
    /// The length of the stem less one, whether the word is inflected, and which of the [`WORTHS`] it has.
    rest: [u8; ROOM],
}

/// Words with their forms. It may forget words, as a form can be found again, and never has more than so many.
#[derive(Clone, Debug, Default)]
pub(crate) struct Forms {
    lines: Vec<Line>,
    kept: usize,
}

impl Forms {
    /// Touches what will be read, for all words at once.
    pub(crate) fn fetch(&self, words: &[Word]) {
        fetch(words.iter().filter_map(|word| self.lines.get(self.place(*word))).map(|line| line.numbers[0] as usize));
    }

    /// What a word is read as.
    pub(crate) fn read(&self, word: Word) -> Form {
        self.find(word).unwrap_or_else(|| Form::of(text_of(&word.to_le_bytes())))
    }

    /// What a word is read as, which is kept.
    pub(crate) fn keep(&mut self, word: &str, key: Word) -> Form {
        if let Some(form) = self.find(key) {
            return form;
        }
        let form = Form::of(word);
        if key != 0 {
            if self.lines.is_empty() {
                self.lines = vec![Line::default(); FEW];
                for word in FILLERS.iter().chain(&WEAK) {
                    self.put(key_of(word), Form::of(word));
                }
            }
            if self.kept > 2 * self.lines.len() && self.lines.len() < MANY {
                let more = vec![Line::default(); 2 * self.lines.len()];
                self.kept = 0;
                for word in std::mem::replace(&mut self.lines, more).into_iter().flat_map(|line| line.words) {
                    self.put(word, Form::of(text_of(&word.to_le_bytes())));
                }
            }
            self.put(key, form);
        }
        form
    }

    fn find(&self, word: Word) -> Option<Form> {
        let line = self.lines.get(self.place(word))?;
        // Without a branch for which of them it is: it would be guessed wrongly.
        let same = line.words.map(|known| usize::from(known == word));
        let same = same[0] | same[1] << 1 | same[2] << 2;
        if word == 0 || same == 0 {
            return None;
        }
        let at = same.trailing_zeros() as usize;
        let rest = line.rest[at];
        Some(Form {
            number: line.numbers[at],
            stem: usize::from(rest & 0xf) + 1,
            worth: WORTHS[usize::from(rest >> 5 & 3)],
            inflected: rest & 0x10 != 0,
        })
    }

    /// The last ones that came are kept.
    fn put(&mut self, word: Word, form: Form) {
        let place = self.place(word);
        let Some(line) = self.lines.get_mut(place).filter(|_| word != 0) else { return };
        let worth = WORTHS.iter().position(|worth| worth.to_bits() == form.worth.to_bits()).unwrap_or_default();
        let rest = (form.stem.wrapping_sub(1) & 0xf) | usize::from(form.inflected) << 4 | worth << 5;
        self.kept += usize::from(line.words[ROOM - 1] == 0);
        line.words.rotate_right(1);
        line.numbers.rotate_right(1);
        line.rest.rotate_right(1);
        (line.words[0], line.numbers[0]) = (word, form.number);
        line.rest[0] = u8::try_from(rest).unwrap_or_default();
    }

    fn place(&self, word: Word) -> usize {
        let [low, high] = [word, word >> 64].map(|half| u64::try_from(half & Word::from(u64::MAX)).unwrap_or_default());
        let mixed = low.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ high.wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
        // The last letters of a word are in the highest bits only.
        let mixed = (mixed ^ mixed >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 40) as usize & self.lines.len().wrapping_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever was kept before, and is forgotten.
        #[test]
        fn words_are_read_as_they_are(
            kept in proptest::collection::vec("[a-c]{1,6}(|ing|ed|s)|[a-z0-9é]{1,20}", 0..3000),
            asked in proptest::collection::vec("[a-c]{1,6}(|ing|ed|s)|[a-z0-9é]{1,20}|please|details", 1..50),
        ) {
            let mut forms = Forms::default();
            for word in &kept {
                prop_assert_eq!(forms.keep(word, key_of(word)), Form::of(word));
            }
            for word in kept.iter().chain(&asked).filter(|word| key_of(word) != 0) {
                prop_assert_eq!(forms.read(key_of(word)), Form::of(word));
            }
        }
    }

    #[test]
    fn a_catalogue_s_words_are_kept_and_no_more_than_many() {
        let mut forms = Forms::default();
        let words: Vec<String> = (0..4 * MANY).map(|at| format!("word{at}")).collect();
        let some = &words[..FEW];
        for word in some {
            forms.keep(word, key_of(word));
        }
        let found = some.iter().filter(|word| forms.find(key_of(word)).is_some()).count();
        assert!(found > 9 * FEW / 10, "{found}");
        assert!(forms.find(key_of("please")).is_some());
        for word in &words {
            forms.keep(word, key_of(word));
        }
        assert_eq!(forms.lines.len(), MANY);
        assert_eq!(forms.find(key_of("a word that is longer than a key")), None);
    }
}
