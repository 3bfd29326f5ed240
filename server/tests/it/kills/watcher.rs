//! Somebody who stays through every kill and writes down what they are told.

use std::time::Duration;

use parloir_client::protocol::codec::Codec;
use parloir_client::protocol::down::Down;
use parloir_client::{Backoff, Client, Gap, GapReason, Options, Told as Next};
use tokio::task::JoinHandle;

use crate::server::{House, soon};

/// A client that comes back at once.
pub(super) fn client(house: &House, token: &str, codec: Codec) -> Client {
    let options = Options {
        codec,
        backoff: Backoff::new(Duration::from_millis(5), Duration::from_millis(40)),
        answer_timeout: Duration::from_secs(60),
        ..Options::new(format!("http://{}", house.address()), token)
    };
    Client::connect(options).expect("an address")
}

/// Somebody who stays through everything and writes down what they are told.
pub(super) struct Watcher {
    client: Client,
    token: String,
    told: JoinHandle<Told>,
}

/// What they were told.
#[derive(Debug, PartialEq, Default)]
pub(super) struct Told {
    /// Everything up to here came with the snapshot, or before the first event told.
    pub(super) snapshot: u64,
    /// The events after it.
    pub(super) seqs: Vec<u64>,
}

impl Watcher {
    pub(super) async fn begin(house: &House, token: &str, codec: Codec) -> Self {
        let client = client(house, token, codec);
        let mut events = client.events().await;
        soon(client.live()).await.expect("it comes in");
        let told = tokio::spawn(async move {
            let mut told = Told::default();
            while let Some(next) = events.next().await {
                let frame = match &next {
                    Next::Frame(frame) => frame.as_ref(),
                    Next::Gap(gap @ Gap { reason: GapReason::Slow, .. }) => panic!("nobody is slow: {gap:?}"),
                    Next::Gap(Gap { reason: GapReason::Reset(_), .. }) => continue,
                };
                match frame {
                    Down::Snapshot(part) => told.snapshot = part.seq,
                    Down::Event(event) => told.seqs.push(event.seq),
                    Down::Reset(reset) => panic!("nobody may be reset: {reset:?}"),
                    _ => {}
                }
            }
            // The snapshot may have come before anybody listened.
            let first = told.seqs.first().copied().unwrap_or_default();
            told.snapshot = told.snapshot.max(first.saturating_sub(1));
            told
        });
        Self { client, token: token.to_owned(), told }
    }

    /// What is on the screen equals what a fresh screen shows, and nothing was missed or told twice.
    pub(super) async fn finish(self, house: &House, head: u64) -> Told {
        soon(self.client.seq().wait_for(|seq| *seq >= head)).await.expect("it is there");
        let fresh = client(house, &self.token, Codec::Json);
        soon(fresh.seq().wait_for(|seq| *seq >= head)).await.expect("it is there");
        soon(async {
            while picture(&self.client) != picture(&fresh) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await;
        self.client.leave().await;
        soon(self.told).await.expect("nothing went wrong")
    }
}

fn picture(client: &Client) -> impl PartialEq + std::fmt::Debug + use<> {
    client.read(|store| {
        let rows: Vec<_> = store.queue().cloned().collect();
        let counters: Vec<_> = store
            .tallies()
            .by_group()
            .into_iter()
            .map(|mut one| {
                one.seq = 0;
                one.assignees.retain(|of| of.open + of.unread > 0);
                one
            })
            .collect();
        (rows, counters, store.directory().clone())
    })
}
