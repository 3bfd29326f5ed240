//! Plays the stories in the order of time, with the clock where each line says.

use parloir_desk::command::{Command, Inbound, SendMessage};
use parloir_desk::commit::Actor;
use parloir_desk::entity::{Address, AddressKind, Country, Destination};
use parloir_protocol::ids::{AgentId, ChannelId, ConversationId, GroupId};

use super::DemoError;
use super::ask::Asker;
use super::cast::{Cast, number};
use super::people::{CUSTOMERS, GROUPS, WORKERS};
use super::story::{self, Action, Deed, Line, Story, Who};
use crate::phone;

const STORIES: [&str; 2] = [include_str!("stories/french.txt"), include_str!("stories/english.txt")];

const MINUTE_MILLIS: i64 = 60_000;

/// A story with its names resolved.
struct Scene {
    story: Story,
    channel_id: ChannelId,
    from: Destination,
    profile_name: Option<String>,
    group_id: GroupId,
}

/// Everything that is written down and has not happened yet.
pub(super) async fn play(asker: &Asker, cast: &Cast) -> Result<(), DemoError> {
    let scenes = scenes(cast)?;
    let mut cues: Vec<(i64, usize, usize)> = Vec::new();
    for (scene, found) in scenes.iter().enumerate() {
        cues.extend(found.story.lines.iter().enumerate().map(|(line, at)| (-at.minutes_ago, scene, line)));
    }
    cues.sort_unstable();
    for (_, scene, line) in cues {
        Player { asker, cast, scene: &scenes[scene] }.line(line).await?;
    }
    Ok(())
}

fn scenes(cast: &Cast) -> Result<Vec<Scene>, DemoError> {
    let mut scenes = Vec::new();
    for text in STORIES {
        let stories = story::read(text).map_err(|error| DemoError::Unreadable(error.to_string()))?;
        for story in stories {
            let unknown = || DemoError::Unreadable(format!("{:?} has an unknown name", story.who));
            scenes.push(scene(cast, story.clone()).ok_or_else(unknown)?);
        }
    }
    Ok(scenes)
}

fn scene(cast: &Cast, story: Story) -> Option<Scene> {
    let (address, profile_name) = match &story.who {
        Who::Saved(name) => {
            let customer = CUSTOMERS.iter().find(|customer| customer.name == name)?;
            (number(customer.number), None)
        }
        Who::Unsaved { address, profile_name } => (unsaved(address), profile_name.clone()),
    };
    let country = match address.kind {
        AddressKind::E164 => phone::normalise(&address.value, Country::FRANCE).ok()?.1,
        AddressKind::Bsuid | AddressKind::Rcs => None,
    };
    let channel_id = *cast.channels.get(story.channel.as_str())?;
    let group_id = *cast.groups.get(story.group.as_str())?;
    let from = Destination { address, country };
    Some(Scene { story, channel_id, from, profile_name, group_id })
}

fn unsaved(text: &str) -> Address {
    match text.strip_prefix("bsuid:") {
        Some(value) => Address { kind: AddressKind::Bsuid, value: value.to_owned() },
        None => number(text),
    }
}

struct Player<'a> {
    asker: &'a Asker,
    cast: &'a Cast,
    scene: &'a Scene,
}

impl Player<'_> {
    async fn line(&self, index: usize) -> Result<(), DemoError> {
        let Line { minutes_ago, deed } = &self.scene.story.lines[index];
        let Scene { story, from, .. } = self.scene;
        let step = format!("{} {} {index}", story.channel, from.address.value);
        match deed {
            Deed::Wrote(text) => {
                let actor = Actor::Contact(self.scene.channel_id);
                self.ask(&step, *minutes_ago, actor, || Some(Command::Receive(self.inbound(text)))).await?;
                if index == 0 && story.group != GROUPS[0] {
                    self.sort(&format!("{step} move"), *minutes_ago).await?;
                }
                Ok(())
            }
            Deed::Replied(worker, text) => {
                let send =
                    || Some(Command::Send(Box::new(SendMessage::text(self.conversation()?, text.as_str()))));
                self.ask(&step, *minutes_ago, self.worker(worker)?, send).await
            }
            Deed::Noted(worker, text) => {
                let (text, mentions) = (text.clone(), Default::default());
                let note =
                    || Some(Command::AddNote { conversation_id: self.conversation()?, text, mentions });
                self.ask(&step, *minutes_ago, self.worker(worker)?, note).await
            }
            Deed::Acted(worker, action) => self.act(&step, *minutes_ago, self.worker(worker)?, *action).await,
        }
    }

    /// Whoever sorts the mail moves a new conversation to its group.
    async fn sort(&self, step: &str, minutes_ago: i64) -> Result<(), DemoError> {
        let shift = || {
            let (conversation_id, group_id) = (self.conversation()?, self.scene.group_id);
            Some(Command::Move { conversation_id, group_id, expected_group: None })
        };
        self.ask(step, minutes_ago, self.worker(WORKERS[0].key)?, shift).await
    }

    async fn act(&self, step: &str, minutes_ago: i64, by: Actor, action: Action) -> Result<(), DemoError> {
        let read = || {
            let up_to = self.asker.view(|view| view.head().seq);
            Some(Command::MarkRead { conversation_id: self.conversation()?, up_to })
        };
        match action {
            Action::Claim => {
                let claim = || Some(Command::Claim { conversation_id: self.conversation()? });
                self.ask(step, minutes_ago, by, claim).await?;
                self.ask(&format!("{step} read"), minutes_ago, by, read).await
            }
            Action::Close => {
                let close = || Some(Command::Close { conversation_id: self.conversation()? });
                self.ask(step, minutes_ago, by, close).await
            }
            Action::Read => self.ask(step, minutes_ago, by, read).await,
            Action::Unread => {
                let unread = || Some(Command::MarkUnread { conversation_id: self.conversation()? });
                self.ask(step, minutes_ago, by, unread).await
            }
        }
    }

    /// Asks at the time of the story, unless an earlier start did.
    async fn ask(
        &self,
        step: &str,
        minutes_ago: i64,
        actor: Actor,
        command: impl FnOnce() -> Option<Command>,
    ) -> Result<(), DemoError> {
        if self.asker.known(step).is_some() {
            return Ok(());
        }
        self.asker.node.clock.set_back(minutes_ago * MINUTE_MILLIS);
        match command() {
            Some(command) => self.asker.once(step, actor, command).await.map(drop),
            // Somebody erased the person between two starts.
            None => Ok(()),
        }
    }

    fn inbound(&self, text: &str) -> Inbound {
        let Scene { channel_id, from, profile_name, .. } = self.scene;
        let (from, profile_name) = (from.clone(), profile_name.clone());
        Inbound { profile_name, ..Inbound::text(*channel_id, from, text) }
    }

    fn conversation(&self) -> Option<ConversationId> {
        let Scene { channel_id, from, .. } = self.scene;
        self.asker.view(|view| view.conversation_at(*channel_id, &from.address))
    }

    fn worker(&self, key: &str) -> Result<Actor, DemoError> {
        let id: Option<&AgentId> = self.cast.workers.get(key);
        id.map(|id| Actor::Agent(*id))
            .ok_or_else(|| DemoError::Unreadable(format!("nobody is called '{key}'")))
    }
}
