// The words for a search that failed.
import { beforeAll, expect, test } from 'vitest';
import type { ErrorBody } from '../../app/client.ts';
import { speak } from '../../i18n/index.ts';
import { sentence } from '../problem.ts';

const refused = (at: unknown): ErrorBody => ({
  code: 'invalid_query',
  message: 'no',
  temporary: false,
  details: { at },
});

beforeAll(() => speak('en'));

test('a connection that ended has a sentence', () => {
  const ended = { code: 1006, message: 'the connection is over (1006)' } as unknown as ErrorBody;
  expect(sentence(ended)).toBe('The search did not come through. Type on, or try again.');
  expect(sentence({ ...refused([0, 1]), code: 'of_a_newer_server' })).toBe('no');
});
