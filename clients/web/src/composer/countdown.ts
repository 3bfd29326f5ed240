// How much time is left until a moment, in the unit that a person reads it in, and when the words change next.
// It reads no clock: the time is an argument.

export interface Left {
  ms: number;
  unit: 'over' | 'second' | 'minute' | 'hour' | 'day';
  count: number;
  /** After this long the words are others. */
  next_ms: number;
}

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The window is nearly over from here on. */
export const windowSoonMs = 2 * hourMs;

export function leftUntil(until: string, now: number): Left {
  const ms = Date.parse(until) - now;
  if (!(ms > 0)) return { ms: 0, unit: 'over', count: 0, next_ms: dayMs };
  if (ms <= minuteMs) return counted(ms, 'second', secondMs);
  if (ms <= hourMs) return counted(ms, 'minute', minuteMs);
  return ms <= 2 * dayMs ? counted(ms, 'hour', hourMs) : counted(ms, 'day', dayMs);
}

/** Seconds are rounded up, so that "1 s" is never shown as nothing; longer units are rounded down. */
function counted(ms: number, unit: 'second' | 'minute' | 'hour' | 'day', size: number): Left {
  const count = unit === 'second' ? Math.ceil(ms / size) : Math.max(1, Math.floor(ms / size));
  const rest = ms % size;
  return { ms, unit, count, next_ms: Math.max(50, rest === 0 ? size : rest) };
}
