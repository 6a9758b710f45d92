//! What words have to do with each other: "rain" with weather, "banana" with food.
//!
//! The table gives a point for each stem: from the vectors of 50 numbers that `GloVe` gives to the words
//! of Wikipedia and newswire (Pennington, Socher and Manning 2014, public domain), their mean and first two principal
//! directions, which tell how common a word is, taken away and the next 32 kept, a letter for each. A line is a stem and
//! its letters.

use std::collections::HashMap;
use std::sync::LazyLock;

/// How many numbers a point has.
const SIZE: usize = 32;
/// What the letter `0` stands for, in steps; the letters go on from there.
const LEAST: f32 = -31.5;

/// A point on the unit sphere.
pub(crate) type Meaning = [f32; SIZE];

const TABLE: &str = include_str!("meaning.txt");

static POINTS: LazyLock<HashMap<&'static str, Meaning>> = LazyLock::new(|| {
    let known = TABLE.lines().filter_map(|line| line.split_once(' '));
    known
        .filter(|(_, letters)| letters.len() == SIZE)
        .filter_map(|(stem, letters)| Some((stem, read(letters.as_bytes())?)))
        .collect()
});

fn read(letters: &[u8]) -> Option<Meaning> {
    let mut point = [0.0; SIZE];
    for (number, letter) in point.iter_mut().zip(letters) {
        *number = LEAST + f32::from(letter.saturating_sub(b'0'));
    }
    normal(point)
}

/// The point of a stem; none for what is not known.
pub(crate) fn meaning(stem: &str) -> Option<&'static Meaning> {
    POINTS.get(stem)
}

/// What points have in common, by their weights; none of none.
pub(crate) fn middle<'a>(points: impl IntoIterator<Item = (f64, &'a Meaning)>) -> Option<Meaning> {
    let mut sum = [0.0; SIZE];
    for (weight, point) in points {
        #[allow(clippy::cast_possible_truncation)] // a weight of a word
        let weight = weight as f32;
        sum.iter_mut().zip(point).for_each(|(sum, number)| *sum += weight * number);
    }
    normal(sum)
}

fn normal(point: Meaning) -> Option<Meaning> {
    let length = point.iter().map(|number| number * number).sum::<f32>().sqrt();
    if length < 1e-6 {
        return None;
    }
    Some(point.map(|number| number / length))
}

/// How near the nearest of some points is. Several sums go side by side, each in the order of its numbers.
pub(crate) fn nearest<'a>(point: Option<&Meaning>, to: impl Iterator<Item = &'a Meaning>) -> f64 {
    const ABREAST: usize = 4;
    let Some(point) = point else { return 0.0 };
    let mut greatest = 0.0_f32;
    let mut to = to.peekable();
    while let Some(first) = to.peek().copied() {
        // A row that is not full is filled with what it has.
        let row: [&Meaning; ABREAST] = std::array::from_fn(|_| to.next().unwrap_or(first));
        let mut sums = [0.0_f32; ABREAST];
        for (at, number) in point.iter().enumerate() {
            for (sum, other) in sums.iter_mut().zip(row) {
                *sum += number * other[at];
            }
        }
        greatest = sums.into_iter().fold(greatest, f32::max);
    }
    f64::from(greatest)
}

/// The cosine of the angle between two points, at least 0; 0 where one is not known.
pub(crate) fn nearness(one: Option<&Meaning>, other: Option<&Meaning>) -> f64 {
    let (Some(one), Some(other)) = (one, other) else { return 0.0 };
    f64::from(one.iter().zip(other).map(|(one, other)| one * other).sum::<f32>()).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(one: &str, other: &str) -> f64 {
        nearness(meaning(one), meaning(other))
    }

    #[test]
    fn what_belongs_together_is_near() {
        assert!(near("pizza", "sandwich") > near("pizza", "loan") + 0.3);
        assert!(near("rain", "weather") > near("rain", "debt") + 0.3);
        assert!((near("rain", "rain") - 1.0).abs() < 1e-5);
        assert!(near("rain", "qwxyz") < 1e-9);
    }

    #[test]
    fn every_line_is_a_stem_and_its_point() {
        for line in TABLE.lines() {
            let (stem, letters) = line.split_once(' ').unwrap();
            assert!(!stem.is_empty() && letters.len() == SIZE, "{line}");
            assert!(letters.bytes().all(|letter| (b'0'..b'0' + 64).contains(&letter)), "{line}");
        }
    }
}
