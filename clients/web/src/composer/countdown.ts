// How much time is left until a moment, in the unit that a person reads it in, and when the words change next.
// It reads no clock: the time is an argument.

export interface Left {
  ms: number;
  unit: 'over' | 'second' | 'minute' | 'hour' | 'day';
  count: number;
  /** After this long the words are others. */
  next_ms: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The window is nearly over from here on. */
export const WINDOW_SOON_MS = 2 * HOUR;

export function leftUntil(until: string, now: number): Left {
  const ms = Date.parse(until) - now;
  if (!(ms > 0)) return { ms: 0, unit: 'over', count: 0, next_ms: DAY };
  if (ms <= MINUTE) return counted(ms, 'second', SECOND);
  if (ms <= HOUR) return counted(ms, 'minute', MINUTE);
  return ms <= 2 * DAY ? counted(ms, 'hour', HOUR) : counted(ms, 'day', DAY);
}

/** Seconds are rounded up, so that "1 s" is never shown as nothing; longer units are rounded down. */
function counted(ms: number, unit: 'second' | 'minute' | 'hour' | 'day', size: number): Left {
  const count = unit === 'second' ? Math.ceil(ms / size) : Math.max(1, Math.floor(ms / size));
  const rest = ms % size;
  return { ms, unit, count, next_ms: Math.max(50, rest === 0 ? size : rest) };
}
