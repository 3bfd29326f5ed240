//! Who is compared, by name.

use clap::ValueEnum;

/// One server, or one way to make something durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum)]
pub(crate) enum Who {
    #[value(skip)]
    Ours,
    /// The least that a server can do: one task writes shared frames straight to all sockets.
    Floor,
    /// The smallest broadcaster that tokio-tungstenite makes: a task and a channel for each connection.
    Tungstenite,
    Nats,
    Nchan,
    Mosquitto,
    #[value(name = "socketio")]
    SocketIo,
    /// The npm package `ws`.
    Ws,
    Centrifugo,
    /// PostgreSQL, INSERT and COMMIT.
    Postgres,
    /// A bare append to a file, synced.
    Append,
}

impl Who {
    /// All that deliver.
    pub(crate) const BROKERS: [Self; 8] = [
        Self::Floor,
        Self::Tungstenite,
        Self::Nats,
        Self::Nchan,
        Self::Mosquitto,
        Self::SocketIo,
        Self::Ws,
        Self::Centrifugo,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Floor => "floor",
            Self::Tungstenite => "tungstenite",
            Self::Nats => "nats",
            Self::Nchan => "nchan",
            Self::Mosquitto => "mosquitto",
            Self::SocketIo => "socketio",
            Self::Ws => "ws",
            Self::Centrifugo => "centrifugo",
            Self::Postgres => "postgres",
            Self::Append => "append",
        }
    }
}
