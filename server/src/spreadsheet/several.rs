//! Several values in one cell: written with a bar between them, and read back as they were. People may change such a
//! cell by hand: commas, semicolons and line ends stand between values as well.

const BETWEEN: [char; 5] = ['|', ';', ',', '\n', '\r'];

/// The cell that holds these values. None of them is empty or has white space around it.
pub fn joined<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    let mut cell = String::new();
    for (at, value) in values.into_iter().enumerate() {
        if at > 0 {
            cell.push_str(" | ");
        }
        for c in value.chars() {
            if c == '\\' || BETWEEN.contains(&c) {
                cell.push('\\');
            }
            cell.push(c);
        }
    }
    cell
}

/// The values of a cell, without what is empty.
pub fn parted(cell: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut characters = cell.chars();
    while let Some(c) = characters.next() {
        let taken = match c {
            '\\' => characters.next(),
            c if BETWEEN.contains(&c) => None,
            c => Some(c),
        };
        match (taken, values.last_mut()) {
            (Some(c), Some(value)) => value.push(c),
            (Some(_) | None, _) => values.push(String::new()),
        }
    }
    let values = values.iter().map(|value| value.trim().to_owned());
    values.filter(|value| !value.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cell_that_somebody_changed_is_read_as_it_is_meant() {
        assert_eq!(joined(["vip", "Lyon, 3e", "a\\b"]), "vip | Lyon\\, 3e | a\\\\b");
        assert_eq!(
            parted("vip | Lyon\\, 3e,new; other\n\n x  y |"),
            ["vip", "Lyon, 3e", "new", "other", "x  y"]
        );
        assert_eq!(parted(""), [""; 0]);
    }

    proptest! {
        #[test]
        fn all_values_come_back(values in prop::collection::vec("[a\\\\|;,\n\r: *'é\u{a0}]{0,6}", 0..5)) {
            let values: Vec<&str> = values.iter().map(|value| value.trim()).filter(|v| !v.is_empty()).collect();
            prop_assert_eq!(parted(&joined(values.iter().copied())), values);
        }
    }
}
