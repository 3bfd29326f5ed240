// Where a text is marked.
import { expect, test } from 'vitest';
import { foldText } from '../fold.ts';
import { spaced } from '../marks.ts';

test('a mark in a plain number is found again in the spaced one', () => {
  const shown = '+33 6 12 34 56 78';
  const [range] = spaced('+33612345678', shown, [[3, 8]]);
  expect(shown.slice(range?.[0], range?.[1])).toBe('6 12 34');
});

test('case and accents do not matter', () => {
  expect(foldText('Hélène ŒUVRARD')).toBe('helene oeuvrard');
});
