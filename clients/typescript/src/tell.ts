// Telling somebody who may fail: what one of them throws is no matter of the others, nor of whoever tells.

/** Calls `run` with `value`. What it throws is thrown later, where nobody else stands in between. */
export function tell<T>(run: (value: T) => void, value: T): void {
  try {
    run(value);
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
  }
}
