//! What every provider promises, held against each of them over real sockets: what it says to a message when
//! all goes well, and that it never claims to know what it cannot know.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use parloir_desk::entity::{Address, AddressKind, Attempt, ChannelKind, Failure};
use parloir_protocol::ids::{ChannelId, MessageId, WorkspaceId};

use super::settings::tests::provider;
use super::simulator::{Pace, Simulator};
use super::{
    Cause, Content, Idempotency, Later, NoFiles, Outcome, Outgoing, Provider, RawRequest, Reply, Verdict,
};

use recorder::{Behaviour, Heard, Recorder};
pub(super) use subject::{Subject, subjects};

mod cards;
mod kinds;
pub(super) mod recorder;
mod subject;

/// So long the providers of these tests wait for an answer.
const PATIENCE_MS: u64 = 400;
/// What a message may say.
const NASTY: &str = "Rendez-vous & <b>\"14h\"</b>\nà l'Îlot €&To=+33999999999 {{name}} \u{1f44b}";

pub(super) fn outgoing(kind: ChannelKind, content: Content) -> Outgoing {
    Outgoing {
        workspace: WorkspaceId::from_bytes([1; 16]),
        channel_id: ChannelId::from_bytes([2; 16]),
        kind,
        from: Address { kind: AddressKind::E164, value: "+33700000001".to_owned() },
        message_id: MessageId::from_bytes([3; 16]),
        attempt: Attempt(1),
        to: Address { kind: AddressKind::E164, value: "+33639980123".to_owned() },
        content,
    }
}

pub(super) fn text(kind: ChannelKind) -> Outgoing {
    outgoing(kind, Content::Text { text: NASTY.to_owned() })
}

async fn sent(subject: &Subject, behaviour: Behaviour) -> (Outcome, Vec<Heard>) {
    let recorder = Recorder::start(behaviour).await;
    let provider = subject.provider(&recorder.base());
    let outcome = hand_over(&*provider, &text(subject.kind)).await;
    (outcome, recorder.heard())
}

pub(super) async fn hand_over(carrier: &dyn Provider, outgoing: &Outgoing) -> Outcome {
    carrier.send(outgoing, &NoFiles).await
}

fn is_idempotent(provider: &dyn Provider) -> bool {
    matches!(provider.idempotency(), Idempotency::Idempotent)
}

#[tokio::test]
async fn a_text_arrives_as_it_was_written_and_gets_a_name() {
    for subject in subjects() {
        let (outcome, heard) = sent(&subject, subject.accepts()).await;
        let id = outcome_id(&outcome).unwrap_or_else(|| panic!("{}: {outcome:?}", subject.folder));
        assert_eq!(id, subject.accepted_id(), "{}", subject.folder);
        assert_eq!(heard.len(), 1, "{}", subject.folder);
        assert_eq!((subject.text_of)(&heard[0]).as_deref(), Some(NASTY), "{}", subject.folder);
        assert!((subject.to_of)(&heard[0]).contains("33639980123"), "{}", subject.folder);
        assert!(heard[0].header("authorization").is_some(), "{}", subject.folder);
        assert!(!heard[0].path.contains("hush"), "{} tells a secret in its address", subject.folder);
    }
}

fn outcome_id(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Accepted { provider_message_id } => Some(provider_message_id.clone()),
        Outcome::Failed { .. } | Outcome::Later(_) | Outcome::Unknown => None,
    }
}

#[tokio::test]
async fn without_a_whole_answer_nobody_knows() {
    for subject in subjects() {
        let is_sure_by_itself = is_idempotent(&*subject.provider("http://127.0.0.1:9"));
        for behaviour in [
            Behaviour::Hang,
            Behaviour::CloseAtOnce,
            subject.accepts().cut(),
            subject.accepts().dribbled(),
            subject.accepts().huge(),
        ] {
            let shown = format!("{} {behaviour:?}", subject.folder);
            let (outcome, heard) = sent(&subject, behaviour).await;
            assert_eq!(outcome, Outcome::Unknown, "{shown}");
            assert!(!heard.is_empty(), "{shown}");
        }
        let (outcome, _) = sent(&subject, Behaviour::answer(500, "{}")).await;
        let may_wait = matches!(outcome, Outcome::Later(_)) && is_sure_by_itself;
        assert!(outcome == Outcome::Unknown || may_wait, "{}: {outcome:?}", subject.folder);
    }
}

#[tokio::test]
async fn a_page_instead_of_an_answer_is_no_acceptance() {
    for subject in subjects() {
        let provider = subject.provider("http://127.0.0.1:9");
        let page = Behaviour::answer(200, "<html>welcome</html>").of_type("text/html");
        let (outcome, _) = sent(&subject, page).await;
        // Where the name is ours, the status alone is the answer.
        let is_fine = outcome == Outcome::Unknown || is_idempotent(&*provider);
        assert!(is_fine, "{}: {outcome:?}", subject.folder);
        let (outcome, heard) = sent(&subject, Behaviour::redirect("http://127.0.0.1:9/elsewhere")).await;
        assert!(outcome_id(&outcome).is_none() && heard.len() == 1, "{}: {outcome:?}", subject.folder);
    }
}

