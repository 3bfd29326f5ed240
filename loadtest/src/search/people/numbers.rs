//! Phone numbers of the benchmark: unlike each other, of a length that their country has, most of them French
//! mobiles. It knows nothing of who has them.

/// Numbers that one seed has; no number is given twice below it.
pub(super) const NUMBERS_MAX: u64 = 90_000_000;

/// So that neighbours look unlike; prime to 10^8.
const STEP: u64 = 48_271_717;
const SPACE: u64 = 100_000_000;

/// The `n`th number, as `+` and digits; `country` below 100 says of which country, in percent.
pub(super) fn number(n: u64, seed: u64, country: u64) -> String {
    let offset = seed.wrapping_mul(7_368_787) % SPACE;
    let digits = (n % NUMBERS_MAX) * STEP % SPACE;
    let digits = (digits + offset) % SPACE;
    match country {
        0..45 => format!("+336{digits:08}"),
        45..85 => format!("+337{digits:08}"),
        85..88 => format!("+324{digits:08}"),
        88..91 => format!("+4917{digits:08}"),
        91..94 => format!("+4474{digits:08}"),
        94..97 => format!("+346{digits:08}"),
        _ => format!("+393{digits:08}0"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_number_is_given_twice() {
        let numbers: BTreeSet<String> = (0..50_000).map(|n| number(n, 3, 40)).collect();
        assert_eq!(numbers.len(), 50_000);
    }

    #[test]
    fn a_number_has_the_length_of_its_country() {
        let lengths: Vec<usize> =
            [0, 50, 86, 89, 92, 95, 99].map(|country| number(12_345, 1, country).len() - 1).to_vec();
        assert_eq!(lengths, [11, 11, 11, 12, 12, 11, 12]);
    }
}
