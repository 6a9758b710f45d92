//! Sixty-four bytes at a time as bit masks, one bit a byte.
//!
//! After Langdale and Lemire, *Parsing Gigabytes of JSON per Second* (VLDB Journal 28, 2019), section 3.1.

/// Bytes in a block.
pub(crate) const BYTES: usize = 64;

/// Positions 0, 2, 4, …
const EVEN: u64 = 0x5555_5555_5555_5555;

#[cfg(target_arch = "x86_64")]
pub(crate) use sse2::Block;
#[cfg(not(target_arch = "x86_64"))]
pub(crate) use words::Block;

/// Bit n of the answer is the exclusive or of bits 0 to n: from quotes, what lies between them.
#[inline]
pub(crate) fn prefix_xor(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

/// Which characters a backslash escapes, from one block to the next.
#[derive(Default)]
pub(crate) struct Escapes {
    /// The block's first character is escaped by the block before.
    carried: u64,
}

impl Escapes {
    /// The escaped positions of the next block, given its backslashes.
    #[inline]
    pub(crate) fn next(&mut self, backslashes: u64) -> u64 {
        if backslashes == 0 {
            return std::mem::take(&mut self.carried);
        }
        let backslashes = backslashes & !self.carried;
        let follows = (backslashes << 1) | self.carried;
        let odd_starts = backslashes & !EVEN & !follows;
        // Adding a run's start to the run carries to the place after its end, which tells odd ends from even ones.
        let (ends, overflow) = odd_starts.overflowing_add(backslashes);
        self.carried = u64::from(overflow);
        (EVEN ^ (ends << 1)) & follows
    }
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)] // SSE2 is part of every x86-64, which the compiler does not take as proof
mod sse2 {
    use super::BYTES;
    use std::arch::x86_64::{__m128i, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8};

    /// Sixty-four bytes in four registers.
    #[derive(Clone, Copy)]
    pub(crate) struct Block([__m128i; 4]);

    impl Block {
        #[inline]
        pub(crate) fn load(bytes: &[u8; BYTES]) -> Self {
            let start = bytes.as_ptr();
            // SAFETY: the four unaligned loads of 16 bytes cover exactly the 64 bytes of the array.
            Self([0, 16, 32, 48].map(|offset| unsafe { _mm_loadu_si128(start.add(offset).cast()) }))
        }

        /// Where the byte stands.
        #[inline]
        pub(crate) fn equal(self, byte: u8) -> u64 {
            // SAFETY: SSE2 is always there.
            self.mask(|part| unsafe { _mm_cmpeq_epi8(part, _mm_set1_epi8(byte.cast_signed())) })
        }

        /// Where the byte stands once bit 5 is set everywhere.
        #[inline]
        pub(crate) fn equal_without_case(self, byte: u8) -> u64 {
            // SAFETY: SSE2 is always there.
            self.mask(|part| unsafe {
                _mm_cmpeq_epi8(_mm_or_si128(part, _mm_set1_epi8(0x20)), _mm_set1_epi8(byte.cast_signed()))
            })
        }

        #[inline]
        fn mask(self, compare: impl Fn(__m128i) -> __m128i) -> u64 {
            // SAFETY: SSE2 is always there. The mask of 16 bytes has 16 bits.
            let [a, b, c, d] =
                self.0.map(|part| u64::from(unsafe { _mm_movemask_epi8(compare(part)) }.cast_unsigned()));
            a | b << 16 | c << 32 | d << 48
        }
    }
}

#[cfg(any(test, not(target_arch = "x86_64")))]
mod words {
    use super::BYTES;

    const LOW: u64 = 0x0101_0101_0101_0101;
    const SEVEN: u64 = LOW * 0x7f;

    /// Sixty-four bytes in eight words.
    #[derive(Clone, Copy)]
    pub(crate) struct Block([u64; 8]);

    impl Block {
        #[inline]
        pub(crate) fn load(bytes: &[u8; BYTES]) -> Self {
            let mut words = [0; 8];
            for (word, eight) in words.iter_mut().zip(bytes.as_chunks::<8>().0) {
                *word = u64::from_le_bytes(*eight);
            }
            Self(words)
        }

        #[inline]
        pub(crate) fn equal(self, byte: u8) -> u64 {
            self.mask(0, byte)
        }

        #[inline]
        pub(crate) fn equal_without_case(self, byte: u8) -> u64 {
            self.mask(0x20, byte)
        }

        #[inline]
        fn mask(self, set: u8, byte: u8) -> u64 {
            let (set, byte) = (LOW * u64::from(set), LOW * u64::from(byte));
            self.0.iter().rev().fold(0, |mask, word| {
                let differs = (word | set) ^ byte;
                // The top bit of each byte that is zero, exactly: no borrow runs between bytes.
                let zero = !(((differs & SEVEN) + SEVEN) | differs | SEVEN) >> 7;
                // Gathers the eight low bits into the top byte, the first byte's lowest.
                mask << 8 | zero.wrapping_mul(0x0102_0408_1020_4080) >> 56
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bits(bytes: &[u8; BYTES], holds: impl Fn(u8) -> bool) -> u64 {
        bytes.iter().enumerate().map(|(at, byte)| u64::from(holds(*byte)) << at).sum()
    }

    fn block() -> impl Strategy<Value = [u8; BYTES]> {
        let byte = prop_oneof![Just(b'\\'), Just(b'"'), Just(b'['), Just(b'}'), Just(0xa2), any::<u8>()];
        proptest::collection::vec(byte, BYTES).prop_map(|bytes| bytes.try_into().unwrap())
    }

    proptest! {
        #[test]
        fn masks_agree_with_a_byte_by_byte_look(bytes in block(), byte in any::<u8>()) {
            let plain = bits(&bytes, |b| b == byte);
            let folded = bits(&bytes, |b| b | 0x20 == byte);
            prop_assert_eq!(Block::load(&bytes).equal(byte), plain);
            prop_assert_eq!(words::Block::load(&bytes).equal(byte), plain);
            prop_assert_eq!(Block::load(&bytes).equal_without_case(byte), folded);
            prop_assert_eq!(words::Block::load(&bytes).equal_without_case(byte), folded);
        }

        #[test]
        fn escapes_agree_with_a_byte_by_byte_look(blocks in proptest::collection::vec(block(), 1..4)) {
            let mut escapes = Escapes::default();
            let mut escaped = false;
            for bytes in &blocks {
                let mut expected = 0;
                for (at, byte) in bytes.iter().enumerate() {
                    expected |= u64::from(escaped) << at;
                    escaped = *byte == b'\\' && !escaped;
                }
                prop_assert_eq!(escapes.next(bits(bytes, |b| b == b'\\')), expected);
            }
        }

        #[test]
        fn prefix_xor_agrees_with_a_bit_by_bit_look(word in any::<u64>()) {
            let mut inside = false;
            let mut expected = 0;
            for at in 0..64 {
                inside ^= word >> at & 1 == 1;
                expected |= u64::from(inside) << at;
            }
            prop_assert_eq!(prefix_xor(word), expected);
        }
    }
}
