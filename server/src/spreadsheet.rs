//! Cells as spreadsheets read and write them: one that a spreadsheet would run is written so that it stays text, and
//! is read back as what it was. It knows nothing of what a cell is about.

pub mod several;

/// What spreadsheets take for the beginning of a formula, in either width.
const RUN: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Spreadsheets take a file for UTF-8 only with this.
pub const BOM: &str = "\u{feff}";

/// The cell as it is written: nothing that opens the file runs it.
pub fn guarded(cell: &str) -> String {
    if is_run(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// What [`guarded`] was given. Other cells, also those with an apostrophe of their own, stay as they are.
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_run(rest)).unwrap_or(cell)
}

/// Apostrophes in front count as well, so that what was guarded twice is freed twice.
fn is_run(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(RUN)
}

/// Adds one line with these cells, as RFC 4180 has it. Every likely delimiter is put in quotes, so that a reader finds
/// out which one it is.
pub fn write_line<'a>(cells: impl IntoIterator<Item = &'a str>, delimiter: char, text: &mut String) {
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            text.push(delimiter);
        }
        if cell.contains([delimiter, ',', ';', '\t', '"', '\r', '\n']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for cell in ["=1+1", "+33612345678", "-1", "@SUM(A1)", "\tx", "\rx", "＝1", "＋1", "－1", "＠a"] {
            assert_eq!(guarded(cell), format!("'{cell}"));
        }
        for cell in ["", "Ana", "'", "'Tis", "''", " =1", "a=1", "1-2"] {
            assert_eq!(guarded(cell), cell);
            assert_eq!(unguarded(cell), cell);
        }
        assert_eq!((guarded("'=1").as_str(), unguarded("'=1")), ("''=1", "=1"));
    }

    #[test]
    fn a_line_is_quoted_where_it_must_be() {
        let mut text = String::new();
        write_line(["a", "b;c", "d,e", "\"f\"", "g\nh", ""], ';', &mut text);
        assert_eq!(text, "a;\"b;c\";\"d,e\";\"\"\"f\"\"\";\"g\nh\";\r\n");
    }

    proptest! {
        #[test]
        fn every_cell_comes_back_as_it_was(cell in "'{0,3}[=+\\-@\t\rA＝＋－＠ ]{0,3}.{0,6}") {
            let written = guarded(&cell);
            prop_assert_eq!(unguarded(&written), cell.as_str());
            prop_assert!(!written.starts_with(RUN));
        }
    }
}
