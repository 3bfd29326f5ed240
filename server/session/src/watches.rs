//! Which watches of a connection are open: their number, their ids, and whose changes may still be told. It
//! knows nothing of what is watched, and never answers anything by itself.

use std::collections::BTreeMap;

use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::watch::{Watch, WatchFrame};

/// What the driver made of a watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watched {
    /// Changes follow.
    Open,
    /// There is no such watch.
    Refused,
}

/// Where a watch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Its reply is due.
    Asked,
    Open,
    /// Ended before its reply, which is due all the same.
    Left,
}

/// The watches of one connection. The unanswered ones are bounded by what may be in flight, the others here.
#[derive(Debug, Default)]
pub struct Watches {
    by_id: BTreeMap<u64, Phase>,
}

impl Watches {
    /// Takes a watch in, whose reply is due from here on.
    pub fn ask(&mut self, frame: &WatchFrame, watches_max: usize) -> Result<(), ErrorBody> {
        let Watch::SearchConversations(search) = &frame.watch;
        if self.by_id.contains_key(&frame.id) {
            let message = format!("the watch {} is open: take another id", frame.id);
            return Err(ErrorBody::new(Code::InvalidParams, message).with("field", "id"));
        }
        if search.after.is_some() {
            let message = "a watch is of the first page: leave `after` out";
            return Err(ErrorBody::new(Code::InvalidParams, message).with("field", "after"));
        }
        let kept = self.by_id.values().filter(|phase| **phase != Phase::Left).count();
        if kept >= watches_max {
            let message = format!("a connection keeps {watches_max} watches open: end one first");
            return Err(ErrorBody::new(Code::TooMany, message).with("max", watches_max));
        }
        self.by_id.insert(frame.id, Phase::Asked);
        Ok(())
    }

    /// The driver answered a watch; whether a reply was due.
    pub fn answered(&mut self, id: u64, watched: Watched) -> bool {
        match (self.by_id.remove(&id), watched) {
            (Some(Phase::Asked), Watched::Open) => {
                self.by_id.insert(id, Phase::Open);
                true
            }
            (Some(Phase::Asked), Watched::Refused) | (Some(Phase::Left), _) => true,
            (Some(Phase::Open), _) => {
                self.by_id.insert(id, Phase::Open);
                false
            }
            (None, _) => false,
        }
    }

    /// The client ends a watch; whether there was one to end.
    pub fn leave(&mut self, id: u64) -> bool {
        match self.by_id.get(&id) {
            Some(Phase::Asked) => self.by_id.insert(id, Phase::Left).is_some(),
            Some(Phase::Open) => self.by_id.remove(&id).is_some(),
            Some(Phase::Left) | None => false,
        }
    }

    /// Whether changes of this watch may be told.
    pub fn is_open(&self, id: u64) -> bool {
        self.by_id.get(&id) == Some(&Phase::Open)
    }
}
