//! The token that calls carry: a fixed one, or one that a service account asks for before the old one ends. It
//! is kept in memory only.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reqwest::Method;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::super::credential::Credential;
use super::super::web::{Call, CallBody, Web, form};

const SCOPE: &str = "https://www.googleapis.com/auth/rcsbusinessmessaging";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// What is asked for, and what is given at most.
const LIFE: Duration = Duration::from_secs(3_600);
/// A token is renewed so long before its end.
const EARLY: Duration = Duration::from_secs(120);

pub(super) enum Access {
    Fixed(Credential),
    Account(Box<Account>),
}

/// A service account.
pub(super) struct Account {
    email: String,
    audience: String,
    key: RsaKeyPair,
    web: Web,
    kept: Mutex<Option<(Credential, Instant)>>,
}

#[derive(Deserialize)]
struct Keys {
    client_email: String,
    private_key: Credential,
    token_uri: String,
}

#[derive(Deserialize)]
struct Granted {
    access_token: Credential,
    expires_in: u64,
}

impl Access {
    pub(super) fn fixed(token: Credential) -> Self {
        Self::Fixed(token)
    }

    /// What the file of a service account says.
    pub(super) fn service_account(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        let text = std::fs::read(path).map_err(|error| format!("cannot read {shown}: {error}"))?;
        let keys: Keys =
            serde_json::from_slice(&text).map_err(|_| format!("{shown} is no service account"))?;
        let der = der(keys.private_key.reveal()).ok_or_else(|| format!("{shown} holds no private key"))?;
        let key = RsaKeyPair::from_pkcs8(&der).map_err(|error| format!("{shown}: {error}"))?;
        let web = Web::new(&keys.token_uri)?;
        let (email, audience) = (keys.client_email, keys.token_uri);
        Ok(Self::Account(Box::new(Account { email, audience, key, web, kept: Mutex::default() })))
    }

    /// The token of now.
    pub(super) async fn token(&self) -> Result<Credential, String> {
        match self {
            Self::Fixed(token) => Ok(token.clone()),
            Self::Account(account) => account.token().await,
        }
    }
}

impl Account {
    async fn token(&self) -> Result<Credential, String> {
        let mut kept = self.kept.lock().await;
        if let Some((token, _)) = kept.as_ref().filter(|(_, until)| *until > Instant::now()) {
            return Ok(token.clone());
        }
        let granted = self.ask().await?;
        let life = Duration::from_secs(granted.expires_in).min(LIFE).saturating_sub(EARLY);
        *kept = Some((granted.access_token.clone(), Instant::now() + life));
        Ok(granted.access_token)
    }

    async fn ask(&self) -> Result<Granted, String> {
        let body = form(&[("grant_type", GRANT.to_owned()), ("assertion", self.assertion()?)]);
        let body = CallBody::Bytes("application/x-www-form-urlencoded", body.into_bytes());
        let call = Call { method: Method::POST, path: String::new(), headers: Vec::new(), body };
        let answer = self.web.call(call).await.map_err(|error| error.to_string())?;
        if answer.status != 200 {
            return Err(format!("the token was refused with {}", answer.status));
        }
        serde_json::from_slice(&answer.body).map_err(|_| "the answer holds no token".to_owned())
    }

    /// Who asks, signed (RFC 7523).
    fn assertion(&self) -> Result<String, String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let head = json!({ "alg": "RS256", "typ": "JWT" });
        let claims = json!({
            "iss": self.email, "scope": SCOPE, "aud": self.audience, "iat": now, "exp": now + LIFE.as_secs(),
        });
        let [head, claims] = [head, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let message = format!("{head}.{claims}");
        let mut signature = vec![0; self.key.public().modulus_len()];
        let signed =
            self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature);
        signed.map_err(|_| "the key cannot sign".to_owned())?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// The bytes of a key in PEM.
fn der(pem: &str) -> Option<Vec<u8>> {
    let inner = pem.trim().strip_prefix("-----BEGIN PRIVATE KEY-----")?;
    let inner = inner.strip_suffix("-----END PRIVATE KEY-----")?;
    let digits: String = inner.chars().filter(|c| !c.is_whitespace()).collect();
    STANDARD.decode(digits).ok()
}
