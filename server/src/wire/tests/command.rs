//! Every command of the wire becomes one of the rules; what has no form is refused with its field.

use std::collections::BTreeSet;

use parloir_desk::command::{CardChange, Command, DigestKey, TokenHash, WebhookSalt};
use parloir_desk::entity::{Address, AddressKind, Country, Destination, Scope};
use parloir_protocol::codec::Codec;
use parloir_protocol::command::Command as Asked;
use parloir_protocol::error::ErrorBody;
use parloir_protocol::ids::WorkspaceId;
use parloir_protocol::up::read_command_body;
use serde_json::{Value, json};

use crate::samples::{AGENT, CHANNEL, COMMAND, CONTACT, CONVERSATION, GROUP, MESSAGE};
use crate::wire::command::{Asker, Secrets, SendParts, command};

fn asked(name: &str, params: &Value) -> Result<Command, ErrorBody> {
    let body = json!({"command_id": COMMAND, "name": name, "params": params}).to_string();
    let frame = read_command_body(Codec::Json, body.as_bytes()).expect("a command of the wire");
    let asker = Asker { agent_id: AGENT, country: &|| Country::FRANCE };
    command(&frame, asker, SendParts::default(), &mut || Secrets {
        token: TokenHash([1; 32]),
        digest_key: DigestKey([2; 32]),
        salt: WebhookSalt([3; 32]),
    })
}

fn number(value: &str) -> Address {
    Address { kind: AddressKind::E164, value: value.to_owned() }
}

fn samples() -> Vec<(&'static str, Value)> {
    let conversation = json!({"conversation_id": CONVERSATION});
    let address = json!({"kind": "e164", "value": "06 12 34 56 78"});
    let token = "tok_0192f0c4-0000-7000-8000-000000000001";
    [of_conversations(&conversation, &address), of_contacts(), of_groups(), of_settings(&address, token)]
        .concat()
}

fn of_conversations(conversation: &Value, address: &Value) -> Vec<(&'static str, Value)> {
    vec![
        ("conversation.start", json!({"channel_id": CHANNEL, "address": address})),
        ("conversation.move", json!({"conversation_id": CONVERSATION, "group_id": GROUP})),
        ("conversation.close", conversation.clone()),
        ("conversation.reopen", conversation.clone()),
        ("conversation.assign", conversation.clone()),
        ("conversation.claim", conversation.clone()),
        ("conversation.release", conversation.clone()),
        ("conversation.next", json!({})),
        ("conversation.mark_read", json!({"conversation_id": CONVERSATION, "up_to": 4})),
        ("conversation.mark_unread", conversation.clone()),
        ("message.send", json!({"conversation_id": CONVERSATION, "text": "bonjour"})),
        ("message.retry", json!({"message_id": MESSAGE})),
        ("message.cancel", json!({"message_id": MESSAGE})),
        ("message.release", json!({"message_id": MESSAGE})),
        ("message.reschedule", json!({"message_id": MESSAGE, "send_at": "2026-11-04T09:00:00.000Z"})),
        ("link.revoke", json!({"message_id": MESSAGE})),
        ("consent.change", json!({"conversation_id": CONVERSATION, "consent": "opted_out"})),
        ("note.add", json!({"conversation_id": CONVERSATION, "text": "?", "mentions": [AGENT, AGENT]})),
    ]
}

fn of_contacts() -> Vec<(&'static str, Value)> {
    let both = json!({"survivor": CONTACT, "survivor_version": 1, "merged": CONTACT, "merged_version": 2});
    vec![
        ("contact.save", json!({})),
        ("contact.merge", both.clone()),
        ("contact.unmerge", both),
        ("contact.erase", json!({"contact_id": CONTACT})),
    ]
}