#[tokio::test]
async fn who_is_too_fast_waits_and_so_does_everybody_while_the_account_is_shut() {
    for subject in subjects() {
        let (outcome, _) = sent(&subject, Behaviour::answer(429, "{}").and("retry-after", "7")).await;
        let after = Some(Duration::from_secs(7));
        let later = Later { failure: Failure::Throttled, after, cause: Cause::Pace };
        assert_eq!(outcome, Outcome::Later(later), "{}", subject.folder);
        let (outcome, _) = sent(&subject, Behaviour::answer(401, "{}")).await;
        let later = Later { failure: Failure::Auth, after: None, cause: Cause::Account };
        assert_eq!(outcome, Outcome::Later(later), "{}", subject.folder);
        let (outcome, _) = sent(&subject, Behaviour::answer(503, "{}").and("retry-after", "7")).await;
        let later = Later { failure: Failure::Unknown, after, cause: Cause::Account };
        assert_eq!(outcome, Outcome::Later(later), "{}", subject.folder);
    }
}

#[tokio::test]
async fn where_nobody_listens_nothing_left() {
    for subject in subjects() {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}", taken.local_addr().expect("it is bound"));
        drop(taken);
        let outcome = hand_over(&*subject.provider(&base), &text(subject.kind)).await;
        let waits = matches!(outcome, Outcome::Later(Later { cause: Cause::Account, .. }));
        assert!(waits, "{}: {outcome:?}", subject.folder);
    }
}

#[tokio::test]
async fn a_second_answer_belongs_to_no_other_message() {
    for subject in subjects() {
        let recorder = Recorder::start(subject.accepts().twice()).await;
        let provider = subject.provider(&recorder.base());
        let first = hand_over(&*provider, &text(subject.kind)).await;
        assert!(outcome_id(&first).is_some(), "{}: {first:?}", subject.folder);
        recorder.behave_from_here(Behaviour::answer(429, "{}"));
        let second = hand_over(&*provider, &text(subject.kind)).await;
        assert!(matches!(second, Outcome::Later(_) | Outcome::Unknown), "{}: {second:?}", subject.folder);
    }
}

#[test]
fn only_what_the_provider_signed_is_genuine() {
    for subject in subjects() {
        let provider = subject.provider("http://127.0.0.1:9");
        let genuine = (subject.signed)(&subject.payload());
        assert_eq!(provider.verify(&genuine), Verdict::Genuine, "{}", subject.folder);
        for (how, forged) in forgeries(&genuine) {
            let is_same = forged.headers == genuine.headers && forged.path == genuine.path;
            if subject.signs || !is_same {
                assert_eq!(provider.verify(&forged), Verdict::Forged, "{} {how}", subject.folder);
            }
        }
        assert_eq!(provider.verify(&RawRequest::of_body("")), Verdict::Forged, "{}", subject.folder);
    }
}

fn forgeries(genuine: &RawRequest) -> Vec<(&'static str, RawRequest)> {
    let unsigned =
        RawRequest { headers: axum::http::HeaderMap::new(), path: "/v1/inbound/x".into(), ..genuine.clone() };
    let mut body = genuine.body.to_vec();
    let middle = body.len() / 2;
    body[middle] ^= 1;
    let altered = RawRequest { body: body.into(), ..genuine.clone() };
    let spoiled = |spoil: fn(&str) -> String| {
        let mut spoiled = genuine.clone();
        for value in spoiled.headers.values_mut() {
            let text = spoil(value.to_str().expect("text"));
            *value = text.parse().expect("a header's value");
        }
        spoiled.path = spoil(&spoiled.path);
        spoiled
    };
    vec![
        ("without a signature", unsigned),
        ("with another body", altered),
        ("with a truncated signature", spoiled(|text| text[..text.len() - 2].to_owned())),
        ("with a longer signature", spoiled(|text| format!("{text}00"))),
        ("with another signature", spoiled(|text| text.chars().rev().collect())),
    ]
}

#[test]
fn whatever_comes_in_is_read_or_refused() {
    let channel = ChannelId::from_bytes([2; 16]);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let tags = "<a>".repeat(100_000);
    let garbage: [&[u8]; 10] = [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"a=%",
        b"<InboundMessage/>",
        b"{\"object\":1}",
        deep.as_bytes(),
        tags.as_bytes(),
    ];
    for subject in subjects() {
        let provider = subject.provider("http://127.0.0.1:9");
        for body in garbage {
            assert!(
                provider.receive(channel, body).is_err(),
                "{} {}",
                subject.folder,
                String::from_utf8_lossy(&body[..body.len().min(40)])
            );
            assert_eq!(provider.handshake(&RawRequest::of_body(body.to_vec())), None, "{}", subject.folder);
        }
        assert_ne!(provider.thanks().status, 0);
    }
}

#[test]
fn a_handshake_is_answered_to_who_knows_the_secret() {
    for subject in subjects() {
        let Some((right, wrong)) = subject.handshakes() else { continue };
        let provider = subject.provider("http://127.0.0.1:9");
        assert_eq!(provider.handshake(&right).map(|reply: Reply| reply.body).as_deref(), Some("1158201444"));
        assert_eq!(provider.handshake(&wrong), None, "{}", subject.folder);
    }
}

#[tokio::test]
async fn the_simulator_keeps_the_same_promises() {
    let (simulator, calls) = Simulator::new(1, Pace::INSTANT);
    tokio::spawn(calls.run(Arc::new(|_, _, _| std::future::ready(true).boxed())));
    let message = text(ChannelKind::Sms);
    let first = hand_over(&simulator, &message).await;
    assert!(outcome_id(&first).is_some() && is_idempotent(&simulator));
    assert_eq!(hand_over(&simulator, &message).await, first);
    assert_eq!(simulator.verify(&RawRequest::of_body("{}")), Verdict::Unsigned);
    assert!(simulator.receive(message.channel_id, b"{}").is_err());
}
