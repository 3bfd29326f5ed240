// W1 at the box: what colleagues are told of somebody who types, rests and leaves.
import { describe, expect, test } from 'vitest';
import { restMs, Typing } from '../typing.ts';

function rig() {
  const told: string[] = [];
  const timers: { act: () => void; at: number }[] = [];
  let now = 0;
  const typing = new Typing({
    signal: (doing) => told.push(doing),
    now: () => now,
    later: (act, ms) => timers.push({ act, at: now + ms }),
  });
  const pass = (ms: number): void => {
    const end = now + ms;
    for (let next = timers[0]; next && next.at <= end; next = timers[0]) {
      timers.shift();
      now = next.at;
      next.act();
    }
    now = end;
  };
  return { typing, told, pass };
}

describe('typing', () => {
  test('W1 it is said once, and "viewing" when the hands rest', () => {
    const { typing, told, pass } = rig();
    typing.key();
    pass(restMs - 1);
    typing.key();
    pass(restMs - 1);
    expect(told).toEqual(['typing']);
    pass(1);
    expect(told).toEqual(['typing', 'viewing']);
  });

  test('W1 who left the box is not said to look at it later', () => {
    const { typing, told, pass } = rig();
    typing.key();
    pass(1_000);
    typing.stop();
    pass(restMs * 2);
    expect(told).toEqual(['typing']);
  });

  test('W1 who comes back and types is said to type again', () => {
    const { typing, told, pass } = rig();
    typing.key();
    typing.stop();
    pass(1_000);
    typing.key();
    pass(restMs);
    expect(told).toEqual(['typing', 'typing', 'viewing']);
  });
});
