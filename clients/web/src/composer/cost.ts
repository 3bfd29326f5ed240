// What an SMS costs, as the screen says it: segments, room left, which characters make it dear and what one click
// changes. A text that is typed is counted here, at once and without a connection; what a template or a link
// becomes is counted by the plan. Both count alike, by the same vectors.
import { fitted, segments } from '@parloir/client/text';
import type { CostlyCharacter, SmsPlan } from '../app/client.ts';

/** Costly characters that are named one by one; the rest is a number. */
export const namedMax = 8;

export type NamedCharacter = { character: string; times: number; replacement?: string | undefined };

/** `signs` only looks plainer; `letters` is spelt without its rare accents as well. */
export type FitOffer = { kind: 'signs' | 'letters'; text: string };

export type Cost = {
  segments: number;
  left: number;
  encoding: 'gsm7' | 'ucs2';
  named: NamedCharacter[];
  unnamed: number;
  fit?: FitOffer | undefined;
};

/** The cost of a text as it stands in the box. */
export function costOfText(text: string): Cost {
  const counted = segments(text);
  return { ...shown(counted), fit: fitOf(text, counted.segments) };
}

/** The cost of what the server would send, as its plan says. */
export function costOfPlan(sms: SmsPlan): Cost {
  return shown(sms);
}

/** A character that cannot be seen is shown by its number in Unicode. */
export function visible(character: string): string {
  const unseen = /^[\p{Z}\p{C}\p{M}]/u.test(character);
  const point = character.codePointAt(0) ?? 0;
  return unseen ? `U+${point.toString(16).toUpperCase().padStart(4, '0')}` : character;
}

function shown(counted: Pick<SmsPlan, 'segments' | 'units_left' | 'encoding' | 'costly'>): Cost {
  const named = countedOnce(counted.costly);
  return {
    segments: counted.segments,
    left: counted.units_left,
    encoding: counted.encoding,
    named: named.slice(0, namedMax),
    unnamed: Math.max(0, named.length - namedMax),
  };
}

/** The mildest fit that makes the text cheaper or roomier. */
function fitOf(text: string, now: number): FitOffer | undefined {
  const signs = fitted(text, 'typographic');
  if (signs !== undefined) return { kind: 'signs', text: signs };
  const letters = fitted(text, 'letters');
  return letters !== undefined && segments(letters).segments < now
    ? { kind: 'letters', text: letters }
    : undefined;
}

function countedOnce(costly: readonly CostlyCharacter[]): NamedCharacter[] {
  const counted = new Map<string, NamedCharacter>();
  for (const { character, replacement } of costly) {
    const known = counted.get(character);
    if (known === undefined) counted.set(character, { character, times: 1, replacement });
    else known.times += 1;
  }
  return [...counted.values()];
}
