//! Providers as they are configured: a table `[providers.NAME]` of the file each, whose secrets may come from
//! the environment instead. It connects to nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use parloir_protocol::ids::WorkspaceId;
use serde::Deserialize;
use thiserror::Error;

use super::credential::Credential;
use super::esendex::Esendex;
use super::rcs::Rcs;
use super::smpp::{self, Smpp};
use super::twilio::Twilio;
use super::web::Web;
use super::whatsapp::Whatsapp;
use super::{Provider, Rate, simulator};

/// Accounts of one server.
const ACCOUNTS_MAX: usize = 100;
/// Characters of a name.
const NAME_CHARS_MAX: usize = 64;
/// Messages that an account may be handed in a second, at most.
const PER_SECOND_MAX: u32 = 1_000;

/// The tables by name.
pub type Settings = BTreeMap<String, Keys>;

/// One table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    kind: Kind,
    /// Where the provider is, when not where it says in public; SMPP says nothing.
    base_url: Option<String>,
    /// How long an answer may take.
    answer_ms: Option<u64>,
    /// Messages that the account may be handed in a second; Twilio: each channel of it.
    per_second: Option<u32>,
    /// Esendex: the account's reference. Twilio: the account's SID.
    account: Option<String>,
    /// Esendex. SMPP: the `system_id`.
    username: Option<String>,
    /// Esendex, SMPP.
    password: Option<Credential>,
    /// Twilio, WhatsApp, RCS: what calls carry.
    token: Option<Credential>,
    /// Twilio: sends through it instead of the channel's number.
    messaging_service: Option<String>,
    /// WhatsApp: the number's id at the provider.
    phone_number_id: Option<String>,
    /// WhatsApp: what its webhooks are signed with.
    app_secret: Option<Credential>,
    /// WhatsApp: what it tells when a webhook is set up. RCS: the `clientToken`. Esendex: the path's secret.
    webhook_secret: Option<Credential>,
    /// RCS: the agent's id.
    agent_id: Option<String>,
    /// RCS: the file of a service account, instead of a token.
    service_account: Option<std::path::PathBuf>,
    /// SMPP: what its networks have each their own way.
    #[serde(default)]
    smpp: smpp::Keys,
    /// The workspaces whose channels it may carry; all of them where nothing is said.
    workspaces: Option<BTreeSet<WorkspaceId>>,
    /// Hosts that media may be fetched from, beside those of the provider.
    #[serde(default)]
    media_hosts: Vec<String>,
    /// For tests: media may come from this machine, without TLS.
    #[serde(default)]
    allow_local_media: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Esendex,
    Twilio,
    Whatsapp,
    Rcs,
    Smpp,
}

/// What is wrong with a table. It never tells a secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("providers.{name}: {reason}")]
pub struct SettingsError {
    pub name: String,
    pub reason: String,
}

/// The providers of these tables. `public_url` is what the outside calls this server.
///
/// # Errors
/// [`SettingsError`] for the first table that is not complete.
pub fn providers(
    settings: &Settings,
    public_url: Option<&str>,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<Arc<dyn Provider>>, SettingsError> {
    let fail = |name: &str, reason: String| SettingsError { name: name.to_owned(), reason };
    if settings.len() > ACCOUNTS_MAX {
        return Err(fail("*", format!("{} are more than {ACCOUNTS_MAX} accounts", settings.len())));
    }
    let made = settings.iter().map(|(name, keys)| {
        let table = Table { name, keys, public_url, environment };
        table.check().and_then(|()| table.provider()).map_err(|reason| fail(name, reason))
    });
    made.collect()
}

/// Which workspaces may name each account that is not for all of them.
pub fn tenants(settings: &Settings) -> Tenants {
    let named = settings.iter().filter_map(|(name, keys)| Some((name.clone(), keys.workspaces.clone()?)));
    Tenants(named.collect())
}

/// The workspaces of accounts that are not for all of them, by the name of the account.
#[derive(Debug, Clone, Default)]
pub struct Tenants(BTreeMap<String, BTreeSet<WorkspaceId>>);

impl Tenants {
    /// Whether the operator lets a workspace use an account.
    pub fn allow(&self, workspace: WorkspaceId, account: &str) -> bool {
        self.0.get(account).is_none_or(|workspaces| workspaces.contains(&workspace))
    }
}

/// A table, and where its secrets may come from.
pub(super) struct Table<'a> {
    pub(super) name: &'a str,
    keys: &'a Keys,
    pub(super) public_url: Option<&'a str>,
    environment: &'a dyn Fn(&str) -> Option<String>,
}

