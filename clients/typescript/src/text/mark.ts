// What a search found in a text, to be shown: ranges, and the text cut at them.

import type { Range } from '../frames.js';
import type { SearchText, Term } from './search.js';
import { joined, Words } from './words.js';

/** Where the terms of a search stand in a text: all places of each one's best fit there, and of better ones. */
export function markedIn(search: SearchText, text: string): Range[] {
  const found = new Words(text);
  return joined(search.terms.flatMap((term) => ofTerm(term, found, text)));
}

/** A piece of a text. */
export interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

/** A text cut at its ranges, which count Unicode scalar values. */
export function pieces(text: string, ranges: readonly Range[]): Piece[] {
  const characters = Array.from(text);
  const all: Piece[] = [];
  const push = (from: number, to: number, marked: boolean): void => {
    if (to > from) all.push({ text: characters.slice(from, to).join(''), marked });
  };
  let at = 0;
  for (const [from, to] of ranges) {
    push(at, from, false);
    push(from, to, true);
    at = to;
  }
  push(at, characters.length, false);
  return all;
}

function ofTerm(term: Term, found: Words, text: string): Range[] {
  if ('phrase' in term) return found.phrase(term.phrase);
  if ('word' in term) return ofWord(term.word, found);
  const range = term.number.fragment.range(text);
  return range === undefined ? term.number.words.flatMap((word) => ofWord(word, found)) : [range];
}

function ofWord(word: string, found: Words): Range[] {
  const fit = found.fit(word);
  return fit === undefined ? [] : found.ranges(word, fit);
}
