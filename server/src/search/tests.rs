//! The index against an oracle that looks at everything: the same hits in the same order, while the desk
//! changes, whatever is committed and whatever is still in memory.

mod bounds;
mod cards;
mod changes;
mod desk;
mod laws;
mod merges;
mod names;
mod oracle;
mod read;
mod reopen;
pub(super) mod replaced;
