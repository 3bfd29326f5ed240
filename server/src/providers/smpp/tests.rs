//! Tests of the account as a whole, against a message centre that misbehaves.
