//! A desk at which random things happen, and those who search at it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use parloir_desk::command::{CardChange, Command, Inbound, SendMessage};
use parloir_desk::entity::{
    Address, AddressKind, ChannelKind, ContactStatus, Country, Destination, Role, Scope,
};
use parloir_protocol::error::ErrorBody;
use parloir_protocol::ids::{ChannelId, ContactId, ConversationId, GroupId, MessageId, TokenId};
use parloir_protocol::query::search::{SearchConversations, SearchConversationsOk};

use crate::admission::Caller;
use crate::dice::Dice;
use crate::log::{Log, MemoryLog};
use crate::node::Limits;
use crate::rehearsal::{Asked, Rehearsal, inbound, system};
use crate::rules::Rules;
use crate::search::pages::conversations_in_a_moment;
use crate::search::{Search, conversations};

const FIRST: [&str; 14] = [
    "Hélène",
    "Jean-Pierre",
    "Marie",
    "marion",
    "Łukasz",
    "O'Brien",
    "Zoë",
    "İpek",
    "Straßer",
    "Anne",
    "Benoît",
    "李",
    "T.E.",
    "Taxi 3000",
];
const LAST: [&str; 10] =
    ["Martin", "Dumartin", "Le Goff", "Cœur", "Núñez", "Moreau", "Petit", "Müller", "Anne", "D'Aubigné"];
const TAGS: [&str; 7] = ["VIP", "grand compte", "Impayé", "été 2026", "Lyon", "a", "vip-or"];
const KEYS: [&str; 3] = ["city", "Société", "n° client"];
const VALUES: [&str; 8] =
    ["Lyon", "Villeurbanne", "Café de Flore", "C-10234", "0612", "Marseille 13", "Moreau & Fils", "x"];
pub(super) const TEXTS: [&str; 9] = [
    "Bonjour, où est ma commande ?",
    "merci beaucoup",
    "Je vous appelle au 06 12 34 56 78",
    "La livraison de Marie est en retard",
    "ok",
    "C'est très urgent !!!",
    "URGENT: rappelez-moi",
    "emoji 🚕 taxi",
    "bon jour",
];

/// A desk under random work.
pub(super) struct Desk {
    pub(super) at: Rehearsal,
    dice: Dice,
}

impl Desk {
    /// A desk with three groups and three channels.
    pub(super) async fn new(seed: u64, folder: &Path) -> Self {
        Self::on(Arc::new(MemoryLog::new()), seed, folder).await
    }

    pub(super) async fn on(log: Arc<dyn Log>, seed: u64, folder: &Path) -> Self {
        Self::within(Limits::standard(), log, seed, folder).await
    }

    pub(super) async fn within(limits: Limits, log: Arc<dyn Log>, seed: u64, folder: &Path) -> Self {
        let at = Rehearsal::found_with(log, limits, Rules::OURS, Search::new(folder)).await;
        let mut desk = Self { at, dice: Dice::of(seed, &[b"search"]) };
        for name in ["Livraisons Lyon", "Grand compte"] {
            desk.ask(Command::CreateGroup { name: name.to_owned() }).await;
        }
        for (name, own) in [("WhatsApp", "+33700000002"), ("Rappels SMS", "+33700000003")] {
            desk.ask(create_channel(ChannelKind::Whatsapp, name, own)).await;
        }
        desk
    }

    /// A desk that was left by another one.
    pub(super) fn of(at: Rehearsal, seed: u64) -> Self {
        Self { at, dice: Dice::of(seed, &[b"search"]) }
    }

    /// Searches as a server does: at once if that is enough, or else as long as it takes.
    pub(super) fn search(
        &self,
        caller: &Caller,
        query: &SearchConversations,
    ) -> Result<SearchConversationsOk, ErrorBody> {
        conversations_in_a_moment(&self.at.node, caller, query)
            .unwrap_or_else(|| conversations(&self.at.node, caller, query))
    }

    /// Whoever sees everything, and somebody who sees one group.
    pub(super) fn callers(&self) -> [Caller; 2] {
        let agent = self.at.look(|view| view.agents()[0].clone());
        let group = self.at.groups()[1];
        let caller = |scope| Caller {
            workspace: Arc::clone(&self.at.workspace),
            agent: parloir_desk::entity::Agent { scope, role: Role::Admin, ..agent.clone() },
            token: TokenId::from_bytes([0; 16]),
            expires_at: None,
            purpose: parloir_desk::entity::Purpose::Access,
        };
        [caller(Scope::All), caller(Scope::Groups(BTreeSet::from([group])))]
    }

