//! Numbers whose last digits tell the simulator what to do, and what has to become of a message to each. The
//! list is PROTOCOL.md's.

use parloir_client::protocol::entity::Delivery;

use super::Faults;

/// Where a message has to be in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// On the phone, read or not.
    Arrived,
    Failed,
    /// Accepted, and nothing more is ever told.
    Accepted,
    /// Nobody knows whether it left.
    InDoubt,
}

/// The first messages of a run get no answer, and no more of them: each holds its place until the server stops
/// waiting, and five in a row shut the account.
const UNANSWERED: u32 = 3;
const NO_ANSWER: (&str, End) = ("0003", End::InDoubt);
/// Digits, and the end.
const FATES: [(&str, End); 17] = [
    ("7123", End::Arrived),
    ("7124", End::Arrived),
    ("0000", End::Failed),
    ("0001", End::Arrived),
    ("0002", End::Arrived),
    ("0004", End::Failed),
    ("0005", End::Arrived),
    ("0009", End::Arrived),
    ("0901", End::Failed),
    ("0902", End::Failed),
    ("0903", End::Failed),
    ("0904", End::Failed),
    ("0905", End::Failed),
    ("0906", End::Arrived),
    ("0907", End::Arrived),
    ("0909", End::Arrived),
    ("0910", End::Accepted),
];
/// One message of so many has a fate; a simulated provider is out of order now and then.
const FATED_ONE_IN: u64 = 3;
const OUT_OF_ORDER_ONE_IN: u64 = 100;

/// Mobile prefixes of France, Belgium and Switzerland: eight digits follow, the last four of them the fate.
const PREFIXES: [&str; 4] = ["+336", "+337", "+324", "+417"];
/// What four digits can tell.
const NUMBERS_PER_PREFIX: u32 = 10_000;
/// Messages of a run that each have a number of their own.
pub(crate) const NUMBERS: u32 = PREFIXES.len() as u32 * NUMBERS_PER_PREFIX;
/// How far another try is from the one before: no divisor of [`NUMBERS`].
const STRIDE: u32 = 7_919;

/// The digits and the end of the `n`th message, by chance.
pub(crate) fn fate(faults: Faults, n: u32, dice: u64) -> (&'static str, End) {
    if faults == Faults::Off {
        ("7777", End::Arrived)
    } else if n < UNANSWERED {
        NO_ANSWER
    } else if dice.is_multiple_of(OUT_OF_ORDER_ONE_IN) {
        ("0908", End::Arrived)
    } else if dice.is_multiple_of(FATED_ONE_IN) {
        FATES[(dice / FATED_ONE_IN) as usize % FATES.len()]
    } else {
        ("7777", End::Arrived)
    }
}

/// The number of the `n`th message of a run that begins at `base`; another one for each `attempt`.
pub(crate) fn number(base: u32, n: u32, attempt: u32, digits: &str) -> String {
    let own = (base % NUMBERS + n + attempt * STRIDE) % NUMBERS;
    let prefix = PREFIXES[(own / NUMBERS_PER_PREFIX) as usize];
    format!("{prefix}{:04}{digits}", own % NUMBERS_PER_PREFIX)
}

impl End {
    /// Whether a message that stands at `delivery` can be left alone.
    pub(crate) fn is_reached(self, delivery: Delivery) -> bool {
        match self {
            Self::Arrived => matches!(delivery, Delivery::Delivered | Delivery::Read),
            Self::Failed => delivery == Delivery::Failed,
            Self::InDoubt => delivery == Delivery::Unknown,
            Self::Accepted => matches!(delivery, Delivery::Accepted | Delivery::Sent),
        }
    }
}
