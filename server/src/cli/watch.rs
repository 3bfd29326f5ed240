//! `parloir watch`: the live queue in a terminal, or one line per change where there is none. It only looks.

use std::io::IsTerminal;
use std::time::Duration;

use clap::Args;
use parloir_client::protocol::down::Down;
use parloir_client::protocol::entity::View;
use parloir_client::{Client, Gap, State, Told};

use super::connect::Access;
use super::curtain::{Curtain, show};

mod change;
mod screen;

/// The screen is drawn at most so often; ages move on by themselves.
const DRAW_EVERY: Duration = Duration::from_millis(100);
const AGE_EVERY: Duration = Duration::from_secs(10);

#[derive(Debug, Args)]
pub(crate) struct Watch {
    #[command(flatten)]
    access: Access,
    /// Closed conversations too.
    #[arg(long)]
    all: bool,
}

impl Watch {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let client = self.access.client(if self.all { View::default() } else { View::open() })?;
        let end = if std::io::stdout().is_terminal() { draw(&client).await } else { tell(&client).await };
        client.leave().await;
        end
    }
}

async fn draw(client: &Client) -> anyhow::Result<()> {
    let curtain = Curtain::raise()?;
    let (mut look, mut state) = (client.look(), client.state());
    let leaving = tokio::signal::ctrl_c();
    tokio::pin!(leaving);
    let end = loop {
        let now = state.borrow_and_update().clone();
        look.mark_unchanged();
        show(&screen::whole(client, &now))?;
        if let State::Closed { code, reason } = now {
            break Err(ended(code, &reason));
        }
        tokio::select! {
            end = &mut leaving => break end.map_err(anyhow::Error::from),
            changed = look.changed() => changed?,
            changed = state.changed() => changed?,
            () = tokio::time::sleep(AGE_EVERY) => {}
        }
        tokio::time::sleep(DRAW_EVERY).await;
    };
    drop(curtain);
    end
}

async fn tell(client: &Client) -> anyhow::Result<()> {
    let mut events = client.events().await;
    let leaving = tokio::signal::ctrl_c();
    tokio::pin!(leaving);
    loop {
        let told = tokio::select! {
            end = &mut leaving => return Ok(end?),
            told = events.next() => told,
        };
        match told {
            Some(Told::Gap(Gap { after, seq, .. })) => {
                show(&format!("-- what happened from {after} to {seq} was missed\n"))?;
            }
            Some(Told::Frame(frame)) => {
                if let Down::Event(event) = frame.as_ref() {
                    show(&format!("{}\n", change::line(client, event)))?;
                }
            }
            None => match &*client.state().borrow() {
                State::Closed { code, reason } => return Err(ended(*code, reason)),
                State::Connecting | State::Live | State::Resuming | State::Offline { .. } => return Ok(()),
            },
        }
    }
}

fn ended(code: u16, reason: &str) -> anyhow::Error {
    anyhow::anyhow!("the server closed the connection ({code}): {}", super::terminal::plain(reason))
}
