//! Who works in the demonstration and who writes to it. The numbers are of the ranges kept for fiction.

use parloir_desk::entity::{Role, Scope};

/// Somebody who works the queue.
pub(super) struct Worker {
    /// What stories call them.
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    pub(super) role: Role,
    /// The groups they see; all when there are none.
    pub(super) groups: &'static [&'static str],
}

/// The first one is the admin whom the workspace begins with.
pub(super) const WORKERS: [Worker; 5] = [
    Worker { key: "lea", name: "Léa Moreau", role: Role::Admin, groups: &[] },
    Worker { key: "thomas", name: "Thomas Girard", role: Role::Supervisor, groups: &[] },
    Worker { key: "nadia", name: "Nadia Benali", role: Role::Agent, groups: &[] },
    Worker { key: "james", name: "James Whitfield", role: Role::Agent, groups: &["Support EN", "VIP"] },
    Worker { key: "ines", name: "Inès Carvalho", role: Role::TemplateAgent, groups: &[] },
];

/// The program that hands in messages and reads the log.
pub(super) const INTEGRATION: &str = "Boutique en ligne";

/// The default group comes first.
pub(super) const GROUPS: [&str; 8] =
    ["Accueil", "Commandes", "Livraisons", "Rendez-vous", "Facturation", "Support EN", "Réclamations", "VIP"];

/// A saved customer: tags by commas, properties by semicolons.
pub(super) struct Customer {
    pub(super) name: &'static str,
    pub(super) number: &'static str,
    pub(super) tags: &'static str,
    pub(super) properties: &'static str,
}

const fn saved(
    name: &'static str,
    number: &'static str,
    tags: &'static str,
    properties: &'static str,
) -> Customer {
    Customer { name, number, tags, properties }
}

pub(super) const CUSTOMERS: [Customer; 41] = [
    saved("Camille Roussel", "+33639980101", "fidèle", "ville=Lyon;langue=fr"),
    saved("Hélène Lefèvre", "+33639980102", "fidèle,newsletter", "ville=Nantes;langue=fr"),
    saved("Mathieu Garnier", "+33639980103", "", "ville=Lille;langue=fr"),
    saved("Sofia Mercier", "+33639980104", "vip,fidèle", "ville=Paris;langue=fr;conseiller=Thomas"),
    saved("Julien Perrot", "+33639980105", "nouveau", "ville=Rennes;langue=fr"),
    saved("Aïcha Diallo", "+33639980106", "", "ville=Marseille;langue=fr"),
    saved("Bruno Castellan", "+33639980107", "pro", "ville=Grenoble;société=Castellan Menuiserie"),
    saved("Chloé Vasseur", "+33639980108", "", "ville=Amiens;langue=fr"),
    saved("Denis Œuvrard", "+33639980109", "à rappeler", "ville=Dijon;langue=fr"),
    saved("Élodie Marchand", "+33639980110", "fidèle", "ville=Toulouse;langue=fr"),
    saved("François Le Goff", "+33639980111", "pro", "ville=Brest;société=Le Goff Nautisme"),
    saved("Gaëlle Riou", "+33639980112", "newsletter", "ville=Quimper;langue=fr"),
    saved("Hugo Tessier", "+33639980113", "", "ville=Angers;langue=fr"),
    saved("Isabelle Noël", "+33639980114", "vip", "ville=Nice;conseiller=Léa"),
    saved("Jean-Baptiste Carré", "+33639980115", "", "ville=Tours;langue=fr"),
    saved("Karim Haddad", "+33639980116", "fidèle", "ville=Montpellier;langue=fr"),
    saved("Laure Fontanel", "+33639980117", "à rappeler", "ville=Annecy;langue=fr"),
    saved("Manon Delcourt", "+33639980118", "", "ville=Reims;langue=fr"),
    saved("Nicolas Brunet", "+33639980119", "pro,fidèle", "ville=Bordeaux;société=Brunet & Fils"),
    saved("Océane Picard", "+33639980120", "nouveau", "ville=Le Havre;langue=fr"),
    saved("Pascal Thévenet", "+33639980121", "", "ville=Mâcon;langue=fr"),
    saved("Quentin Lacombe", "+33639980122", "", "ville=Pau;langue=fr"),
    saved("Rachida Amrani", "+33639980123", "vip", "ville=Strasbourg;conseiller=Nadia"),
    saved("Sébastien Kühn", "+33639980124", "", "ville=Colmar;langue=fr"),
    saved("Théo Maréchal", "+33639980125", "newsletter", "ville=Metz;langue=fr"),
    saved("Valérie Saint-Clair", "+33639980126", "fidèle", "ville=Caen;langue=fr"),
    saved("Yann Kerbrat", "+33639980127", "", "ville=Lorient;langue=fr"),
    saved("Zoé Pelletier", "+33639980128", "nouveau", "ville=Orléans;langue=fr"),
    saved("Alice Hartley", "+447700900101", "loyal", "city=Bristol;language=en"),
    saved("Ben Okafor", "+447700900102", "", "city=London;language=en"),
    saved("Charlotte Dunne", "+447700900103", "vip", "city=Edinburgh;language=en;adviser=James"),
    saved("Daniel Pryce", "+447700900104", "trade", "city=Cardiff;company=Pryce Interiors"),
    saved("Emily Sandhurst", "+447700900105", "loyal", "city=Leeds;language=en"),
    saved("Fergus McAllan", "+447700900106", "", "city=Glasgow;language=en"),
    saved("Grace Adeyemi", "+447700900107", "newsletter", "city=Manchester;language=en"),
    saved("Harry Winslow", "+447700900108", "", "city=Norwich;language=en"),
    saved("Imogen Blake", "+447700900109", "call back", "city=Bath;language=en"),
    saved("Jack Tolland", "+447700900110", "new", "city=York;language=en"),
    saved("Lucy Pemberton", "+447700900111", "vip,loyal", "city=Oxford;language=en"),
    saved("Oliver Nash", "+447700900112", "trade", "city=Leicester;company=Nash & Daughter"),
    saved("Priya Raman", "+447700900113", "", "city=Birmingham;language=en"),
];

/// The scope of a worker, once the groups have ids.
pub(super) fn scope(
    worker: &Worker,
    group: impl Fn(&str) -> Option<parloir_protocol::ids::GroupId>,
) -> Scope {
    match worker.groups {
        [] => Scope::All,
        groups => Scope::Groups(groups.iter().filter_map(|name| group(name)).collect()),
    }
}
