//! The parts of a comparison in their order: who has a turn, and what becomes of what they did. How something is
//! measured is in the files of this folder, each of which needs no other but `rest`.

use super::absent::Absent;
use super::figure::{Figure, Part};
use super::stage::Stage;
use super::who::Who;

mod alone;
mod commands;
mod fanout;
mod grown;
mod growth;
mod memory;
mod missed;
mod reconnect;
mod rest;
mod start;
mod webhook;
mod workspaces;

/// What one turn gives.
type Values = Vec<(Figure, f64)>;

pub(super) async fn all(stage: &mut Stage) {
    for part in Part::ALL {
        if !stage.takes(part) {
            continue;
        }
        if let Part::Start | Part::Grown = part {
            let timed = if part == Part::Start { start::all(stage).await } else { grown::all(stage).await };
            settle(stage, part, Who::Ours, timed);
            continue;
        }
        for round in 0..stage.sizes.rounds {
            for who in stage.turns(part) {
                let values = turn(stage, part, who).await;
                settle(stage, part, who, values.map(|values| vec![(round, values)]));
            }
        }
    }
}

async fn turn(stage: &mut Stage, part: Part, who: Who) -> anyhow::Result<Values> {
    match part {
        Part::FlatOut => fanout::flat_out(stage, who).await,
        Part::Paced => fanout::paced(stage, who).await,
        Part::Million => fanout::million(stage, who).await,
        Part::Memory => memory::turn(stage, who).await,
        Part::Reconnect => reconnect::turn(stage, who).await,
        Part::Missed => missed::turn(stage).await,
        Part::Growth => growth::turn(stage, who).await,
        Part::Workspaces => workspaces::turn(stage).await,
        Part::Commands(in_flight) => commands::turn(stage, who, in_flight).await,
        Part::Alone => alone::turn(stage, who).await,
        Part::Webhook => webhook::turn(stage).await,
        Part::Start | Part::Grown => Ok(Vec::new()),
    }
}

fn settle(stage: &mut Stage, part: Part, who: Who, rounds: anyhow::Result<Vec<(u32, Values)>>) {
    match rounds {
        Ok(rounds) => {
            for (round, values) in rounds {
                say(&format!("round {} {:<12} {}", round + 1, who.name(), sentence(&values)));
                for (figure, value) in values {
                    stage.sheet.put(figure, who, round, value);
                }
            }
        }
        Err(error) => {
            let names: Vec<String> = part.figures().into_iter().map(Figure::name).collect();
            let what = format!("{} of {}: {error:#}", names.join(", "), who.name());
            say(&what);
            match error.downcast_ref::<Absent>() {
                Some(absent) => stage.sheet.miss(who, absent.to_string()),
                None if who == Who::Ours => stage.verdict.fail_turn(what),
                None => stage.sheet.note(what),
            }
        }
    }
}

fn sentence(values: &Values) -> String {
    let words = values.iter().map(|(figure, value)| format!("{} {value:.3}", figure.name()));
    words.collect::<Vec<_>>().join("  ")
}

#[expect(clippy::print_stderr, reason = "whoever waits wants to know for what")]
fn say(sentence: &str) {
    eprintln!("{sentence}");
}
