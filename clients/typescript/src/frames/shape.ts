// What a value must look like, in small parts that fit together. It reads nothing and changes nothing.

/** Whether a value is of a form. */
export type Check = (value: unknown) => boolean;

/** A check for every field of a type: none is left out, and none is there that the type does not have. */
export type Fields<T> = { readonly [Key in keyof Required<T>]: Check };

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const BARE = new RegExp(`^${UUID}$`, 'u');
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/u;

export const text: Check = (value) => typeof value === 'string';
export const truth: Check = (value) => typeof value === 'boolean';
export const whole: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
export const uuid: Check = (value) => typeof value === 'string' && BARE.test(value);
export const time: Check = (value) => typeof value === 'string' && TIME.test(value);
export const epoch: Check = (value) => typeof value === 'string' && /^[0-9a-fA-F]{16}$/u.test(value);
/** 40 bytes in base64url, or 48. */
export const cursor: Check = (value) =>
  typeof value === 'string' && /^[A-Za-z0-9_-]{54}(?:[A-Za-z0-9_-]{10})?$/u.test(value);

/** An id of one noun. */
export function id(prefix: string): Check {
  const form = new RegExp(`^${prefix}_${UUID}$`, 'u');
  return (value) => typeof value === 'string' && form.test(value);
}

/** One of these words. */
export function oneOf<Word extends string>(...known: readonly Word[]): Check {
  return (value) => (known as readonly unknown[]).includes(value);
}

/** Absent, null, or of a form. */
export function maybe(check: Check): Check {
  return (value) => value === undefined || value === null || check(value);
}

export function list(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

/** A map from text to values of a form. */
export function mapOf(check: Check): Check {
  return (value) => isMap(value) && Object.values(value).every(check);
}

export function either(...checks: readonly Check[]): Check {
  return (value) => checks.some((check) => check(value));
}

/** A map with these fields; others are ignored. */
export function fields<T>(shape: Fields<T>): Check {
  const all = Object.entries(shape) as [string, Check][];
  return (value) => isMap(value) && all.every(([name, check]) => check(value[name]));
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
