// After a lost line one word says what was missed; what happens now is told as it comes.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CatchingUp, catchUpMsMax, quietMs } from '../catching.ts';

const offline = { name: 'offline', reason: '', retryMs: 1 } as const;
const live = { name: 'live' } as const;

function rig() {
  const told: number[][] = [];
  const catching = new CatchingUp<number>((happened) => told.push([...happened]));
  return { catching, told };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('W2 what happens on a line that stands is told at once', () => {
  const { catching, told } = rig();
  catching.state({ name: 'connecting' });
  catching.state(live);
  catching.happened(1);
  catching.happened(2);
  expect(told).toEqual([[1], [2]]);
});

test('W2 what was missed is told once, together, when it is over', () => {
  const { catching, told } = rig();
  catching.state(live);
  catching.state(offline);
  catching.state({ name: 'resuming' });
  catching.state(live);
  for (const number of [1, 2, 3]) {
    vi.advanceTimersByTime(quietMs - 1);
    catching.happened(number);
  }
  expect(told).toEqual([]);
  vi.advanceTimersByTime(quietMs);
  expect(told).toEqual([[1, 2, 3]]);
  catching.happened(4);
  expect(told).toEqual([[1, 2, 3], [4]]);
});

test('W2 a line that was lost while nothing happened is no news', () => {
  const { catching, told } = rig();
  catching.state(offline);
  catching.state(live);
  vi.advanceTimersByTime(quietMs);
  expect(told).toEqual([]);
});

test('W2 a desk that is never quiet is told of after a while', () => {
  const { catching, told } = rig();
  catching.state(offline);
  catching.state(live);
  for (let ms = 0; ms < catchUpMsMax; ms += quietMs / 2) {
    catching.happened(ms);
    vi.advanceTimersByTime(quietMs / 2);
  }
  expect(told.length).toBe(1);
});

test('W2 a line lost again while it catches up is told of once in the end', () => {
  const { catching, told } = rig();
  catching.state(offline);
  catching.state(live);
  catching.happened(1);
  catching.state(offline);
  vi.advanceTimersByTime(catchUpMsMax);
  expect(told).toEqual([]);
  catching.state(live);
  catching.happened(2);
  vi.advanceTimersByTime(quietMs);
  expect(told).toEqual([[1, 2]]);
});
