// The desk runs under a strict policy: no markup out of texts, no styles or scripts in the page, no sentence
// that stands in a component, and no part that is loaded late without a way on when the line is down.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const source = 'src';
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.svelte'),
);

test('there are components', () => expect(files.length).toBeGreaterThan(40));

test.each(files)('%s', (file) => {
  const text = readFileSync(join(source, file), 'utf8');
  expect(text).not.toMatch(/\{@html|innerHTML|insertAdjacentHTML|\beval\(|new Function/);
  expect(text).not.toMatch(/<[a-z][^>]*\sstyle="/);
  expect(text.replaceAll(/(?:typeof |lasting\(\(\) => )import\(/g, '')).not.toMatch(/\bimport\(/);
  const markup = text.replace(/<!--[\s\S]*?-->|<(script|style)[\s\S]*?<\/\1>/g, '');
  const words = [...markup.matchAll(/\}?>([^<>{}]*\p{L}{3,}[^<>{}]*)</gu)].map((match) => match[1]?.trim());
  expect(words.filter((word) => word && word !== 'Parloir' && !/[=()&|?;]/.test(word))).toEqual([]);
});
