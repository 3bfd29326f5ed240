//! Numbers whose last digits tell the simulator what to do, and what has to become of a message to each. The
//! list is PROTOCOL.md's.

use parloir_client::protocol::entity::Delivery;

/// Where a message has to be in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// On the phone, read or not.
    Arrived,
    Failed,
    /// Accepted, and nothing more is ever told.
    Accepted,
}

/// Digits, and the end. Numbers without an answer are left out: they take minutes.
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

/// The number of the `n`th message, and what becomes of it.
pub(crate) fn number(n: u32, dice: u64) -> (String, End) {
    let (digits, end) = if dice.is_multiple_of(OUT_OF_ORDER_ONE_IN) {
        ("0908", End::Arrived)
    } else if dice.is_multiple_of(FATED_ONE_IN) {
        FATES[(dice / FATED_ONE_IN) as usize % FATES.len()]
    } else {
        ("7777", End::Arrived)
    };
    // Eight digits behind the mobile prefix: four of them tell which message it is, one more the thousands.
    let prefix = ["+336", "+337"][(n / 10_000) as usize % 2];
    (format!("{prefix}{:04}{digits}", n % 10_000), end)
}

impl End {
    /// Whether a message that stands at `delivery` can be left alone.
    pub(crate) fn is_reached(self, delivery: Delivery) -> bool {
        match self {
            Self::Arrived => matches!(delivery, Delivery::Delivered | Delivery::Read),
            Self::Failed => delivery == Delivery::Failed,
            Self::Accepted => matches!(delivery, Delivery::Accepted | Delivery::Sent),
        }
    }
}
