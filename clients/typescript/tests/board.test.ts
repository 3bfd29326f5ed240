// Who follows a part of the store hears once per batch, only of what changed there, and is not in the way of others.

import { describe, expect, it, vi } from 'vitest';
import { Board, Part } from '../src/board.js';
import { Store } from '../src/store.js';
import { tell } from '../src/tell.js';
import { event } from './peer.js';

const GROUP = {
  group_id: 'grp_0192f0c4-0000-7000-8000-000000000000',
  name: 'a',
  status: 'active',
  seq: 0,
} as const;

describe('a board', () => {
  it('tells once per batch, and nobody of what did not change', async () => {
    const store = new Store();
    const board = new Board(store, queueMicrotask);
    const [groups, counters] = [vi.fn(), vi.fn()];
    const directory = new Part(board, 'directory', () => store.directory.value());
    const stop = directory.subscribe((value) =>
      groups([...value.groups.values()].map(({ name }) => name).join()),
    );
    new Part(board, 'counters', () => store.tallies.value()).subscribe(counters);
    store.fold({ type: 'snapshot', part: 0, last: true, seq: 0, groups: [GROUP] });
    for (const seq of [1, 2, 3]) {
      store.fold(event(seq));
      board.look();
    }
    expect(groups.mock.calls).toEqual([['']]);
    await Promise.resolve();
    expect(groups.mock.calls).toEqual([[''], ['group 3']]);
    expect(counters).toHaveBeenCalledTimes(1);
    stop();
    store.fold(event(4));
    board.look();
    await Promise.resolve();
    expect(groups).toHaveBeenCalledTimes(2);
  });

  it('tells the others when one fails', () => {
    vi.useFakeTimers();
    expect(() => tell(() => Promise.reject(new Error('later')).catch(() => undefined), 1)).not.toThrow();
    expect(() =>
      tell(() => {
        throw new Error('not now');
      }, 1),
    ).not.toThrow();
    expect(() => vi.runAllTimers()).toThrow('not now');
    vi.useRealTimers();
  });

  it('leaves a value alone until it changes', () => {
    const store = new Store();
    store.openQueue({});
    expect(store.queue({})).toBe(store.queue({}));
    expect(store.thread('cnv_1')).toBe(store.thread('cnv_1'));
  });
});
