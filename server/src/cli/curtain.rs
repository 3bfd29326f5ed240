//! The alternate screen, for what is drawn again and again. It decides nothing about what is shown.

use std::io::Write;

/// When the terminal does not say how large it is.
const COLUMNS: usize = 120;
const LINES: usize = 40;

/// Shows the alternate screen, and the usual one again whatever happens.
pub(super) struct Curtain;

impl Curtain {
    pub(super) fn raise() -> std::io::Result<Self> {
        show("\x1b[?1049h\x1b[?25l").map(|()| Self)
    }
}

impl Drop for Curtain {
    fn drop(&mut self) {
        // The terminal may be gone already.
        show("\x1b[?25h\x1b[?1049l").ok();
    }
}

/// Writes to the standard output at once.
pub(super) fn show(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Columns and lines of the terminal.
pub(super) fn size() -> (usize, usize) {
    match rustix::termios::tcgetwinsize(std::io::stdout()) {
        Ok(size) if size.ws_col > 0 => (usize::from(size.ws_col), usize::from(size.ws_row)),
        Ok(_) | Err(_) => (COLUMNS, LINES),
    }
}
