//! What the demonstration shows beside its stories: templates in two languages, and a card.

use parloir_desk::command::{Command, SendMessage, TemplateDraft};
use parloir_desk::commit::Actor;
use parloir_desk::entity::{Action, ActionKind, Approval, MessageCard};

use super::DemoError;
use super::ask::Asker;
use super::cast::{Cast, number};
use super::people::CUSTOMERS;

/// A template of the demonstration.
struct Saved {
    name: &'static str,
    language: &'static str,
    header: &'static str,
    body: &'static str,
    footer: &'static str,
    provider_name: &'static str,
    approval: Approval,
}

const TEMPLATES: [Saved; 4] = [
    Saved {
        name: "Confirmation de rendez-vous",
        language: "fr",
        header: "Votre rendez-vous",
        body: "Bonjour {{prénom}}, votre rendez-vous est confirmé le {{jour}} à {{heure}}. À bientôt !",
        footer: "Répondez STOP pour ne plus recevoir de messages",
        provider_name: "confirmation_rdv",
        approval: Approval::Approved,
    },
    Saved {
        name: "Commande prête",
        language: "fr",
        header: "",
        body: "Bonjour {{prénom}}, votre commande {{commande}} est prête. Vous pouvez la retirer en boutique.",
        footer: "",
        provider_name: "",
        approval: Approval::None,
    },
    Saved {
        name: "Order ready",
        language: "en",
        header: "Your order",
        body: "Hello {{first_name}}, your order {{order}} is ready to collect.",
        footer: "Reply STOP to opt out",
        provider_name: "order_ready",
        approval: Approval::Approved,
    },
    Saved {
        name: "Quote follow-up",
        language: "en",
        header: "",
        body: "Hello {{first_name}}, have you had time to look at quote {{quote}}?",
        footer: "",
        provider_name: "quote_follow_up",
        approval: Approval::Pending,
    },
];

/// Who gets the card, over RCS, and from whom.
const CARD_TO: &str = "Hélène Lefèvre";
const CARD_FROM: &str = "lea";

/// Everything that is not there yet.
pub(super) async fn show(asker: &Asker, cast: &Cast) -> Result<(), DemoError> {
    for template in &TEMPLATES {
        let step = format!("template {} {}", template.name, template.language);
        asker.once(&step, Actor::System, Command::SaveTemplate(Box::new(draft(template)))).await?;
    }
    card(asker, cast).await
}

fn draft(saved: &Saved) -> TemplateDraft {
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    TemplateDraft {
        template_id: None,
        name: saved.name.to_owned(),
        language: saved.language.to_owned(),
        body: saved.body.to_owned(),
        header: filled(saved.header),
        footer: filled(saved.footer),
        buttons: Vec::new(),
        provider_name: filled(saved.provider_name),
        approval: Some(saved.approval),
    }
}

/// A card with two buttons, unless the conversation was erased since.
async fn card(asker: &Asker, cast: &Cast) -> Result<(), DemoError> {
    let step = "card over RCS";
    let (Some(customer), Some(channel), Some(agent)) = (
        CUSTOMERS.iter().find(|customer| customer.name == CARD_TO),
        cast.channels.get("rcs"),
        cast.workers.get(CARD_FROM),
    ) else {
        return Err(DemoError::Unreadable(format!("'{step}' has an unknown name")));
    };
    let found = asker.view(|view| view.conversation_at(*channel, &number(customer.number)));
    let Some(conversation_id) = found.filter(|_| asker.known(step).is_none()) else { return Ok(()) };
    let button =
        |kind, label: &str, value: &str| Action { kind, label: label.to_owned(), value: value.to_owned() };
    let card = MessageCard {
        title: Some("Votre commande est prête".to_owned()),
        text: Some("Elle vous attend en boutique jusqu'à samedi, 19 h.".to_owned()),
        media: None,
        actions: vec![
            button(ActionKind::Reply, "Je passe demain", "demain"),
            button(ActionKind::Link, "Itinéraire", "https://www.exemple.fr/boutique"),
        ],
    };
    let plain = SendMessage::text(conversation_id, "");
    let send = Command::Send(Box::new(SendMessage { text: None, card: Some(card), ..plain }));
    asker.once(step, Actor::Agent(*agent), send).await.map(drop)
}
