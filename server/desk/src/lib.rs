//!
pub mod rows;
