//! With real sockets: whether the fan moves a connection on or its own task reads, and however small the socket's
//! buffer is, the peer gets every event once and in order.

use std::sync::Arc;

use futures_util::FutureExt as _;
use parloir_protocol::codec::Codec;
use parloir_protocol::down::Down;
use parloir_protocol::entity::Actor;
use parloir_protocol::event::group::Renamed;
use parloir_protocol::event::{Event, Fact};
use parloir_protocol::ids::{AgentId, GroupId, TokenId};
use parloir_protocol::time::Time;
use parloir_session::{Audience, Mark, Office, Scope};
use tokio::io::{AsyncReadExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::{Follow as _, Outlet, Standing};
use crate::dice::Dice;
use crate::fan::Following;
use crate::hub::{Content, Entry, RingLimits};
use crate::reader::{Page, Reader, Sight};
use crate::stage::Stage;

const EVENTS: u64 = 1_500;
const CONNECTIONS: u64 = 6;

fn mark(seq: u64) -> Mark {
    Mark { epoch: parloir_protocol::cursor::Epoch(1), seq, hash_prefix: [0; 8] }
}

fn entry(seq: u64) -> Arc<Entry> {
    entry_for(Audience::Workspace, seq)
}

fn entry_for(audience: Audience, seq: u64) -> Arc<Entry> {
    let renamed = Renamed { group_id: GroupId::from_bytes([1; 16]), name: "x".repeat(200) };
    let event =
        Event { seq, at: Time(0), actor: Actor::System, command_id: None, fact: Fact::GroupRenamed(renamed) };
    let content = Content::Event { event: Box::new(event), entered: None };
    Arc::new(Entry::new(seq, [0; 8], audience, None, content))
}

fn standing(stage: &Stage, seq: u64) -> Box<Standing> {
    let sight = Sight {
        agent: AgentId::from_bytes([1; 16]),
        token: TokenId::from_bytes([2; 16]),
        scope: Scope::All,
        office: Office::None,
        codec: Codec::Msgpack,
    };
    let workspace = Arc::clone(&stage.workspace);
    Box::new(Standing {
        reader: Reader::after(Arc::clone(&stage.node), Arc::clone(&workspace), sight, seq),
        signals_version: Some(workspace.hub.signals.version()),
        workspace,
        mark: mark(seq),
        owes_counters: false,
        is_to_be_told: false,
    })
}

/// A connection's way out that stands still, and its peer.
async fn at_rest(stage: &Stage) -> (Arc<Outlet>, TcpStream) {
    let (ours, theirs) = pair().await;
    let outlet = Arc::new(Outlet::new(ours.into_split().1));
    assert!(outlet.stand(standing(stage, stage.workspace.hub.head().seq)).is_ok(), "nothing is ahead");
    (outlet, theirs)
}

/// A connection of two sockets, with room for few events between them.
async fn pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (ours, theirs) = tokio::join!(listener.accept(), TcpStream::connect(address));
    let (ours, theirs) = (ours.expect("accepted").0, theirs.expect("connected"));
    ours.set_nodelay(true).expect("an option");
    socket2::SockRef::from(&ours).set_send_buffer_size(16 << 10).expect("a small buffer");
    (ours, theirs)
}

/// What a connection's own task does, with interruptions by chance.
async fn serve(outlet: Arc<Outlet>, mut standing: Box<Standing>, mut dice: Dice) {
    loop {
        standing = match outlet.stand(standing) {
            Err(mut standing) => {
                let chunk = standing.reader.next().await.expect("the ring has it");
                standing.mark = chunk.mark;
                outlet.extend(chunk.frames);
                standing
            }
            Ok(()) => {
                interruption(&outlet, &mut dice).await;
                outlet.leave().expect("it stood here")
            }
        };
        while !outlet.try_write().expect("the peer is there") {
            outlet.write_some().await.expect("the peer is there");
        }
    }
}

