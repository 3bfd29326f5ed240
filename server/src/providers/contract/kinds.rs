//! What only some providers say: their own codes, files, cards, templates, users without a number.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, StreamExt as _};
use parloir_desk::entity::{Address, AddressKind, ChannelKind, Failure};
use serde_json::Value;

use super::super::{
    ActionKind, ByteStream, Card, CardAction, Carriage, Cause, Content, FetchError, FileRef, Files, Later,
    MediaRef, NoFile, Outcome, Template,
};
use super::recorder::{Behaviour, Heard, Recorder};
use super::{Subject, hand_over, outgoing, sent, subjects};
use crate::fetch::{Door, Place};

fn subject(folder: &str) -> Subject {
    subjects().into_iter().find(|subject| subject.folder == folder).expect("there is one")
}

fn failed(failure: Failure) -> Outcome {
    Outcome::Failed { failure }
}

fn later(failure: Failure, cause: Cause) -> Outcome {
    Outcome::Later(Later { failure, after: None, cause })
}

#[tokio::test]
async fn the_codes_of_each_provider_are_understood() {
    let graph = |code: i64| format!(r#"{{"error":{{"message":"x","type":"OAuthException","code":{code}}}}}"#);
    let twilio = |code: u32| format!(r#"{{"code":{code},"message":"x","status":400}}"#);
    let table = [
        ("whatsapp", 400, graph(131_047), failed(Failure::WindowExpired)),
        ("whatsapp", 400, graph(131_026), failed(Failure::NotOnChannel)),
        ("whatsapp", 400, graph(131_051), failed(Failure::Unsupported)),
        ("whatsapp", 400, graph(132_001), failed(Failure::RejectedContent)),
        ("whatsapp", 400, graph(130_429), later(Failure::Throttled, Cause::Pace)),
        ("whatsapp", 400, graph(131_056), later(Failure::Throttled, Cause::Message)),
        ("whatsapp", 400, graph(190), later(Failure::Auth, Cause::Account)),
        ("whatsapp", 500, graph(131_016), Outcome::Unknown),
        ("whatsapp", 500, graph(131_000), Outcome::Unknown),
        ("twilio", 500, twilio(20_500), Outcome::Unknown),
        ("twilio", 400, twilio(21_211), failed(Failure::InvalidNumber)),
        ("twilio", 400, twilio(21_610), failed(Failure::OptedOut)),
        ("twilio", 400, twilio(63_016), failed(Failure::WindowExpired)),
        ("twilio", 429, twilio(20_429), later(Failure::Throttled, Cause::Pace)),
        ("twilio", 401, twilio(20_003), later(Failure::Auth, Cause::Account)),
        ("twilio", 400, twilio(1), failed(Failure::RejectedContent)),
        ("rcs", 404, "{}".to_owned(), failed(Failure::NotOnChannel)),
        ("rcs", 400, "{}".to_owned(), failed(Failure::Unsupported)),
        ("esendex", 402, String::new(), later(Failure::Billing, Cause::Account)),
    ];
    for (folder, status, body, outcome) in table {
        let (found, _) = sent(&subject(folder), Behaviour::answer(status, &body)).await;
        assert_eq!(found, outcome, "{folder} {status} {body}");
    }
    let (had_it, _) = sent(&subject("rcs"), Behaviour::answer(409, "{}")).await;
    assert!(matches!(had_it, Outcome::Accepted { .. }), "{had_it:?}");
}

/// One file, whatever is asked for.
struct OneFile;

impl Files for OneFile {
    fn open<'a>(&'a self, _: &'a FileRef) -> BoxFuture<'a, Result<ByteStream, NoFile>> {
        let pieces = [Ok(Bytes::from_static(b"\x89PNG")), Ok(Bytes::from_static(b"--\r\nrest"))];
        std::future::ready(Ok(futures_util::stream::iter(pieces).boxed())).boxed()
    }
}

pub(super) fn picture() -> FileRef {
    FileRef {
        media_type: "image/png".to_owned(),
        name: "a\"\r\nb.png".to_owned(),
        bytes: 12,
        digest: [0; 32],
        url: Some("https://desk.example/a/code/file".to_owned()),
    }
}

/// What a provider hears of one content.
async fn heard(folder: &str, content: Content) -> Vec<Heard> {
    let subject = subject(folder);
    let answer = r#"{"id":"media-1","sid":"SM1","messages":[{"id":"wamid.1"}]}"#;
    let recorder = Recorder::start(Behaviour::answer(200, answer)).await;
    let provider = subject.provider(&recorder.base());
    let outgoing = outgoing(subject.kind, content);
    let carrier = &provider;
    let outcome = carrier.send(&outgoing, &OneFile).await;
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{folder}: {outcome:?}");
    recorder.heard()
}

fn json(heard: &Heard) -> Value {
    serde_json::from_slice(&heard.body).expect("JSON")
}

#[tokio::test]
async fn a_file_is_handed_over_and_then_named() {
    let content = Content::Media { file: picture(), caption: "look".to_owned(), carriage: Carriage::Native };
    let requests = heard("whatsapp", content.clone()).await;
    assert_eq!(requests.len(), 2);
    assert!(requests[0].path.ends_with("/media") && requests[0].method == "POST");
    let upload = String::from_utf8_lossy(&requests[0].body).into_owned();
    assert!(
        upload.contains("filename=\"a___b.png\"") && upload.contains("PNG--\r\nrest\r\n--parloir-"),
        "{upload}"
    );
    let message = json(&requests[1]);
    assert_eq!((&message["type"], &message["image"]["id"]), (&"image".into(), &"media-1".into()));
    assert_eq!(message["image"]["caption"], "look");

    let message = json(&heard("rcs", content.clone()).await[0]);
    let card = &message["contentMessage"]["richCard"]["standaloneCard"]["cardContent"];
    assert_eq!(card["media"]["contentInfo"]["fileUrl"], "https://desk.example/a/code/file");
    let form = String::from_utf8(heard("twilio", content).await[0].body.clone()).expect("a form");
    assert!(form.contains("MediaUrl=https%3A%2F%2Fdesk.example%2Fa%2Fcode%2Ffile"), "{form}");
}

#[tokio::test]
async fn cards_and_templates_have_each_providers_shape() {
    let action =
        |kind, label: &str, value: &str| CardAction { kind, label: label.into(), value: value.into() };
    let actions = vec![action(ActionKind::Reply, "Oui", "yes"), action(ActionKind::Reply, "Non", "no")];
    let card = |actions| {
        Content::Card(Card { title: Some("T".into()), text: Some("B".into()), media: None, actions })
    };
    let message = json(&heard("whatsapp", card(actions.clone())).await[0]);
    assert_eq!(message["interactive"]["action"]["buttons"][1]["reply"]["id"], "no");
    let message = json(&heard("rcs", card(actions)).await[0]);
    let content = &message["contentMessage"]["richCard"]["standaloneCard"]["cardContent"];
    assert_eq!(
        (&content["title"], &content["suggestions"][0]["reply"]["text"]),
        (&"T".into(), &"Oui".into())
    );

    let call = vec![action(ActionKind::Call, "Appeler", "+33100000000")];
    let outcome = hand_over(
        &*subject("whatsapp").provider("http://127.0.0.1:9"),
        &outgoing(ChannelKind::Whatsapp, card(call)),
    )
    .await;
    assert_eq!(outcome, failed(Failure::Unsupported));

    let template = Content::Template(Template {
        name: "rdv".into(),
        language: "fr".into(),
        header: vec![],
        body: vec!["Ju {{2}}".into(), "14h".into()],
        text: "Bonjour Ju, 14h".into(),
    });
    let message = json(&heard("whatsapp", template.clone()).await[0]);
    assert_eq!(message["template"]["components"][0]["parameters"][0]["text"], "Ju {{2}}");
    assert_eq!(message["template"]["language"]["code"], "fr");
    let Content::Template(known) = template else { unreachable!("it is one") };
    let known = Content::Template(Template { name: "HX1".into(), ..known });
    let form = String::from_utf8(heard("twilio", known).await[0].body.clone()).expect("a form");
    assert!(form.contains("ContentSid=HX1") && !form.contains("Body="), "{form}");
}

#[tokio::test]
async fn what_a_provider_cannot_say_is_not_sent_as_less() {
    let card = Card { title: Some("T".into()), text: Some("B".into()), media: None, actions: Vec::new() };
    let file = FileRef { url: None, ..picture() };
    let media = Content::Media { file, caption: "look".into(), carriage: Carriage::Native };
    let template = Content::Template(Template {
        name: "rdv".into(),
        language: "fr".into(),
        header: vec![],
        body: vec![],
        text: "Bonjour".into(),
    });
    for folder in ["esendex", "twilio", "rcs"] {
        let subject = subject(folder);
        let recorder = Recorder::start(subject.accepts()).await;
        let provider = subject.provider(&recorder.base());
        let is_carried = provider.capabilities().cards;
        let mut lost = vec![media.clone(), template.clone()];
        lost.extend((!is_carried).then(|| Content::Card(card.clone())));
        for content in lost {
            let outcome = provider.send(&outgoing(subject.kind, content.clone()), &OneFile).await;
            assert_eq!(outcome, failed(Failure::Unsupported), "{folder} {content:?}");
        }
        assert!(recorder.heard().is_empty(), "{folder}");
    }
}

#[tokio::test]
async fn a_user_without_a_number_is_written_to_by_name() {
    let recorder = Recorder::start(subject("whatsapp").accepts()).await;
    let provider = subject("whatsapp").provider(&recorder.base());
    let mut message = outgoing(ChannelKind::Whatsapp, Content::Text { text: "Coucou".into() });
    message.to = Address { kind: AddressKind::Bsuid, value: "FR.134".to_owned() };
    hand_over(&*provider, &message).await;
    let said = json(&recorder.heard()[0]);
    assert_eq!((&said["recipient"], said.get("to")), (&"FR.134".into(), None));
}

#[tokio::test]
async fn a_file_that_came_in_is_asked_for_where_it_is() {
    let recorder = Recorder::start(Behaviour::Hang).await;
    recorder.behave_from_here(Behaviour::answer(200, &format!(r#"{{"url":"{}/file"}}"#, recorder.base())));
    let media = MediaRef { reference: "media-1".to_owned(), media_type: None, name: None };
    let local = subject("whatsapp").provider_with(&recorder.base(), "allow_local_media = true\n");
    let mut fetched = local.fetch(&media).await.expect("it comes");
    assert!(fetched.content.next().await.expect("bytes").expect("bytes").starts_with(b"{\"url\""));
    let heard = recorder.heard();
    assert_eq!((heard[0].path.as_str(), heard[1].path.as_str()), ("/media-1", "/file"));
    assert!(heard[1].header("authorization").is_some_and(|header| header.starts_with("Bearer ")));

    let strict = subject("whatsapp").provider(&recorder.base());
    let refused = strict.fetch(&media).await.err();
    assert!(matches!(refused, Some(FetchError::Refused(_))), "{refused:?}");
    assert_eq!(recorder.heard().len(), 3, "an address that is not public is not asked");
}

#[tokio::test]
async fn a_host_that_does_not_know_us_now_may_know_us_later() {
    let door = Door::new(Vec::new(), Place::LocalToo).expect("a list of hosts");
    for status in [401, 403, 407, 408, 425, 429, 500, 502, 503, 504] {
        let host = Recorder::start(Behaviour::answer(status, "no")).await;
        let found = door.fetch(&format!("{}/file", host.base()), None).await.err();
        assert!(matches!(found, Some(FetchError::Later(_))), "{status}: {found:?}");
    }
    for status in [400, 404, 410] {
        let host = Recorder::start(Behaviour::answer(status, "no")).await;
        let found = door.fetch(&format!("{}/file", host.base()), None).await.err();
        assert!(matches!(found, Some(FetchError::Gone(_))), "{status}: {found:?}");
    }
}
