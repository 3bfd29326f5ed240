// Signing out: only what the server ended is over.
import { afterEach, expect, test, vi } from 'vitest';
import { leave } from '../session.ts';

const answer = (status: number) => vi.fn(async () => new Response(null, { status }));

afterEach(() => vi.unstubAllGlobals());

test.each([204, 401])('after status %s this window is nobody', async (status) => {
  vi.stubGlobal('fetch', answer(status));
  sessionStorage.setItem('parloir.window', 'token');
  await leave();
  expect(sessionStorage.getItem('parloir.window')).toBeNull();
});

test.each([
  ['the line is down', vi.fn(async () => Promise.reject(new TypeError('failed to fetch')))],
  ['the server cannot', answer(503)],
])('while %s the session goes on', async (_what, asks) => {
  vi.stubGlobal('fetch', asks);
  sessionStorage.setItem('parloir.window', 'token');
  await expect(leave()).rejects.toThrow();
  expect(sessionStorage.getItem('parloir.window')).toBe('token');
});