/// The fan calls, or something else happens after a moment.
async fn interruption(outlet: &Outlet, dice: &mut Dice) {
    if dice.one_in(2) {
        return outlet.called().await;
    }
    for _ in 0..dice.below(8) {
        tokio::task::yield_now().await;
    }
}

/// The fan is called to it, and moves all on once more: their own tasks need not wake for it.
#[tokio::test]
async fn what_is_published_while_others_are_moved_on_wakes_nobody() {
    let stage = Stage::new("nobody").await;
    let hub = &stage.workspace.hub;
    let (_head, begin) = (hub.subscribe(), hub.head().seq);
    let ((first, theirs), (second, others)) = (at_rest(&stage).await, at_rest(&stage).await);
    hub.publish(vec![entry(begin + 1)], 0, mark(begin + 1));
    let mut page = Page::new(hub);
    first.follow(&mut page);
    hub.publish(vec![entry(begin + 2)], 0, mark(begin + 2));
    second.follow(&mut page);
    for (outlet, peer) in [(first, theirs), (second, others)] {
        assert!(outlet.called().now_or_never().is_none(), "its own task has nothing to do");
        outlet.follow(&mut Page::new(hub));
        let mut peer = BufReader::new(peer);
        assert_eq!([read(&mut peer).await, read(&mut peer).await], [begin + 1, begin + 2]);
    }
}

#[tokio::test]
async fn who_has_more_to_read_than_a_page_holds_is_called() {
    let stage = Stage::new("nobody").await;
    let hub = &stage.workspace.hub;
    let (_head, begin) = (hub.subscribe(), hub.head().seq);
    let (outlet, _theirs) = at_rest(&stage).await;
    let last = begin + 2 * RingLimits::default().batch_entries as u64;
    // Nothing of it is written to somebody who looks after nothing, so that it is not the socket that calls.
    let unseen = (begin + 1..=last).map(|seq| entry_for(Audience::Keepers, seq)).collect();
    hub.publish(unseen, 0, mark(last));
    outlet.follow(&mut Page::new(hub));
    assert!(outlet.called().now_or_never().is_some());
}

/// The seq of the next event that the peer reads.
async fn read(peer: &mut BufReader<TcpStream>) -> u64 {
    assert_eq!(peer.read_u8().await.expect("a frame"), 0x82);
    assert_eq!(peer.read_u8().await.expect("a length"), 126);
    let mut payload = vec![0; usize::from(peer.read_u16().await.expect("a length"))];
    peer.read_exact(&mut payload).await.expect("a payload");
    match Down::read(Codec::Msgpack, &payload).expect("a frame of ours") {
        Down::Event(event) => event.seq,
        other => panic!("nobody sent {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_writes_the_peer_gets_everything_once_and_in_order() {
    let stage = Stage::new("nobody").await;
    let _head = stage.workspace.hub.subscribe();
    let begin = stage.workspace.hub.head().seq;
    let last = begin + EVENTS;
    let (mut peers, mut servers) = (JoinSet::new(), JoinSet::new());
    for seed in 0..CONNECTIONS {
        let (ours, theirs) = pair().await;
        let (_unread, write) = ours.into_split();
        let outlet = Arc::new(Outlet::new(write));
        let following = Following::join(Arc::clone(&stage.workspace), Arc::clone(&outlet) as _);
        let serving = serve(outlet, standing(&stage, begin), Dice::of(seed, &[]));
        servers.spawn(async move {
            let _following = following;
            serving.await;
        });
        peers.spawn(async move {
            let mut peer = BufReader::with_capacity(64, theirs);
            for seq in begin + 1..=last {
                assert_eq!(read(&mut peer).await, seq);
            }
        });
    }
    for seq in begin + 1..=last {
        stage.workspace.hub.publish(vec![entry(seq)], 0, mark(seq));
        stage.workspace.call();
        tokio::task::yield_now().await;
    }
    while let Some(peer) = peers.join_next().await {
        peer.expect("it read everything");
    }
}
