// Addresses lead where they say, and choices survive what they were kept as.
import { expect, test } from 'vitest';
import { understood } from '../choices.svelte.ts';
import { address, parse } from '../route.svelte.ts';

test.each([
  ['', { page: 'queue', view: 'open' }],
  ['#/unread/c/cnv_1', { page: 'queue', view: 'unread', conversation: 'cnv_1' }],
  ['#/mine/g/grp_1/c/cnv_1', { page: 'queue', view: 'mine', group: 'grp_1', conversation: 'cnv_1' }],
  ['#/c/cnv_1', { page: 'queue', view: 'open', conversation: 'cnv_1' }],
  ['#/settings/groups', { page: 'settings', view: 'open', section: 'groups' }],
  ['#/nonsense/x', { page: 'queue', view: 'open' }],
])('%s is a place', (hash, place) => {
  expect(parse(hash)).toEqual(place);
});

test.each(['#/open', '#/unassigned/g/grp_1', '#/closed/c/cnv_9', '#/settings/templates', '#/status'])(
  '%s is its own address',
  (hash) => {
    expect(address(parse(hash))).toBe(hash);
  },
);

test('a choice that is not understood is the default, the others stay', () => {
  expect(understood('{"theme":"dark","order":"sideways","notify":"mine"}')).toMatchObject({
    theme: 'dark',
    order: 'activity',
    notify: 'mine',
  });
  expect(understood('no json')).toEqual(understood(null));
});
