// The time on screen, which moves in steps of half a minute: enough for "4 min", and one timer for all.
import { createSubscriber } from 'svelte/reactivity';

const stepMs = 30_000;

const tick = createSubscriber((update) => {
  const timer = setInterval(update, stepMs);
  return () => clearInterval(timer);
});

/** The present moment; whoever reads it in a component is drawn anew when it has moved. */
export function now(): Date {
  tick();
  return new Date();
}
