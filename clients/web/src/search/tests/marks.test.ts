// Where a text is marked.
import { expect, test } from 'vitest';
import { foldText } from '../fold.ts';
import { pieces, spaced } from '../marks.ts';

test('ranges count characters, not units', () => {
  expect(pieces('🚕 Hélène', [[2, 5]])).toEqual([
    { text: '🚕 ', found: false },
    { text: 'Hél', found: true },
    { text: 'ène', found: false },
  ]);
});

test.each([
  [[], ['abc']],
  [[[0, 3]], ['abc']],
  [
    [
      [0, 1],
      [2, 9],
    ],
    ['a', 'b', 'c'],
  ],
  [[[5, 9]], ['abc']],
] as [[number, number][], string[]][])('ranges %j cut into %j', (ranges, texts) => {
  expect(pieces('abc', ranges).map((piece) => piece.text)).toEqual(texts);
});

test('a mark in a plain number is found again in the spaced one', () => {
  const shown = '+33 6 12 34 56 78';
  const [range] = spaced('+33612345678', shown, [[3, 8]]);
  expect(shown.slice(range?.[0], range?.[1])).toBe('6 12 34');
});

test('case and accents do not matter', () => {
  expect(foldText('Hélène ŒUVRARD')).toBe('helene oeuvrard');
});
