// How lines stand together.
import { expect, test } from 'vitest';
import type { Line, Message } from '../../app/client.ts';
import { blocks } from '../blocks.ts';

function said(seq: number, at: string, message: Partial<Message> = {}): Line {
  const full: Message = { message_id: `msg_${seq}`, direction: 'inbound', text: 'x', attempt: 0, ...message };
  return {
    seq,
    at,
    actor: { kind: 'contact', channel_id: 'chn_1' },
    item: { kind: 'message', message: full },
  };
}

test('a day begins with its first line', () => {
  const laid = blocks([
    said(1, '2026-11-02T10:00:00Z'),
    said(2, '2026-11-02T10:01:00Z'),
    said(3, '2026-11-03T10:00:00Z'),
  ]);
  expect(laid.map((block) => block.day !== undefined)).toEqual([true, false, true]);
});

test('messages of one author shortly after each other stand together', () => {
  const laid = blocks([
    said(1, '2026-11-02T10:00:00Z'),
    said(2, '2026-11-02T10:04:00Z'),
    said(3, '2026-11-02T10:20:00Z'),
    said(4, '2026-11-02T10:21:00Z', { direction: 'outbound', author: 'agt_1' }),
  ]);
  expect(laid.map((block) => block.follows)).toEqual([false, true, false, false]);
  expect(laid.map((block) => block.ends)).toEqual([false, true, true, true]);
});

test('a reaction stands on its message, the newest one counts', () => {
  const laid = blocks([
    said(1, '2026-11-02T10:00:00Z'),
    said(2, '2026-11-02T10:01:00Z', { reaction: { emoji: '👍', message_id: 'msg_1' } }),
    said(3, '2026-11-02T10:02:00Z', { reaction: { emoji: '❤️', message_id: 'msg_1' } }),
    said(4, '2026-11-02T10:03:00Z', { reaction: { emoji: '👍', message_id: 'msg_unknown' } }),
  ]);
  expect(laid.map((block) => block.line.seq)).toEqual([1, 4]);
  expect(laid[0]?.reactions).toEqual(['❤️']);
});

test('a reaction that was taken back is gone', () => {
  const laid = blocks([
    said(1, '2026-11-02T10:00:00Z'),
    said(2, '2026-11-02T10:01:00Z', { reaction: { emoji: '👍', message_id: 'msg_1' } }),
    said(3, '2026-11-02T10:02:00Z', { reaction: { emoji: '', message_id: 'msg_1' } }),
  ]);
  expect(laid[0]?.reactions).toEqual([]);
});
