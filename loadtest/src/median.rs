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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_in_the_middle_in_whatever_order_they_come() {
        assert_eq!([vec![], vec![3.0, 1.0], vec![9.0, 1.0, 2.0]].map(median), [None, Some(2.0), Some(2.0)]);
    }
}
