//! Groups, tags and properties of the benchmark. It knows no people.

use super::names::{composed, skewed};
use crate::plan::Dice;

const SERVICES: [&str; 12] = [
    "Ventes",
    "Support",
    "Livraisons",
    "Comptabilité",
    "Après-vente",
    "Réservations",
    "Accueil",
    "Commandes",
    "Fidélité",
    "Entreprises",
    "Réclamations",
    "Rendez-vous",
];
const PLACES: [&str; 10] =
    ["Lyon", "Île-de-France", "Nantes", "Bordeaux", "Besançon", "Nîmes", "Liège", "Genève", "Köln", "Málaga"];
const KINDS: [&str; 20] = [
    "client",
    "prospect",
    "fournisseur",
    "abonné",
    "essai",
    "devis",
    "contrat",
    "litige",
    "retour",
    "garantie",
    "atelier",
    "boutique",
    "mariage",
    "cadeau",
    "œuvre",
    "traiteur",
    "presse",
    "école",
    "mairie",
    "association",
];
const STATES: [&str; 10] =
    ["fidèle", "à relancer", "VIP", "perdu", "récent", "prioritaire", "fâché", "2024", "été", "Noël"];
const CITIES: [&str; 60] = [
    "Paris",
    "Lyon",
    "Marseille",
    "Toulouse",
    "Nice",
    "Nantes",
    "Montpellier",
    "Strasbourg",
    "Bordeaux",
    "Lille",
    "Rennes",
    "Reims",
    "Saint-Étienne",
    "Le Havre",
    "Toulon",
    "Grenoble",
    "Dijon",
    "Angers",
    "Nîmes",
    "Villeurbanne",
    "Clermont-Ferrand",
    "Le Mans",
    "Aix-en-Provence",
    "Brest",
    "Tours",
    "Amiens",
    "Limoges",
    "Annecy",
    "Perpignan",
    "Besançon",
    "Metz",
    "Orléans",
    "Mulhouse",
    "Rouen",
    "Nancy",
    "Béziers",
    "Fort-de-France",
    "Liège",
    "Bruxelles",
    "Namur",
    "Genève",
    "Zürich",
    "Köln",
    "München",
    "Düsseldorf",
    "Málaga",
    "A Coruña",
    "Lisboa",
    "Évora",
    "Gdańsk",
    "Łódź",
    "Kraków",
    "Plzeň",
    "København",
    "Århus",
    "Göteborg",
    "İzmir",
    "Wrocław",
    "Roma",
    "Forlì",
];
const SORTS: [&str; 6] = ["SARL", "SAS", "& Cie", "GmbH", "S.r.l.", "Frères"];

pub(super) fn groups() -> Vec<String> {
    SERVICES.iter().flat_map(|service| PLACES.iter().map(move |place| format!("{service} {place}"))).collect()
}

pub(super) fn tags() -> Vec<String> {
    KINDS.iter().flat_map(|kind| STATES.iter().map(move |state| format!("{kind} {state}"))).collect()
}

/// Key and value: a city for two of five, a company for one of six, a number of their own for three of ten.
pub(super) fn properties(n: u64, dice: &mut Dice) -> Vec<(&'static str, String)> {
    let mut properties = Vec::new();
    if dice.roll(10) < 4 {
        properties.push(("city", CITIES[skewed(dice, CITIES.len() as u64) as usize].to_owned()));
    }
    if dice.roll(6) == 0 {
        let mut firm = Dice::new(skewed(dice, 20_000), 3);
        properties.push(("company", format!("{} {}", composed(&mut firm), SORTS[firm.roll(6) as usize])));
    }
    if dice.roll(10) < 3 {
        properties.push(("customer", format!("C{:07}-{}", n, dice.roll(90) + 10)));
    }
    properties
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use parloir_client::protocol::text::fold;

    use super::*;

    #[test]
    fn no_group_and_no_tag_is_there_twice() {
        for (labels, wanted) in [(groups(), 120), (tags(), 200)] {
            assert_eq!(labels.iter().map(|label| fold(label)).collect::<BTreeSet<_>>().len(), wanted);
        }
    }
}