impl Table<'_> {
    fn check(&self) -> Result<(), String> {
        let is_name = (1..=NAME_CHARS_MAX).contains(&self.name.len())
            && self.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if !is_name || self.name == simulator::NAME {
            return Err(
                "a name has lower-case letters, digits and hyphens, and is not 'simulator'".to_owned()
            );
        }
        match self.keys.per_second {
            Some(per_second) if !(1..=PER_SECOND_MAX).contains(&per_second) => {
                Err(format!("per_second is {per_second}, not 1 to {PER_SECOND_MAX}"))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn provider(&self) -> Result<Arc<dyn Provider>, String> {
        Ok(match self.keys.kind {
            Kind::Esendex => Arc::new(Esendex::new(self)?),
            Kind::Twilio => Arc::new(Twilio::new(self)?),
            Kind::Whatsapp => Arc::new(Whatsapp::new(self)?),
            Kind::Rcs => Arc::new(Rcs::new(self)?),
            Kind::Smpp => Arc::new(Smpp::new(self)?),
        })
    }

    /// Calls to the provider, at `usual` where nothing else is configured.
    pub(super) fn web(&self, usual: &str) -> Result<Web, String> {
        let web = Web::new(self.keys.base_url.as_deref().unwrap_or(usual))?;
        Ok(match self.keys.answer_ms {
            Some(millis) => web.patient(Duration::from_millis(millis)),
            None => web,
        })
    }

    pub(super) fn base_url(&self) -> Result<&str, String> {
        self.keys.base_url.as_deref().ok_or_else(|| "'base_url' is missing".to_owned())
    }

    /// How long an answer may take, at most and where nothing else is configured.
    pub(super) fn answer_ms(&self, most: u64) -> u64 {
        self.keys.answer_ms.unwrap_or(most).min(most)
    }

    pub(super) fn smpp(&self) -> &smpp::Keys {
        &self.keys.smpp
    }

    /// What the account or one channel may have, `usual` a second where nothing else is configured.
    pub(super) fn rate(&self, usual: u32) -> Rate {
        let per_second = self.keys.per_second.unwrap_or(usual);
        Rate { per_second, burst: per_second }
    }

    pub(super) fn account(&self) -> Result<String, String> {
        self.text("account", self.keys.account.as_ref())
    }

    pub(super) fn username(&self) -> Result<String, String> {
        self.text("username", self.keys.username.as_ref())
    }

    pub(super) fn password(&self) -> Result<Credential, String> {
        self.secret("password", self.keys.password.as_ref())
    }

    pub(super) fn token(&self) -> Result<Credential, String> {
        self.secret("token", self.keys.token.as_ref())
    }

    pub(super) fn app_secret(&self) -> Result<Credential, String> {
        self.secret("app_secret", self.keys.app_secret.as_ref())
    }

    pub(super) fn webhook_secret(&self) -> Result<Credential, String> {
        self.secret("webhook_secret", self.keys.webhook_secret.as_ref())
    }

    pub(super) fn messaging_service(&self) -> Option<String> {
        self.keys.messaging_service.clone()
    }

    pub(super) fn phone_number_id(&self) -> Result<String, String> {
        self.text("phone_number_id", self.keys.phone_number_id.as_ref())
    }

    pub(super) fn agent_id(&self) -> Result<String, String> {
        self.text("agent_id", self.keys.agent_id.as_ref())
    }

    pub(super) fn service_account(&self) -> Option<&std::path::Path> {
        self.keys.service_account.as_deref()
    }

    /// Where media may be fetched from.
    pub(super) fn media_door(&self, hosts: &[&str]) -> Result<crate::fetch::Door, String> {
        let hosts = hosts.iter().map(|host| (*host).to_owned()).chain(self.keys.media_hosts.iter().cloned());
        let place = if self.keys.allow_local_media {
            crate::fetch::Place::LocalToo
        } else {
            crate::fetch::Place::PublicOnly
        };
        crate::fetch::Door::new(hosts.collect(), place)
    }

    fn text(&self, field: &str, given: Option<&String>) -> Result<String, String> {
        let found = (self.environment)(&self.variable(field)).or_else(|| given.cloned());
        found.filter(|text| !text.is_empty()).ok_or_else(|| self.missing(field))
    }

    fn secret(&self, field: &str, given: Option<&Credential>) -> Result<Credential, String> {
        let found = (self.environment)(&self.variable(field)).map(Credential::new).or_else(|| given.cloned());
        found.filter(|secret| !secret.reveal().is_empty()).ok_or_else(|| self.missing(field))
    }

    fn missing(&self, field: &str) -> String {
        format!("'{field}' is missing: write it there or into {}", self.variable(field))
    }

    fn variable(&self, field: &str) -> String {
        let name = self.name.to_ascii_uppercase().replace('-', "_");
        format!("PARLOIR_PROVIDER_{name}_{}", field.to_ascii_uppercase())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::{Provider, Settings, providers};

    /// The provider of one table.
    pub(in crate::providers) fn provider(table: &str, public_url: &str) -> Result<Arc<dyn Provider>, String> {
        let tables: BTreeMap<String, Settings> = toml::from_str(table).map_err(|error| error.to_string())?;
        let settings = tables.into_values().next().unwrap_or_default();
        let made = providers(&settings, Some(public_url), &|_| None).map_err(|error| error.to_string())?;
        made.into_iter().next().ok_or_else(|| "there is no table".to_owned())
    }

    /// The SMPP account of one table.
    pub(in crate::providers) fn smpp(table: &str) -> Result<super::Smpp, String> {
        let tables: BTreeMap<String, Settings> = toml::from_str(table).map_err(|error| error.to_string())?;
        let (name, keys) = tables.values().flatten().next().ok_or("there is no table")?;
        super::Smpp::new(&super::Table { name, keys, public_url: None, environment: &|_| None })
    }

    fn reason(table: &str) -> String {
        match provider(table, "https://desk.example") {
            Ok(provider) => panic!("{} is fine", provider.name()),
            Err(reason) => reason,
        }
    }

    #[test]
    fn a_table_that_is_not_complete_is_an_error_without_secrets() {
        let twilio = "[providers.sms]\nkind = 'twilio'\naccount = 'AC1'\n";
        assert!(reason(twilio).contains("PARLOIR_PROVIDER_SMS_TOKEN"), "{}", reason(twilio));
        assert!(reason("[providers.sms]\nkind = 'pigeon'\n").contains("pigeon"));
        assert!(reason("[providers.simulator]\nkind = 'twilio'\n").contains("a name has"));
        assert!(reason("[providers.sms]\nkind = 'twilio'\ntokn = 'hush'\n").contains("tokn"));
        let rate = format!("{twilio}token = 'hush'\nper_second = 0\n");
        assert!(reason(&rate).contains("per_second is 0") && !reason(&rate).contains("hush"));
        let address = format!("{twilio}token = 'hush'\nbase_url = 'ftp://a'\n");
        assert!(reason(&address).contains("ftp://a"));
    }

    #[test]
    fn secrets_may_come_from_the_environment() {
        let tables: BTreeMap<String, Settings> =
            toml::from_str("[providers.sms-fr]\nkind = 'twilio'\naccount = 'AC1'\n").expect("a table");
        let environment = |name: &str| (name == "PARLOIR_PROVIDER_SMS_FR_TOKEN").then(|| "hush".to_owned());
        let made =
            providers(&tables["providers"], Some("https://a.example"), &environment).expect("complete");
        assert_eq!(made[0].name(), "sms-fr");
        assert!(!format!("{tables:?}").contains("hush"));
    }
}
