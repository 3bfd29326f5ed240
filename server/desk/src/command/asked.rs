//! A command with its binary form, made once by who asks, so that whoever decides only has to look at it.

use std::ops::Deref;

use super::Command;

/// What few commands are longer than.
const PARAMS_BYTES: usize = 256;

/// A command, and the bytes that its digest is made of.
#[derive(Debug, Clone)]
pub struct Asked {
    command: Command,
    params: Vec<u8>,
}

impl Asked {
    /// What was asked, in binary form: secrets that are made anew for each try are no part of it.
    pub fn params(&self) -> &[u8] {
        &self.params
    }
}

impl From<Command> for Asked {
    fn from(command: Command) -> Self {
        let mut params = Vec::with_capacity(PARAMS_BYTES);
        rmp_serde::encode::write(&mut params, &command).expect("a command of the rules has a binary form");
        Self { command, params }
    }
}

impl Deref for Asked {
    type Target = Command;

    fn deref(&self) -> &Command {
        &self.command
    }
}
