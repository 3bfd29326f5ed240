// The text of a search as the server reads it: words, phrases and numbers that must all be found, and filters. It
// goes from the first character to the last; it finds nothing.

import type { Range } from '../frames.js';
import { type FilterKind, filterOf, type Qualifier, qualifierNamed } from './filter.js';
import { Fragment, PHONE_PUNCTUATION } from './number.js';
import { type Problem, SearchTextError, sentence } from './problem.js';
import { type Span, Words, words } from './words.js';

/** Characters of a search. */
export const SEARCH_CHARS_MAX = 256;
/** Words, phrases and numbers of a search. */
export const SEARCH_TERMS_MAX = 16;
/** Qualifiers of a search. */
export const SEARCH_FILTERS_MAX = 16;

/** Something to be found. Words are folded. */
export type Term =
  | { readonly word: string }
  | { readonly phrase: readonly string[] }
  /** A part of a phone number, or else its groups of digits as words. */
  | { readonly number: { readonly fragment: Fragment; readonly words: readonly string[] } };

/** A condition that stood as `name:value`, with its characters of the search. */
export type Filter = { readonly at: Range } & FilterKind;

/** What a search asks for: every term and every filter must hold, in any order. */
export interface SearchText {
  readonly terms: readonly Term[];
  readonly filters: readonly Filter[];
}

/** Reads a search as it was typed. Throws a `SearchTextError` with the first problem. */
export function parseSearch(text: string): SearchText {
  const characters = Array.from(text);
  if (characters.length > SEARCH_CHARS_MAX) {
    refuse([SEARCH_CHARS_MAX, characters.length], { reason: 'too_long', max: SEARCH_CHARS_MAX });
  }
  return new Reader(characters).read();
}

const WHITE_SPACE = /^\p{White_Space}$/u;
/** Keyboards and systems write their own quotation marks; each of them opens, and each closes. */
const QUOTES = '"\u201c\u201d\u201e«»';

class Reader {
  readonly #characters: readonly string[];
  /** The next character to look at. */
  #at = 0;
  /** Where free text began that is not read yet. */
  #free = 0;
  readonly #terms: Term[] = [];
  readonly #filters: Filter[] = [];

  constructor(characters: readonly string[]) {
    this.#characters = characters;
  }

