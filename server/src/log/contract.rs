//! What every log promises, as one suite.
