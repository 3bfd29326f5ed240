// The vectors of folding, words, numbers, searches and costs, which every SDK runs: none is left out.

import { describe, expect, it } from 'vitest';
import { BASIC, EXTENSION, LETTERS, TYPOGRAPHIC } from '../src/text/alphabet.js';
import {
  callingCodeDigits,
  type Fit,
  Folded,
  Fragment,
  fieldKey,
  fields,
  fill,
  fitted,
  fold,
  hasLooseBraces,
  label,
  markedIn,
  national,
  parseSearch,
  pieces,
  SearchTextError,
  segments,
  type Term,
  Words,
  words,
} from '../src/text.js';
import { fixture, fixtureNames } from './fixtures.js';

interface InWords {
  readonly about: string;
  readonly text: string;
  readonly words: string[];
  readonly finds?: { readonly needle: string; readonly how: Fit; readonly at: unknown }[];
  readonly fits?: { readonly needle: string; readonly fit: Fit | null }[];
  readonly phrases?: { readonly words: string[]; readonly at: unknown }[];
}

interface Numbers {
  readonly fragments: {
    readonly about: string;
    readonly text: string;
    readonly forms: unknown;
    readonly fits?: { readonly number: string; readonly fit: Fit | null; readonly at: unknown }[];
  }[];
  readonly numbers: {
    readonly number: string;
    readonly calling_code_digits: number;
    readonly national: string;
  }[];
}

describe('the vectors of text', () => {
  it('are all run', () => {
    const known = [
      'fold.json',
      'numbers.json',
      'queries.json',
      'segments.json',
      'templates.json',
      'words.json',
    ];
    expect(fixtureNames('text')).toEqual(known);
  });

  for (const { about, text, folded } of fixture<{ about: string; text: string; folded: string }[]>(
    'text/fold.json',
  )) {
    it(`fold: ${about}`, () => {
      expect(fold(text)).toBe(folded);
      expect(fold(folded)).toBe(folded);
      expect(new Folded(text).text).toBe(folded);
    });
  }

  for (const vector of fixture<InWords[]>('text/words.json')) {
    it(`words: ${vector.about}`, () => {
      const found = new Words(vector.text);
      expect(words(vector.text)).toEqual(vector.words);
      expect(found.all()).toEqual(vector.words);
      expect(label(vector.text)).toBe(vector.words.join(' '));
      for (const { needle, how, at } of vector.finds ?? [])
        expect(found.ranges(needle, how), needle).toEqual(at);
      for (const { needle, fit } of vector.fits ?? []) expect(found.fit(needle) ?? null, needle).toBe(fit);
      for (const phrase of vector.phrases ?? []) expect(found.phrase(phrase.words)).toEqual(phrase.at);
    });
  }

  const { fragments, numbers } = fixture<Numbers>('text/numbers.json');
  for (const { about, text, forms, fits } of fragments) {
    it(`numbers: ${about}`, () => {
      const fragment = Fragment.parse(text);
      expect(fragment?.forms() ?? null).toEqual(forms);
      for (const { number, fit, at } of fits ?? []) {
        expect(fragment?.fit(number) ?? null, number).toBe(fit);
        expect(fragment?.range(number) ?? null, number).toEqual(at);
      }
    });
  }

  it('numbers: calling codes and national writing', () => {
    for (const vector of numbers) {
      expect(callingCodeDigits(vector.number.slice(1)), vector.number).toBe(vector.calling_code_digits);
      expect(national(vector.number), vector.number).toBe(vector.national);
    }
  });

  for (const { about, text, ...expected } of fixture<{ about: string; text: string }[]>(
    'text/queries.json',
  )) {
    it(`queries: ${about}`, () => expect(answer(text)).toEqual(expected));
  }
});

function answer(text: string): unknown {
  try {
    const search = parseSearch(text);
    return { terms: search.terms.map(shown), filters: search.filters };
  } catch (error) {
    if (!(error instanceof SearchTextError)) throw error;
    return { error: { ...error.problem, at: error.at, message: error.message } };
  }
}

function shown(term: Term): unknown {
  if (!('number' in term)) return term;
  return { number: { forms: term.number.fragment.forms(), words: term.number.words } };
}

interface Cost {
  readonly about: string;
  readonly text: string;
  readonly fitted: string | null;
  readonly fitted_letters: string | null;
}

describe('what a text costs', () => {
  const file = fixture<{
    basic: string;
    extension: string;
    typographic: Record<string, string>;
    letters: Record<string, string>;
    vectors: Cost[];
  }>('text/segments.json');

  it('is counted in the alphabets of the vectors', () => {
    const all = (lists: typeof LETTERS): unknown =>
      Object.fromEntries(lists.flatMap(([from, to]) => Array.from(from, (character) => [character, to])));
    expect([BASIC, EXTENSION]).toEqual([file.basic, file.extension]);
    expect(all(TYPOGRAPHIC)).toEqual(file.typographic);
    expect(all(LETTERS)).toEqual(file.letters);
  });

  for (const { about, text, fitted: signs, fitted_letters: letters, ...expected } of file.vectors) {
    it(about, () => {
      expect(segments(text)).toEqual(expected);
      expect(fitted(text, 'typographic') ?? null).toBe(signs);
      expect(fitted(text, 'letters') ?? null).toBe(letters);
    });
  }
});

interface Texts {
  readonly about: string;
  readonly text: string;
  readonly fields: string[];
  readonly values: Record<string, string>;
  readonly filled?: string | null;
  readonly missing?: string[];
}

describe('texts with fields', () => {
  for (const { about, text, fields: names, values, filled, missing } of fixture<Texts[]>(
    'text/templates.json',
  )) {
    it(about, () => {
      expect(fields(text)).toEqual(names);
      const own = new Map(Object.entries(values));
      const expected = typeof filled === 'string' ? { text: filled } : { missing: missing ?? [] };
      expect(fill(text, (name) => own.get(name))).toEqual(expected);
    });
  }

  it('show a mistake in their braces', () => {
    expect(hasLooseBraces('{{a}} {b}')).toBe(false);
    expect(hasLooseBraces('{{a} }}')).toBe(true);
    expect(fieldKey('Numéro de commande')).toBe('numero_de_commande');
  });
});

describe('what was found', () => {
  it('is marked in scalar values, in every field', () => {
    const marked = (search: string, text: string): string =>
      pieces(text, markedIn(parseSearch(search), text))
        .map((piece) => (piece.marked ? `[${piece.text}]` : piece.text))
        .join('');
    expect(marked('hel', '👍 Hélène, Michel')).toBe('👍 [Hél]ène, Michel');
    expect(marked('06 12', '+33612345678')).toBe('+33[612]345678');
    expect(marked('"grand compte"', 'Un grand-compte')).toBe('Un [grand-compte]');
    expect(marked('zoé', 'Léa')).toBe('Léa');
  });
});
