//! When a server's memory is at rest: what came free goes back to the system later, where it does.

use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_millis(300);
/// What memory moves by while it is at rest, at most.
const REST_BYTES: u64 = 64 << 10;
/// Memory that never comes to rest is taken as it is then.
const LOOKS_MAX: u32 = 60;

/// What `bytes` tells once it did not move for so many looks.
pub(super) async fn resting(looks: u32, bytes: impl Fn() -> anyhow::Result<u64>) -> anyhow::Result<u64> {
    let mut begun = bytes()?;
    let mut quiet = 0;
    for _ in 0..LOOKS_MAX {
        tokio::time::sleep(LOOK_EVERY).await;
        let now = bytes()?;
        if now.abs_diff(begun) >= REST_BYTES {
            (begun, quiet) = (now, 0);
            continue;
        }
        quiet += 1;
        if quiet >= looks {
            return Ok(now);
        }
    }
    bytes()
}
