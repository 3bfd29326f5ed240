// Where a match in a plain number stands in the number as it is shown. Ranges count Unicode characters, as the
// server does.
import type { Range } from '../app/client.ts';

/** Moves ranges of a plain number to the same number with spaces in it. */
export function spaced(plain: string, shown: string, ranges: readonly Range[]): Range[] {
  const places: number[] = [];
  const letters = Array.from(shown);
  for (const [index, letter] of letters.entries())
    if (letter === Array.from(plain)[places.length]) places.push(index);
  const place = (at: number): number => places[at] ?? letters.length;
  return ranges.map(([from, to]) => [place(from), to > 0 ? place(to - 1) + 1 : 0] as const);
}
