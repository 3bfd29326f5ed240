//! Places on earth.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Degrees, kept in millionths: a tenth of a metre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Degrees(pub i32);

const MILLION: f64 = 1_000_000.0;

impl Degrees {
    /// The nearest millionth; nothing when it is no number or beyond `max` degrees.
    pub fn of(degrees: f64, max: f64) -> Option<Self> {
        let is_there = degrees.is_finite() && degrees.abs() <= max;
        #[expect(clippy::cast_possible_truncation, reason = "at most 180 million")]
        is_there.then(|| Self((degrees * MILLION).round() as i32))
    }
}

impl Serialize for Degrees {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / MILLION)
    }
}

impl<'de> Deserialize<'de> for Degrees {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let degrees = f64::deserialize(deserializer)?;
        Self::of(degrees, 180.0).ok_or_else(|| serde::de::Error::custom("degrees are -180 to 180"))
    }
}

#[cfg(any(test, feature = "schema"))]
impl schemars::JsonSchema for Degrees {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Degrees".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Degrees with at most six decimals.",
            "type": "number",
            "minimum": -180,
            "maximum": 180,
        })
    }
}

/// A place that the other side sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Location {
    /// North of the equator.
    pub latitude: Degrees,
    /// East of Greenwich.
    pub longitude: Degrees,
    /// As its sender calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// As written on a letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}
