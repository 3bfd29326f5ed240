// What an SMS costs, as the screen says it: segments, room left, which characters make it dear and whether one
// click mends it. It reads a plan and counts nothing itself.

import type { CostlyCharacter, SendPlan } from '../app/client.ts';

/** Costly characters that are named one by one; the rest is a number. */
export const namedMax = 8;

export interface NamedCharacter {
  character: string;
  times: number;
  replacement?: string | undefined;
}

export interface Cost {
  segments: number;
  characters: number;
  left: number;
  encoding: 'gsm7' | 'ucs2';
  named: NamedCharacter[];
  unnamed: number;
  fitted?: string | undefined;
}

export function costOf(plan: SendPlan): Cost | undefined {
  if (plan.sms === undefined) return undefined;
  const { segments, characters, units_left, encoding, costly, fitted } = plan.sms;
  const counted = countedOnce(costly);
  return {
    segments,
    characters,
    left: units_left,
    encoding,
    named: counted.slice(0, namedMax),
    unnamed: Math.max(0, counted.length - namedMax),
    fitted: fitted === plan.text ? undefined : fitted,
  };
}

/** A character that cannot be seen is shown by its name in Unicode's way of writing. */
export function visible(character: string): string {
  const unseen = /^[\p{Z}\p{C}\p{M}]/u.test(character);
  const point = character.codePointAt(0) ?? 0;
  return unseen ? `U+${point.toString(16).toUpperCase().padStart(4, '0')}` : character;
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
