//! What both sections of a search share: how wide they are, how they are painted, and what stands over them.

use std::io::IsTerminal;

use parloir_client::protocol::query::search::{Building, Total};

use crate::cli::curtain::size;
use crate::cli::terminal::count;
use crate::cli::terminal::marked::{Marked, Paint};

/// Room for a name.
pub(super) const NAME: usize = 24;

/// Room for an age.
pub(super) const AGE: usize = 4;

/// Where a section is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sheet {
    pub(super) paint: Paint,
    /// Columns of the terminal; as many as are needed without one.
    columns: Option<usize>,
    /// Milliseconds since 1970, for ages.
    pub(super) now: i64,
}

impl Sheet {
    pub(super) fn of_stdout(now: i64) -> Self {
        let columns = std::io::stdout().is_terminal().then(|| size().0);
        Self { paint: Paint::of_stdout(), columns, now }
    }

    #[cfg(test)]
    pub(super) fn with(columns: Option<usize>, now: i64) -> Self {
        Self { paint: Paint::Bold, columns, now }
    }

    /// The last cell of a line that has used so many columns.
    pub(super) fn last(self, used: usize, text: &Marked) -> String {
        match self.columns {
            Some(columns) => text.around(columns.saturating_sub(used), self.paint),
            None => text.whole(self.paint),
        }
    }

    /// What stands over a section of so many hits.
    pub(super) fn heading(
        self,
        what: &str,
        shown: usize,
        total: Option<Total>,
        building: Option<Building>,
    ) -> String {
        let many = match total {
            Some(Total { count: all, capped: true }) => format!("{shown} of {}+", count(all)),
            Some(Total { count: all, capped: false }) if all > shown as u64 => {
                format!("{shown} of {}", count(all))
            }
            Some(_) | None => shown.to_string(),
        };
        let building = building.map_or(String::new(), |Building { done, total }| {
            format!("  (the index is built to {} %: some may be missing)", done * 100 / total.max(1))
        });
        format!("{}  {many}{building}\n", self.paint.heading(what))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_says_where_it_stops() {
        let sheet = Sheet { paint: Paint::Nothing, columns: None, now: 0 };
        let heading = |count, capped| sheet.heading("People", 20, Some(Total { count, capped }), None);
        assert_eq!(heading(1_000, true), "People  20 of 1,000+\n");
        assert_eq!(heading(21, false), "People  20 of 21\n");
        assert_eq!(heading(20, false), "People  20\n");
        let building = Some(Building { done: 430, total: 1_000 });
        let said = sheet.heading("People", 0, None, building);
        assert_eq!(said, "People  0  (the index is built to 43 %: some may be missing)\n");
    }
}
