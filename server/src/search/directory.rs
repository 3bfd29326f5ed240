//! Names of groups, channels and agents with their words, kept while nothing changes them: a search must not
//! read them all.

use parloir_desk::entity::Channel;
use parloir_desk::view::View;
use parloir_protocol::ids::{AgentId, ChannelId, GroupId};
use parloir_protocol::text::Words;

/// What a workspace's searches can name.
pub(super) struct Directory {
    pub(super) groups: Vec<Named<GroupId>>,
    pub(super) channels: Vec<Named<ChannelId>>,
    pub(super) agents: Vec<Named<AgentId>>,
}

/// A name and its words.
pub(super) struct Named<T> {
    pub(super) id: T,
    pub(super) name: String,
    pub(super) words: Words,
    /// What all of its kind are called as well; nothing where that is no name.
    kind: Words,
}

impl<T> Named<T> {
    fn new(id: T, name: String) -> Self {
        Self { id, words: Words::of(&name), kind: Words::of(""), name }
    }

    /// Whether it is called so, word for word.
    pub(super) fn is_called(&self, words: &[&str]) -> bool {
        [&self.words, &self.kind].into_iter().any(|name| name.iter().eq(words.iter().copied()))
    }

    /// Whether each of the words is a part of what it is called.
    pub(super) fn has(&self, words: &[&str]) -> bool {
        words.iter().all(|word| self.words.fit(word).or_else(|| self.kind.fit(word)).is_some())
    }
}

impl Directory {
    pub(super) fn of(view: &View<'_>) -> Self {
        Self {
            groups: view.groups().into_iter().map(|group| Named::new(group.id, group.name)).collect(),
            channels: view.channels().into_iter().map(channel).collect(),
            agents: view.agents().into_iter().map(|agent| Named::new(agent.id, agent.name)).collect(),
        }
    }

    pub(super) fn group(&self, id: GroupId) -> Option<&Named<GroupId>> {
        self.groups.iter().find(|group| group.id == id)
    }
}

/// A channel is called by its kind as well.
fn channel(channel: Channel) -> Named<ChannelId> {
    let kind = Words::of(&format!("{:?}", channel.kind));
    Named { kind, ..Named::new(channel.id, channel.name) }
}
