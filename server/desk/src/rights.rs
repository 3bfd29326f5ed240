//! Who may ask what: one table, a line for each command. It judges by rank alone; whether the caller sees
//! the group, and whether the thing exists, is for `decide`.

use parloir_protocol::ids::ChannelId;

use crate::command::Command;
use crate::entity::{Agent, Right, Role};

/// Who asks, as the state knows him at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    Agent(Agent),
    /// The other side, through a channel.
    Contact(ChannelId),
    /// The provider of a channel.
    Provider(ChannelId),
    System,
}

/// A caller's column in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Role(Role),
    Contact,
    Provider,
    System,
}

/// A line of the table: the columns that may ask, and the right that an integration needs beside its column.
#[derive(Debug, Clone, Copy)]
pub struct Grant {
    columns: &'static [Column],
    right: Option<Right>,
}

const ADMIN: Column = Column::Role(Role::Admin);
const SUPERVISOR: Column = Column::Role(Role::Supervisor);
const AGENT: Column = Column::Role(Role::Agent);
const TEMPLATE_AGENT: Column = Column::Role(Role::TemplateAgent);
const INTEGRATION: Column = Column::Role(Role::Integration);

const WORK: Grant = to(&[ADMIN, SUPERVISOR, AGENT, TEMPLATE_AGENT, INTEGRATION]);
const SUPERVISION: Grant = to(&[ADMIN, SUPERVISOR]);
const GROUPS: Grant = with(Right::Settings, &[ADMIN, SUPERVISOR, INTEGRATION, Column::System]);
const SETTINGS: Grant = with(Right::Settings, &[ADMIN, INTEGRATION, Column::System]);
const PEOPLE: Grant = with(Right::Agents, &[ADMIN, INTEGRATION, Column::System]);
const OWNERSHIP: Grant = to(&[ADMIN, Column::System]);
const OWN: Grant = to(&[ADMIN, SUPERVISOR, AGENT, TEMPLATE_AGENT, INTEGRATION, Column::System]);
const INBOUND: Grant = with(Right::Inbound, &[INTEGRATION, Column::Contact]);
const RECEIPTS: Grant = with(Right::Inbound, &[INTEGRATION, Column::Provider]);
const MACHINE: Grant = to(&[Column::System]);

const fn to(columns: &'static [Column]) -> Grant {
    Grant { columns, right: None }
}

const fn with(right: Right, columns: &'static [Column]) -> Grant {
    Grant { columns, right: Some(right) }
}

macro_rules! table {
    ($($command:ident => $grant:ident,)*) => {
        /// Every command by name with its grant.
        pub const TABLE: &[(&str, Grant)] = &[$((stringify!($command), $grant),)*];

        fn grant(command: &Command) -> Grant {
            match command {
                $(Command::$command { .. } => $grant,)*
            }
        }
    };
}

table! {
    Start => WORK,
    Receive => INBOUND,
    Move => WORK,
    Close => WORK,
    Reopen => WORK,
    Assign => WORK,
    Claim => WORK,
    Release => WORK,
    Next => WORK,
    MarkRead => WORK,
    MarkUnread => WORK,

    Send => WORK,
    Retry => WORK,
    CancelMessage => WORK,
    ReleaseMessage => OWN,
    RescheduleMessage => WORK,
    StoreMedia => MACHINE,
    GiveUpMedia => MACHINE,
    OpenLink => MACHINE,
    RevokeLink => WORK,
    Dispatch => MACHINE,
    Answered => MACHINE,
    Receipt => RECEIPTS,
    OptOut => RECEIPTS,

    ChangeConsent => WORK,

    SaveTemplate => GROUPS,
    DeleteTemplate => GROUPS,

    SaveWebhook => SETTINGS,
    DeleteWebhook => SETTINGS,
    RotateWebhook => SETTINGS,
    ReplayWebhook => SETTINGS,
    AdvanceWebhook => MACHINE,
    DisableWebhook => MACHINE,

    AddNote => WORK,

    SaveContact => WORK,
    MergeContacts => WORK,
    UnmergeContacts => WORK,
    EraseContact => SUPERVISION,
    ImportContacts => SUPERVISION,

    CreateGroup => GROUPS,
    RenameGroup => GROUPS,
    ArchiveGroup => GROUPS,
    DeleteGroup => GROUPS,
    CloseGroup => SUPERVISION,

    CreateAgent => PEOPLE,
    ChangeAgent => PEOPLE,
    DeactivateAgent => PEOPLE,
    SetAvailability => OWN,
    CreateToken => PEOPLE,
    Redeem => MACHINE,
    RevokeToken => OWN,

    CreateChannel => SETTINGS,
    ChangeChannel => SETTINGS,
    ChangeWorkspace => OWNERSHIP,
    Provision => MACHINE,
    RegisterWorkspace => MACHINE,
    BeginEpoch => MACHINE,

    AdvanceImport => MACHINE,
    StepJob => MACHINE,
    FinishJob => MACHINE,
}