    pub(super) async fn happen(&mut self, times: usize) {
        for _ in 0..times {
            let asked = self.something();
            // What the rules refuse is as good: nothing happened.
            drop(self.at.ask(asked).await);
        }
    }

    async fn ask(&mut self, command: Command) {
        self.at.ask(system(command)).await.expect("it is accepted");
    }

    fn something(&mut self) -> Asked {
        let command = match self.dice.below(20) {
            0..=5 => return self.inbound(),
            6..=9 => self.save(),
            10..=11 => {
                Command::Start { channel_id: self.channel(), to: self.person(), group_id: Some(self.group()) }
            }
            12 => Command::Move {
                conversation_id: self.conversation(),
                group_id: self.group(),
                expected_group: None,
            },
            13 => Command::Close { conversation_id: self.conversation() },
            14 => {
                let (id, text) = (self.conversation(), self.one_of(&TEXTS).to_owned());
                Command::Send(Box::new(SendMessage::text(id, text)))
            }
            15 => self.assign(),
            16 => self.merge(),
            17 => self.unmerge(),
            18 => Command::MarkUnread { conversation_id: self.conversation() },
            _ => {
                let name = format!("Groupe {} {}", self.one_of(&LAST), self.dice.below(4));
                Command::RenameGroup { group_id: self.group(), name }
            }
        };
        self.at.by_admin(command)
    }

    fn inbound(&mut self) -> Asked {
        let channel_id = self.channel();
        let named = self.dice.below(3) == 0;
        let profile_name = named.then(|| self.one_of(&FIRST).to_owned());
        let text = self.one_of(&TEXTS).to_owned();
        inbound(Inbound { profile_name, ..Inbound::text(channel_id, self.person(), text) })
    }

    fn save(&mut self) -> Command {
        let mut change = CardChange::default();
        if self.dice.below(3) > 0 {
            change.name = Some(format!("{} {}", self.one_of(&FIRST), self.one_of(&LAST)));
        }
        if self.dice.below(2) == 0 {
            change.add_tags.insert(self.one_of(&TAGS).to_owned());
        }
        if self.dice.below(4) == 0 {
            change.remove_tags.insert(self.one_of(&TAGS).to_owned());
        }
        if self.dice.below(2) == 0 {
            let value = (self.dice.below(4) > 0).then(|| self.one_of(&VALUES).to_owned());
            change.properties = BTreeMap::from([(self.one_of(&KEYS).to_owned(), value)]);
        }
        let contact_id = (self.dice.below(2) == 0).then(|| self.contact());
        if contact_id.is_none() || self.dice.below(3) == 0 {
            change.add_addresses.insert(self.person().address);
        }
        if self.dice.below(5) == 0 {
            change.remove_addresses.insert(self.person().address);
        }
        Command::SaveContact { contact_id, change }
    }

    fn assign(&mut self) -> Command {
        let agent_id = (self.dice.below(2) == 0).then(|| self.at.admin());
        Command::Assign { conversation_id: self.conversation(), agent_id }
    }

    fn merge(&mut self) -> Command {
        let (survivor, merged) = (self.contact(), self.contact());
        let version = |id| self.at.look(|view| view.contact(id).map_or(0, |contact| contact.seq));
        Command::MergeContacts {
            survivor,
            survivor_version: version(survivor),
            merged,
            merged_version: version(merged),
        }
    }

    fn unmerge(&mut self) -> Command {
        let all = self.at.look(|view| view.contacts_after(None, usize::MAX));
        let parted = all.iter().find_map(|contact| match contact.status {
            ContactStatus::MergedInto(survivor) => Some((survivor, contact.id)),
            ContactStatus::Saved | ContactStatus::Erased => None,
        });
        let (survivor, merged) = parted.unwrap_or_else(|| (self.contact(), self.contact()));
        Command::UnmergeContacts { survivor, merged }
    }

    fn conversation(&mut self) -> ConversationId {
        let all = self.at.look(|view| {
            let all = view.conversations_after(None, usize::MAX);
            all.iter().map(|conversation| conversation.header.conversation_id).collect::<Vec<_>>()
        });
        self.any(&all).unwrap_or(ConversationId::from_bytes([1; 16]))
    }

    fn contact(&mut self) -> ContactId {
        let all = self.at.look(|view| {
            let all = view.contacts_after(None, usize::MAX);
            all.iter().map(|contact| contact.id).collect::<Vec<_>>()
        });
        self.any(&all).unwrap_or(ContactId::from_bytes([1; 16]))
    }

    fn group(&mut self) -> GroupId {
        let groups = self.at.groups();
        self.any(&groups).expect("there are groups")
    }

