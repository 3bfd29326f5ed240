//! One bound session: it binds, says what is ordered, hears what comes in and notices when nothing is heard any
//! more. What was said and not answered when it ends is lost, and said to be so.

use bytes::BytesMut;
use rusmpp::Pdu;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::End;
use super::codes;
use super::intake::{Intake, Job};
use super::pdu::{Frame, command};
use super::settings::Settled;
use super::submit;
use super::told::Digest;
use super::window::{Order, Said, Window};
use super::wire::{Reader, Writer};

/// Answers that wait to be written: more than the intake has in hand.
const REPLIES_MAX: usize = 512;
/// PDUs that are looked at while a bind waits for its answer.
const BEFORE_BIND_MAX: usize = 16;

/// An answer of ours.
pub(super) struct Reply {
    pub(super) bytes: BytesMut,
    /// What it answers, where the network may tell it again.
    pub(super) of: Option<Digest>,
    pub(super) then: Then,
}

/// What follows an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    GoOn,
    /// The session ends.
    Close,
}

/// A session that is bound.
pub(super) struct Session<'a> {
    settled: &'a Settled,
    intake: &'a Intake,
    /// Which session of this process it is.
    number: u64,
    window: Window,
    replies: mpsc::Sender<Reply>,
}

/// Binds; the answer of the network says whether it is.
pub(super) async fn bind(reader: &mut Reader, writer: &mut Writer, settled: &Settled) -> Result<(), End> {
    let sequence = 1;
    let bind = submit::bind(&settled.bind).ok_or(End::Refused(codes::BAD_LENGTH))?;
    writer.write(&submit::written(codes::OK, sequence, bind)).await?;
    for _ in 0..BEFORE_BIND_MAX {
        let frame = reader.next(settled.patience).await?;
        match (frame.command, frame.status) {
            (command::BIND_TRANSCEIVER_RESP, codes::OK) => return Ok(()),
            (command::BIND_TRANSCEIVER_RESP | command::GENERIC_NACK, status) => {
                return Err(End::Refused(status));
            }
            _ => {}
        }
    }
    Err(End::Refused(codes::OK))
}

/// Runs a bound session until it ends, and says why it did.
pub(super) async fn run(
    (mut reader, mut writer): (Reader, Writer),
    settled: &Settled,
    intake: &Intake,
    orders: &mut mpsc::Receiver<Order>,
) -> End {
    let (replies, said) = mpsc::channel(REPLIES_MAX);
    let window = Window::new();
    // The bind had the first number.
    window.sequence();
    let session = Session { settled, intake, number: intake.next_session(), window, replies };
    let ended = tokio::select! {
        ended = session.listen(&mut reader) => ended,
        ended = session.speak(&mut writer, orders, said) => ended,
    };
    ended.unwrap_or_else(|end| end)
}

impl Session<'_> {
    async fn listen(&self, reader: &mut Reader) -> Result<End, End> {
        // A line that lives says something between two questions, or answers the next one.
        let silence = self.settled.enquire_every + self.settled.patience;
        loop {
            let frame = reader.next(silence).await?;
            self.hear(frame).await?;
        }
    }

    async fn hear(&self, frame: Frame) -> Result<(), End> {
        let Frame { command, status, sequence, .. } = frame;
        match command {
            command::DELIVER_SM => {
                let job = Job { frame, session: self.number, replies: self.replies.clone() };
                if let Err(full) = self.intake.take(job) {
                    return self.reply(submit::delivered(codes::NOT_NOW, full.frame.sequence)).await;
                }
            }
            command::SUBMIT_SM_RESP | command::GENERIC_NACK => {
                let name = if command == command::SUBMIT_SM_RESP { name(&frame) } else { String::new() };
                self.window.answer(sequence, Said::Answer { status, name });
                self.intake.heard(self.number, sequence);
            }
            command::ENQUIRE_LINK => {
                self.reply(submit::written(codes::OK, sequence, Pdu::EnquireLinkResp)).await?
            }
            command::UNBIND => {
                let bytes = submit::written(codes::OK, sequence, Pdu::UnbindResp);
                self.say(Reply { bytes, of: None, then: Then::Close }).await?;
            }
            command::OUTBIND | command::ALERT_NOTIFICATION => {}
            answer if answer & command::ANSWER != 0 => self.intake.heard(self.number, sequence),
            _ => self.reply(submit::written(codes::BAD_COMMAND, sequence, Pdu::GenericNack)).await?,
        }
        Ok(())
    }

    async fn reply(&self, bytes: BytesMut) -> Result<(), End> {
        self.say(Reply { bytes, of: None, then: Then::GoOn }).await
    }

    /// Nothing more is read from who does not read what it asked for.
    async fn say(&self, reply: Reply) -> Result<(), End> {
        self.replies.send(reply).await.map_err(|_| End::NotReading)
    }

    async fn speak(
        &self,
        writer: &mut Writer,
        orders: &mut mpsc::Receiver<Order>,
        mut replies: mpsc::Receiver<Reply>,
    ) -> Result<End, End> {
        let mut enquire_at = Instant::now() + self.settled.enquire_every;
        loop {
            tokio::select! {
                Some(reply) = replies.recv() => {
                    writer.write(&reply.bytes).await?;
                    if let Some(digest) = reply.of {
                        self.intake.answered(&digest, self.number, self.window.next());
                    }
                    if reply.then == Then::Close {
                        return Ok(End::Unbound);
                    }
                }
                () = sleep_until(enquire_at) => {
                    let sequence = self.window.sequence();
                    writer.write(&submit::written(codes::OK, sequence, Pdu::EnquireLink)).await?;
                    enquire_at = Instant::now() + self.settled.enquire_every;
                }
                Some(order) = orders.recv() => self.order(writer, order).await?,
            }
        }
    }

    async fn order(&self, writer: &mut Writer, order: Order) -> Result<(), End> {
        // From here on it may have left.
        if !order.stamp.say() {
            return Ok(());
        }
        let sequence = self.window.sequence();
        self.window.wait(sequence, order.answer);
        writer.write(&submit::written(codes::OK, sequence, order.submit.into())).await
    }
}

/// The network's name for a message; empty when it gives none.
fn name(frame: &Frame) -> String {
    frame.fields().text("message_id").unwrap_or_default()
}
