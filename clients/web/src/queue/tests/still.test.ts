// What a list that is held still knows of the one that moves on.
import { expect, test } from 'vitest';
import type { Row, View } from '../../app/client.ts';
import { fits, following, freshAbove } from '../still.ts';
import { tally, viewOf } from '../views.ts';

function row(number: number, activity: number, more: Partial<Row['conversation']> = {}): Row {
  return {
    seq: activity,
    conversation: {
      conversation_id: `cnv_${number}`,
      status: 'open',
      unread: false,
      group_id: 'grp_1',
      activity_seq: activity,
      activity_at: '2026-11-03T09:15:02.123Z',
      episode: 1,
      ...more,
    },
    channel_id: 'chn_1',
    address: { kind: 'e164', value: '+33612345678' },
    opted_out: false,
  };
}

const still = [row(1, 30), row(2, 20), row(3, 10)];

test('what is newer than the first row is new', () => {
  expect(freshAbove(still, still, 'activity')).toBe(0);
  expect(freshAbove([row(9, 50), row(2, 40), ...still], still, 'activity')).toBe(2);
});

test('the first row itself may hear more without anything being new', () => {
  expect(freshAbove([row(1, 60), row(2, 20), row(3, 10)], still, 'activity')).toBe(0);
  expect(freshAbove([row(9, 70), row(1, 60), row(2, 20)], still, 'activity')).toBe(1);
});

test('who waits longest stands first, so who is new stands last', () => {
  const waiting = [row(1, 1, { waiting_seq: 1 }), row(2, 2, { waiting_seq: 5 })];
  expect(freshAbove([...waiting, row(3, 3, { waiting_seq: 9 })], waiting, 'waiting')).toBe(1);
});

test('a further page follows what is held', () => {
  const live = [row(9, 50), ...still, row(4, 9), row(5, 8)];
  expect(following(still, live).map((each) => each.conversation.conversation_id)).toEqual([
    'cnv_1',
    'cnv_2',
    'cnv_3',
    'cnv_4',
    'cnv_5',
  ]);
});

test.each([
  [{ status: 'open' }, true],
  [{ status: 'closed' }, false],
  [{ unread: true }, false],
  [{ assignee: 'nobody' }, false],
  [{ assignee: 'me' }, true],
  [{ assignee: { agent: 'agt_2' } }, false],
  [{ group_id: 'grp_2' }, false],
] as [View, boolean][])('a view %j takes it: %s', (view, taken) => {
  expect(fits(view, row(1, 1, { assignee: 'agt_1' }), 'agt_1')).toBe(taken);
});

test('the closed ones are always by activity, and counters are those of the server', () => {
  expect(viewOf({ view: 'closed' }, 'waiting')).toEqual({ status: 'closed', order: 'activity' });
  expect(viewOf({ view: 'mine', group: 'grp_1' }, 'waiting')).toEqual({
    status: 'open',
    assignee: 'me',
    group_id: 'grp_1',
    order: 'waiting',
  });
  const counters = {
    all: { open: 3, closed: 2, unread: 1, unassigned: 0 },
    byGroup: new Map(),
    byAgent: new Map(),
  };
  expect(tally(counters, 'open', undefined, undefined)).toBe(3);
  expect(tally(counters, 'mine', 'grp_1', undefined)).toBeUndefined();
});
