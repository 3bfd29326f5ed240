// The time as screens read it: who reads it is drawn anew as it passes. It ticks only while somebody looks.
import { createSubscriber } from 'svelte/reactivity';

class Clock {
  #touch: () => void;

  constructor(stepMs: number) {
    this.#touch = createSubscriber((update) => {
      const timer = setInterval(update, stepMs);
      return () => clearInterval(timer);
    });
  }

  get now(): number {
    this.#touch();
    return Date.now();
  }
}

/** For counting down seconds. */
export const seconds = new Clock(500);

/** For windows of hours. */
export const halfMinutes = new Clock(15_000);
