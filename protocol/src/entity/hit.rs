//! What a search finds: conversations, contacts without one, messages, and where each of them matched.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Address, Direction, Status};
use crate::ids::{AgentId, ChannelId, ContactId, ConversationId, GroupId, IdError, MessageId};
use crate::time::Time;

/// How well something matched, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// The whole name or number is what was asked, or the whole address of a conversation that has no name and whose
    /// address is no number.
    Whole,
    /// Whole words of it are.
    Word,
    /// Words of it begin so, or a number does.
    Start,
    /// It stands inside a word or a number.
    Inside,
    /// A group, a tag or a property was needed.
    Elsewhere,
}

/// A conversation that was found, or a contact that has none; what names neither is refused when it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(remote = "Self")]
pub struct Hit {
    /// How well it matched.
    pub rank: Rank,
    /// The conversation; nothing for a contact that has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<HitConversation>,
    /// The contact; only of one that has no conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<ContactId>,
    /// The saved contact's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The name that the other side gave itself, shown as `~Name`; only without a saved name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_name: Option<String>,
    /// The conversation's own first, then the contact's others.
    pub addresses: Vec<Address>,
    /// The contact's.
    pub tags: Vec<String>,
    /// Where it matched: in the name, the addresses, the group's name and the tags; in properties where one was needed.
    pub matched: Vec<Match>,
}

impl Hit {
    /// What tells this hit from the others of one list.
    ///
    /// # Panics
    /// When the hit names neither a conversation nor a contact, which no hit does that was read from a frame.
    pub fn id(&self) -> HitId {
        self.named().expect("a hit is a conversation or a contact")
    }

    fn named(&self) -> Option<HitId> {
        let conversation = self.conversation.as_ref().map(|found| HitId::Conversation(found.conversation_id));
        conversation.or(self.contact_id.map(HitId::Contact))
    }
}

impl Serialize for Hit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Hit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let hit = Self::deserialize(deserializer)?;
        let named = hit.named().is_some();
        if named { Ok(hit) } else { Err(D::Error::custom("a hit is a conversation or a contact")) }
    }
}

/// What a list of hits shows of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct HitConversation {
    /// Its id.
    pub conversation_id: ConversationId,
    /// Open or closed.
    pub status: Status,
    /// The shared purple square.
    pub unread: bool,
    /// Where it is.
    pub group_id: GroupId,
    /// Over which own sender.
    pub channel_id: ChannelId,
    /// Who has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<AgentId>,
    /// The seq of the newest message: what orders hits of one rank.
    pub activity_seq: u64,
    /// When that was.
    pub activity_at: Time,
}

/// Which kind of field matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MatchField {
    /// The saved name, or the profile name of whom nobody saved.
    Name,
    /// A number or another address.
    Address,
    /// The name of the conversation's group.
    Group,
    /// A tag of the contact.
    Tag,
    /// The value of one of the contact's properties.
    Property,
}

/// One field that matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Match {
    /// Which.
    pub field: MatchField,
    /// Of a property: its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The field as it is shown.
    pub text: String,
    /// Where in `text`: characters (Unicode scalar values) from the first up to before the second, in order,
    /// without overlap.
    pub ranges: Vec<[usize; 2]>,
}

/// What tells a hit from the others of its list; on the wire the id alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HitId {
    /// A conversation: `cnv_…`
    Conversation(ConversationId),
    /// A contact without a conversation: `con_…`
    Contact(ContactId),
}

impl fmt::Display for HitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conversation(id) => id.fmt(f),
            Self::Contact(id) => id.fmt(f),
        }
    }
}

impl FromStr for HitId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if text.starts_with(ContactId::PREFIX) {
            return text.parse().map(Self::Contact);
        }
        text.parse().map(Self::Conversation)
    }
}

impl Serialize for HitId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for HitId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(any(test, feature = "schema"))]
impl schemars::JsonSchema for HitId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "HitId".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let conversation = generator.subschema_for::<ConversationId>();
        let contact = generator.subschema_for::<ContactId>();
        schemars::json_schema!({
            "description": "The conversation, or the contact that has none.",
            "anyOf": [conversation, contact],
        })
    }
}

/// A message that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct MessageHit {
    /// How well it matched: whole words, starts of words, or inside.
    pub rank: Rank,
    /// Which.
    pub message_id: MessageId,
    /// Where it stands.
    pub conversation_id: ConversationId,
    /// Its place: a timeline's page around it ends `before` a seq behind it.
    pub seq: u64,
    /// When.
    pub at: Time,
    /// From whom.
    pub direction: Direction,
    /// At most 160 characters around the first match, with `…` where the text was cut.
    pub snippet: String,
    /// Where in `snippet`, as in [`Match`].
    pub ranges: Vec<[usize; 2]>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_a_hit_says_what_it_is_of() {
        for text in ["cnv_0192f0c4-0000-7000-8000-000000000001", "con_0192f0c4-0000-7000-8000-000000000001"] {
            let id: HitId = text.parse().expect("an id of a hit");
            assert_eq!(id.to_string(), text);
            assert_eq!(matches!(id, HitId::Contact(_)), text.starts_with("con"));
        }
        assert!("grp_0192f0c4-0000-7000-8000-000000000001".parse::<HitId>().is_err());
    }

    #[test]
    fn a_hit_of_nothing_is_none() {
        let bare = r#"{"rank":"start","addresses":[],"tags":[],"matched":[]"#;
        let contact = r#","contact_id":"con_0192f0c4-0000-7000-8000-000000000001"}"#;
        assert!(serde_json::from_str::<Hit>(&format!("{bare}}}")).is_err());
        let hit: Hit = serde_json::from_str(&format!("{bare}{contact}")).expect("a hit");
        assert!(matches!(hit.id(), HitId::Contact(_)));
    }

    #[test]
    fn ranks_stand_the_best_first() {
        let order = [Rank::Whole, Rank::Word, Rank::Start, Rank::Inside, Rank::Elsewhere];
        assert!(order.is_sorted());
    }
}
