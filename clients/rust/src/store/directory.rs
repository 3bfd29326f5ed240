//! What a workspace consists of beside its conversations: settings, groups, agents, channels. Each entity
//! carries the seq that last changed it, and an event that is not newer changes nothing.

use std::collections::BTreeMap;

use parloir_protocol::entity::{Agent, AgentStatus, Channel, Group, GroupStatus, Template, Workspace};
use parloir_protocol::event::{Event, Fact};
use parloir_protocol::ids::{AgentId, ChannelId, GroupId, TemplateId};

/// Groups, agents, channels and settings.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Directory {
    /// Settings; nothing before the first welcome.
    pub workspace: Option<Workspace>,
    /// The visible ones.
    pub groups: BTreeMap<GroupId, Group>,
    /// All.
    pub agents: BTreeMap<AgentId, Agent>,
    /// All.
    pub channels: BTreeMap<ChannelId, Channel>,
    /// Those that can be sent.
    pub templates: BTreeMap<TemplateId, Template>,
}

impl Directory {
    /// A group's name.
    pub fn group_name(&self, id: GroupId) -> Option<&str> {
        self.groups.get(&id).map(|group| group.name.as_str())
    }

    /// An agent's name.
    pub fn agent_name(&self, id: AgentId) -> Option<&str> {
        self.agents.get(&id).map(|agent| agent.name.as_str())
    }

    pub(super) fn fold(&mut self, event: &Event) {
        let seq = event.seq;
        if let Fact::GroupCreated(fact) = &event.fact {
            self.put_group(&fact.group);
        } else if let Fact::GroupRenamed(fact) = &event.fact {
            self.change_group(fact.group_id, seq, |group| group.name.clone_from(&fact.name));
        } else if let Fact::GroupArchived(fact) = &event.fact {
            self.change_group(fact.group_id, seq, |group| group.status = GroupStatus::Archived);
        } else if let Fact::GroupEmptying(fact) = &event.fact {
            self.change_group(fact.group_id, seq, |group| group.status = GroupStatus::Emptying);
        } else if let Fact::GroupDeleted(fact) = &event.fact {
            self.groups.remove(&fact.group_id);
        } else {
            self.fold_people(event);
        }
    }

    fn fold_people(&mut self, event: &Event) {
        let seq = event.seq;
        if let Fact::AgentCreated(fact) = &event.fact {
            self.put_agent(&fact.agent);
        } else if let Fact::AgentChanged(fact) = &event.fact {
            self.change_agent(fact.agent_id, seq, |agent| {
                agent.name.clone_from(&fact.name);
                agent.role = fact.role;
                agent.groups.clone_from(&fact.groups);
            });
        } else if let Fact::AgentDeactivated(fact) = &event.fact {
            self.change_agent(fact.agent_id, seq, |agent| agent.status = AgentStatus::Deactivated);
        } else if let Fact::AgentAvailabilityChanged(fact) = &event.fact {
            self.change_agent(fact.agent_id, seq, |agent| agent.availability = fact.availability);
        } else {
            self.fold_settings(event);
        }
    }

    fn fold_settings(&mut self, event: &Event) {
        if let Fact::ChannelCreated(fact) = &event.fact {
            self.put_channel(&fact.channel);
        } else if let Fact::ChannelChanged(fact) = &event.fact
            && let Some(channel) = self.channels.get_mut(&fact.channel_id)
            && event.seq > channel.seq
        {
            channel.seq = event.seq;
            channel.name.clone_from(&fact.name);
            channel.approved_countries.clone_from(&fact.approved_countries);
        } else if let Fact::WorkspaceChanged(fact) = &event.fact
            && let Some(workspace) = self.workspace.as_mut().filter(|known| event.seq > known.seq)
        {
            workspace.seq = event.seq;
            workspace.name.clone_from(&fact.name);
            workspace.country.clone_from(&fact.country);
            workspace.unread_until.clone_from(&fact.unread_until);
            workspace.hold_ms = fact.hold_ms.unwrap_or(workspace.hold_ms);
            workspace.link_days = fact.link_days.unwrap_or(workspace.link_days);
        } else if let Fact::TemplateSaved(fact) = &event.fact {
            self.put_template(&fact.template);
        } else if let Fact::TemplateDeleted(fact) = &event.fact
            && self.templates.get(&fact.template_id).is_some_and(|known| event.seq > known.seq)
        {
            self.templates.remove(&fact.template_id);
        }
    }

    pub(super) fn put_group(&mut self, group: &Group) {
        if self.groups.get(&group.group_id).is_none_or(|known| known.seq < group.seq) {
            self.groups.insert(group.group_id, group.clone());
        }
    }

    pub(super) fn put_agent(&mut self, agent: &Agent) {
        if self.agents.get(&agent.agent_id).is_none_or(|known| known.seq < agent.seq) {
            self.agents.insert(agent.agent_id, agent.clone());
        }
    }

    pub(super) fn put_channel(&mut self, channel: &Channel) {
        if self.channels.get(&channel.channel_id).is_none_or(|known| known.seq < channel.seq) {
            self.channels.insert(channel.channel_id, channel.clone());
        }
    }

    pub(super) fn put_template(&mut self, template: &Template) {
        if self.templates.get(&template.template_id).is_none_or(|known| known.seq < template.seq) {
            self.templates.insert(template.template_id, template.clone());
        }
    }

    fn change_group(&mut self, id: GroupId, seq: u64, change: impl FnOnce(&mut Group)) {
        if let Some(group) = self.groups.get_mut(&id).filter(|group| seq > group.seq) {
            group.seq = seq;
            change(group);
        }
    }

    fn change_agent(&mut self, id: AgentId, seq: u64, change: impl FnOnce(&mut Agent)) {
        if let Some(agent) = self.agents.get_mut(&id).filter(|agent| seq > agent.seq) {
            agent.seq = seq;
            change(agent);
        }
    }
}
