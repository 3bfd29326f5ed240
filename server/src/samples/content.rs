//! One of each event about what messages hold: files, cards, templates, links, plans.

use parloir_desk::entity::{
    Action, ActionKind, Approval, Carriage, Clean, Delivery, FileFacts, InboundMedia, LinkHash, Location,
    MessageCard, Personal, Reacted, SentTemplate, Template, TemplateStatus,
};
use parloir_desk::event::{About, Event, Incoming, IncomingFile, LinkMade, Outgoing};
use parloir_protocol::ids::{AttachmentId, TemplateId};
use uuid::Uuid;

use super::{AGENT, AT, CANARY, CHANNEL, CONVERSATION, GROUP, MESSAGE, SUBJECT, address, header};

pub(crate) const ATTACHMENT: AttachmentId = AttachmentId(Uuid::from_bytes([21; 16]));
pub(crate) const TEMPLATE: TemplateId = TemplateId(Uuid::from_bytes([22; 16]));

/// A text and nothing else.
pub(super) fn plain_outgoing() -> Outgoing {
    Outgoing {
        address: address(),
        text: format!("{CANARY}-out"),
        files: Vec::new(),
        card: None,
        template: None,
        carriage: None,
        link: None,
    }
}

/// A text and nothing else.
pub(super) fn plain_incoming() -> Incoming {
    Incoming { text: format!("{CANARY}-in"), files: Vec::new(), location: None, reaction: None }
}

pub(super) fn events() -> Vec<Event> {
    [of_plans(), of_files(), of_templates()].concat()
}

fn of_plans() -> Vec<Event> {
    let (conversation_id, group_id, message_id) = (CONVERSATION, GROUP, MESSAGE);
    let open = parloir_desk::entity::Header { window_until: Some(AT), ..header() };
    let planned = |delivery, due_at, outgoing| Event::MessagePlanned {
        header: open.clone(),
        message_id,
        subject: SUBJECT,
        channel_id: CHANNEL,
        outgoing: Personal::Known(outgoing),
        seen_seq: None,
        delivery,
        due_at,
    };
    let changed = |delivery, due_at| Event::MessagePlanChanged {
        conversation_id,
        group_id,
        message_id,
        delivery,
        due_at,
    };
    let mut events = vec![
        planned(Delivery::Scheduled, Some(AT), with_file(Carriage::Link)),
        planned(Delivery::Held, None, with_file(Carriage::Document)),
        changed(Delivery::Scheduled, Some(AT)),
        changed(Delivery::Held, None),
        Event::MessageCancelled { conversation_id, group_id, message_id },
    ];
    events.extend([with_file(Carriage::Native), with_card(), with_template()].map(|outgoing| {
        Event::MessageQueued {
            header: open.clone(),
            message_id,
            subject: SUBJECT,
            channel_id: CHANNEL,
            outgoing: Personal::Known(outgoing),
            seen_seq: None,
            author: Some(AGENT),
        }
    }));
    events
}

fn with_file(carriage: Carriage) -> Outgoing {
    let url = (carriage != Carriage::Link).then(|| format!("{CANARY}-url"));
    let link = LinkMade { hash: LinkHash([23; 32]), expires_at: AT, url };
    Outgoing { files: vec![file()], carriage: Some(carriage), link: Some(link), ..plain_outgoing() }
}

pub(crate) fn file() -> FileFacts {
    FileFacts {
        id: ATTACHMENT,
        name: format!("{CANARY}-file"),
        media_type: "image/png".into(),
        bytes: 20_480,
        digest: [24; 32],
        size: Some((640, 480)),
        thumbnail: Some([25; 32]),
        clean: Some(Clean { digest: [26; 32], bytes: 20_000 }),
    }
}

fn actions() -> Vec<Action> {
    let action = |kind, value: &str| Action { kind, label: "label".into(), value: value.into() };
    vec![
        action(ActionKind::Reply, "yes"),
        action(ActionKind::Link, "https://example.com"),
        action(ActionKind::Call, "+33600000000"),
    ]
}

fn with_card() -> Outgoing {
    let card = MessageCard {
        title: Some(format!("{CANARY}-title")),
        text: Some(format!("{CANARY}-card")),
        media: Some(ATTACHMENT),
        actions: actions(),
    };
    Outgoing { text: String::new(), card: Some(card), ..with_file(Carriage::Native) }
}

fn with_template() -> Outgoing {
    let template = SentTemplate {
        template_id: TEMPLATE,
        name: "Welcome".into(),
        language: "en".into(),
        provider_name: Some("welcome".into()),
        header: vec![format!("{CANARY}-first")],
        body: vec![format!("{CANARY}-second")],
    };
    Outgoing { template: Some(template), carriage: Some(Carriage::Text), ..plain_outgoing() }
}

fn of_files() -> Vec<Event> {
    let (conversation_id, group_id, message_id) = (CONVERSATION, GROUP, MESSAGE);
    let media = InboundMedia {
        reference: format!("{CANARY}-reference"),
        media_type: Some("audio/ogg".into()),
        name: Some(format!("{CANARY}-voice")),
    };
    let place = Location {
        latitude: 48_856_613,
        longitude: -2_352_222,
        name: Some(format!("{CANARY}-place")),
        address: Some(format!("{CANARY}-street")),
    };
    let incoming = Incoming {
        files: vec![IncomingFile { id: ATTACHMENT, media }],
        location: Some(place),
        reaction: Some(Reacted { emoji: format!("{CANARY}-sign"), message_id: Some(MESSAGE) }),
        ..plain_incoming()
    };
    vec![
        Event::MessageReceived {
            header: header(),
            message_id,
            subject: SUBJECT,
            incoming: Personal::Known(incoming),
        },
        Event::AttachmentStored {
            conversation_id,
            group_id,
            message_id,
            attachment_id: ATTACHMENT,
            subject: SUBJECT,
            file: Personal::Known(file()),
        },
        Event::AttachmentMissing { conversation_id, group_id, message_id, attachment_id: ATTACHMENT },
        Event::LinkOpened { conversation_id, group_id, message_id },
        Event::LinkRevoked { conversation_id, group_id, message_id },
    ]
}

fn of_templates() -> Vec<Event> {
    use Approval::{Approved, Paused, Pending, Rejected};
    let template = |approval| Template {
        id: TEMPLATE,
        name: "Welcome".into(),
        language: "en".into(),
        body: "Hello {{name}}".into(),
        header: Some("{{shop}}".into()),
        footer: Some("See you".into()),
        buttons: actions(),
        approval,
        provider_name: Some("welcome".into()),
        status: TemplateStatus::Active,
        seq: 6,
    };
    let mut events: Vec<Event> = [Approval::None, Pending, Approved, Rejected, Paused]
        .map(|approval| Event::TemplateSaved { template: template(approval) })
        .to_vec();
    events.push(Event::TemplateSaved {
        template: Template { status: TemplateStatus::Deleted, ..template(Approval::None) },
    });
    events.extend([
        Event::TemplateDeleted { template_id: TEMPLATE },
        Event::Noted { about: About::Template(TEMPLATE) },
        Event::WorkspaceChanged {
            name: "Lyon".into(),
            country: parloir_desk::entity::Country::FRANCE,
            unread_until: parloir_desk::entity::UnreadUntil::Opened,
            hold_ms: 5_000,
            link_days: 30,
        },
    ]);
    events
}
