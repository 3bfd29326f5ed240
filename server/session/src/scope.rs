//! Who sees an event, and in which form. An event is visible whole or not at all; a move between groups is
//! told as a move, an entry or a leave.

use std::collections::BTreeSet;

use parloir_protocol::ids::{AgentId, GroupId};

/// What an agent sees.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    All,
    Groups(BTreeSet<GroupId>),
}

/// Whether somebody looks after the settings, and is told what concerns only those who do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Office {
    Keeper,
    None,
}

/// For whom an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Kept in the log only.
    Nobody,
    Workspace,
    /// Those who look after the settings.
    Keepers,
    Group(GroupId),
    Move {
        from: GroupId,
        to: GroupId,
    },
    Agent(AgentId),
}

/// How an event is told to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Whole,
    /// A conversation came into sight.
    Entered,
    /// A conversation went out of sight.
    Left,
    Hidden,
}

impl Scope {
    pub fn sees(&self, group: GroupId) -> bool {
        match self {
            Self::All => true,
            Self::Groups(groups) => groups.contains(&group),
        }
    }

    /// How `audience`'s event is told to `agent`, who sees this scope and has this office.
    pub fn form(&self, agent: AgentId, office: Office, audience: Audience) -> Form {
        match audience {
            Audience::Nobody => Form::Hidden,
            Audience::Workspace => Form::Whole,
            Audience::Keepers => whole_if(office == Office::Keeper),
            Audience::Group(group) => whole_if(self.sees(group)),
            Audience::Agent(only) => whole_if(only == agent),
            Audience::Move { from, to } => match (self.sees(from), self.sees(to)) {
                (true, true) => Form::Whole,
                (false, true) => Form::Entered,
                (true, false) => Form::Left,
                (false, false) => Form::Hidden,
            },
        }
    }
}

fn whole_if(seen: bool) -> Form {
    if seen { Form::Whole } else { Form::Hidden }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(n: u8) -> GroupId {
        GroupId::from_bytes([n; 16])
    }

    #[test]
    fn a_move_is_told_by_what_is_seen_of_it() {
        let me = AgentId::from_bytes([9; 16]);
        let scope = Scope::Groups(BTreeSet::from([group(1), group(2)]));
        let told =
            |from, to| scope.form(me, Office::None, Audience::Move { from: group(from), to: group(to) });
        assert_eq!(told(1, 2), Form::Whole);
        assert_eq!(told(3, 1), Form::Entered);
        assert_eq!(told(1, 3), Form::Left);
        assert_eq!(told(3, 4), Form::Hidden);
        assert_eq!(
            Scope::All.form(me, Office::None, Audience::Move { from: group(3), to: group(4) }),
            Form::Whole
        );
    }

    #[test]
    fn nothing_else_leaves_its_group_or_its_agent() {
        let me = AgentId::from_bytes([9; 16]);
        let scope = Scope::Groups(BTreeSet::from([group(1)]));
        assert_eq!(scope.form(me, Office::None, Audience::Group(group(1))), Form::Whole);
        assert_eq!(scope.form(me, Office::None, Audience::Group(group(2))), Form::Hidden);
        assert_eq!(scope.form(me, Office::None, Audience::Agent(me)), Form::Whole);
        assert_eq!(scope.form(me, Office::None, Audience::Agent(AgentId::from_bytes([8; 16]))), Form::Hidden);
        assert_eq!(Scope::All.form(me, Office::None, Audience::Nobody), Form::Hidden);
    }

    #[test]
    fn what_concerns_the_settings_is_told_to_those_who_look_after_them() {
        let me = AgentId::from_bytes([9; 16]);
        assert_eq!(Scope::All.form(me, Office::None, Audience::Keepers), Form::Hidden);
        assert_eq!(Scope::Groups(BTreeSet::new()).form(me, Office::Keeper, Audience::Keepers), Form::Whole);
    }
}
