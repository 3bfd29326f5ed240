//! Commands and queries that a connection waits for, polled first in the order in which they came, which is the order in
//! which commands reach the writer. Whoever comes while there is no other is polled by the connection itself: a set of
//! futures wakes its task once more when it has polled all it holds, and with that a thread that finds nothing to do.

use std::future::poll_fn;
use std::task::{Context, Poll};

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use parloir_session::Answer;

/// What is to be answered.
#[derive(Default)]
pub(super) struct Answers {
    /// Older than all others.
    lone: Option<BoxFuture<'static, Answer>>,
    others: FuturesUnordered<BoxFuture<'static, Answer>>,
}

impl Answers {
    pub(super) fn push(&mut self, answer: BoxFuture<'static, Answer>) {
        if self.lone.is_none() && self.others.is_empty() {
            self.lone = Some(answer);
        } else {
            self.others.push(answer);
        }
    }

    /// The next one that is there; waits for ever while nothing was asked.
    pub(super) async fn next(&mut self) -> Answer {
        poll_fn(|context| self.poll_next(context)).await
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Answer> {
        if let Some(lone) = &mut self.lone
            && let Poll::Ready(answer) = lone.as_mut().poll(context)
        {
            self.lone = None;
            return Poll::Ready(answer);
        }
        match self.others.poll_next_unpin(context) {
            Poll::Ready(Some(answer)) => Poll::Ready(answer),
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex};
    use std::task::Wake;

    use futures_util::FutureExt as _;
    use tokio::sync::oneshot;

    use super::*;

    #[derive(Default)]
    struct Counted(AtomicUsize);

    impl Wake for Counted {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn asked(answers: &mut Answers) -> oneshot::Sender<u64> {
        let (answer, answered) = oneshot::channel();
        answers.push(async move { Answer { after: answered.await.unwrap_or(0), frame: Vec::new() } }.boxed());
        answer
    }

    #[test]
    fn who_waits_for_one_is_woken_by_its_answer_alone() {
        let (mut answers, woken) = (Answers::default(), Arc::new(Counted::default()));
        let waker = Arc::clone(&woken).into();
        let mut context = Context::from_waker(&waker);
        assert!(answers.poll_next(&mut context).is_pending());
        for seq in 1..=2 {
            let answer = asked(&mut answers);
            assert!(answers.poll_next(&mut context).is_pending());
            assert_eq!(woken.0.load(Ordering::Relaxed), seq - 1, "before it is answered");
            answer.send(seq as u64).expect("it is waited for");
            assert_eq!(woken.0.load(Ordering::Relaxed), seq);
            let Poll::Ready(answered) = answers.poll_next(&mut context) else { panic!("it was answered") };
            assert_eq!(answered.after, seq as u64);
        }
    }

    #[test]
    fn who_is_given_later_is_polled_later_though_the_first_is_gone() {
        let (mut answers, polled) = (Answers::default(), Arc::new(Mutex::new(Vec::new())));
        let give = |answers: &mut Answers, seq: u64, is_there: bool| {
            let polled = Arc::clone(&polled);
            answers.push(
                poll_fn(move |_| {
                    polled.lock().expect("nobody panicked").push(seq);
                    if is_there {
                        Poll::Ready(Answer { after: seq, frame: Vec::new() })
                    } else {
                        Poll::Pending
                    }
                })
                .boxed(),
            );
        };
        give(&mut answers, 1, true);
        give(&mut answers, 2, false);
        assert_eq!(answers.next().now_or_never().map(|answer| answer.after), Some(1));
        // The second has not been polled yet.
        give(&mut answers, 3, false);
        assert!(answers.next().now_or_never().is_none());
        assert_eq!(*polled.lock().expect("nobody panicked"), [1, 2, 3]);
    }

    #[test]
    fn each_is_answered_once_in_whatever_order() {
        let mut answers = Answers::default();
        let first: Vec<_> = (0..3).map(|_| asked(&mut answers)).collect();
        let mut got = Vec::new();
        let mut take = |answers: &mut Answers| {
            while let Some(answer) = answers.next().now_or_never() {
                got.push(answer.after);
            }
        };
        let mut first = first.into_iter().zip(1..);
        let (lone, seq) = first.next().expect("three");
        let (second, of_second) = first.next().expect("three");
        second.send(of_second).expect("it is waited for");
        take(&mut answers);
        lone.send(seq).expect("it is waited for");
        take(&mut answers);
        let later = asked(&mut answers);
        first.next().expect("three").0.send(3).expect("it is waited for");
        later.send(4).expect("it is waited for");
        take(&mut answers);
        got[2..].sort_unstable();
        assert_eq!(got, [2, 1, 3, 4]);
    }
}
