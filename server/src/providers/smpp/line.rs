//! The line to the network as senders see it: there or not, and how many may wait for an answer at once. It
//! never says that a message left, only what was heard.

use std::sync::{Arc, Mutex};

use rusmpp::pdus::SubmitSm;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use super::window::{Order, Said, Stamp};

use crate::locks::locked;

/// The line of one account.
pub(super) struct Line {
    orders: Mutex<Option<mpsc::Sender<Order>>>,
    /// Places in the window.
    places: Semaphore,
    window: usize,
}

impl Line {
    /// A line that is down.
    pub(super) fn new(window: usize) -> Self {
        Self { orders: Mutex::default(), places: Semaphore::new(window), window }
    }

    /// It is up: where its orders come out.
    pub(super) fn up(&self) -> mpsc::Receiver<Order> {
        let (orders, received) = mpsc::channel(self.window);
        *locked(&self.orders) = Some(orders);
        received
    }

    /// It is down. Orders that nobody took were not said to anybody.
    pub(super) fn down(&self, orders: mpsc::Receiver<Order>) {
        *locked(&self.orders) = None;
        drop(orders);
    }

    /// Says a message and waits for its answer, no longer than `by`.
    pub(super) async fn submit(&self, submit: SubmitSm, by: Instant) -> Said {
        let Ok(Ok(_place)) = timeout_at(by, self.places.acquire()).await else { return Said::Unsaid };
        let orders = locked(&self.orders).clone();
        let Some(orders) = orders else { return Said::Unsaid };
        let (answer, answered) = oneshot::channel();
        let stamp = Arc::new(Stamp::default());
        let order = Order { submit, answer, stamp: Arc::clone(&stamp) };
        // Withdrawn ones may still stand before it.
        let Ok(Ok(())) = timeout_at(by, orders.send(order)).await else { return Said::Unsaid };
        match timeout_at(by, answered).await {
            Ok(Ok(said)) => said,
            Ok(Err(_)) | Err(_) if stamp.withdraw() => Said::Unsaid,
            Ok(Err(_)) | Err(_) => Said::Lost,
        }
    }
}