fn of_webhooks() -> [(&'static str, Value); 4] {
    let id = "whk_0192f0c4-0000-7000-8000-000000000001";
    let webhook = json!({"webhook_id": id, "name": "Till", "url": "https://h.example/", "from_seq": 1});
    ["webhook.save", "webhook.delete", "webhook.rotate", "webhook.replay"].map(|name| (name, webhook.clone()))
}

fn of_groups() -> Vec<(&'static str, Value)> {
    let group = json!({"group_id": GROUP, "name": "Sales"});
    let template = json!({"name": "Merci", "language": "fr", "body": "Merci", "template_id": "tpl_0192f0c4-0000-7000-8000-000000000001"});
    let names = ["group.create", "group.rename", "group.archive", "group.delete", "group.close"];
    let groups = names.map(|name| (name, group.clone()));
    let templates = ["template.save", "template.delete"].map(|name| (name, template.clone()));
    groups.into_iter().chain(templates).chain(of_webhooks()).collect()
}

fn of_settings(address: &Value, token: &str) -> Vec<(&'static str, Value)> {
    let channel = json!({"kind": "sms", "name": "Main", "address": address, "provider": "simulator"});
    vec![
        ("agent.create", json!({"name": "Ana", "role": "agent", "groups": [GROUP]})),
        ("agent.change", json!({"agent_id": AGENT, "groups": []})),
        ("agent.deactivate", json!({"agent_id": AGENT})),
        ("agent.invite", json!({"agent_id": AGENT})),
        ("agent.set_availability", json!({"availability": "away"})),
        ("token.create", json!({"agent_id": AGENT})),
        ("token.revoke", json!({"token_id": token})),
        ("channel.create", channel),
        ("channel.change", json!({"channel_id": CHANNEL, "approved_countries": ["fr", "GB"]})),
        ("workspace.change", json!({"country": "BE", "unread_until": "answered"})),
        ("workspace.create", json!({"name": "Lyon", "country": "FR", "admin": "Ana"})),
    ]
}

#[test]
fn every_command_of_the_wire_is_one_of_the_rules() {
    let names: BTreeSet<&str> = samples().iter().map(|(name, _)| *name).collect();
    assert_eq!(names, Asked::NAMES.iter().copied().collect());
    for (name, params) in samples() {
        assert!(asked(name, &params).is_ok(), "{name}");
    }
}

#[test]
fn a_typed_number_is_one_destination() {
    let to = Destination { address: number("+33612345678"), country: Some(Country::FRANCE) };
    let address = json!({"kind": "e164", "value": "+33 (0)6 12 34 56 78"});
    let start = asked("conversation.start", &json!({"channel_id": CHANNEL, "address": address}));
    assert_eq!(start, Ok(Command::Start { channel_id: CHANNEL, to, group_id: None }));
}

#[test]
fn lists_become_sets_in_normal_form() {
    let twice = json!([
        {"kind": "e164", "value": "0612345678"}, {"kind": "e164", "value": "+33612345678"},
        {"kind": "bsuid", "value": " FR.123 "},
    ]);
    let params = json!({"add_tags": ["vip", "vip"], "add_addresses": twice, "properties": {"city": null}});
    let bsuid = Address { kind: AddressKind::Bsuid, value: "FR.123".to_owned() };
    let change = CardChange {
        add_tags: BTreeSet::from(["vip".to_owned()]),
        properties: [("city".to_owned(), None)].into(),
        add_addresses: BTreeSet::from([number("+33612345678"), bsuid]),
        ..CardChange::default()
    };
    assert_eq!(asked("contact.save", &params), Ok(Command::SaveContact { contact_id: None, change }));
}

#[test]
fn an_empty_list_means_all() {
    let all = asked("agent.change", &json!({"agent_id": AGENT, "groups": []}));
    let change = |scope| Command::ChangeAgent { agent_id: AGENT, name: None, role: None, scope };
    assert_eq!(all, Ok(change(Some(Scope::All))));
    assert_eq!(asked("agent.change", &json!({"agent_id": AGENT})), Ok(change(None)));
    let every = asked("channel.change", &json!({"channel_id": CHANNEL, "approved_countries": []}));
    let changed = Command::ChangeChannel { channel_id: CHANNEL, name: None, approved_countries: Some(None) };
    assert_eq!(every, Ok(changed));
}

#[test]
fn a_new_workspace_has_the_id_of_its_command() {
    let Ok(Command::Provision { workspace_id, hash, digest_key, .. }) =
        asked("workspace.create", &json!({"name": "Lyon", "country": "fr", "admin": "Ana"}))
    else {
        panic!("not a workspace");
    };
    assert_eq!(
        (workspace_id, hash, digest_key),
        (WorkspaceId(COMMAND.0), TokenHash([1; 32]), DigestKey([2; 32]))
    );
}

#[test]
fn what_has_no_form_is_refused_with_its_field() {
    let start = |kind, value: &str| {
        asked(
            "conversation.start",
            &json!({"channel_id": CHANNEL, "address": {"kind": kind, "value": value}}),
        )
    };
    let cases = [
        (start("e164", "36180"), "invalid_number", "address", "36180"),
        (start("rcs", "two words"), "invalid_params", "address", "two words"),
        (start("bsuid", " "), "invalid_params", "address", " "),
        (asked("workspace.change", &json!({"country": "UK"})), "invalid_params", "country", "UK"),
        (asked("workspace.change", &json!({"unread_until": "x"})), "invalid_params", "unread_until", "x"),
    ];
    for (refused, code, field, value) in cases {
        let error = refused.expect_err(value);
        assert_eq!(
            (error.code.as_str(), &error.details["field"], &error.details["value"]),
            (code, &json!(field), &json!(value))
        );
    }
}

#[test]
fn parts_of_a_send_that_exclude_each_other_are_refused() {
    let attachment = "att_0192f0c4-0000-7000-8000-000000000001";
    let template = json!({"template_id": "tpl_0192f0c4-0000-7000-8000-000000000001", "digest": ""});
    for (other, field) in [
        (json!({"template": template, "text": "x"}), "template"),
        (json!({"template": template, "attachment_id": attachment}), "template"),
        (json!({"template": template, "card": {}}), "template"),
        (json!({"card": {}, "text": "x"}), "card"),
        (json!({"card": {}, "attachment_id": attachment}), "card"),
    ] {
        let mut params = other;
        params["conversation_id"] = json!(CONVERSATION);
        let error = asked("message.send", &params).expect_err("they exclude each other");
        assert_eq!((error.code.as_str(), &error.details["field"]), ("invalid_params", &json!(field)));
    }
}
