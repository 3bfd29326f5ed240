//! Where what comes in over a line goes: the channel whose number it was sent to, through the door that webhooks
//! use. What cannot be read is kept aside; what has no channel stays with the network.

use std::sync::{Arc, Weak};

use futures_util::FutureExt as _;
use parloir_desk::entity::Channel;
use parloir_desk::view::View;
use parloir_protocol::error::ErrorBody;

use super::intake::{Door, Letter, Taken};
use crate::fault::{self, Point};
use crate::inbound;
use crate::node::Node;
use crate::poison::{Kept, Poison};
use crate::workspace::Workspace;

/// A channel and its workspace.
type Place = (Arc<Workspace>, Channel);

/// The door of the account `name`.
pub(super) fn door(node: &Arc<Node>, poison: &Arc<Poison>, name: &str) -> Door {
    let (node, poison, name) = (Arc::downgrade(node), Arc::clone(poison), name.to_owned());
    Arc::new(move |letter| {
        let (node, poison, name) = (Weak::clone(&node), Arc::clone(&poison), name.clone());
        async move {
            match node.upgrade() {
                Some(node) => take(&node, poison, &name, letter).await,
                None => Taken::NotNow,
            }
        }
        .boxed()
    })
}

async fn take(node: &Node, poison: Arc<Poison>, name: &str, letter: Letter) -> Taken {
    let Some((workspace, channel)) = find(node, name, &letter.ours) else {
        metrics::counter!("parloir_smpp_without_channel_total").increment(1);
        tracing::warn!(provider = name, "smpp.no_channel");
        return Taken::NotNow;
    };
    match inbound::take(node, node.providers(), &workspace, &channel, &letter.body).await {
        Ok(()) => {
            fault::at(Point::InboundTaken);
            Taken::Safe
        }
        Err(error) if error.temporary => Taken::NotNow,
        Err(error) => keep_aside(node, poison, (&workspace, &channel), &error, &letter.body).await,
    }
}

async fn keep_aside(
    node: &Node,
    poison: Arc<Poison>,
    (workspace, channel): (&Workspace, &Channel),
    error: &ErrorBody,
    body: &[u8],
) -> Taken {
    let at = node.clock.now();
    let kept = Kept::new(workspace.id, channel.id, &channel.provider, at, &error.message, body);
    match tokio::task::spawn_blocking(move || poison.keep(&kept)).await {
        Ok(Ok(id)) => {
            metrics::counter!("parloir_inbound_kept_aside_total").increment(1);
            tracing::warn!(channel = %channel.id, code = error.code, id, "inbound.kept_aside");
            Taken::Safe
        }
        Ok(Err(_)) | Err(_) => {
            tracing::error!(channel = %channel.id, "inbound.not_kept_aside");
            Taken::NotNow
        }
    }
}

/// The channel of one of these numbers; the account's only one, where it has no other.
fn find(node: &Node, name: &str, ours: &[String]) -> Option<Place> {
    let state = node.state.current();
    let mut places: Vec<Place> = Vec::new();
    for workspace in node.workspaces() {
        let channels = View::new(&*state, workspace.id).channels();
        let own = channels.into_iter().filter(|channel| channel.provider == name);
        places.extend(own.map(|channel| (Arc::clone(&workspace), channel)));
    }
    let is_of = |number: &String, place: &Place| bare(number) == bare(&place.1.address.value);
    let found = ours.iter().find_map(|number| places.iter().position(|place| is_of(number, place)));
    match found {
        Some(place) => Some(places.swap_remove(place)),
        None if places.len() == 1 => places.pop(),
        None => None,
    }
}

/// A number without what stands for "from abroad".
fn bare(number: &str) -> &str {
    number.strip_prefix('+').or_else(|| number.strip_prefix("00")).unwrap_or(number)
}
