//! What is known of one import: what its columns mean, how far it came, how it ended. It is the truth about rows that
//! failed, which the log never sees.

use parloir_protocol::ids::{AgentId, AttachmentId, CommandId};
use parloir_protocol::time::Time;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Beginning;
use crate::import::book::Reading;
use crate::import::columns::Meaning;
use crate::import::journal::{Tally, command_id};

/// The form of the journal.
const VERSION: u32 = 1;

/// How a file is to be read, as whoever saw its preview said it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What stands between two fields of CSV; told from the file without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// What each column is, in their order; told from the header without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
}

impl Told {
    /// The same for a file of this name.
    ///
    /// # Errors
    /// A sentence about what cannot be meant.
    pub fn reading(&self, name: &str) -> Result<Reading, String> {
        let delimiter = match self.delimiter {
            Some(c) if c.is_ascii() && !matches!(c, '"' | '\r' | '\n' | '\0') => u8::try_from(c).ok(),
            Some(c) => return Err(format!("'{c}' is no character between two fields")),
            None => None,
        };
        let meanings =
            self.columns.as_ref().map(|words| words.iter().map(|word| Meaning::told(word)).collect());
        Ok(Reading {
            delimiter,
            extension: name.rsplit_once('.').map(|(_, extension)| extension.to_owned()),
            meanings: meanings.transpose()?,
            ..Reading::default()
        })
    }
}

/// How an import ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum How {
    /// All rows are settled.
    Whole,
    /// Somebody called it off.
    Cancelled,
    /// Somebody was to be erased, who may be in the file.
    Erasure,
    /// It could not go on.
    Stopped { code: String },
}

/// When and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub at: Time,
    #[serde(flatten)]
    pub how: How,
}

/// One import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journal {
    version: u32,
    run: Uuid,
    pub attachment_id: AttachmentId,
    /// Who imports: the contacts are saved by this agent.
    pub agent: AgentId,
    pub name: String,
    pub bytes: u64,
    pub begun: Time,
    pub told: Told,
    pub tally: Tally,
    /// Bytes of the file that are behind.
    pub read: u64,
    /// How long the file of failed rows is when it holds those settled so far.
    pub failed_bytes: u64,
    pub ended: Option<Ended>,
}

impl Journal {
    pub(super) fn begin(beginning: Beginning) -> Self {
        let Beginning { attachment_id, agent, name, bytes, told, now } = beginning;
        Self {
            version: VERSION,
            run: Uuid::now_v7(),
            attachment_id,
            agent,
            name,
            bytes,
            begun: now,
            told,
            tally: Tally::default(),
            read: 0,
            failed_bytes: 0,
            ended: None,
        }
    }

    /// Reads what was written; nothing when it is none of this version.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().filter(|journal: &Self| journal.version == VERSION)
    }

    /// The id of the command of the row at `place`.
    pub(super) fn command_id(&self, place: u64) -> CommandId {
        command_id(self.run, self.begun, place)
    }
}
