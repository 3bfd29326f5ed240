//! Bounds in time: how fast a client may talk, when it must give a sign of life, how long it may not read.

use std::sync::Arc;

use parloir_protocol::close::Close;
use parloir_protocol::limits::Limits;

/// Milliseconds of the driver's steady clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Millis(pub u64);

impl Millis {
    fn plus(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }
}

/// What a look at the clock found to be due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    Nothing,
    Ping,
    Checkpoint,
    End(Close),
}

/// A connection's deadlines and its rate.
#[derive(Debug)]
pub struct Flow {
    limits: Arc<Limits>,
    hello_by: Option<Millis>,
    ping_at: Millis,
    pong_by: Option<Millis>,
    checkpoint_at: Option<Millis>,
    /// The next checkpoint comes a period after this at the earliest, and whole periods after it otherwise: the
    /// connection's beginning, then the last one.
    checkpointed: Millis,
    progress_by: Option<Millis>,
    /// Thousandths of a frame that may still come.
    allowance: u64,
    refilled: Millis,
}

impl Flow {
    pub fn new(limits: Arc<Limits>, now: Millis) -> Self {
        Self {
            hello_by: Some(now.plus(limits.hello_timeout_ms)),
            ping_at: now.plus(limits.heartbeat_ms),
            pong_by: None,
            checkpoint_at: None,
            checkpointed: now,
            progress_by: None,
            allowance: u64::from(limits.frames_burst) * 1_000,
            refilled: now,
            limits,
        }
    }

    /// One frame came. Whether the client keeps its rate.
    pub fn frame_came(&mut self, now: Millis) -> bool {
        self.pong_by = None;
        let gained =
            now.0.saturating_sub(self.refilled.0).saturating_mul(u64::from(self.limits.frames_per_second));
        self.allowance =
            self.allowance.saturating_add(gained).min(u64::from(self.limits.frames_burst) * 1_000);
        self.refilled = now;
        match self.allowance.checked_sub(1_000) {
            Some(rest) => {
                self.allowance = rest;
                true
            }
            None => false,
        }
    }

    pub fn hello_came(&mut self) {
        self.hello_by = None;
    }

    /// A ping goes out: a sign of life is due.
    pub fn pinged(&mut self, now: Millis) {
        self.pong_by.get_or_insert(now.plus(self.limits.pong_timeout_ms));
    }

    /// The position moved: a checkpoint is due within a period, a whole number of them after the last. So a thousand who
    /// are told of the same event are not all told in the same moment how far they are.
    pub fn position_moved(&mut self, now: Millis) {
        let period = self.limits.checkpoint_ms.max(1);
        let passed = now.0.saturating_sub(self.checkpointed.0) % period;
        self.checkpoint_at.get_or_insert(now.plus(period - passed));
    }

    /// Whether a checkpoint is due at some moment.
    pub fn awaits_checkpoint(&self) -> bool {
        self.checkpoint_at.is_some()
    }

    /// Bytes wait to be written since now, unless they did before.
    pub fn write_blocked(&mut self, now: Millis) {
        self.progress_by.get_or_insert(now.plus(self.limits.send_timeout_ms));
    }

    /// Some bytes went out.
    pub fn write_advanced(&mut self) {
        self.progress_by = None;
    }

    /// The next moment at which something is due.
    pub fn next(&self) -> Millis {
        let deadlines =
            [self.hello_by, Some(self.ping_at), self.pong_by, self.checkpoint_at, self.progress_by];
        deadlines.into_iter().flatten().min().unwrap_or(self.ping_at)
    }

    /// What is due now; asked until nothing is.
    pub fn due(&mut self, now: Millis) -> Due {
        let past = |deadline: Option<Millis>| deadline.is_some_and(|at| at <= now);
        if past(self.hello_by) {
            return Due::End(Close::HelloTimeout);
        }
        if past(self.progress_by) {
            return Due::End(Close::SlowReader);
        }
        if past(self.pong_by) {
            return Due::End(Close::NoPong);
        }
        if past(self.checkpoint_at) {
            (self.checkpoint_at, self.checkpointed) = (None, now);
            return Due::Checkpoint;
        }
        if self.ping_at <= now {
            self.ping_at = now.plus(self.limits.heartbeat_ms);
            return Due::Ping;
        }
        Due::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_allowed_and_then_the_rate() {
        let mut flow = Flow::new(Arc::new(Limits::tiny()), Millis(0));
        assert!((0..5).all(|_| flow.frame_came(Millis(0))));
        assert!(!flow.frame_came(Millis(0)));
        assert!(!flow.frame_came(Millis(199)));
        assert!(flow.frame_came(Millis(200)));
    }

    #[test]
    fn silence_after_a_ping_ends_the_connection() {
        let limits = Arc::new(Limits::standard());
        let mut flow = Flow::new(Arc::clone(&limits), Millis(0));
        flow.hello_came();
        assert_eq!(flow.due(Millis(limits.heartbeat_ms)), Due::Ping);
        flow.pinged(Millis(limits.heartbeat_ms));
        assert_eq!(flow.due(Millis(limits.heartbeat_ms)), Due::Nothing);
        let late = Millis(limits.heartbeat_ms + limits.pong_timeout_ms);
        assert_eq!(flow.due(late), Due::End(Close::NoPong));
    }

    #[test]
    fn a_frame_is_a_sign_of_life() {
        let limits = Arc::new(Limits::standard());
        let mut flow = Flow::new(Arc::clone(&limits), Millis(0));
        flow.hello_came();
        assert_eq!(flow.due(Millis(limits.heartbeat_ms)), Due::Ping);
        flow.pinged(Millis(limits.heartbeat_ms));
        assert!(flow.frame_came(Millis(limits.heartbeat_ms + 1)));
        assert_eq!(flow.due(Millis(limits.heartbeat_ms + limits.pong_timeout_ms)), Due::Ping);
    }

    #[test]
    fn checkpoints_come_whole_periods_after_one_another() {
        let limits = Limits { checkpoint_ms: 1_000, ..Limits::standard() };
        let mut flow = Flow::new(Arc::new(limits), Millis(70));
        flow.hello_came();
        for (moved, due, late) in [(200, 1_070, 0), (1_070, 2_070, 900), (2_970, 3_970, 0), (9_969, 9_970, 0)]
        {
            flow.position_moved(Millis(moved));
            flow.position_moved(Millis(moved));
            assert_eq!((flow.next(), flow.due(Millis(due - 1))), (Millis(due), Due::Nothing));
            assert_eq!(flow.due(Millis(due + late)), Due::Checkpoint);
        }
    }

    #[test]
    fn progress_takes_the_slow_readers_deadline_away() {
        let mut flow = Flow::new(Arc::new(Limits::standard()), Millis(0));
        flow.hello_came();
        flow.write_blocked(Millis(0));
        flow.write_blocked(Millis(5_000));
        assert_eq!(flow.next(), Millis(10_000));
        flow.write_advanced();
        assert_eq!(flow.due(Millis(10_000)), Due::Nothing);
        flow.write_blocked(Millis(10_000));
        assert_eq!(flow.due(Millis(20_000)), Due::End(Close::SlowReader));
    }
}
