// F4 and F6 at the search: a list of several pages holds each hit once, and both sections stay current.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Hit, MessageHit, WatchValue } from '../../app/client.ts';
import type { Desk } from '../../app/desk.svelte.ts';
import { Finder, freshMs, pageHits, restMs } from '../finder.svelte.ts';

const hit = (number: number): Hit =>
  ({ conversation: { conversation_id: `cnv_${number}` }, addresses: [], matched: [] }) as unknown as Hit;
const hits = (from: number, to: number): Hit[] =>
  Array.from({ length: to - from + 1 }, (_, at) => hit(from + at));
const text = (number: number): MessageHit => ({ message_id: `msg_${number}` }) as unknown as MessageHit;
const ids = (list: readonly Hit[]): string[] =>
  list.map((one) => (one.conversation?.conversation_id ?? '').slice(4));
const count = (from: number, to: number): string[] => hits(from, to).flatMap((one) => ids([one]));

type Query = { name: string; params: { limit: number; after?: string }; fresh?: { atLeast: number } };

/** A server that has `all` in its order, and tells of changes when it is made to. */
function rig(all: Hit[], texts: MessageHit[] = []) {
  const asked: Query[] = [];
  const listeners = new Set<(event: { name: string; seq: number }) => void>();
  const watches: { limit: number; tell: (list: Hit[]) => void; isClosed: boolean }[] = [];
  const page = (list: unknown[], { limit, after = '0' }: Query['params']) => {
    const end = Number(after) + limit;
    const next = end < list.length ? { next: String(end) } : {};
    return {
      hits: list.slice(Number(after), end),
      total: { count: list.length, capped: false },
      seq: 1,
      ...next,
    };
  };
  const client = {
    query: async (name: string, params: Query['params'], fresh?: Query['fresh']) => {
      asked.push({ name, params, ...(fresh ? { fresh } : {}) });
      return page(name === 'search.messages' ? texts : all, params);
    },
    watch: ({ limit }: { limit: number }) => {
      const runs = new Set<(value: WatchValue) => void>();
      let value = { load: { name: 'loading' }, hits: [], total: undefined } as unknown as WatchValue;
      const tell = (list: Hit[]): void => {
        const total = { count: list.length, capped: false };
        value = { load: { name: 'ready' }, hits: list.slice(0, limit), total } as unknown as WatchValue;
        for (const run of runs) run(value);
      };
      const watch = { limit, tell, isClosed: false };
      watches.push(watch);
      return {
        get value() {
          return value;
        },
        subscribe: (run: (value: WatchValue) => void) => {
          runs.add(run);
          run(value);
          return () => runs.delete(run);
        },
        close: () => {
          watch.isClosed = true;
        },
      };
    },
    onEvent: (run: (event: { name: string; seq: number }) => void) => {
      listeners.add(run);
      return () => listeners.delete(run);
    },
  };
  const finder = new Finder({ client, ownSeq: undefined } as unknown as Desk);
  const happen = (name: string, seq: number): void => {
    for (const listener of listeners) listener({ name, seq });
  };
  const type = async (): Promise<void> => {
    finder.text = 'hel';
    finder.look();
    await vi.advanceTimersByTimeAsync(restMs);
  };
  return { finder, asked, watches, happen, type, texts, listeners };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a list of several pages', () => {
  test('F6 what rises from the second page stands there once', async () => {
    const all = hits(1, 30);
    const { finder, watches, type } = rig(all);
    await type();
    watches[0]?.tell(all);
    await finder.more('conversations');
    const risen = [hit(25), ...all.filter((one) => ids([one])[0] !== '25')];
    for (const watch of watches) if (!watch.isClosed) watch.tell(risen);
    expect(ids(finder.conversations.hits)).toEqual(['25', ...count(1, 24), ...count(26, 30)]);
  });

  test('F6 what rose before the second page came stands there once', async () => {
    const all = hits(1, 30);
    const { finder, watches, type } = rig(all);
    await type();
    watches[0]?.tell([hit(25), ...hits(1, 24), ...hits(26, 30)]);
    await finder.more('conversations');
    const shown = ids(finder.conversations.hits);
    expect(shown).toEqual([...new Set(shown)]);
  });

  test('F6 what is pushed below the first page is not lost', async () => {
    const all = hits(1, 30);
    const { finder, watches, type } = rig(all);
    await type();
    watches[0]?.tell(all);
    await finder.more('conversations');
    watches.at(-1)?.tell([hit(99), ...all]);
    expect(ids(finder.conversations.hits)).toEqual(['99', ...count(1, 30)]);
    expect(watches.map(({ limit, isClosed }) => [limit, isClosed])).toEqual([
      [pageHits.conversations, true],
      [2 * pageHits.conversations, false],
    ]);
  });

  test('F6 a list that outgrew its page offers another one', async () => {
    const { finder, watches, type } = rig(hits(1, 5));
    await type();
    expect(finder.conversations.isMore).toBe(false);
    watches[0]?.tell(hits(1, 25));
    expect(finder.conversations.isMore).toBe(true);
    await finder.more('conversations');
    watches.at(-1)?.tell(hits(1, 25));
    expect(finder.conversations.hits.length).toBe(25);
    expect(finder.conversations.isMore).toBe(false);
  });
});

describe('texts of messages', () => {
  test('F6 they are asked for again after a message, and include it', async () => {
    const { finder, asked, happen, type, texts } = rig([], [text(1)]);
    await type();
    asked.length = 0;
    texts.unshift(text(2));
    for (const seq of [7, 8, 9]) happen('message.received', seq);
    await vi.advanceTimersByTimeAsync(freshMs);
    expect(asked.map(({ name, fresh }) => [name, fresh?.atLeast])).toEqual([['search.messages', 9]]);
    expect(finder.messages.hits.map((one) => one.message_id)).toEqual(['msg_2', 'msg_1']);
  });

  test('F6 what happens as soon as the search is there is not missed', async () => {
    const { finder, happen, type, texts } = rig([], [text(1)]);
    const typed = type();
    await vi.advanceTimersByTimeAsync(0);
    texts.unshift(text(2));
    happen('message.received', 7);
    await typed;
    await vi.advanceTimersByTimeAsync(freshMs);
    expect(finder.messages.hits.map((one) => one.message_id)).toEqual(['msg_2', 'msg_1']);
  });

  test('F6 nothing is asked for what changes no text, or once the search is over', async () => {
    const { finder, asked, happen, type, listeners } = rig([], [text(1)]);
    await type();
    asked.length = 0;
    happen('message.delivery_changed', 7);
    happen('conversation.read', 8);
    await vi.advanceTimersByTimeAsync(freshMs);
    happen('message.received', 9);
    finder.clear();
    await vi.advanceTimersByTimeAsync(freshMs);
    expect(asked).toEqual([]);
    expect(listeners.size).toBe(0);
  });
});
