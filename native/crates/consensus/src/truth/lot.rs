/// Draws lots among labels that do equally well: a number for an item and a label, the greatest wins.
///
/// The same names give the same lots, whatever the order of the votes, and over many items each label wins as often
/// as any other, so that ties favour none (the first in some order would win all of them).
pub(crate) fn lot(seed: u64, item: &str, label: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325 ^ seed;
    // FNV-1a, with a byte that no UTF-8 has between the names.
    for byte in item.bytes().chain([0xff]).chain(label.bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    // The finish of SplitMix64: FNV's own high bits are weak for short names.
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}
