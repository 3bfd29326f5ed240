//! How the people of the benchmark are called: real names at the head of the distribution, composed ones in
//! its tail, with the accents, hyphens and capitals that address books hold. Names only; it knows no numbers.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;

use crate::plan::Dice;

/// First names, the commonest first.
const FIRST: &str = "\
    Marie, Jean, Hélène, Pierre, Camille, Nicolas, Léa, Julien, Chloé, Thomas, Élodie, François, Zoé, \
    Raphaël, Anaïs, Jérôme, Loïc, Noémie, Benoît, Gaëlle, Stéphane, Inès, Mathieu, Agnès, Cédric, Océane, \
    Frédéric, Maëlys, Gérard, Solène, Rémi, Aurélie, Noël, Cécile, Sébastien, Béatrice, Édouard, Françoise, \
    Maël, Geneviève, Étienne, Joëlle, Hugo, Manon, Louis, Emma, Lucas, Jade, Arthur, Louise, Gabriel, Alice, \
    Adam, Lina, Paul, Rose, Victor, Anna, Antoine, Jeanne, Karim, Fatima, Mohamed, Aïcha, Mehdi, Nadia, \
    Youssef, Samira, Amine, Leïla, Nguyễn, Linh, Björn, Jürgen, Günther, Käthe, Jörg, Ute, Heike, Jens, \
    Sören, Åsa, Øyvind, Łukasz, Małgorzata, Zbigniew, Agnieszka, José, Begoña, Iñaki, María, Jesús, Íñigo, \
    Núria, João, Conceição, Inácio, Niccolò, Chiara, Giuseppe, Beyoncé, Ömer, Ayşe, Çağla, İbrahim, Václav, \
    Jiří, Zdeňka, Đorđe, Nikola, Siân, Oisín, Siobhán, William, Charlotte, Oliver, Emily, Harry, Grace, \
    Daan, Sanne, Pieter, Noor, Ștefan, Ioana, György, Zsófia, Χρήστος, Ελένη, Иван, Ольга";

/// Last names, the commonest first.
const LAST: &str = "\
    Martin, Bernard, Lefèvre, Dubois, Müller, Petit, Durand, Leroy, Moreau, Garcia, Nuñez, Roussel, \
    Fournier, Girard, Bonnet, Dupont, Lambert, Fontaine, Rousseau, Vincent, Béranger, Lefebvre, Legrand, \
    Gauthier, Perrin, Robin, Clément, Morin, Henry, Mathieu, Masson, Marchand, Duval, Denis, Dumont, Marie, \
    Lemaire, Noël, Meyer, Dufour, Meunier, Brun, Blanchard, Giraud, Joly, Rivière, Lucas, Brunet, Gaillard, \
    Barbier, Arnaud, Martínez, Gérard, Roche, Renard, Schmitt, Roy, Leroux, Colin, Vidal, Caron, Picard, \
    Roger, Fabre, Aubert, Lemoine, Renaud, Dumas, Lacroix, Olivier, Philippe, Bourgeois, Pierre, Benoît, \
    Rey, Leclerc, Payet, Rolland, Leclercq, Guillaume, Lecomte, Lopez, Jean, Dupuy, Guillot, Hubert, Berger, \
    Carpentier, Sánchez, Dupuis, Moulin, Louis, Deschamps, Huet, Vasseur, Perez, Boucher, Fleury, Royer, \
    Klein, Jacquet, Adam, Paris, Poirier, Marty, Aubry, Guyot, Carré, Charles, Renault, Charpentier, Ménard, \
    Maillard, Baron, Bertin, Bailly, Hervé, Schneider, Fernández, Le Gall, Collet, Léger, Bouvier, Julien, \
    Prévost, Millet, Perrot, Daniel, Le Roux, Cousin, Germain, Breton, Besson, Langlois, Rémy, Le Goff, \
    Pelletier, Lévêque, Perrier, Leblanc, Barré, Lebrun, Marchal, Weber, Mallet, Hamon, Boulanger, Jacob, \
    Monnier, Michaud, Rodríguez, Guichard, Gillet, Étienne, Grondin, Poulain, Tessier, Chevallier, Collin, \
    Chauvin, Da Silva, Bouchet, Gay, Lemaître, Bénard, Maréchal, Humbert, Reynaud, Antoine, Hoarau, Perret, \
    Barthélemy, Cordier, Pichon, Lejeune, Gilbert, Lamy, Delaunay, Pasquier, Carlier, Laporte, Groß, Strauß, \
    Weiß, Schröder, Köhler, Jäger, Øster, Sørensen, Łukasiewicz, Wiśniewski, Wójcik, Kowalczyk, Đurić, \
    Novák, Dvořák, Černý, Svobodová, Gonçalves, Araújo, Magalhães, Rossi, D'Angelo, D'Amico, Dell'Acqua, \
    O'Brien, O'Connor, MacLeod, Benali, Haddad, Diallo, Traoré, Sow, Nguyen, Trần, Phạm, Cœurderoy, Bœuf, \
    Lœwe, Ægir, Van den Berg, De Vries, Yılmaz, Öztürk, Çelik, Kovács, Szabó, Ionescu, Παπαδόπουλος, Иванов";

