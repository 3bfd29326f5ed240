//! What can be asked about the server.

use serde::{Deserialize, Serialize};

/// `status.get`: what the status page says, for agents. The answer is that of `/status.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusGet {}
