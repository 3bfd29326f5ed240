// Countdowns, moments to send at, and the pace of typing signals.
import { describe, expect, test } from 'vitest';
import { leftUntil } from '../countdown.ts';
import { choose, localWriting, offers, scheduleMaxMs } from '../schedule.ts';
import { restMs, Typing } from '../typing.ts';

const noon = Date.parse('2026-11-03T12:00:00.000Z');
const after = (ms: number): string => new Date(noon + ms).toISOString();

describe('a countdown', () => {
  test.each([
    [1, 'second', 1],
    [4_001, 'second', 5],
    [61_000, 'minute', 1],
    [3_599_000, 'minute', 59],
    [2 * 3_600_000, 'hour', 2],
    [72 * 3_600_000, 'day', 3],
    [0, 'over', 0],
    [-5, 'over', 0],
  ])('%d ms are %s %d', (ms, unit, count) => {
    expect(leftUntil(after(ms), noon)).toMatchObject({ unit, count });
  });

  test('what is no time is over', () => {
    expect(leftUntil('soon', noon).unit).toBe('over');
  });
});

describe('a schedule', () => {
  test('a minute is the least, a year the most', () => {
    expect(choose('', noon)).toEqual({ problem: 'missing' });
    expect(choose(localWriting(new Date(noon)), noon)).toEqual({ problem: 'too_soon' });
    expect(choose(localWriting(new Date(noon + scheduleMaxMs + 120_000)), noon)).toEqual({
      problem: 'too_late',
    });
    expect(choose(localWriting(new Date(noon + 300_000)), noon)).toEqual({ at: new Date(noon + 300_000) });
  });

  test('no moment is offered twice or in the past', () => {
    for (let day = 1; day <= 7; day += 1) {
      for (const hour of [0, 8, 16, 17, 23]) {
        const now = new Date(2026, 10, day, hour, 30);
        const times = offers(now).map((offer) => offer.at.getTime());
        expect(times.every((time) => time > now.getTime())).toBe(true);
        expect(new Set(times).size).toBe(times.length);
      }
    }
  });
});

describe('typing', () => {
  test('W3 one word at the first key, one when the hands rest, none per key', () => {
    let now = 0;
    let look: (() => void) | undefined;
    const told: string[] = [];
    const typing = new Typing({
      signal: (doing) => told.push(doing),
      now: () => now,
      later: (act) => {
        look = act;
      },
    });
    typing.key();
    now = 3_000;
    typing.key();
    now = restMs;
    look?.();
    expect(told).toEqual(['typing']);
    now = 3_000 + restMs;
    look?.();
    expect(told).toEqual(['typing', 'viewing']);
    typing.key();
    typing.rest();
    typing.rest();
    expect(told).toEqual(['typing', 'viewing', 'typing', 'viewing']);
  });
});
