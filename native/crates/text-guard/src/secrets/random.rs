//! Whether a value was made at random. Used only for what is assigned to a telling name: digests, commits and
//! identifiers look the same.

/// The fewest bytes from which randomness can be told.
const LEAST: usize = 20;

/// Bits a byte. Words joined by dashes come to 3.0–3.6, base64 of this length to 4 and more.
const ENTROPY: f64 = 3.5;

/// Hexadecimal has at most 4 bits a digit; 32 random digits come to 3.3 and more.
const HEX_ENTROPY: f64 = 3.0;

/// Letters of one case in a row: words are longer, what is made at random almost never is.
const LONGEST_RUN: usize = 11;

/// Whether a value is long, mixed and even enough for a key. A UUID is an identifier.
pub(super) fn is_random(value: &[u8]) -> bool {
    if value.len() < LEAST || is_uuid(value) {
        return false;
    }
    let has = |fits: fn(&u8) -> bool| value.iter().any(fits);
    if !has(u8::is_ascii_digit) || !has(u8::is_ascii_alphabetic) {
        return false;
    }
    if value.iter().all(u8::is_ascii_hexdigit) {
        return value.len() >= 32 && entropy(value) >= HEX_ENTROPY;
    }
    entropy(value) >= ENTROPY && longest_run(value) <= LONGEST_RUN && !is_mostly_words(value)
}

/// Shannon's entropy of the bytes, in bits a byte (Shannon 1948, section 6).
fn entropy(value: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let length = value.len() as f64;
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| f64::from(*count) / length)
        .map(|part| -part * part.log2())
        .sum()
}

fn longest_run(value: &[u8]) -> usize {
    let (mut longest, mut run, mut last) = (0, 0, 0);
    for byte in value {
        let class = if byte.is_ascii_lowercase() { 1 } else { u8::from(byte.is_ascii_uppercase()) * 2 };
        run = if class != 0 && class == last { run + 1 } else { usize::from(class != 0) };
        last = class;
        longest = longest.max(run);
    }
    longest
}

/// `my-service-token-2024`: half of it, or more, is words between signs.
fn is_mostly_words(value: &[u8]) -> bool {
    let is_word = |part: &&[u8]| {
        let tail = part.get(1..).unwrap_or_default();
        part.len() >= 3
            && part.iter().all(u8::is_ascii_alphabetic)
            && (tail.iter().all(u8::is_ascii_lowercase) || part.iter().all(u8::is_ascii_uppercase))
    };
    let words: usize = value.split(|byte| !byte.is_ascii_alphanumeric()).filter(is_word).map(<[u8]>::len).sum();
    words * 2 >= value.len()
}

fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_random_and_words_are_not() {
        for key in [
            "9f86d081884c7d659a2feaa0c55ad015",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEX4MPL3K9Y",
            "q8Zt0vKp2LmX7cRn4WsY",
            "k3j9x0q2m8z7v5t1r6w4p",
        ] {
            assert!(is_random(key.as_bytes()), "{key}");
        }
        for word in [
            "123e4567-e89b-12d3-a456-426614174000",
            "my-service-token-for-staging-2024",
            "projects/main/secrets/database/versions/1",
            "00000000000000000000000000000001",
            "abcdefghijklmnopqrstuvwxyz1234567890",
            "short1A",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1",
        ] {
            assert!(!is_random(word.as_bytes()), "{word}");
        }
    }
}
