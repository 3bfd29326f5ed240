// What a text costs as an SMS: which of the two alphabets it needs, how many messages of the network carry it, and
// which characters are to blame (PROTOCOL.md, section 19). It never changes a text unless it is asked for another.

import type { CostlyCharacter } from '../frames.js';
import { BASIC, EXTENSION, LETTERS, TYPOGRAPHIC } from './alphabet.js';

/** Characters named in `costly`; a text in another script would name all of its own. */
export const COSTLY_MAX = 100;

/** GSM 03.38 in septets, or UTF-16 code units. */
export type Encoding = 'gsm7' | 'ucs2';

/** Units of a text that one message carries, and units of one of several. */
const ROOM: Readonly<Record<Encoding, { readonly alone: number; readonly joined: number }>> = {
  gsm7: { alone: 160, joined: 153 },
  ucs2: { alone: 70, joined: 67 },
};

/** What a text costs. */
export interface Segments {
  readonly encoding: Encoding;
  /** Messages of the network; 0 for no text. */
  readonly segments: number;
  /** Unicode scalar values. */
  readonly characters: number;
  /** Septets or UTF-16 code units, without what is left empty between two segments. */
  readonly units: number;
  /** Units that the last segment still takes; all of one message for no text. */
  readonly units_left: number;
  /** The first characters that the short alphabet lacks, in their order. */
  readonly costly: readonly CostlyCharacter[];
}

/** Which characters a fit may replace: signs that only look better, or letters with rare accents as well. */
export type Replacing = 'typographic' | 'letters';

const SHORT = new Map([...Array.from(BASIC, unit(1)), ...Array.from(EXTENSION, unit(2))]);
const SIGNS = replacements(TYPOGRAPHIC);
const SPELLINGS = replacements(LETTERS);

/** Counts a text. */
export function segments(text: string): Segments {
  const characters = Array.from(text);
  const costly = costlyOf(characters);
  const encoding = costly.length === 0 ? 'gsm7' : 'ucs2';
  const sizes = characters.map((character) => size(character, encoding));
  const units = sizes.reduce((sum, next) => sum + next, 0);
  const { alone } = ROOM[encoding];
  const counted =
    units === 0
      ? { segments: 0, units_left: alone }
      : units <= alone
        ? { segments: 1, units_left: alone - units }
        : joined(sizes, ROOM[encoding].joined);
  return { encoding, ...counted, characters: characters.length, units, costly };
}

/** The same text in the short alphabet. Nothing when it is in it already, and when a character cannot be replaced. */
export function fitted(text: string, replacing: Replacing): string | undefined {
  let result = '';
  for (const character of text) {
    const next = SHORT.has(character) ? character : replacement(character, replacing);
    if (next === undefined) return undefined;
    result += next;
  }
  return result === text ? undefined : result;
}

function costlyOf(characters: readonly string[]): CostlyCharacter[] {
  const costly: CostlyCharacter[] = [];
  for (const [at, character] of characters.entries()) {
    if (SHORT.has(character)) continue;
    const instead = replacement(character, 'letters');
    costly.push({
      range: [at, at + 1],
      character,
      ...(instead === undefined ? {} : { replacement: instead }),
    });
    if (costly.length === COSTLY_MAX) break;
  }
  return costly;
}

function replacement(character: string, replacing: Replacing): string | undefined {
  return SIGNS.get(character) ?? (replacing === 'letters' ? SPELLINGS.get(character) : undefined);
}

function size(character: string, encoding: Encoding): number {
  return encoding === 'gsm7' ? (SHORT.get(character) ?? 1) : character.length;
}

/** Segments, and what is left in the last one: a character that takes two units stands in one segment. */
function joined(sizes: readonly number[], room: number): { segments: number; units_left: number } {
  let [count, left] = [1, room];
  for (const next of sizes) {
    if (next > left) {
      count += 1;
      left = room;
    }
    left -= next;
  }
  return { segments: count, units_left: left };
}

function unit(units: number): (character: string) => readonly [string, number] {
  return (character) => [character, units];
}

function replacements(lists: readonly (readonly [string, string])[]): Map<string, string> {
  return new Map(lists.flatMap(([from, to]) => Array.from(from, (character) => [character, to] as const)));
}
