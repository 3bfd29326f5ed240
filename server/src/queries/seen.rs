//! Whom an agent may know of: somebody who is limited to groups knows the people of their conversations, and nobody
//! else. One who is not shown would otherwise tell that there is a conversation that is hidden.

use parloir_desk::entity::{Agent, Contact, Scope};
use parloir_desk::view::View;

/// Whether `agent` sees a conversation with any address of the contact.
pub fn sees_contact(view: &View<'_>, agent: &Agent, contact: &Contact) -> bool {
    match &agent.scope {
        Scope::All => true,
        Scope::Groups(_) => {
            let (channels, card) = (view.channels(), contact.card.known());
            let addresses = card.into_iter().flat_map(|card| &card.addresses);
            let threads = addresses.flat_map(|address| {
                channels.iter().filter_map(|channel| view.conversation_at(channel.id, address))
            });
            threads
                .filter_map(|id| view.conversation(id))
                .any(|found| agent.scope.sees(found.header.group_id))
        }
    }
}
