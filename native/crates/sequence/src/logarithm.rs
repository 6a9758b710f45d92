//! The natural logarithm of a positive number.
//!
//! The algorithm of logf in ARM's optimized routines (S. Nagy, 2017; MIT or Apache-2.0 with LLVM exceptions), which glibc
//! and musl use too: ln x = k ln 2 + ln c + ln(z / c), c the middle of one of sixteen parts of what z may be. Written here
//! so that it is done in place, hundreds of times a prediction, and gives the same digits on every system.

/// 1/c and ln c of each part, from z = 0.7 on.
#[allow(clippy::excessive_precision, clippy::unreadable_literal)] // as published, to the last bit
const PARTS: [(f64, f64); 16] = [
    (1.398907162146528, -0.33569133332882284),
    (1.3403141896637998, -0.2929040563774074),
    (1.286432210124115, -0.2518726580937369),
    (1.2367150214269895, -0.21245868807117255),
    (1.1906977166711752, -0.17453945183745634),
    (1.1479821020556429, -0.1380057072319758),
    (1.1082251448272158, -0.10275976698545139),
    (1.0711297413057381, -0.06871392447020525),
    (1.036437278977283, -0.0357891387398228),
    (1.0, 0.0),
    (0.9492859795739057, 0.05204517742929496),
    (0.8951049428609004, 0.11081431298787942),
    (0.8476821620351103, 0.1652495223695143),
    (0.8050314851692001, 0.21687389031699977),
    (0.7664671008843108, 0.2659635028121397),
    (0.731428603316328, 0.3127556664073557),
];
#[allow(clippy::excessive_precision, clippy::unreadable_literal)]
const POLYNOMIAL: [f64; 3] = [-0.25089342214237154, 0.333456765744066, -0.4999997485802103];
/// The bits of the least z, 0.7 or so.
const LEAST: u32 = 0x3f33_0000;

/// The natural logarithm, to within 0.82 units of the last place, of a normal positive number; what is less is taken for
/// the least such number.
pub(crate) fn ln(number: f32) -> f32 {
    let bits = number.max(f32::MIN_POSITIVE).to_bits();
    let shifted = bits.wrapping_sub(LEAST);
    let (inverse, logarithm) = PARTS[(shifted >> 19) as usize % PARTS.len()];
    let exponent = shifted.cast_signed() >> 23;
    let z = f64::from(f32::from_bits(bits.wrapping_sub(shifted & 0xff80_0000)));
    let r = z * inverse - 1.0;
    let above = logarithm + f64::from(exponent) * std::f64::consts::LN_2;
    let square = r * r;
    let tail = POLYNOMIAL[0] * square + (POLYNOMIAL[1] * r + POLYNOMIAL[2]);
    #[allow(clippy::cast_possible_truncation)] // to the digits that are kept
    let rounded = (tail * square + (above + r)) as f32;
    rounded
}

#[cfg(test)]
mod tests {
    use super::ln;
    use proptest::prelude::*;

    #[test]
    fn of_one_is_nothing() {
        assert_eq!(ln(1.0).to_bits(), 0.0_f32.to_bits());
        assert!(ln(0.0).is_finite());
    }

    proptest! {
        #[test]
        fn is_the_logarithm(bits in f32::MIN_POSITIVE.to_bits()..=f32::MAX.to_bits()) {
            let number = f32::from_bits(bits);
            let exact = f64::from(number).ln();
            let found = f64::from(ln(number));
            let unit = f64::from(f32::EPSILON) * exact.abs();
            prop_assert!((found - exact).abs() <= unit, "{number}: {found}, not {exact}");
        }
    }
}
