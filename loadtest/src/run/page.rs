//! The report as a page: one file without a script, whose plots are drawings in it. It shows what the JSON holds and
//! works nothing out but where to draw.

use std::fmt::Write as _;

use super::outcome::{Figure, Oracle, Outcome, Round};

mod plot;

use plot::{Axis, Line, Plot};

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
color:#222;background:#fff}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.2rem .6rem;\
border-bottom:1px solid #ddd}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}svg{width:100%;height:auto}\
.bad{color:#b00020;font-weight:600}@media(prefers-color-scheme:dark){body{color:#ddd;background:#16161a}\
td,th{border-color:#444}}";

pub(super) fn of(outcome: &Outcome) -> String {
    let mut page = String::new();
    let about = escaped(&outcome.about);
    // Writing into a text cannot fail.
    let mut add = |text: &str| page.push_str(text);
    add("<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">");
    add("<meta name=\"viewport\" content=\"width=device-width\">");
    add(&format!("<title>{about}</title><style>{STYLE}</style>\n<h1>{about}</h1>\n"));
    add(&format!(
        "<p>{} agents, {} rounds of {} s, {} load processes, seed {}.</p>\n",
        outcome.agents,
        outcome.rounds.len(),
        outcome.seconds,
        outcome.processes,
        outcome.seed
    ));
    add(&verdict(outcome));
    add(&table(&outcome.figures));
    for (n, round) in outcome.rounds.iter().enumerate() {
        add(&format!("<h2>Round {}</h2>\n", n + 1));
        add(&latencies(round));
        add(&course(round));
    }
    add("</html>\n");
    page
}

fn verdict(outcome: &Outcome) -> String {
    let Oracle { lost, duplicated, out_of_order, diverged, failed } = outcome.oracle;
    let counts = format!(
        "{lost} lost, {duplicated} duplicated, {out_of_order} out of order, {diverged} diverged, {failed} failed"
    );
    if outcome.passed() {
        return format!("<p>The oracle found nothing: {counts}.</p>\n");
    }
    let mut text = format!("<p class=\"bad\">The oracle found: {counts}.</p>\n<ul>\n");
    for finding in &outcome.findings {
        // Writing into a text cannot fail.
        writeln!(text, "<li>{}</li>", escaped(finding)).ok();
    }
    text + "</ul>\n"
}

fn table(figures: &[Figure]) -> String {
    let mut rows = String::new();
    for figure in figures {
        let values: Vec<String> = figure.values.iter().map(|value| format!("{value:.3}")).collect();
        // Writing into a text cannot fail.
        writeln!(
            rows,
            "<tr><td>{}</td><td class=\"n\">{:.3}</td><td>{}</td><td class=\"n\">{}</td></tr>",
            escaped(&figure.name),
            figure.median,
            escaped(&figure.unit),
            values.join(" ")
        )
        .ok();
    }
    format!(
        "<table><thead><tr><th>figure</th><th class=\"n\">median</th><th></th><th class=\"n\">rounds</th></tr>\
         </thead><tbody>\n{rows}</tbody></table>\n"
    )
}

/// Latency against the share of all that are slower: each step to the right halves it.
fn latencies(round: &Round) -> String {
    let lines = round.curves.iter().map(|(name, points)| {
        let points = points.iter().enumerate().map(|(halves, point)| (halves as f64, point.ms));
        Line { name: name.replace('_', " "), points: points.collect() }
    });
    let halves = |slower: f64| (1.0 / slower).log2();
    let shares = [(1.0, "fastest"), (0.5, "50 %"), (0.1, "90 %"), (0.01, "99 %"), (0.001, "99.9 %")];
    let ticks = shares.map(|(slower, name)| (halves(slower), name));
    Plot {
        title: "Latency from the moment that was planned, ms",
        across: Axis::Named(ticks.to_vec()),
        up: Axis::Logarithmic,
        lines: lines.collect(),
    }
    .draw()
}

fn course(round: &Round) -> String {
    let line = |name: &str, of: fn(&super::outcome::Second) -> f64| Line {
        name: name.to_owned(),
        points: round.seconds.iter().enumerate().map(|(n, second)| (n as f64, of(second))).collect(),
    };
    let plots = [
        (
            "What agents were told: latency by the second, ms",
            Axis::Logarithmic,
            vec![line("p50", |second| second.p50_ms), line("p99", |second| second.p99_ms)],
        ),
        ("Texts told a second", Axis::Plain, vec![line("texts", |second| second.deliveries as f64)]),
        (
            "CPU, cores",
            Axis::Plain,
            vec![line("server", |second| second.server_cores), line("load", |second| second.load_cores)],
        ),
        ("The server's memory, MiB", Axis::Plain, vec![line("resident", |second| second.server_mib)]),
    ];
    let drawn = plots.map(|(title, up, lines)| Plot { title, across: Axis::Plain, up, lines }.draw());
    drawn.concat()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::super::outcome::{Better, Point, Second};
    use super::super::plan::Plan;
    use super::*;

    #[test]
    fn a_page_has_its_plots_and_no_script_and_nothing_of_it_is_markup() {
        let text = "about = \"a <b> & c\"\nseconds = 1\nrounds = 1\n";
        let scenario = toml::from_str(text).expect("a scenario");
        let mut outcome = Outcome::of(&Plan::make(scenario, 1).expect("a plan"), 1);
        let mut round = Round::default();
        round.put("x_p50_ms".to_owned(), 1.5, "ms", Better::Lower);
        round
            .curves
            .insert("x".to_owned(), vec![Point { share: 0.0, ms: 0.2 }, Point { share: 0.5, ms: 40.0 }]);
        round.seconds = vec![Second::default(), Second { deliveries: 9, p99_ms: 3.0, ..Second::default() }];
        outcome.add(round);
        outcome.findings.push("<lost>".to_owned());
        outcome.close();
        let page = of(&outcome);
        assert_eq!(page.matches("<svg").count(), 5);
        assert!(page.contains("a &lt;b&gt; &amp; c") && page.contains("x_p50_ms"));
        assert!(!page.contains("<script") && !page.contains("NaN") && !page.contains("inf"));
    }
}
