// S6 in the browser: what a colleague cancels comes back to its author, also after a reload or an absence.
import { describe, expect, test } from 'vitest';
import type { TimelinePage } from '../../app/client.ts';
import type { Asking } from '../asking.ts';
import { Held, type HeldSend, heldMax } from '../held.ts';
import { outcomeOf, pagesMax } from '../outcome.ts';
import { MemoryShelf } from '../shelf.ts';

const owner = { workspace_id: 'wsp_1', agent_id: 'agt_1' };
const content = { text: 'Demain' };

function waiting(shelf = new MemoryShelf()): { held: Held; shelf: MemoryShelf } {
  const held = new Held(shelf, owner);
  held.handed('msg_1', content);
  held.accepted('msg_1', 'cnv_1', 7);
  return { held, shelf };
}

describe('held', () => {
  test('S6 what waits outlives the page, and is given back once', () => {
    const { shelf } = waiting();
    const after = new Held(shelf, owner);
    const other = new Held(shelf, owner);
    expect(after.contentOf('msg_1')).toEqual(content);
    expect(after.take('msg_1')).toEqual(content);
    expect(other.take('msg_1')).toBeUndefined();
    expect(shelf.keys('')).toEqual([]);
  });

  test('S6 what is cancelled before its answer came is given back', () => {
    const held = new Held(new MemoryShelf(), owner);
    held.handed('msg_1', content);
    expect(held.take('msg_1')).toEqual(content);
    expect(held.accepted('msg_1', 'cnv_1', 7)).toBeUndefined();
  });

  test('S6 what another window gave back is not given back here too', () => {
    const { held, shelf } = waiting();
    expect(new Held(shelf, owner).take('msg_1')).toEqual(content);
    expect(held.take('msg_1')).toBeUndefined();
  });

  test('S6 what went out before its answer is not kept', () => {
    const held = new Held(new MemoryShelf(), owner);
    held.handed('msg_1', content);
    held.wentOut('msg_1');
    expect(held.accepted('msg_1', 'cnv_1', 7)).toBeUndefined();
    expect(held.all()).toEqual([]);
  });

  test('S6 what its author cancels is given back where that was done, and nowhere else', () => {
    const { held, shelf } = waiting();
    held.takenBack('msg_1');
    expect(held.contentOf('msg_1')).toEqual(content);
    expect(new Held(shelf, owner).take('msg_1')).toBeUndefined();
  });

  test('nothing of another agent is read, and a sign-out forgets', () => {
    const { held, shelf } = waiting();
    expect(new Held(shelf, { ...owner, agent_id: 'agt_2' }).take('msg_1')).toBeUndefined();
    held.forget();
    expect(shelf.keys('')).toEqual([]);
  });

  test('no more than a bound are kept; the oldest goes', () => {
    const held = new Held(new MemoryShelf(), owner);
    for (let seq = 1; seq <= heldMax + 1; seq += 1) {
      held.handed(`msg_${seq}`, content);
      held.accepted(`msg_${seq}`, 'cnv_1', seq);
    }
    expect(held.all().length).toBe(heldMax);
    expect(held.all()[0]?.seq).toBe(2);
  });
});

const held: HeldSend = { message_id: 'msg_1', conversation_id: 'cnv_1', seq: 7, content };
const line = (seq: number, message_id: string) => ({
  seq,
  item: { kind: 'message', message: { message_id } },
});
const page = (items: object[], more: object = {}) =>
  ({ items, earlier: false, pending: [], seq: 90, ...more }) as unknown as TimelinePage;

function asking(...pages: (TimelinePage | undefined)[]): { asking: Asking; before: unknown[] } {
  const before: unknown[] = [];
  const query = async (_name: string, params: { before?: number }) => {
    before.push(params.before);
    const ok = pages.length > 1 ? pages.shift() : pages[0];
    return ok ? { ok } : { error: { code: 'unavailable', message: '', temporary: true } };
  };
  return { asking: { query } as unknown as Asking, before };
}

describe('what became of it', () => {
  test.each([
    ['waits', page([], { pending: [{ message_id: 'msg_1' }] })],
    ['went out', page([line(3, 'msg_0'), line(9, 'msg_1')])],
    ['cancelled', page([line(3, 'msg_0'), line(9, 'msg_2')])],
    ['cancelled', page([])],
    ['unknown', undefined],
  ] as const)('S6 it %s', async (fate, answer) => {
    expect(await outcomeOf(held, asking(answer).asking)).toBe(fate);
  });

  test('S6 it is looked for as far back as it was accepted', async () => {
    const { asking: asks, before } = asking(
      page([line(40, 'msg_9')], { earlier: true }),
      page([line(20, 'msg_8')], { earlier: true }),
      page([line(6, 'msg_0'), line(8, 'msg_1')], { earlier: true }),
    );
    expect(await outcomeOf(held, asks)).toBe('went out');
    expect(before).toEqual([undefined, 40, 20]);
  });

  test('S6 what lies too far back is left as it is', async () => {
    const { asking: asks, before } = asking(page([line(40, 'msg_9')], { earlier: true }));
    expect(await outcomeOf(held, asks)).toBe('unknown');
    expect(before.length).toBe(pagesMax);
  });
});
