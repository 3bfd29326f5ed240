//! The way in: where a token comes from, and when another one is due. It keeps no token longer than it works, and
//! never shows one.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use parloir_protocol::time::Time;

/// Before the end of a token another one is asked for.
const LEAD: Duration = Duration::from_secs(60);
/// Two askings are at least so far apart.
const PAUSE: Duration = Duration::from_secs(1);

/// A way in. With `expires_at` the client asks its provider for another one before that.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// The secret, `plr_…`.
    pub token: String,
    /// When it stops to work, where that is known.
    pub expires_at: Option<Time>,
}

/// What a provider gives: a token, or a sentence that says why there is none now. The client tries again.
pub type Provided = Pin<Box<dyn Future<Output = Result<Token, String>> + Send>>;

/// Gives a token whenever one is needed: at every connection, before the last one expires, and once after the
/// server refused one.
pub trait TokenProvider: Send + Sync {
    /// A token that works now.
    fn token(&self) -> Provided;
}

impl<F: Fn() -> Provided + Send + Sync> TokenProvider for F {
    fn token(&self) -> Provided {
        self()
    }
}

/// Where a client's tokens come from.
///
/// ```
/// use parloir_client::{Token, TokenSource};
///
/// let fixed = TokenSource::from("plr_AAAA");
/// let asked = TokenSource::provider(|| Box::pin(async { Ok(Token::from("plr_BBBB")) }));
/// assert!(matches!((fixed, asked), (TokenSource::Fixed(_), TokenSource::Provider(_))));
/// ```
#[derive(Clone)]
pub enum TokenSource {
    /// The same one, until `Client::refresh` gives another.
    Fixed(Token),
    /// Somebody who is asked.
    Provider(Arc<dyn TokenProvider>),
}

impl TokenSource {
    /// A provider that is a closure.
    pub fn provider(provide: impl Fn() -> Provided + Send + Sync + 'static) -> Self {
        Self::Provider(Arc::new(provide))
    }
}

impl<T: Into<String>> From<T> for Token {
    fn from(token: T) -> Self {
        Self { token: token.into(), expires_at: None }
    }
}

impl<T: Into<String>> From<T> for TokenSource {
    fn from(token: T) -> Self {
        Self::Fixed(Token::from(token))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fixed(_) => "TokenSource::Fixed",
            Self::Provider(_) => "TokenSource::Provider",
        })
    }
}

/// The source of one client and what it gave last.
#[derive(Debug)]
pub(crate) struct Tokens {
    source: TokenSource,
    given: Mutex<Option<Token>>,
}

impl Tokens {
    pub(crate) fn new(source: TokenSource) -> Self {
        Self { source, given: Mutex::new(None) }
    }

    /// Whether asking again may give another token.
    pub(crate) fn provided(&self) -> bool {
        matches!(self.source, TokenSource::Provider(_))
    }

    /// From now on this one, until a provider gives another.
    pub(crate) fn put(&self, token: Token) {
        *self.given() = Some(token);
    }

    /// A token for a new connection.
    pub(crate) async fn take(&self) -> Result<Token, String> {
        let token = match &self.source {
            TokenSource::Fixed(token) => return Ok(self.given().clone().unwrap_or_else(|| token.clone())),
            TokenSource::Provider(provider) => provider.token().await?,
        };
        self.put(token.clone());
        Ok(token)
    }

    /// The token that was given last, or another one where that has expired.
    pub(crate) async fn current(&self) -> Result<Token, String> {
        let given = self.given().clone();
        match given.filter(|token| token.expires_at.is_none_or(|at| at > now())) {
            Some(token) => Ok(token),
            None => self.take().await,
        }
    }

    /// Asks the provider for another one, to be put in the place of the one in use once the server took it.
    pub(crate) fn another(&self) -> Option<Provided> {
        match &self.source {
            TokenSource::Fixed(_) => None,
            TokenSource::Provider(provider) => Some(provider.token()),
        }
    }

    /// How long until another one is due; nothing when none can be had, or the one in use does not end.
    pub(crate) fn due_in(&self) -> Option<Duration> {
        let ends = self.given().as_ref().and_then(|token| token.expires_at).filter(|_| self.provided())?;
        let left = Duration::from_millis(u64::try_from(ends.millis_since(now())).unwrap_or(0));
        Some((left - LEAD.min(left / 2)).max(PAUSE))
    }

    fn given(&self) -> MutexGuard<'_, Option<Token>> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The time of this machine.
pub(crate) fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_token_is_due_before_the_end_and_never_at_once() {
        let tokens = Tokens::new(TokenSource::provider(|| Box::pin(async { Ok(Token::from("b")) })));
        let due = |left_ms: i64| {
            tokens.put(Token { token: "a".to_owned(), expires_at: Some(now().plus_millis(left_ms)) });
            tokens.due_in().expect("it ends").as_secs_f64()
        };
        assert!((3_539.0..=3_540.0).contains(&due(3_600_000)));
        assert!((4.9..=5.0).contains(&due(10_000)));
        assert!((0.99..=1.01).contains(&due(-5)));
    }

    #[test]
    fn a_fixed_token_has_no_other() {
        let tokens = Tokens::new(TokenSource::from("a"));
        tokens.put(Token { token: "b".to_owned(), expires_at: Some(now()) });
        assert!(tokens.due_in().is_none() && tokens.another().is_none());
    }

    #[test]
    fn a_secret_is_never_shown() {
        let token = Token::from("plr_secret");
        assert!(!format!("{token:?} {:?}", TokenSource::Fixed(token.clone())).contains("secret"));
    }
}
