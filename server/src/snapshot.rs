//! What a client begins with: the first page of its view, groups, agents, channels, counters and signals, in
//! parts of bounded size. Everything carries its own as-of seq, so nothing needs to be read at one moment.

use parloir_desk::view::View;
use parloir_protocol::codec::Codec;
use parloir_protocol::down::Snapshot;
use parloir_protocol::entity::{self, Counters};
use parloir_protocol::ids::GroupId;
use parloir_session::Scope;

use crate::admission::{Caller, scope_of};
use crate::node::Node;
use crate::queue;
use crate::wire;

/// The parts of a snapshot after which the events after `seq` follow.
pub fn parts(node: &Node, caller: &Caller, view: &entity::View, seq: u64) -> Vec<Snapshot> {
    let state = node.state.current();
    let rows = View::new(&*state, caller.workspace.id);
    let scope = scope_of(&caller.agent);
    let page = queue::page(&rows, &caller.agent, view, None, node.limits.wire.page_rows);
    let mut whole = Snapshot { seq, next: page.next, ..Snapshot::default() };
    whole.groups =
        rows.groups().iter().filter(|group| scope.sees(group.id)).map(wire::entity::group).collect();
    whole.agents = rows.agents().iter().map(wire::entity::agent).collect();
    whole.channels = rows.channels().iter().map(wire::entity::channel).collect();
    whole.templates = rows.templates().iter().map(wire::entity::template).collect();
    whole.counters = counters(&rows, &scope, seq);
    whole.signals = caller.workspace.hub.signals.current(&scope);
    whole.rows = page.rows;
    cut(whole, node.limits.wire.snapshot_part_bytes)
}

/// The counters of every visible group, each with all its agents.
pub fn counters(rows: &View<'_>, scope: &Scope, seq: u64) -> Vec<Counters> {
    let visible: Vec<GroupId> =
        rows.groups().iter().map(|group| group.id).filter(|id| scope.sees(*id)).collect();
    let counted = |group| {
        let assignees = rows.counters_of_assignees(group);
        Counters { complete: true, ..wire::entity::counters(seq, group, rows.counters(group), &assignees) }
    };
    visible.into_iter().map(counted).collect()
}

/// Cuts a snapshot into parts whose size stays near `bytes`: each list into runs of rows.
fn cut(whole: Snapshot, bytes: usize) -> Vec<Snapshot> {
    let seq = whole.seq;
    let mut parts = Vec::new();
    let mut fill = |items: &mut dyn FnMut(usize) -> Option<Snapshot>| {
        while let Some(part) = items(bytes) {
            parts.push(part);
        }
    };
    let Snapshot { rows, groups, agents, channels, templates, counters, signals, next, .. } = whole;
    let mut groups = groups.into_iter();
    let mut agents = agents.into_iter();
    let mut channels = channels.into_iter();
    let mut templates = templates.into_iter();
    let mut counters = counters.into_iter();
    let mut signals = signals.into_iter();
    let mut rows = rows.into_iter();
    fill(&mut |bytes| run(&mut groups, bytes).map(|groups| Snapshot { groups, ..Snapshot::default() }));
    fill(&mut |bytes| run(&mut agents, bytes).map(|agents| Snapshot { agents, ..Snapshot::default() }));
    fill(&mut |bytes| run(&mut channels, bytes).map(|channels| Snapshot { channels, ..Snapshot::default() }));
    fill(&mut |bytes| {
        run(&mut templates, bytes).map(|templates| Snapshot { templates, ..Snapshot::default() })
    });
    fill(&mut |bytes| run(&mut counters, bytes).map(|counters| Snapshot { counters, ..Snapshot::default() }));
    fill(&mut |bytes| run(&mut rows, bytes).map(|rows| Snapshot { rows, ..Snapshot::default() }));
    fill(&mut |bytes| run(&mut signals, bytes).map(|signals| Snapshot { signals, ..Snapshot::default() }));
    parts.push(Snapshot { next, last: true, ..Snapshot::default() });
    for (number, part) in (0..).zip(&mut parts) {
        (part.part, part.seq) = (number, seq);
    }
    parts
}

/// The next items that fit; at least one when there is any.
fn run<T: serde::Serialize>(items: &mut std::vec::IntoIter<T>, bytes: usize) -> Option<Vec<T>> {
    let mut taken = Vec::new();
    let mut size = 0;
    while let Some(next) = items.as_slice().first() {
        size += Codec::Msgpack.write(next).len();
        if !taken.is_empty() && size > bytes {
            break;
        }
        taken.extend(items.next());
    }
    (!taken.is_empty()).then_some(taken)
}
