//! Webhooks that speak for several accounts of one owner, as those of an app with two numbers do: each part goes
//! to the channel of its account. It passes on to nobody whose webhooks are signed with another secret.

use std::sync::Arc;

use parloir_desk::entity::Channel;
use parloir_desk::view::View;
use parloir_protocol::error::{Code, ErrorBody};

use crate::node::Node;
use crate::providers::{Provider, Providers, Seat};
use crate::workspace::Workspace;

#[cfg(test)]
mod tests;

/// The fact that tells an error of this page from others.
const OTHER: &str = "other";

/// Who a part of a webhook is for.
struct Place {
    provider: Arc<dyn Provider>,
    workspace: Arc<Workspace>,
    channel: Channel,
}

/// Hands the body to the channel of the account that is called `name`, which takes of it what is its own.
pub(super) async fn pass_on(
    node: &Node,
    providers: &Providers,
    from: &dyn Provider,
    name: &str,
    body: &[u8],
) -> Result<(), ErrorBody> {
    let place = from.seat().and_then(|seat| find(node, providers, &Seat { name: name.to_owned(), ..seat }));
    let Some(Place { provider, workspace, channel }) = place else {
        metrics::counter!("parloir_inbound_for_nobody_total").increment(1);
        let sentence =
            format!("the webhook is for '{name}', which is the account of no channel, or of several");
        return Err(ErrorBody::new(Code::ChannelNotFound, sentence).with(OTHER, name));
    };
    super::take_from(&*provider, node, &workspace, &channel, body).await
}

/// Whether all that is wrong with a webhook is that a part of it is for an account without a channel.
pub fn is_for_another(error: &ErrorBody) -> bool {
    error.details.contains_key(OTHER)
}

/// The one channel of the account in this seat.
fn find(node: &Node, providers: &Providers, seat: &Seat) -> Option<Place> {
    let mut accounts =
        providers.accounts().filter(|(_, account)| account.provider.seat().as_ref() == Some(seat));
    let (name, account) = accounts.next()?;
    let state = node.state.current();
    let mut places = node.workspaces().into_iter().flat_map(|workspace| {
        let own = providers.account_of(workspace.id, name).is_some();
        let channels = if own { View::new(&*state, workspace.id).channels() } else { Vec::new() };
        let ours = channels.into_iter().filter(|channel| channel.provider == name);
        ours.map(move |channel| (Arc::clone(&workspace), channel)).collect::<Vec<_>>()
    });
    let (workspace, channel) = places.next()?;
    let is_only = places.next().is_none() && accounts.next().is_none();
    is_only.then(|| Place { provider: Arc::clone(&account.provider), workspace, channel })
}
