// F3 where a refused search is wrong: ranges count Unicode characters, and a long text is shown around the place.
import { beforeAll, expect, test } from 'vitest';
import type { ErrorBody } from '../../app/client.ts';
import { speak } from '../../i18n/index.ts';
import { placeOf, sentence } from '../problem.ts';

const refused = (at: unknown): ErrorBody => ({
  code: 'invalid_query',
  message: 'no',
  temporary: false,
  details: { at },
});

beforeAll(() => speak('en'));

test.each([
  ['hel status:opne', [11, 15], { before: 'hel status:', wrong: 'opne', after: '' }],
  ['日本 "rue', [3, 7], { before: '日本 ', wrong: '"rue', after: '' }],
  ['👍🏽 status:x tag:vip', [10, 11], { before: '👍🏽 status:', wrong: 'x', after: ' tag:vip' }],
  ['tag:', [4, 4], { before: 'tag:', wrong: '', after: '' }],
  ['a', [90, 12], { before: 'a', wrong: '', after: '' }],
])('%s is wrong at %j', (text, at, place) => {
  expect(placeOf(text, refused(at))).toEqual(place);
});

test('a long text is shown around the place', () => {
  const text = `${'👍'.repeat(200)}status:opne ${'y'.repeat(200)}`;
  const place = placeOf(text, refused([207, 211]));
  expect(place).toEqual({
    before: `…${'👍'.repeat(17)}status:`,
    wrong: 'opne',
    after: ` ${'y'.repeat(23)}…`,
  });
  expect(placeOf('x'.repeat(400), refused([256, 400]))?.wrong).toBe(`${'x'.repeat(48)}…`);
});

test.each([undefined, 'here', [1], [-1, 2], [0.5, 2], ['0', '1']])('%j is no place', (at) => {
  expect(placeOf('hel', refused(at))).toBeUndefined();
});

test('a connection that ended has a sentence', () => {
  const ended = { code: 1006, message: 'the connection is over (1006)' } as unknown as ErrorBody;
  expect(sentence(ended)).toBe('The search did not come through. Type on, or try again.');
  expect(sentence({ ...refused([0, 1]), code: 'of_a_newer_server' })).toBe('no');
});
