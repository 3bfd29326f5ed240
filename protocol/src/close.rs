//! Why a connection ends, as the close frame's code. 4000 to 4499 invite to reconnect, 4500 to 4999 do not.

/// A code that Parloir itself sends, with its number and its name on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Close {
    /// The server stops; another start is expected.
    Shutdown,
    /// The server failed; nothing was wrong with the client.
    Internal,
    /// The client's position is of no use any more.
    ResetRequired,
    /// No `hello` in time.
    HelloTimeout,
    /// The client did not read for longer than the send timeout.
    SlowReader,
    /// No sign of life after a ping.
    NoPong,
    /// Too many frames.
    RateLimited,
    /// What the agent may see or do changed.
    RightsChanged,
    /// Bytes that are no frame, or a frame out of order.
    BadFrame,
    /// No token, or not a known one.
    Unauthenticated,
    /// The token does not allow this.
    Forbidden,
    /// The token was revoked or the agent deactivated.
    Revoked,
    /// No subprotocol that both sides speak.
    UnsupportedVersion,
    /// A frame over `frame_bytes_max`.
    FrameTooLarge,
}

impl Close {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 14] = [
        Self::Shutdown,
        Self::Internal,
        Self::ResetRequired,
        Self::HelloTimeout,
        Self::SlowReader,
        Self::NoPong,
        Self::RateLimited,
        Self::RightsChanged,
        Self::BadFrame,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::Revoked,
        Self::UnsupportedVersion,
        Self::FrameTooLarge,
    ];

    /// The number in the close frame.
    pub const fn code(self) -> u16 {
        match self {
            Self::Shutdown => 4000,
            Self::Internal => 4001,
            Self::ResetRequired => 4002,
            Self::HelloTimeout => 4008,
            Self::SlowReader => 4009,
            Self::NoPong => 4010,
            Self::RateLimited => 4029,
            Self::RightsChanged => 4040,
            Self::BadFrame => 4500,
            Self::Unauthenticated => 4501,
            Self::Forbidden => 4503,
            Self::Revoked => 4504,
            Self::UnsupportedVersion => 4505,
            Self::FrameTooLarge => 4509,
        }
    }

    /// The name in `goodbye` and in `registry/errors.json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shutdown => "shutdown",
            Self::Internal => "internal",
            Self::ResetRequired => "reset_required",
            Self::HelloTimeout => "hello_timeout",
            Self::SlowReader => "slow_reader",
            Self::NoPong => "no_pong",
            Self::RateLimited => "rate_limited",
            Self::RightsChanged => "rights_changed",
            Self::BadFrame => "bad_frame",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::Revoked => "revoked",
            Self::UnsupportedVersion => "unsupported_version",
            Self::FrameTooLarge => "frame_too_large",
        }
    }
}

/// Whether a client whose connection ended with `code` should connect again.
///
/// ```
/// assert!(parloir_protocol::close::reconnects(1006));
/// assert!(!parloir_protocol::close::reconnects(4504));
/// ```
pub fn reconnects(code: u16) -> bool {
    matches!(code, 1001 | 1006 | 1011..=1013 | 4000..=4499)
}
