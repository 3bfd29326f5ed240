// S2 and S3 in the browser: one id until it is answered, across reloads; nothing refused is lost.

import { describe, expect, test } from 'vitest';
import type { Done } from '../../app/client.ts';
import type { Answer, Asking } from '../asking.ts';
import { type NewSend, Sends, sendsMax } from '../sends.ts';
import { MemoryShelf, type Shelf } from '../shelf.ts';

const OWNER = { workspace_id: 'wsp_1', agent_id: 'agt_1' };

interface Asked {
  params: { text?: string };
  command_id?: string;
  expected?: unknown;
  answer: (answer: Answer<Done>) => void;
}

function desk(shelf: Shelf = new MemoryShelf()): { sends: Sends; asked: Asked[]; shelf: Shelf } {
  const asked: Asked[] = [];
  const asking: Asking = {
    command: (_name, params: object, how) =>
      new Promise((answer) =>
        asked.push({ params, command_id: how?.command_id, expected: how?.expected, answer }),
      ),
    query: async () => ({ error: { code: 'unknown_query', message: '', temporary: false } }),
  };
  let id = 0;
  const newId = (): string => `id-${++id}`;
  const sends = new Sends({ shelf, asking, owner: OWNER, newId, now: () => id, accepted: () => undefined });
  return { sends, asked, shelf };
}

const HELLO: NewSend = {
  conversation_id: 'cnv_1',
  name: 'message.send',
  params: { conversation_id: 'cnv_1', text: 'Bonjour' },
  expected: { epoch: 'e', seq: 3 },
  content: { text: 'Bonjour' },
};

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe('sends', () => {
  test('S2 what an earlier page left unanswered goes out again with its id', async () => {
    const before = desk();
    before.sends.submit(HELLO);
    const after = desk(before.shelf);
    after.sends.resume();
    expect(after.asked.map((one) => [one.command_id, one.params.text])).toEqual([['id-1', 'Bonjour']]);
    after.asked[0]?.answer({ ok: { seq: 1 } });
    await settled();
    expect(after.sends.all()).toEqual([]);
    expect(before.shelf.keys('')).toEqual([]);
  });

  const changed = (newest_seq: number): Answer<Done> => {
    const details = { newest_seq, by: { kind: 'contact' } };
    return { error: { code: 'conversation_changed', message: '', temporary: false, details } };
  };
  const seen = (asked: Asked[]): unknown[] => asked.map((one) => [one.command_id, one.expected]);

  test('S3 a changed conversation keeps the text; "anyway" is held against what is on screen by then', async () => {
    const { sends, asked } = desk();
    sends.submit(HELLO);
    asked[0]?.answer(changed(9));
    await settled();
    expect(sends.of('cnv_1').map((send) => send.phase)).toEqual([{ kind: 'changed', newest_seq: 9 }]);
    sends.again('id-1', { epoch: 'e', seq: 11 });
    expect(seen(asked)).toEqual([
      ['id-1', { epoch: 'e', seq: 3 }],
      ['id-1', { epoch: 'e', seq: 11 }],
    ]);
    asked[1]?.answer(changed(12));
    await settled();
    expect(sends.of('cnv_1').map((send) => send.phase)).toEqual([{ kind: 'changed', newest_seq: 12 }]);
  });

  test('S3 "try again" after another refusal is still held against what it was written to', async () => {
    const { sends, asked, shelf } = desk();
    sends.submit(HELLO);
    asked[0]?.answer({ error: { code: 'busy', message: '', temporary: true } });
    await settled();
    const after = desk(shelf);
    after.sends.resume();
    after.sends.again('id-1', { epoch: 'e', seq: 11 });
    expect(seen(after.asked)).toEqual([['id-1', { epoch: 'e', seq: 3 }]]);
    after.asked[0]?.answer(changed(9));
    await settled();
    expect(after.sends.of('cnv_1').map((send) => send.phase.kind)).toEqual(['changed']);
  });

  test('S3 places of another log are given up for what is on screen', async () => {
    const { sends, asked } = desk();
    sends.submit(HELLO);
    asked[0]?.answer({ error: { code: 'stale_epoch', message: '', temporary: false } });
    await settled();
    sends.again('id-1', { epoch: 'f', seq: 2 });
    expect(asked[1]?.expected).toEqual({ epoch: 'f', seq: 2 });
  });

  test('S3 "edit" gives the content back once', async () => {
    const { sends, asked } = desk();
    sends.submit(HELLO);
    expect(sends.take('id-1')).toBeUndefined();
    asked[0]?.answer({ error: { code: 'opted_out', message: '', temporary: false } });
    await settled();
    expect(sends.take('id-1')).toEqual({ text: 'Bonjour' });
    expect(sends.take('id-1')).toBeUndefined();
  });

  test('a refused one is there after a reload and is not sent by itself', async () => {
    const { sends, asked, shelf } = desk();
    sends.submit(HELLO);
    asked[0]?.answer({ error: { code: 'opted_out', message: '', temporary: false } });
    await settled();
    const after = desk(shelf);
    after.sends.resume();
    expect(after.asked).toEqual([]);
    expect(after.sends.of('cnv_1').map((send) => send.phase.kind)).toEqual(['refused']);
  });

  test('more than a bound is not taken', () => {
    const { sends } = desk();
    for (let count = 0; count < sendsMax; count += 1) sends.submit(HELLO);
    expect(sends.submit(HELLO)).toEqual({ full: sendsMax });
  });
});
