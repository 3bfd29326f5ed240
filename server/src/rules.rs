//! The rules as the writer calls them. A test may bring rules that fail.

use parloir_desk::command::Ask;
use parloir_desk::commit::Commit;
use parloir_desk::decide::Decided;
use parloir_desk::limits::Limits;
use parloir_desk::refusal::Refusal;
use parloir_desk::rows::{Changes, Rows};
use parloir_desk::view::View;
use parloir_protocol::ids::WorkspaceId;
use parloir_protocol::time::Time;

/// The version of `apply`: a state written by another one is rebuilt.
pub const APPLY_VERSION: u32 = 6;

pub type Decide = fn(&View<'_>, u64, &Ask, &Limits) -> Result<Decided, Refusal>;
pub type Apply = fn(&dyn Rows, WorkspaceId, &Commit, u64, Time, u64) -> Changes;

/// Which rules decide and which rows follow.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    pub decide: Decide,
    pub apply: Apply,
}

impl Rules {
    /// Those of the product.
    pub const OURS: Self = Self { decide: parloir_desk::decide::decide, apply: parloir_desk::apply::apply };
}