  read(): SearchText {
    while (this.#at < this.#characters.length) {
      const qualifier = this.#isQuote(this.#at) ? undefined : this.#qualifier();
      if (this.#isQuote(this.#at)) this.#phrase();
      else if (qualifier !== undefined) this.#filter(qualifier.colon, qualifier.of);
      else this.#at += 1;
    }
    this.#endFree();
    return { terms: this.#terms, filters: this.#filters };
  }

  /** The qualifier whose name begins here. A name stands after white space, a closed quotation or nothing. */
  #qualifier(): { readonly colon: number; readonly of: Qualifier } | undefined {
    if (this.#at !== this.#free && !this.#isSpace(this.#at - 1)) return undefined;
    let colon = this.#at;
    while (colon < this.#characters.length && this.#characters[colon] !== ':') {
      if (this.#isSpace(colon) || this.#isQuote(colon)) return undefined;
      colon += 1;
    }
    if (colon === this.#characters.length) return undefined;
    const of = qualifierNamed(this.#text(this.#at, colon));
    return of === undefined ? undefined : { colon, of };
  }

  #filter(colon: number, qualifier: Qualifier): void {
    this.#endFree();
    const start = this.#at;
    this.#at = colon + 1;
    const value = this.#value();
    this.#free = this.#at;
    const found = filterOf(qualifier, this.#text(start, colon), value);
    if ('reason' in found) {
      refuse([found.reason === 'unknown_value' ? colon + 1 : start, this.#at], found);
    }
    if (this.#filters.length === SEARCH_FILTERS_MAX) {
      refuse([start, this.#at], { reason: 'too_many_filters', max: SEARCH_FILTERS_MAX });
    }
    this.#filters.push({ at: [start, this.#at], ...found });
  }

  /** The value that begins here, up to white space outside quotation marks, which are left out. */
  #value(): string {
    let value = '';
    while (this.#at < this.#characters.length && !this.#isSpace(this.#at)) {
      if (this.#isQuote(this.#at)) {
        const [from, to] = this.#quoted();
        value += this.#text(from, to);
      } else {
        value += this.#characters[this.#at];
        this.#at += 1;
      }
    }
    return value;
  }

  #phrase(): void {
    this.#endFree();
    const start = this.#at;
    const [from, to] = this.#quoted();
    this.#free = this.#at;
    const phrase = words(this.#text(from, to));
    if (phrase.length > 0) this.#term({ phrase }, [start, this.#at]);
  }

  /** Goes past the quotation that begins here and gives what stands between its marks. */
  #quoted(): Range {
    const from = this.#at + 1;
    let to = from;
    while (to < this.#characters.length && !this.#isQuote(to)) to += 1;
    if (to === this.#characters.length) refuse([this.#at, to], { reason: 'unclosed_quote' });
    this.#at = to + 1;
    return [from, to];
  }

  /** Makes terms of the free text up to here. */
  #endFree(): void {
    const from = this.#free;
    for (const { term, at } of freeTerms(this.#text(from, this.#at))) {
      this.#term(term, [from + at[0], from + at[1]]);
    }
    this.#free = this.#at;
  }

  #term(term: Term, at: Range): void {
    if (this.#terms.length === SEARCH_TERMS_MAX) {
      refuse(at, { reason: 'too_many_terms', max: SEARCH_TERMS_MAX });
    }
    this.#terms.push(term);
  }

  #isQuote(at: number): boolean {
    return QUOTES.includes(this.#characters[at] ?? ' ');
  }

  #isSpace(at: number): boolean {
    return WHITE_SPACE.test(this.#characters[at] ?? '');
  }

  #text(from: number, to: number): string {
    return this.#characters.slice(from, to).join('');
  }
}

/** The terms of a text without quotation marks and qualifiers: words, and numbers where digits stand together. */
function freeTerms(text: string): { readonly term: Term; readonly at: Range }[] {
  const free = new Free(new Words(text));
  const terms: { readonly term: Term; readonly at: Range }[] = [];
  for (let next = 0; next < free.spans.length; ) {
    const end = next + Math.max(1, free.groups(next));
    terms.push(...free.terms(next, end));
    next = end;
  }
  return terms;
}

class Free {
  readonly #words: Words;
  readonly spans: readonly Span[];

  constructor(words: Words) {
    this.#words = words;
    this.spans = words.spans;
  }

  /** How many words from `first` on are groups of digits with nothing but phone punctuation between them. */
  groups(first: number): number {
    let end = first;
    while (end < this.spans.length && this.#isGroup(end) && (end === first || this.#isJoined(end))) end += 1;
    return end - first;
  }

  terms(from: number, to: number): { readonly term: Term; readonly at: Range }[] {
    const number = this.#number(from, to);
    if (number !== undefined) return [{ term: number, at: this.#written(from, to) }];
    const run = Array.from({ length: to - from }, (_, index) => from + index);
    return run.map((index) => ({ term: { word: this.#word(index) }, at: this.#written(index, index + 1) }));
  }

  /** The run as one number with the punctuation around it; nothing where it is a word or has too many digits. */
  #number(from: number, to: number): Term | undefined {
    const [before, after] = [Array.from(this.#gap(from)), Array.from(this.#gap(to))];
    const lead = before.slice(before.findLastIndex((c) => !PHONE_PUNCTUATION.test(c)) + 1).join('');
    const stop = after.findIndex((c) => !PHONE_PUNCTUATION.test(c) || c === '+');
    const tail = (stop < 0 ? after : after.slice(0, stop)).join('');
    const { start, end } = { start: this.spans[from]?.start ?? 0, end: this.spans[to - 1]?.end ?? 0 };
    const fragment = Fragment.parse(lead + this.#words.folded.text.slice(start, end) + tail);
    if (fragment === undefined) return undefined;
    const groups = Array.from({ length: to - from }, (_, index) => this.#word(from + index));
    return { number: { fragment, words: groups } };
  }

  #isGroup(index: number): boolean {
    return /^[0-9]+$/u.test(this.#word(index));
  }

  #isJoined(index: number): boolean {
    return Array.from(this.#gap(index)).every((c) => PHONE_PUNCTUATION.test(c) && c !== '+');
  }

  #word(index: number): string {
    const span = this.spans[index];
    return span === undefined ? '' : this.#words.folded.text.slice(span.start, span.end);
  }

  /** What stands between a word and the one before it, or the ends of the text. */
  #gap(index: number): string {
    const { text } = this.#words.folded;
    return text.slice(this.spans[index - 1]?.end ?? 0, this.spans[index]?.start ?? text.length);
  }

  #written(from: number, to: number): Range {
    return this.#words.folded.written(this.spans[from]?.start ?? 0, this.spans[to - 1]?.end ?? 0);
  }
}

function refuse(at: Range, problem: Problem): never {
  throw new SearchTextError(at, problem, sentence(problem));
}
