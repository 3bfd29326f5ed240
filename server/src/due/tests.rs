//! Something planned goes when its time has come, once, after a restart too.
