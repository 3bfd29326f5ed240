// Parts of phone numbers as people type them, and which numbers they fit. It knows how long calling codes are and
// nothing else of the numbering plans.

import type { Range } from '../frames.js';
import { fold } from './fold.js';
import type { Fit } from './words.js';

/** More digits than any phone number has, its prefixes included. */
export const FRAGMENT_DIGITS_MAX = 20;
/** With fewer digits only the start of a number fits. */
const INSIDE_DIGITS_MIN = 3;

/** What may stand between digits of a phone number, once folded. */
export const PHONE_PUNCTUATION = /^[\p{White_Space}+().\-/\u2010-\u2015\u2212]$/u;
/** `(0)`, or `(0` at the end, while it is being typed. */
const TRUNK_ZERO = /^\(\p{White_Space}*0\p{White_Space}*(?:\)|$)/u;
const TWO_DIGITS = /^(?:20|27|3[0-4]|36|39|4[01]|4[3-9]|5[1-8]|6[0-6]|8[1246]|9[0-5]|98)/u;

/** One way in which a fragment may stand in a number: digits only. */
export type Form =
  | { readonly inside: string }
  | { readonly start: string }
  | { readonly national_start: string };

/** Digits that may stand in a phone number, in any writing. */
export class Fragment {
  /** As they were written, without `+` and a dropped zero. */
  readonly digits: string;
  /** Whether it was written with `+`: the digits begin with a calling code. */
  readonly #international: boolean;

  private constructor(digits: string, international: boolean) {
    this.digits = digits;
    this.#international = international;
  }

  /** Reads digits and phone punctuation; nothing when anything else stands there, or no digit, or too many. */
  static parse(text: string): Fragment | undefined {
    let [rest, digits, international] = [fold(text), '', false];
    while (rest !== '') {
      const hasCode = international ? digits !== '' : digits.length > 2 && digits.startsWith('00');
      const zero = hasCode ? TRUNK_ZERO.exec(rest)?.[0] : undefined;
      const next = zero ?? String.fromCodePoint(rest.codePointAt(0) ?? 0);
      rest = rest.slice(next.length);
      if (zero !== undefined) continue;
      if (next >= '0' && next <= '9' && digits.length < FRAGMENT_DIGITS_MAX) digits += next;
      else if (next === '+' && digits === '') international = true;
      else if (!PHONE_PUNCTUATION.test(next)) return undefined;
    }
    return digits === '' ? undefined : new Fragment(digits, international);
  }

  /** Every way in which the fragment may stand in a number: a number fits exactly when one of them holds. */
  forms(): Form[] {
    const { digits } = this;
    if (this.#international) return [{ start: digits }];
    const rest = this.#afterPrefix();
    return [
      digits.length < INSIDE_DIGITS_MIN ? { start: digits } : { inside: digits },
      ...(rest === undefined ? [] : [{ start: rest }]),
      ...(digits.startsWith('0') ? [{ national_start: digits }] : []),
    ];
  }

  /** How it fits a number in E.164 writing (`+33612345678`). */
  fit(e164: string): Fit | undefined {
    return this.#place(e164)?.fit;
  }

  /** The characters of the E.164 text, with its `+`, that it stands for; nothing where it does not fit. */
  range(e164: string): Range | undefined {
    const range = this.#place(e164)?.range;
    return range === undefined || range[0] === range[1] ? undefined : range;
  }

  #place(e164: string): { readonly fit: Fit; readonly range: Range } | undefined {
    const number = international(e164);
    if (number === undefined) return undefined;
    const { digits } = this;
    if (this.#international) return atStart(number, digits, 0, 1 + digits.length);
    return (
      atStart(number, digits, 1, 1 + digits.length) ??
      this.#prefixed(number) ??
      this.#national(number) ??
      this.#inside(number)
    );
  }

  #prefixed(number: string): ReturnType<typeof atStart> {
    const rest = this.#afterPrefix();
    return rest === undefined ? undefined : atStart(number, rest, 0, 1 + rest.length);
  }

  #national(number: string): ReturnType<typeof atStart> {
    if (!this.digits.startsWith('0')) return undefined;
    const [code, rest] = [callingCodeDigits(number), this.digits.slice(1)];
    return atStart(number.slice(code), rest, 1 + code, 1 + code + rest.length);
  }

  #inside(number: string): ReturnType<typeof atStart> {
    const at = this.digits.length < INSIDE_DIGITS_MIN ? -1 : number.indexOf(this.digits);
    return at < 0 ? undefined : { fit: 'inside', range: [1 + at, 1 + at + this.digits.length] };
  }

  /** What follows the international prefix `00`. */
  #afterPrefix(): string | undefined {
    return this.digits.startsWith('00') && this.digits.length > 2 ? this.digits.slice(2) : undefined;
  }
}

/** The number of digits of the calling code that international digits begin with, as E.164 assigns them. */
export function callingCodeDigits(digits: string): number {
  const assigned = /^[17]/u.test(digits) ? 1 : TWO_DIGITS.test(digits) ? 2 : 3;
  return Math.min(assigned, digits.length);
}

/** The national writing of an E.164 number: `0` and what follows the calling code. Empty for another text. */
export function national(e164: string): string {
  const number = international(e164);
  return number === undefined ? '' : `0${number.slice(callingCodeDigits(number))}`;
}

function international(e164: string): string | undefined {
  return /^\+[0-9]+$/u.test(e164) ? e164.slice(1) : undefined;
}

function atStart(
  whole: string,
  part: string,
  from: number,
  to: number,
): { readonly fit: Fit; readonly range: Range } | undefined {
  if (!whole.startsWith(part)) return undefined;
  return { fit: part.length === whole.length ? 'whole' : 'start', range: [from, to] };
}
