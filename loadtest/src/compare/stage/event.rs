//! How long an event of ours is on the wire, so that everybody delivers as much. It asks a server for one.

use crate::compare::broker::{Broker, Hall};
use crate::compare::verdict::Verdict;
use crate::crowd::tongue::{Joined, Step, Tongue};
use crate::crowd::{Venue, hear};
use crate::mark::{MARK_BYTES, Mark, Moment};
use crate::raw;
use crate::socket::{Piece, Socket};

/// The least that the comparison is about.
const EVENT_BYTES_MIN: usize = 220;

/// Lengths of an event and of the text in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lengths {
    pub(super) event_bytes: usize,
    pub(super) text_bytes: usize,
}

pub(super) async fn measure(hall: &Hall) -> anyhow::Result<Lengths> {
    let broker = Broker::ours(&Hall { agents: 1, ..hall.clone() }).await?;
    let shortest = length(&broker.venue).await?;
    broker.end(&mut Verdict::default()).await?;
    let padding = EVENT_BYTES_MIN.saturating_sub(shortest);
    Ok(Lengths { event_bytes: shortest + padding, text_bytes: MARK_BYTES + padding })
}

/// Of the event that a note with nothing but a mark becomes.
async fn length(venue: &Venue) -> anyhow::Result<usize> {
    let Venue { address, tongue } = venue;
    let mut socket = Socket::dial(*address, tongue.listening()).await?;
    for step in tongue.greet() {
        match step {
            Step::Say(kind, bytes) => socket.send(kind, &bytes).await?,
            Step::Hear(needle) => hear(&mut socket, tongue, &needle, &mut Joined::default()).await?,
        }
    }
    let mark = Mark { number: 0, due: Moment::now() }.text();
    let (kind, message) = Tongue::say(tongue, &mark);
    socket.send(kind, &message).await?;
    let (mut event, mut length) = (Vec::new(), None);
    while length.is_none() {
        socket
            .read(&mut |piece| match piece {
                Piece::Part(part) => event.extend_from_slice(part),
                Piece::End => {
                    if raw::is(&event, b"event") && raw::contains(&event, mark.as_bytes()) {
                        length = Some(event.len());
                    }
                    event.clear();
                }
                Piece::Ping(_) | Piece::Close(_) => {}
            })
            .await?;
    }
    Ok(length.unwrap_or_default())
}
