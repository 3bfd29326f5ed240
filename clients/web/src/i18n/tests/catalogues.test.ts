// The two catalogues say the same things: keys, placeholders, codes of errors, and French typography.
import { readFileSync } from 'node:fs';
import { IntlMessageFormat } from 'intl-messageformat';
import { expect, test } from 'vitest';
import { en } from '../en.ts';
import { fr } from '../fr.ts';

type Part = { type: number; value: string; options?: Record<string, { value: Part[] }> };

const keys = Object.keys(en) as (keyof typeof en)[];

function placeholders(sentence: string, language: string): string[] {
  const parts = new IntlMessageFormat(sentence, language, undefined, {
    ignoreTag: true,
  }).getAst() as unknown as Part[];
  const found = new Set<string>();
  const look = (list: Part[]): void => {
    for (const part of list) {
      if (part.type > 0 && part.type < 7) found.add(part.value);
      for (const option of Object.values(part.options ?? {})) look(option.value);
    }
  };
  look(parts);
  return [...found].sort();
}

test('both languages have the same keys', () => {
  expect(Object.keys(fr).sort()).toEqual(Object.keys(en).sort());
  expect(keys.length).toBeGreaterThan(200);
});

test.each(keys)('%s asks for the same values in both languages', (key) => {
  expect(placeholders(fr[key], 'fr')).toEqual(placeholders(en[key], 'en'));
});

test.each(keys)('%s keeps French marks with their words', (key) => {
  // Inside an argument, ICU's own commas and braces are no typography.
  const plain = fr[key].replace(/\{\w+, (number|plural|select)[^{}]*/g, '');
  expect(plain).not.toMatch(/ [;!?»]/);
  expect(plain).not.toMatch(/« /);
  expect(plain).not.toMatch(/ :(?!\w)/);
  expect(fr[key]).not.toMatch(/\p{L}'\p{L}/u);
});

test('every code of the registry has a sentence', () => {
  const registry = JSON.parse(readFileSync('../../protocol/registry/errors.json', 'utf8')) as {
    code: string;
  }[];
  expect(registry.length).toBeGreaterThan(50);
  expect(registry.map(({ code }) => `error.${code}`).filter((key) => !(key in en))).toEqual([]);
});
