// Waits for something to be so, never for time to pass.
const stepMs = 40;

/** Asks `look` until it answers something; fails with what was waited for. */
export async function until(ms, what, look) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain until ${what}`);
    await new Promise((next) => setTimeout(next, stepMs));
  }
}

/** Fails with `what` unless it is so. */
export function is(so, what) {
  if (!so) throw new Error(`it is not so that ${what}`);
}
