// What a word is, and where one stands in a text. Words are runs of letters, digits and pictographs; it knows no
// language and no grammar.

import type { Range } from '../frames.js';
import { fold } from './fold.js';
import { Folded } from './folded.js';

/** How well something asked for fits what is there, the best first. */
export type Fit = 'whole' | 'start' | 'inside';

const FITS: readonly Fit[] = ['whole', 'start', 'inside'];

/** Letters, numbers and pictographs; Unicode counts some apostrophes among the letters. */
const WORD =
  /(?:(?![\u02b9-\u02bf])[\p{Alphabetic}\p{N}\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\u{1f000}-\u{1fbff}])+/gu;

/** From a place up to before another one, in UTF-16 units of a folded text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The folded words of a text, in their order. */
export function words(text: string): string[] {
  return fold(text).match(WORD) ?? [];
}

/** The folded words joined by one space: how names of groups, tags and values are compared as a whole. */
export function label(text: string): string {
  return words(text).join(' ');
}

/** A text taken apart into its words, which knows where they were written. What is asked for is folded already. */
export class Words {
  readonly folded: Folded;
  readonly spans: readonly Span[];

  constructor(text: string) {
    this.folded = new Folded(text);
    const found = this.folded.text.matchAll(WORD);
    this.spans = Array.from(found, ({ index, 0: word }) => ({ start: index, end: index + word.length }));
  }

  /** The folded words in their order. */
  all(): string[] {
    return this.spans.map((span) => this.#word(span));
  }

  /** The best fit of `needle` in any word. */
  fit(needle: string): Fit | undefined {
    const fits = this.all().map((word) => fitOf(word, needle));
    return FITS.find((fit) => fits.includes(fit));
  }

  /** Where `needle` stands as `how` and better; ranges of characters of the original text, in order, without overlap. */
  ranges(needle: string, how: Fit): Range[] {
    const marks: Span[] = [];
    for (const span of this.spans) {
      for (const at of places(this.#word(span), needle, how)) {
        marks.push({ start: span.start + at, end: span.start + at + needle.length });
      }
    }
    return this.#written(marks);
  }

  /** Where these whole words stand side by side in this order. */
  phrase(wanted: readonly string[]): Range[] {
    const marks: Span[] = [];
    for (let first = 0; wanted.length > 0 && first + wanted.length <= this.spans.length; first += 1) {
      const run = this.spans.slice(first, first + wanted.length);
      const [start, end] = [run[0]?.start, run.at(-1)?.end];
      const same = run.every((span, at) => this.#word(span) === wanted[at]);
      if (same && start !== undefined && end !== undefined) marks.push({ start, end });
    }
    return this.#written(marks);
  }

  #word({ start, end }: Span): string {
    return this.folded.text.slice(start, end);
  }

  #written(marks: readonly Span[]): Range[] {
    return joined(marks.map(({ start, end }) => this.folded.written(start, end)));
  }
}

/** Ranges in order; those that overlap are one. */
export function joined(ranges: readonly Range[]): Range[] {
  const all: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = all.at(-1);
    if (last !== undefined && from < last[1]) last[1] = Math.max(last[1], to);
    else all.push([from, to]);
  }
  return all;
}

function fitOf(word: string, needle: string): Fit | undefined {
  const at = needle === '' ? -1 : word.indexOf(needle);
  if (at < 0) return undefined;
  if (at > 0) return 'inside';
  return word.length === needle.length ? 'whole' : 'start';
}

/** Where `needle` begins in `word`, overlapping places too. */
function places(word: string, needle: string, how: Fit): number[] {
  if (needle === '') return [];
  if (how === 'whole') return word === needle ? [0] : [];
  if (how === 'start') return word.startsWith(needle) ? [0] : [];
  const found: number[] = [];
  for (let at = word.indexOf(needle); at >= 0; at = word.indexOf(needle, at + 1)) found.push(at);
  return found;
}
