//! The whole matrix of rights, as one file that people can read.

use std::fmt::Write as _;

use parloir_desk::entity::{Right, Role};
use parloir_desk::rights::{Column, Grant, TABLE};

const COLUMNS: [(&str, Column); 8] = [
    ("admin", Column::Role(Role::Admin)),
    ("supervisor", Column::Role(Role::Supervisor)),
    ("agent", Column::Role(Role::Agent)),
    ("template_agent", Column::Role(Role::TemplateAgent)),
    ("integration", Column::Role(Role::Integration)),
    ("contact", Column::Contact),
    ("provider", Column::Provider),
    ("system", Column::System),
];

const RIGHTS: [Right; 4] = [Right::Log, Right::Agents, Right::Settings, Right::Inbound];

#[test]
fn the_matrix_of_rights_is_the_one_on_file() {
    let on_file = parloir_fixtures::text("rights.txt");
    let matrix = matrix();
    for (line, filed) in matrix.lines().zip(on_file.lines()) {
        assert_eq!(line, filed, "the rules (left) and fixtures/rights.txt (right) differ");
    }
    assert_eq!(matrix.lines().count(), on_file.lines().count(), "one of them ends early:\n{matrix}");
}

fn matrix() -> String {
    let mut text = format!("{:<18}", "command");
    for (name, _) in COLUMNS {
        write!(text, "{name:<15}").expect("a string takes all");
    }
    let mut lines = vec![text];
    lines.extend(TABLE.iter().map(|(command, grant)| line(command, grant)));
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn line(command: &str, grant: &Grant) -> String {
    let cells = COLUMNS.iter().map(|(_, column)| format!("{:<15}", cell(grant, *column)));
    format!("{command:<18}{}", cells.collect::<String>())
}

fn cell(grant: &Grant, column: Column) -> String {
    if grant.admits(column, |_| false) {
        return "yes".to_owned();
    }
    let right = RIGHTS.iter().find(|right| grant.admits(column, |held| held == **right));
    right.map_or("-".to_owned(), |right| format!("{right:?}"))
}
