//! Lines in a frame, as SVG. It draws what it is given, however odd the numbers are.

use std::fmt::Write as _;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 60.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 24.0;
/// Colours that people who see few of them tell apart, on light and dark.
const COLOURS: [&str; 8] =
    ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#8a6d00", "#777777"];
/// Ticks of an axis, about.
const STEPS: f64 = 5.0;
/// Names of lines that stand side by side.
const NAMES_IN_A_ROW: usize = 4;
/// What is plotted on a logarithmic axis is at least this.
const LEAST: f64 = 0.001;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Axis {
    Plain,
    Logarithmic,
    /// Ticks where they are wanted.
    Named(Vec<(f64, &'static str)>),
}

pub(super) struct Line {
    pub(super) name: String,
    pub(super) points: Vec<(f64, f64)>,
}

pub(super) struct Plot {
    pub(super) title: &'static str,
    pub(super) across: Axis,
    pub(super) up: Axis,
    pub(super) lines: Vec<Line>,
}

/// From values to places.
struct Scale {
    low: f64,
    high: f64,
    is_logarithmic: bool,
}

impl Scale {
    fn of(axis: &Axis, values: impl Iterator<Item = f64>) -> Self {
        let is_logarithmic = *axis == Axis::Logarithmic;
        let (mut low, mut high) = (f64::INFINITY, 0.0_f64);
        for value in values.filter(|value| value.is_finite()) {
            let value = if is_logarithmic { value.max(LEAST).log10() } else { value };
            (low, high) = (low.min(value), if high == 0.0 { value } else { high.max(value) });
        }
        if !is_logarithmic || !low.is_finite() {
            low = 0.0;
        }
        let (low, high) = if is_logarithmic { (low.floor(), high.ceil()) } else { (low, high * 1.05) };
        Self { low, high: if high > low { high } else { low + 1.0 }, is_logarithmic }
    }

    /// From 0 to 1.
    fn place(&self, value: f64) -> f64 {
        let value = if self.is_logarithmic { value.max(LEAST).log10() } else { value };
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    fn ticks(&self) -> Vec<f64> {
        if self.is_logarithmic {
            let (low, high) = (self.low as i32, self.high as i32);
            return (low..=high).map(|power| 10_f64.powi(power)).collect();
        }
        let step = round_step((self.high - self.low) / STEPS);
        let first = (self.low / step).ceil() as i64;
        (first..).map(|n| n as f64 * step).take_while(|tick| *tick <= self.high).collect()
    }
}

/// The next of 1, 2 and 5 with a power of ten.
fn round_step(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    let steps = [1.0, 2.0, 5.0].map(|times| times * power);
    steps.into_iter().find(|rounded| *rounded >= step).unwrap_or(10.0 * power)
}

impl Plot {
    pub(super) fn draw(&self) -> String {
        let all = || self.lines.iter().flat_map(|line| &line.points);
        let across = Scale::of(&self.across, all().map(|point| point.0));
        let up = Scale::of(&self.up, all().map(|point| point.1));
        let x = |value: f64| LEFT + across.place(value) * (WIDTH - LEFT - RIGHT);
        let y = |value: f64| HEIGHT - BOTTOM - up.place(value) * (HEIGHT - TOP - BOTTOM);
        let mut drawing = format!(
            "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}\" font-size=\"11\" fill=\"currentColor\">\
             <text x=\"{LEFT}\" y=\"12\" font-size=\"13\">{title}</text>\n",
            title = self.title
        );
        // Writing into a text cannot fail.
        for tick in up.ticks() {
            let at = y(tick);
            writeln!(
                drawing,
                "<path d=\"M{LEFT} {at:.1}H{:.1}\" stroke=\"currentColor\" stroke-opacity=\".15\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                WIDTH - RIGHT,
                LEFT - 6.0,
                at + 4.0,
                short(tick)
            )
            .ok();
        }
        for (at, name) in self.names(&across) {
            let (x, y) = (x(at), HEIGHT - 8.0);
            writeln!(drawing, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{name}</text>").ok();
        }
        for (n, line) in self.lines.iter().enumerate() {
            let colour = COLOURS[n % COLOURS.len()];
            let points: Vec<String> =
                line.points.iter().map(|point| format!("{:.1},{:.1}", x(point.0), y(point.1))).collect();
            writeln!(
                drawing,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>\
                 <text x=\"{:.1}\" y=\"{}\" fill=\"{colour}\">{}</text>",
                points.join(" "),
                LEFT + (n % NAMES_IN_A_ROW) as f64 * (WIDTH - LEFT) / NAMES_IN_A_ROW as f64,
                26 + n / NAMES_IN_A_ROW * 13,
                line.name
            )
            .ok();
        }
        drawing + "</svg>\n"
    }

    fn names(&self, across: &Scale) -> Vec<(f64, String)> {
        match &self.across {
            Axis::Named(names) => names.iter().map(|(at, name)| (*at, (*name).to_owned())).collect(),
            Axis::Plain | Axis::Logarithmic => {
                across.ticks().into_iter().map(|tick| (tick, short(tick))).collect()
            }
        }
    }
}

fn short(value: f64) -> String {
    if value >= 10.0 || value == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.3}").trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plot_of_nothing_and_of_one_value_is_drawn() {
        for points in [vec![], vec![(0.0, 0.0)], vec![(3.0, 7.0)], vec![(0.0, f64::NAN), (1.0, 2.0)]] {
            for up in [Axis::Plain, Axis::Logarithmic] {
                let lines = vec![Line { name: "a".to_owned(), points: points.clone() }];
                let drawn = Plot { title: "t", across: Axis::Plain, up, lines }.draw();
                assert!(drawn.starts_with("<svg") && drawn.ends_with("</svg>\n"));
            }
        }
    }

    #[test]
    fn a_logarithmic_axis_has_powers_of_ten() {
        let scale = Scale::of(&Axis::Logarithmic, [0.3, 42.0].into_iter());
        assert_eq!(scale.ticks(), [0.1, 1.0, 10.0, 100.0]);
        assert_eq!((scale.place(0.1), scale.place(100.0)), (0.0, 1.0));
        let plain = Scale::of(&Axis::Plain, [0.0, 4.0].into_iter());
        assert_eq!(plain.ticks(), [0.0, 1.0, 2.0, 3.0, 4.0]);
        assert_eq!([0.0, 0.25, 2.0, 1500.0].map(short), ["0", "0.25", "2", "1500"]);
    }
}
