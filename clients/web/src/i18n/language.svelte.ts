// The language on screen and how a sentence is said in it. It never falls back in silence: a missing key is
// a type error, and the two catalogues are held against each other by a test.
import { IntlMessageFormat } from 'intl-messageformat';
import { lasting } from '../app/parts.ts';
import type { Catalogue, Key } from './catalogue.ts';

export type Language = 'en' | 'fr';
export type Values = Record<string, string | number | Date>;

export const languages: readonly Language[] = ['en', 'fr'];

// Sentences are compiled once; there are no more of them than keys.
const catalogues: Partial<Record<Language, Catalogue>> = {};
// A sentence comes as its parts when the desk was built, and as text where it was not.
let compiled = new Map<Key, IntlMessageFormat>();

let spoken = $state<Language>('en');

/** The language on screen. */
export function language(): Language {
  return spoken;
}

/** The language that the browser asks for, of those there are. */
export function preferred(wanted: readonly string[] = navigator.languages): Language {
  const found = wanted
    .map((tag) => tag.slice(0, 2).toLowerCase())
    .find((tag) => tag === 'fr' || tag === 'en');
  return found === 'fr' ? 'fr' : 'en';
}

/** Shows everything in `next`, at once. The catalogue comes first, so that no half sentence is seen. */
export async function speak(next: Language): Promise<void> {
  catalogues[next] ??= await load(next);
  compiled = new Map();
  spoken = next;
  document.documentElement.lang = next;
}

async function load(next: Language): Promise<Catalogue> {
  if (next === 'fr') return (await lasting(() => import('./fr.ts'))).fr;
  return (await lasting(() => import('./en.ts'))).en;
}

/** The sentence of a key with its values, in the language on screen. */
export function t(key: Key, values?: Values): string {
  const now = spoken;
  const written: string = catalogues[now]?.[key] ?? key;
  if (typeof written === 'string' && !/[{}'#]/.test(written)) return written;
  let sentence = compiled.get(key);
  if (!sentence) {
    sentence = new IntlMessageFormat(written, now, undefined, { ignoreTag: true });
    compiled.set(key, sentence);
  }
  return String(sentence.format(values));
}

/** Whether there is a sentence for a key that comes from outside, an error's code for instance. */
export function knows(key: string): key is Key {
  return Object.hasOwn(catalogues[spoken] ?? {}, key);
}
