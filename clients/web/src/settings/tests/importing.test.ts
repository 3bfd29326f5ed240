// A file on its way up over lines that break, and what a column is in words.
import { afterEach, expect, test, vi } from 'vitest';
import { browserDoor } from '../../composer/upload-door.ts';
import { choiceOf, isOwn, meaningOf, refusedAs, sendUp } from '../importing.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const file = (bytes: number): File => new File(['x'.repeat(bytes)], 'gens.csv', { type: 'text/csv' });
const how = () => ({ progress: vi.fn(), signal: new AbortController().signal });

test('a file goes on from where the server has it after a lost line', async () => {
  vi.useFakeTimers();
  const begin = vi.spyOn(browserDoor, 'begin').mockResolvedValue({ ok: { attachment_id: 'att_1' } });
  vi.spyOn(browserDoor, 'offset').mockResolvedValue({ ok: { offset: 4 } });
  const send = vi
    .spyOn(browserDoor, 'send')
    .mockResolvedValueOnce({ lost: true })
    .mockResolvedValueOnce({ ok: { offset: 10 } });
  const sent = sendUp(file(10), how());
  await vi.runAllTimersAsync();
  expect(await sent).toEqual({ ok: 'att_1' });
  expect(begin.mock.calls[0]?.[0]).toMatchObject({ name: 'gens.csv', bytes: 10, purpose: 'import' });
  expect(send.mock.calls.map(([, offset]) => offset)).toEqual([0, 4]);
});

test('what is refused is not sent again, and what is called off is given up', async () => {
  const error = { code: 'unsupported_file', message: '', temporary: false, details: { found: 'utf16' } };
  vi.spyOn(browserDoor, 'begin').mockResolvedValue({ ok: { attachment_id: 'att_1' } });
  const send = vi.spyOn(browserDoor, 'send').mockResolvedValue({ error });
  expect(await sendUp(file(3), how())).toEqual({ error });
  expect(send).toHaveBeenCalledTimes(1);
  const giveUp = vi.spyOn(browserDoor, 'giveUp').mockResolvedValue();
  const abort = new AbortController();
  send.mockImplementation(async () => {
    abort.abort();
    return { lost: true };
  });
  await sendUp(file(3), { progress: vi.fn(), signal: abort.signal });
  expect(giveUp).toHaveBeenCalledWith('att_1');
});

test('a column is told in the words of the server', () => {
  expect(meaningOf('prop', ' Ville ')).toBe('prop:Ville');
  expect(meaningOf('phone', 'Ville')).toBe('phone');
  expect(choiceOf('prop:a:b')).toEqual({ choice: 'prop', key: 'a:b' });
  expect(choiceOf('skip')).toEqual({ choice: 'skip', key: '' });
  expect([isOwn('parloir_contact'), isOwn('name')]).toEqual([true, false]);
});

test('a refused file has a sentence of its own', () => {
  const refused = (found: unknown) =>
    refusedAs({ code: 'unsupported_file', message: '', temporary: false, details: { found } });
  expect([refused('utf16'), refused('no text')]).toEqual(['utf16', 'unreadable']);
  expect(refusedAs({ code: 'job_running', message: '', temporary: true })).toBeUndefined();
});
