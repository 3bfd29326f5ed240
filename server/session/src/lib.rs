//! One connection as a pure machine: frames, replies, a moving head and the time go in; frames to send,
//! things to do and the end of the connection come out. It holds no events, only a position: what was
//! missed is read again from where the driver keeps it. It never learns the time by itself and never waits.

pub mod flow;
pub mod output;
pub mod scope;
pub mod session;
pub mod watches;

pub use flow::Millis;
pub use output::{Admission, Answer, Mark, Output, Refused, Start};
pub use scope::{Audience, Form, Office, Scope};
pub use session::Session;
pub use watches::Watched;
