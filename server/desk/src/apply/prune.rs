//! What time takes away: answers to clients, and receipts whose message never got their name. Each commit
//! takes a few, so that none has much to do.

use parloir_protocol::ids::ChannelId;

use super::Edit;
use crate::commit::Digest;
use crate::view::decode;

/// Twice as long as a client may repeat a command, because a record's time may differ from the clock.
const ANSWER_MILLIS: i64 = 60 * 24 * 60 * 60 * 1_000;
/// Providers answer within minutes; a receipt for nothing of ours is of no use later.
const KEPT_RECEIPT_MILLIS: i64 = 7 * 24 * 60 * 60 * 1_000;
/// More than a commit adds, so that what is due gets less.
const PER_COMMIT_MAX: usize = 2;

pub(super) fn prune(edit: &mut Edit<'_>) {
    let answers = edit.keys.client_answers_before(edit.at.plus_millis(-ANSWER_MILLIS));
    for (key, _) in edit.view().rows(&answers, PER_COMMIT_MAX) {
        edit.remove(key);
    }
    let kept = edit.keys.kept_before(edit.at.plus_millis(-KEPT_RECEIPT_MILLIS));
    for (place, value) in edit.view().rows(&kept, PER_COMMIT_MAX) {
        let (channel, name): (ChannelId, Digest) = decode(&value);
        edit.remove(edit.keys.kept_receipt(channel, name));
        edit.remove(place);
    }
}
