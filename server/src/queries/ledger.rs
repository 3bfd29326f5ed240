//! `consent.list`: who said stop or start, newest first, as far as the asking agent sees the conversation.

use parloir_desk::entity::ConsentRow;
use parloir_desk::view::View;
use parloir_protocol::entity::ConsentEntry;
use parloir_protocol::ids::ChannelId;

use crate::admission::Caller;
use crate::wire::entity;

/// Lines looked at for one page: what is hidden from an agent costs a look too.
const LOOKED_AT_MAX: usize = 2_000;

/// Up to `limit` lines before a seq, and the seq to go on from when there are more.
pub(super) fn page(
    view: &View<'_>,
    caller: &Caller,
    before: Option<u64>,
    limit: usize,
) -> (Vec<ConsentEntry>, Option<u64>) {
    let (mut items, mut last) = (Vec::new(), None);
    let rows = view.ledger(before, LOOKED_AT_MAX);
    let is_cut = rows.len() == LOOKED_AT_MAX;
    for (channel, row) in rows {
        if items.len() == limit {
            return (items, last);
        }
        last = Some(row.seq);
        items.extend(entry(view, caller, channel, &row));
    }
    (items, last.filter(|_| is_cut))
}

fn entry(view: &View<'_>, caller: &Caller, channel_id: ChannelId, row: &ConsentRow) -> Option<ConsentEntry> {
    let conversation = view.conversation(row.conversation_id)?;
    let address = conversation.address.known().map(entity::address);
    caller.agent.scope.sees(conversation.header.group_id).then(|| ConsentEntry {
        conversation_id: row.conversation_id,
        channel_id,
        address,
        consent: entity::consent(row.consent),
        at: row.at,
    })
}
