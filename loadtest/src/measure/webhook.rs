//! How long an inbound message takes to the last of many agents, one message after the other.

use std::time::Instant;

use clap::Args;
use futures_util::future::try_join_all;
use parloir_client::Client;

use super::{fanout, say};
use crate::agent::{self, options};
use crate::customer::Customers;
use crate::plan::{Dice, Target};
use crate::raw::contains;
use crate::report;
use crate::smoke;
use crate::webhook::Http;

#[derive(Debug, Clone, Args)]
pub(crate) struct Webhook {
    #[command(flatten)]
    target: Target,
    /// Agents who listen.
    #[arg(long, default_value_t = 100)]
    sockets: usize,
    /// Messages.
    #[arg(long, default_value_t = 500)]
    messages: usize,
}

impl Webhook {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let client = Client::connect(options(&self.target.url, &self.target.token))?;
        agent::live(&client).await?;
        let (channel, http) = (smoke::channel(&client)?, Http::new(self.target.clone()));
        client.leave().await;
        let run = uuid::Uuid::now_v7().simple().to_string().split_off(20);
        let (customers, mut dice) = (Customers::new(run.clone(), None)?, Dice::new(1, 1));
        let mut sockets = fanout::open(&self.target, self.sockets).await?;
        let mut times = report::times();
        for n in 0..self.messages {
            let (inbound, mark) = (customers.message(n, &mut dice), format!("#{run}-{n}"));
            let began = Instant::now();
            let heard =
                sockets.iter_mut().map(|socket| socket.until(|frame| contains(frame, mark.as_bytes())));
            let (handed, heard) = tokio::join!(http.hand_in(channel, &inbound), try_join_all(heard));
            handed?;
            heard?;
            report::record(&mut times, began.elapsed());
        }
        let millis = |quantile| times.value_at_quantile(quantile) as f64 / 1_000.0;
        let (p50, p99) = (millis(0.5), millis(0.99));
        say(&format!("webhook to the last of {} agents: p50 {p50:.2} ms, p99 {p99:.2} ms", self.sockets));
        Ok(())
    }
}