    fn channel(&mut self) -> ChannelId {
        let all: Vec<_> = self.at.look(|view| view.channels().iter().map(|channel| channel.id).collect());
        self.any(&all).expect("there are channels")
    }

    /// One of few people, so that much happens to each.
    fn person(&mut self) -> Destination {
        let nth = self.dice.below(60);
        let value = match nth % 6 {
            0 => format!("+3361234{:04}", nth * 97),
            1 => format!("+336787878{nth:02}"),
            2 => format!("+4479461{:05}", nth * 31),
            3 => format!("+1555010{nth:04}"),
            4 => format!("+33149{:06}", 612_300 + nth),
            _ => return self.nameless(nth),
        };
        Destination { address: number(&value), country: Some(Country::FRANCE) }
    }

    fn nameless(&mut self, nth: u64) -> Destination {
        let address = Address { kind: AddressKind::Bsuid, value: format!("FR.{nth}marie") };
        Destination { address, country: None }
    }

    fn one_of(&mut self, all: &'static [&'static str]) -> &'static str {
        all[self.dice.below(all.len() as u64) as usize]
    }

    fn any<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        (!all.is_empty()).then(|| all[self.dice.below(all.len() as u64) as usize])
    }

    /// A search somebody may type: parts of what is there, qualified or not, and nonsense.
    pub(super) fn query(&mut self) -> String {
        let words = (0..=self.dice.below(3)).map(|_| self.word()).collect::<Vec<_>>().join(" ");
        match self.dice.below(14) {
            0 => format!("tag:\"{}\" {words}", self.one_of(&TAGS)),
            1 => format!("tag:{}* {words}", self.one_of(&["vip", "gr", "é", "x"])),
            2 => format!("{words} status:{}", self.one_of(&["open", "closed"])),
            3 => format!("unread:{}", self.one_of(&["yes", "no"])),
            4 => format!("assignee:{} {words}", self.one_of(&["me", "none"])),
            5 => format!("prop:city={}", self.one_of(&["lyon", "vill*", "\"marseille 13\""])),
            6 => format!("channel:{} {words}", self.one_of(&["whatsapp", "main", "sms", "ma", "rappel"])),
            8 => {
                format!("group:\"{}\" {words}", self.one_of(&["Grand compte", "groupe", "LIVR", "g 1", "a"]))
            }
            9 => format!("assignee:{} {words}", self.one_of(&["ada", "da", "bob"])),
            7 => format!("\"{} {}\"", self.one_of(&FIRST), self.one_of(&LAST)),
            _ => words,
        }
    }

    fn word(&mut self) -> String {
        let source = match self.dice.below(8) {
            0 => return self.digits(),
            1 => self.one_of(&TAGS),
            2 => self.one_of(&VALUES),
            3 => self.one_of(&TEXTS),
            4..=5 => self.one_of(&FIRST),
            _ => self.one_of(&LAST),
        };
        let characters: Vec<char> = source.chars().collect();
        let from = self.dice.below(characters.len() as u64) as usize;
        let length = 1 + self.dice.below(6) as usize;
        characters.iter().skip(from).take(length).filter(|c| !"\":*".contains(**c)).collect()
    }

    fn digits(&mut self) -> String {
        let numbers = [
            "06 12 34",
            "+33612",
            "0033612",
            "612-34",
            "7878",
            "0",
            "06",
            "3",
            "+4",
            "0149",
            "61 23",
            "12 34 12",
            "+33 (0)6 78",
            "555",
            "+1555",
            "07946",
            "123",
            "4479461",
        ];
        let known = numbers[self.dice.below(numbers.len() as u64) as usize].to_owned();
        if self.chance(4) { self.one_digit_more().unwrap_or(known) } else { known }
    }

    /// A digit more than a number has, just before somebody's.
    fn one_digit_more(&mut self) -> Option<String> {
        let digits: u64 = self.person().address.value.strip_prefix('+')?.parse().ok()?;
        Some(format!("+{}9", digits - 1))
    }

    pub(super) fn conversation_of(&self, id: MessageId) -> ConversationId {
        self.at.look(|view| view.message(id)).expect("the message").conversation_id
    }

    pub(super) fn chance(&mut self, of: u64) -> bool {
        self.dice.below(of) == 0
    }
}

/// A channel with the simulator behind it.
pub(super) fn create_channel(kind: ChannelKind, name: &str, own: &str) -> Command {
    let (name, address, provider) = (name.to_owned(), number(own), "simulator".to_owned());
    Command::CreateChannel { kind, name, address, provider, approved_countries: None }
}

fn number(value: &str) -> Address {
    Address { kind: AddressKind::E164, value: value.to_owned() }
}
