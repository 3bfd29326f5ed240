//! What names stand for, word for word: of channels in qualifiers, and of who has no name.

use parloir_desk::command::Inbound;
use parloir_desk::entity::{Address, AddressKind, ChannelKind, Destination};
use parloir_protocol::entity::Rank;
use parloir_protocol::ids::ChannelId;
use parloir_protocol::query::search::SearchConversations;

use super::desk::{Desk, create_channel};
use crate::rehearsal::inbound;
use crate::search::conversations;

async fn channel(desk: &Desk, kind: ChannelKind, name: &str, own: u8) -> ChannelId {
    let command = create_channel(kind, name, &format!("+3379000{own:04}"));
    desk.at.ask(desk.at.by_admin(command)).await.expect("it is accepted");
    let called = |view: &parloir_desk::view::View<'_>| {
        view.channels().into_iter().find(|channel| channel.name == name).map(|channel| channel.id)
    };
    desk.at.look(called).expect("it is there")
}

async fn writes(desk: &Desk, channel_id: ChannelId, (kind, from): (AddressKind, &str)) {
    let address = Address { kind, value: from.to_owned() };
    let said = Inbound::text(channel_id, Destination { address, country: None }, "Bonjour");
    desk.at.ask(inbound(said)).await.expect("it is accepted");
}

/// What is found, by its first address.
fn found(desk: &Desk, text: &str) -> Vec<(Rank, String)> {
    let query = SearchConversations { text: text.to_owned(), limit: None, after: None, count: false };
    let page = conversations(&desk.at.node, &desk.callers()[0], &query).expect("the search is right");
    page.hits.into_iter().map(|hit| (hit.rank, hit.addresses[0].value.clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_is_called_so_is_meant_alone_and_a_kind_is_a_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::new(1, folder.path()).await;
    desk.at.node.search.renew(&desk.at.node).expect("it is built");
    for (own, (kind, name)) in [
        (ChannelKind::Sms, "Support"),
        (ChannelKind::Whatsapp, "Support Paris"),
        (ChannelKind::Whatsapp, "SMS Lyon"),
    ]
    .into_iter()
    .enumerate()
    {
        let id = channel(&desk, kind, name, own as u8).await;
        writes(&desk, id, (AddressKind::E164, &format!("+3361000000{own}"))).await;
    }
    let to = |text: &str| found(&desk, text).into_iter().map(|(_, address)| address).collect::<Vec<_>>();
    assert_eq!(to("channel:support"), ["+33610000000"]);
    assert_eq!(to("channel:supp"), ["+33610000001", "+33610000000"], "nothing is called so");
    assert_eq!(to("channel:sms"), ["+33610000000"], "the kind, and not who has it in his name");
    assert_eq!(to("channel:lyon"), ["+33610000002"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_name_and_no_number_is_found_by_the_address_as_by_a_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::new(1, folder.path()).await;
    desk.at.node.search.renew(&desk.at.node).expect("it is built");
    for from in ["INFOBANK", "INFOBANKING", "MyINFOBANK"] {
        writes(&desk, desk.at.channel(), (AddressKind::Rcs, from)).await;
    }
    let expected = [(Rank::Whole, "INFOBANK"), (Rank::Start, "INFOBANKING"), (Rank::Inside, "MyINFOBANK")];
    let expected = expected.map(|(rank, from)| (rank, from.to_owned()));
    assert_eq!(found(&desk, "infobank"), expected);
    desk.at.node.search.commit().expect("it is committed");
    assert_eq!(found(&desk, "infobank"), expected, "written or in memory");
}
