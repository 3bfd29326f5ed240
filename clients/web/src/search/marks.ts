// Cuts a text where something was found in it. Ranges count Unicode characters, as the server does.
import type { Range } from '../app/client.ts';

export type Piece = { text: string; found: boolean };

/** The pieces of `text` in order, none of them empty. */
export function pieces(text: string, ranges: readonly Range[]): Piece[] {
  const letters = Array.from(text);
  const cut: Piece[] = [];
  let at = 0;
  const add = (to: number, found: boolean): void => {
    if (to > at) cut.push({ text: letters.slice(at, to).join(''), found });
    at = Math.max(at, to);
  };
  for (const [from, to] of ranges) {
    add(Math.min(from, letters.length), false);
    add(Math.min(to, letters.length), true);
  }
  add(letters.length, false);
  return cut;
}

/** Moves ranges of a plain number to the same number with spaces in it. */
export function spaced(plain: string, shown: string, ranges: readonly Range[]): Range[] {
  const places: number[] = [];
  const letters = Array.from(shown);
  for (const [index, letter] of letters.entries())
    if (letter === Array.from(plain)[places.length]) places.push(index);
  const place = (at: number): number => places[at] ?? letters.length;
  return ranges.map(([from, to]) => [place(from), to > 0 ? place(to - 1) + 1 : 0] as const);
}
