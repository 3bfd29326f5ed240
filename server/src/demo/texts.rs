//! What customers write while the demonstration runs.

/// A first message, or another one out of the blue.
pub(super) const OPENINGS_FR: [&str; 22] = [
    "Bonjour, avez-vous encore des places pour l'atelier de samedi ?",
    "Bonjour, ma commande est-elle partie ?",
    "Le code de la porte a changé, c'est le 4182 pour la livraison.",
    "Bonsoir, peut-on échanger un article acheté en ligne directement en boutique ?",
    "Je n'arrive pas à me connecter à mon compte depuis ce matin.",
    "Bonjour, quel est le délai pour une housse sur mesure ?",
    "Est-ce que vous reprenez les anciens matelas ?",
    "Bonjour, il manque une vis dans le sachet.",
    "Vous êtes ouverts le lundi de Pâques ?",
    "Le livreur est passé, mais il n'a pas sonné…",
    "Bonjour, je voudrais une facture au nom de ma société, s'il vous plaît.",
    "Petite question : la teinture déteint-elle au lavage ?",
    "Bonjour, j'ai reçu le mauvais coloris.",
    "Peut-on encore modifier l'adresse de livraison ?",
    "Avez-vous un modèle plus large que 160 cm ?",
    "Bonjour, combien coûte la livraison en Corse ?",
    "Mon bon d'achat expire demain, puis-je le prolonger ?",
    "Bonjour, le service de montage est-il compris ?",
    "Je souhaite prendre rendez-vous pour un devis.",
    "Bravo pour l'emballage sans plastique !",
    "Bonjour, la télécommande ne répond plus, que faire ?",
    "Y a-t-il une liste d'attente pour le banc en chêne ?",
];

pub(super) const OPENINGS_EN: [&str; 18] = [
    "Hi, is the walnut shelf back in stock?",
    "Hello, how do I return something I bought online?",
    "Could you tell me when my order will leave?",
    "Do you price match?",
    "Good evening, the tracking link shows nothing yet.",
    "Hi, can I collect from the shop tomorrow?",
    "The zip on the cushion cover came off, what can I do?",
    "Is there parking near the showroom?",
    "Hello, what are the exact measurements of the round mirror?",
    "I think I ordered twice by accident, sorry!",
    "Do you deliver to the Isle of Wight?",
    "Could someone help me choose a lamp for a dark hallway?",
    "Hi, the gift card code says it is already used.",
    "Is the paint safe for a nursery?",
    "My neighbour took the parcel in, all good now.",
    "Can I still change the delivery slot?",
    "Hello, do you repair chairs bought elsewhere?",
    "Just wanted to say the kitchen looks fantastic. Thank you all!",
];

/// An answer to whatever an agent wrote.
pub(super) const REPLIES_FR: [&str; 16] = [
    "Merci beaucoup !",
    "D'accord, c'est noté.",
    "Très bien, j'attends votre retour.",
    "Et pour le délai, à peu près ?",
    "Parfait, bonne journée.",
    "Je vous confirme ça ce soir.",
    "Ah, je n'avais pas vu. Merci !",
    "Vous pouvez m'appeler si c'est plus simple.",
    "Oui, c'est bien cette adresse.",
    "Non, l'autre modèle, celui en métal.",
    "Ça marche, à bientôt.",
    "Je suis disponible jeudi toute la journée.",
    "C'est très gentil, merci.",
    "Pouvez-vous m'envoyer le lien ?",
    "Entendu. Et si je veux annuler ?",
    "Super, vous me sauvez la mise !",
];

pub(super) const REPLIES_EN: [&str; 14] = [
    "Thanks so much!",
    "Great, I will wait to hear from you.",
    "Yes, that is the right address.",
    "Could you do Thursday instead?",
    "Perfect, thank you.",
    "Sorry, I meant the smaller one.",
    "How long will that take, roughly?",
    "Brilliant, that was quick.",
    "Let me check and come back to you.",
    "No worries at all.",
    "Can you send me the link, please?",
    "That sounds fair.",
    "I am home all day tomorrow.",
    "Cheers, have a good one!",
];

/// What people without a card call themselves.
pub(super) const PROFILE_NAMES: [&str; 10] = [
    "Nono",
    "Sab",
    "Lulu la Tempête",
    "Margaux",
    "R. Petit",
    "Kev",
    "Jo from Hove",
    "Mrs Finch",
    "Dee",
    "Ollie",
];