impl Grant {
    /// Whether a caller in this column is let through; an integration that needs a right must hold it.
    pub fn admits(&self, column: Column, holds: impl Fn(Right) -> bool) -> bool {
        let needs = self.right.filter(|_| column == INTEGRATION);
        self.columns.contains(&column) && needs.is_none_or(holds)
    }
}

impl Caller {
    fn column(&self) -> Column {
        match self {
            Self::Agent(agent) => Column::Role(agent.role),
            Self::Contact(_) => Column::Contact,
            Self::Provider(_) => Column::Provider,
            Self::System => Column::System,
        }
    }

    /// A channel's contacts and provider speak for that channel only.
    fn speaks_for(&self, command: &Command) -> bool {
        match (self, command) {
            (Self::Contact(own), Command::Receive(inbound)) => *own == inbound.channel_id,
            (Self::Provider(own), Command::Receipt { channel_id, .. }) => own == channel_id,
            (Self::Agent(_) | Self::Contact(_) | Self::Provider(_) | Self::System, _) => true,
        }
    }

    fn holds(&self, right: Right) -> bool {
        match self {
            Self::Agent(agent) => agent.rights.contains(&right),
            Self::Contact(_) | Self::Provider(_) | Self::System => false,
        }
    }
}

/// Whether the table lets `caller` ask `command`.
pub fn allows(caller: &Caller, command: &Command) -> bool {
    grant(command).admits(caller.column(), |right| caller.holds(right)) && caller.speaks_for(command)
}

/// Whether an agent looks after channels, webhooks and the like: he sees what concerns only those who do.
pub fn keeps_settings(agent: &Agent) -> bool {
    SETTINGS.admits(Column::Role(agent.role), |right| agent.rights.contains(&right))
}

/// Whether `caller` may put somebody else at `role`, or change whoever is there: nobody lifts anyone above
/// himself, and a program makes neither admins nor other programs.
pub fn may_handle(caller: &Caller, role: Role) -> bool {
    match caller.column() {
        Column::System | Column::Role(Role::Admin) => true,
        Column::Role(Role::Integration) => {
            caller.holds(Right::Agents)
                && matches!(role, Role::Supervisor | Role::Agent | Role::TemplateAgent)
        }
        Column::Role(Role::Supervisor | Role::Agent | Role::TemplateAgent) => false,
        Column::Contact | Column::Provider => false,
    }
}

#[cfg(test)]
mod tests {
    use parloir_protocol::ids::ChannelId;

    use super::{Caller, allows};
    use crate::command::{Command, Inbound};
    use crate::commit::Digest;
    use crate::entity::{Address, AddressKind, Delivery, Destination};

    #[test]
    fn a_channel_speaks_for_itself_only() {
        let [own, other] = [1, 2].map(|byte| ChannelId::from_bytes([byte; 16]));
        let address = Address { kind: AddressKind::E164, value: "+33611111111".to_owned() };
        let from = Destination { address, country: None };
        let inbound = Inbound::text(own, from, "Bonjour");
        let receive = Command::Receive(inbound);
        assert!(allows(&Caller::Contact(own), &receive));
        assert!(!allows(&Caller::Contact(other), &receive));
        let provider_message = Digest([0; 16]);
        let delivery = Delivery::Sent;
        let receipt = Command::Receipt { channel_id: own, provider_message, delivery, failure: None };
        assert!(allows(&Caller::Provider(own), &receipt));
        assert!(!allows(&Caller::Provider(other), &receipt));
    }
}
