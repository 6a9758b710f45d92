//! Where the words of plain text are: 64 bytes are looked at together and told as bits, so that no branch depends on where
//! a word happens to end.

/// How many bytes are looked at together.
const BLOCK: usize = 64;

/// How a run of letters and digits is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// Letters in lower case only, or digits only: a word as it is.
    Plain,
    /// Letters, the first or all of them capitals: one word.
    Capital,
    /// It may be several words.
    Mixed,
}

/// What the bytes of a block are, a bit for each, the first one lowest.
#[derive(Clone, Copy, Default)]
struct Block {
    /// Letters and digits.
    all: u64,
    capitals: u64,
    digits: u64,
}

impl Block {
    /// The bytes are ASCII.
    fn of(bytes: &[u8; BLOCK]) -> Self {
        let mut block = Self::default();
        for (at, bytes) in (0..).step_by(8).zip(bytes.as_chunks::<8>().0) {
            let bytes = u64::from_le_bytes(*bytes);
            // The highest bit of a byte, which ASCII leaves empty, tells whether the byte is in a range.
            let small = bytes | each(0x20);
            let letters = (small + each(0x80 - b'a')) & !(small + each(0x7f - b'z'));
            let digits = (bytes + each(0x80 - b'0')) & !(bytes + each(0x7f - b'9'));
            block.all |= highest(letters | digits) << at;
            // Bit 5 is what capitals lack.
            block.capitals |= highest(letters & !(bytes << 2)) << at;
            block.digits |= highest(digits) << at;
        }
        block
    }
}

/// A byte eight times.
const fn each(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The highest bits of eight bytes, side by side.
fn highest(bytes: u64) -> u64 {
    ((bytes >> 7 & each(1)).wrapping_mul(0x0102_0408_1020_4080)) >> 56
}

/// Gives where each run of letters and digits in ASCII text begins and ends, and how it is written.
pub(crate) fn for_each_run(text: &[u8], mut give: impl FnMut(usize, usize, Case)) {
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    // No letter is behind the last one, so every run ends in a block.
    let mut last = [0; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    let mut before = Block::default();
    let mut start = 0;
    for (base, bytes) in (0..).step_by(BLOCK).zip(blocks.iter().chain([&last])) {
        let block = Block::of(bytes);
        let mut borders = block.all ^ (block.all << 1 | before.all >> 63);
        while borders != 0 {
            let at = borders.trailing_zeros() as usize;
            if block.all >> at & 1 == 1 {
                start = base + at;
            } else {
                give(start, base + at, case(&before, &block, base, start, base + at));
            }
            borders &= borders - 1;
        }
        before = block;
    }
}

/// How a run is written that ends in a block and may begin in the one before.
fn case(before: &Block, block: &Block, base: usize, start: usize, end: usize) -> Case {
    let length = end - start;
    if length >= BLOCK {
        return Case::Mixed;
    }
    // The bits from the run's first one on.
    let (capitals, digits) = match base.checked_sub(start) {
        None | Some(0) => (block.capitals >> (start - base), block.digits >> (start - base)),
        Some(over) => {
            let join = |before: u64, now: u64| before >> (BLOCK - over) | now << over;
            (join(before.capitals, block.capitals), join(before.digits, block.digits))
        }
    };
    let run = (1 << length) - 1;
    match (capitals & run, digits & run) {
        (0, digits) if digits == 0 || digits == run => Case::Plain,
        (capitals, 0) if capitals == 1 || capitals == run => Case::Capital,
        _ => Case::Mixed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plainly(text: &str) -> Vec<(usize, usize, Case)> {
        let mut runs = Vec::new();
        let mut start = 0;
        for run in text.split(|character: char| !character.is_ascii_alphanumeric()) {
            let all = |is: fn(&u8) -> bool| run.bytes().all(|byte| is(&byte));
            let letters = all(u8::is_ascii_alphabetic);
            let rest = run.get(1..).unwrap_or_default();
            let case = if all(u8::is_ascii_lowercase) || all(u8::is_ascii_digit) {
                Case::Plain
            } else if letters && (all(u8::is_ascii_uppercase) || rest.bytes().all(|byte| byte.is_ascii_lowercase())) {
                Case::Capital
            } else {
                Case::Mixed
            };
            // Longer runs are seldom words.
            let case = if run.len() >= BLOCK { Case::Mixed } else { case };
            if !run.is_empty() {
                runs.push((start, start + run.len(), case));
            }
            start += run.len() + 1;
        }
        runs
    }

    proptest! {
        #[test]
        fn runs_are_those_of_a_plain_scan(
            text in "[\\x00-\\x7f]{0,200}|([A-Z]{0,3}[a-z]{0,9}[0-9]{0,2}[ .,_@\\[`{/:-]{0,2}){0,40}|[a-z]{50,140}[A-Z ][0-9]{60,70}",
        ) {
            let mut runs = Vec::new();
            for_each_run(text.as_bytes(), |start, end, case| runs.push((start, end, case)));
            prop_assert_eq!(runs, plainly(&text));
        }
    }
}
