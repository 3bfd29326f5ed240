//! How long things took, in all and by class. It knows no goal and judges nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

use super::question::Class;

/// Nanoseconds up to ten minutes, to three digits.
const NANOSECONDS_MAX: u64 = 600_000_000_000;

/// Times of one kind of thing.
#[derive(Debug, Clone)]
pub(crate) struct Times(Histogram<u64>);

/// Half of them, and all but one of a hundred, took no longer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Quantiles {
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
}

impl Default for Times {
    fn default() -> Self {
        Self(Histogram::new_with_bounds(1, NANOSECONDS_MAX, 3).expect("constant bounds are right"))
    }
}

impl Times {
    pub(crate) fn record(&mut self, time: Duration) {
        self.0.saturating_record((time.as_nanos() as u64).max(1));
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.0.add(&other.0).expect("all have the same bounds");
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.len()
    }

    /// How much longer the slowest of a hundred took than of `before`; nothing where one of both has none.
    pub(crate) fn growth(&self, before: &Self) -> Option<f64> {
        let [before, after] = [before, self].map(|times| times.quantiles().p99_ms);
        (before > 0.0 && after > 0.0).then(|| after / before)
    }

    pub(crate) fn quantiles(&self) -> Quantiles {
        let millis = |quantile| {
            let nanoseconds = self.0.value_at_quantile(quantile) as f64;
            (nanoseconds / 1_000.0).round() / 1_000.0
        };
        Quantiles { p50_ms: millis(0.5), p99_ms: millis(0.99) }
    }
}

/// Times of searches, in all and by class.
#[derive(Debug, Clone, Default)]
pub(crate) struct ClassTimes {
    pub(crate) all: Times,
    by_class: BTreeMap<Class, Times>,
}

impl ClassTimes {
    pub(crate) fn record(&mut self, class: Class, time: Duration) {
        self.all.record(time);
        self.by_class.entry(class).or_default().record(time);
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.all.add(&other.all);
        for (class, times) in &other.by_class {
            self.by_class.entry(*class).or_default().add(times);
        }
    }

    pub(crate) fn by_class(&self) -> BTreeMap<&'static str, Quantiles> {
        self.by_class.iter().map(|(class, times)| (class.name(), times.quantiles())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_milliseconds() {
        let mut times = ClassTimes::default();
        for n in 1..=100 {
            times.record(if n % 2 == 0 { Class::One } else { Class::Words }, Duration::from_micros(n * 10));
        }
        let all = times.all.quantiles();
        assert!((0.499..0.502).contains(&all.p50_ms) && (0.989..0.992).contains(&all.p99_ms), "{all:?}");
        assert_eq!(times.by_class().into_keys().collect::<Vec<_>>(), ["one", "words"]);
        assert_eq!(times.all.count(), 100);
        let mut twice = times.clone();
        twice.add(&times);
        assert_eq!((twice.all.count(), twice.by_class()), (200, times.by_class()));
    }

    #[test]
    fn growth_is_that_of_the_slowest_of_a_hundred() {
        let of = |millis: &[u64]| {
            let mut times = Times::default();
            millis.iter().for_each(|millis| times.record(Duration::from_millis(*millis)));
            times
        };
        let growth = of(&[1, 9]).growth(&of(&[2, 6])).expect("both have some");
        assert!((1.49..1.51).contains(&growth), "{growth}");
        assert_eq!([of(&[1]).growth(&of(&[])), of(&[]).growth(&of(&[1]))], [None, None]);
    }

    #[test]
    fn times_are_added_and_no_time_is_too_long() {
        let (mut some, mut more) = (Times::default(), Times::default());
        some.record(Duration::from_secs(7_000));
        more.record(Duration::ZERO);
        some.add(&more);
        assert_eq!(some.count(), 2);
        assert!(some.quantiles().p99_ms > 599_000.0);
    }
}