/// How made-up words begin, go on and end.
const OPENINGS: &str = "\
    Bel, Cas, Dor, Fé, Gar, Hau, Ja, Ker, La, Mé, Nor, Ou, Pré, Quin, Rou, Sé, Tré, U, Vau, Wal, Ys, Zu, \
    Bru, Cha, Dra, Éth, Flo, Gué, Cœ, Ñu, Mö, Kö, Gra, Hé, Jo, Ka, Lé, Mau, Ni, Pé, Ri, Sau, Thé, Vé, Bar, \
    Cor, Dé, Fon, Gi, Au";
const MIDDLES: &str = "\
    ma, ri, lo, né, ti, ra, vi, su, cha, dè, lle, mo, nna, po, rê, sse, tta, vou, gni, bré, ça, du, fa, gue, \
    ho, jou, ki, lan, mé, no";
const ENDINGS: &str = "\
    rd, n, ault, ot, et, ier, on, in, eau, ac, ec, ois, ez, ski, mann, sen, ñez, ès, ère, oë, üs, ley, vić, \
    ros, lle, tte, nt, uy, oux, as";

/// The lists, each taken apart once.
static LISTS: LazyLock<Lists> = LazyLock::new(|| Lists {
    first: list(FIRST),
    last: list(LAST),
    openings: list(OPENINGS),
    middles: list(MIDDLES),
    endings: list(ENDINGS),
});

struct Lists {
    first: Vec<&'static str>,
    last: Vec<&'static str>,
    openings: Vec<&'static str>,
    middles: Vec<&'static str>,
    endings: Vec<&'static str>,
}

fn list(text: &'static str) -> Vec<&'static str> {
    text.split(", ").collect()
}

/// Different last names that there are; the first are the commonest.
const LASTS: u64 = 60_000;
/// Different first names that there are.
const FIRSTS: u64 = 4_000;

/// The name of a person as somebody saved it.
pub(super) fn name(dice: &mut Dice) -> String {
    let plain = match dice.roll(100) {
        0..72 => format!("{} {}", first(dice), last(dice)),
        72..80 => format!("{} {}", last(dice), first(dice)),
        80..86 => format!("{}-{} {}", first(dice), first(dice), last(dice)),
        86..91 => format!("{} {}-{}", first(dice), last(dice), last(dice)),
        91..94 => format!("{} de {}", first(dice), last(dice)),
        94..96 => first(dice),
        96..98 => business(dice),
        _ => format!("{}. {}. {}", initial(dice), initial(dice), last(dice)),
    };
    match dice.roll(100) {
        0..8 => plain.to_uppercase(),
        8..12 => plain.to_lowercase(),
        // As address books of some phones write accents.
        12..15 => plain.nfd().collect(),
        _ => plain,
    }
}

fn initial(dice: &mut Dice) -> char {
    char::from(b'A' + dice.roll(26) as u8)
}

fn business(dice: &mut Dice) -> String {
    let last = last(dice);
    match dice.roll(6) {
        0 => format!("Boulangerie {last}"),
        1 => format!("Hôtel {last} & Fils"),
        2 => format!("Garage {last} {}", 1 + dice.roll(99)),
        3 => format!("Pharmacie du Cœur, {last}"),
        4 => format!("Bäckerei {last} GmbH"),
        _ => format!("Cabinet {last} ({})", 10 + dice.roll(90)),
    }
}

fn first(dice: &mut Dice) -> String {
    word(skewed(dice, FIRSTS), &LISTS.first, 1)
}

fn last(dice: &mut Dice) -> String {
    word(skewed(dice, LASTS), &LISTS.last, 2)
}

/// Below `below`, each about as often as one by its rank: the first 11 of 60,000 make up a fifth.
pub(super) fn skewed(dice: &mut Dice, below: u64) -> u64 {
    let chance = dice.roll(1 << 32) as f64 / (1_u64 << 32) as f64;
    let rank = ((below + 1) as f64).powf(chance);
    (rank as u64).saturating_sub(1).min(below - 1)
}

/// The word of a rank: a real one while there are some, else one composed of syllables.
fn word(rank: u64, real: &[&str], kind: u64) -> String {
    real.get(rank as usize).map_or_else(|| composed(&mut Dice::new(rank, kind)), |name| (*name).to_owned())
}

/// A word that nobody has but that could be a name.
pub(super) fn composed(dice: &mut Dice) -> String {
    let one = |dice: &mut Dice, of: &[&str]| dice.one_of(of).copied().unwrap_or_default().to_owned();
    let mut word = one(dice, &LISTS.openings);
    for _ in 0..=dice.roll(2) {
        word.push_str(&one(dice, &LISTS.middles));
    }
    word.push_str(&one(dice, &LISTS.endings));
    word
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use parloir_client::protocol::text::fold;

    use super::*;

    #[test]
    fn some_words_are_common_and_most_are_rare() {
        let mut times: BTreeMap<String, u32> = BTreeMap::new();
        for stream in 0..20_000 {
            for word in fold(&name(&mut Dice::new(7, stream))).split(|c: char| !c.is_alphanumeric()) {
                *times.entry(word.to_owned()).or_default() += 1;
            }
        }
        let often = times.values().filter(|times| **times > 400).count();
        let once = times.values().filter(|times| **times == 1).count();
        assert!(times.len() > 5_000 && often > 5 && once > 2_000, "{} {often} {once}", times.len());
    }

    #[test]
    fn a_rank_has_one_word_for_ever() {
        assert_eq!(word(2, &LISTS.last, 2), "Lefèvre");
        assert_eq!(word(40_000, &LISTS.last, 2), word(40_000, &LISTS.last, 2));
        assert_ne!(word(40_000, &LISTS.last, 2), word(40_001, &LISTS.last, 2));
    }
}
