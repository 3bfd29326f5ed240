//! A moment with milliseconds, in text as `2026-11-03T09:15:02.123Z`. It never asks a clock.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::fmt::StdFmtWrite;
use jiff::fmt::temporal::DateTimePrinter;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

static PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(pub i64);

/// Why a text is not a time.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{0}' is not a time of the form 2026-11-03T09:15:02.123Z")]
pub struct TimeError(pub String);

impl Time {
    fn print(self, into: impl jiff::fmt::Write) -> Result<(), jiff::Error> {
        let at = Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::MAX);
        PRINTER.print_timestamp(&at, into)
    }

    /// This moment and `millis` more.
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this moment; negative when `earlier` is later.
    pub fn millis_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.print(StdFmtWrite(f)).map_err(|_| fmt::Error)
    }
}

impl FromStr for Time {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let at: Result<Timestamp, _> = text.parse();
        at.map(|at| Self(at.as_millisecond())).map_err(|_| TimeError(text.chars().take(64).collect()))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            let mut text = String::new();
            self.print(&mut text).map_err(S::Error::custom)?;
            serializer.serialize_str(&text)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return i64::deserialize(deserializer).map(Self);
        }
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(any(test, feature = "schema"))]
impl schemars::JsonSchema for Time {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A moment in UTC, with milliseconds.",
            "type": "string",
            "format": "date-time",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_survives_its_text_form() {
        let time = Time(1_793_697_302_123);
        assert_eq!(time.to_string(), "2026-11-03T09:15:02.123Z");
        assert_eq!(time.to_string().parse(), Ok(time));
        assert_eq!("2026-11-03T10:15:02.123+01:00".parse(), Ok(time));
    }

    #[test]
    fn every_time_has_milliseconds_in_its_text_form() {
        for (time, text) in [
            (Time(0), "1970-01-01T00:00:00.000Z"),
            (Time(7), "1970-01-01T00:00:00.007Z"),
            (Time(-1), "1969-12-31T23:59:59.999Z"),
            (Time(-62_135_596_800_001), "0000-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(time.to_string(), text);
            assert_eq!(text.parse(), Ok(time));
            let frame = crate::codec::Codec::Msgpack.write(&time);
            assert_eq!(&frame[1..], text.as_bytes(), "in a frame as anywhere");
        }
        let before = Time(-70_000_000_000_000);
        assert_eq!(before.to_string().parse(), Ok(before));
    }
}
