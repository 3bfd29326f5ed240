// A message that was found is reached however far back it lies, or it is said that it was not.
import { expect, test } from 'vitest';
import type { Thread } from '../../app/client.ts';
import { reach, reachMax } from '../reaching.ts';

/** A timeline whose first known line is `first`, and which goes back to `begin` in pages of ten. */
function timeline(first: number, begin = 1) {
  let pages = 0;
  const thread = { value: { lines: [{ seq: first }] } } as unknown as Thread;
  const older = async (): Promise<boolean> => {
    const known = thread.value.lines[0]?.seq ?? 0;
    if (known <= begin) return false;
    pages += 1;
    Object.assign(thread, { value: { lines: [{ seq: Math.max(begin, known - 10) }] } });
    return true;
  };
  return { thread, older, pages: () => pages };
}

test('what is loaded asks for nothing', async () => {
  const { thread, older, pages } = timeline(50);
  expect(await reach(thread, 50, older)).toBe('there');
  expect(pages()).toBe(0);
});

test('pages are asked for until it is there', async () => {
  const { thread, older, pages } = timeline(100);
  expect(await reach(thread, 72, older)).toBe('there');
  expect(pages()).toBe(3);
});

test('the last page of all still counts', async () => {
  const { thread, older } = timeline(100, 95);
  expect(await reach(thread, 95, older)).toBe('there');
});

test('what lies too far back is said to, and asking again goes on', async () => {
  const { thread, older, pages } = timeline(10_000);
  const seq = 10_000 - reachMax * 10 - 5;
  expect(await reach(thread, seq, older)).toBe('too far');
  expect(pages()).toBe(reachMax);
  expect(await reach(thread, seq, older)).toBe('there');
});

test('what is not in the timeline is absent', async () => {
  const { thread, older } = timeline(100, 50);
  expect(await reach(thread, 20, older)).toBe('absent');
});
