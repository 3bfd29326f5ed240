//! The smallest broadcaster that tokio-tungstenite makes: one channel, a task for each listener, a write for each
//! message.

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio_tungstenite::tungstenite::Message;

use super::{Side, accept, greet};

/// Messages that a listener may lag behind before it is let go.
const BEHIND_MAX: usize = 4_096;

pub(super) async fn serve(listener: TcpListener) -> anyhow::Result<()> {
    let (told, _) = broadcast::channel(BEHIND_MAX);
    loop {
        let tcp = accept(&listener).await;
        tokio::spawn(attend(tcp, told.clone()));
    }
}

async fn attend(tcp: TcpStream, told: broadcast::Sender<Message>) {
    let Some((side, mut socket)) = greet(tcp).await else { return };
    match side {
        Side::Publishes => {
            while let Some(Ok(message)) = socket.next().await {
                if message.is_text() || message.is_binary() {
                    // Nobody may listen.
                    told.send(message).ok();
                }
            }
        }
        Side::Listens => {
            let mut heard = told.subscribe();
            loop {
                tokio::select! {
                    message = heard.recv() => {
                        let Ok(message) = message else { return };
                        if socket.send(message).await.is_err() {
                            return;
                        }
                    }
                    said = socket.next() => if !matches!(said, Some(Ok(_))) { return },
                }
            }
        }
    }
}
