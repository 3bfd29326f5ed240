//! Who is behind an address, as whoever builds an index knows it.

use parloir_desk::view::View;
use parloir_protocol::ids::ContactId;

use super::desk::Desk;
use crate::search::build::cards::Cards;

#[tokio::test(flavor = "multi_thread")]
async fn packed_cards_say_what_the_state_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new(5, folder.path()).await;
    desk.happen(400).await;
    let state = desk.at.node.state.current();
    let view = View::new(&*state, desk.at.workspace.id);
    let conversations = view.conversations_after(None, usize::MAX);
    let addresses = conversations.iter().filter_map(|conversation| conversation.address.known());
    let addresses: Vec<_> = addresses.collect();
    let known = |cards: &Cards| -> Vec<Option<ContactId>> {
        addresses.iter().map(|address| cards.behind(&view, address).map(|contact| contact.id)).collect()
    };
    let expected: Vec<_> = addresses.iter().map(|address| view.contact_at(address)).collect();
    assert!(expected.iter().any(Option::is_some) && expected.iter().any(Option::is_none));
    assert_eq!(known(&Cards::read(&view)), expected, "all of them packed");
    assert_eq!(known(&Cards::up_to(&view, 0)), expected, "none of them packed");
    assert_eq!(known(&Cards::up_to(&view, 1)), expected, "some of them packed");
}
