//! Writes what is published of the wire beside the crate. It decides nothing and never touches the hash, which is
//! for people to change.

use std::io;
use std::path::Path;

use parloir_protocol::schema::documents;

#[expect(
    clippy::disallowed_methods,
    reason = "the crate is pure; this program, which nobody ships, writes its files"
)]
fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    documents().iter().try_for_each(|document| std::fs::write(folder.join(document.path), document.text()))
}
