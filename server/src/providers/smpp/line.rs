//! The line to the network as senders see it: there or not, and how many may wait for an answer at once. It
//! never says that a message left, only what was heard.

use std::sync::{Arc, Mutex, PoisonError};

use rusmpp::pdus::SubmitSm;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use super::window::{Order, Said, Stamp};

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
        *self.orders.lock().unwrap_or_else(PoisonError::into_inner) = Some(orders);
        received
    }

    /// It is down. Orders that nobody took were not said to anybody.
    pub(super) fn down(&self, orders: mpsc::Receiver<Order>) {
        *self.orders.lock().unwrap_or_else(PoisonError::into_inner) = None;
        drop(orders);
    }

    /// Says a message and waits for its answer, no longer than `by`.
    pub(super) async fn submit(&self, submit: SubmitSm, by: Instant) -> Said {
        let Ok(Ok(_place)) = timeout_at(by, self.places.acquire()).await else { return Said::Unsaid };
        let orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(orders) = orders else { return Said::Unsaid };
        let (answer, answered) = oneshot::channel();
        let stamp = Arc::new(Stamp::default());
        if orders.try_send(Order { submit, answer, stamp: Arc::clone(&stamp) }).is_err() {
            return Said::Unsaid;
        }
        match timeout_at(by, answered).await {
            Ok(Ok(said)) => said,
            Ok(Err(_)) | Err(_) if stamp.withdraw() => Said::Unsaid,
            Ok(Err(_)) | Err(_) => Said::Lost,
        }
    }
}
