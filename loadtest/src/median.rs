//! The middle of several values, which one that is far off does not move.

/// The middle one, or the middle of the two; none of none.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(values[middle]),
        _ => Some(f64::midpoint(values[middle - 1], values[middle])),
    }
}

/// Between which of the values the middle of all that there could have been lies, in 15 of 16 cases and more, whatever
/// they are distributed like: as far from the ends as a binomial of one half says. Fewer than five cannot tell.
pub(crate) fn interval(mut values: Vec<f64>) -> Option<[f64; 2]> {
    const CHANCE_MAX: f64 = 1.0 / 16.0;
    values.sort_by(f64::total_cmp);
    let count = values.len();
    // How likely it is that no more than so many are below the middle, one way.
    let (mut ways, mut chance, mut left_out) = (1.0, 0.0, 0);
    while left_out < count {
        chance += ways * 0.5_f64.powi(i32::try_from(count).unwrap_or(i32::MAX));
        if 2.0 * chance > CHANCE_MAX {
            break;
        }
        ways *= (count - left_out) as f64 / (left_out + 1) as f64;
        left_out += 1;
    }
    let first = left_out.checked_sub(1)?;
    Some([*values.get(first)?, *values.get(count - left_out)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_lies_between_values_that_a_binomial_tells() {
        let counted = |count: u32| interval((1..=count).rev().map(f64::from).collect());
        assert_eq!([0, 1, 4].map(counted), [None; 3]);
        assert_eq!(counted(5), Some([1.0, 5.0]));
        assert_eq!(counted(9), Some([2.0, 8.0]));
        assert_eq!(counted(25), Some([8.0, 18.0]));
    }

    #[test]
    fn it_is_in_the_middle_in_whatever_order_they_come() {
        assert_eq!([vec![], vec![3.0, 1.0], vec![9.0, 1.0, 2.0]].map(median), [None, Some(2.0), Some(2.0)]);
    }
}
