// S6: what waits to go, what an undo brings back, and what is new since somebody read.
import { describe, expect, test } from 'vitest';
import type { Line, Message } from '../../app/client.ts';
import { freshMax, newSince } from '../overtaken.ts';
import { returnedContent, stanceOf } from '../pending.ts';

const message = (more: Partial<Message>): Message => ({
  message_id: 'msg_1',
  direction: 'outbound',
  text: 'Oui',
  attempt: 1,
  ...more,
});

describe('pending', () => {
  test('a held one without a due time was stopped by another', () => {
    expect(stanceOf(message({ delivery: 'scheduled', due_at: '2026-11-03T12:00:00.000Z' }))).toBe(
      'scheduled',
    );
    expect(stanceOf(message({ delivery: 'held', due_at: '2026-11-03T12:00:00.000Z' }))).toBe('held');
    expect(stanceOf(message({ delivery: 'held' }))).toBe('stopped');
  });

  test('an undo brings back what was typed, and what it says when that is not known', () => {
    expect(returnedContent(message({}), { text: 'Oui, typed' })).toEqual({ text: 'Oui, typed' });
    expect(returnedContent(message({}), undefined)).toEqual({ text: 'Oui', attachments: [] });
    const template = { template_id: 'tpl_1', name: 'a', language: 'fr' } as const;
    expect(returnedContent(message({ template }), undefined)).toEqual({
      template: { template_id: 'tpl_1', values: {} },
    });
  });
});

describe('what is new', () => {
  const line = (seq: number, author?: Message['author']): Line => ({
    seq,
    at: '2026-11-03T12:00:00.000Z',
    actor: { kind: 'system' },
    item: { kind: 'message', message: message({ text: `n${seq}`, ...(author ? { author } : {}) }) },
  });

  test('S3 messages of others after what was seen, the newest few', () => {
    const lines = [line(1), line(2), line(3, 'agt_1'), line(4, 'agt_2')];
    expect(newSince(lines, 1, 'agt_1').map((one) => one.text)).toEqual(['n2', 'n4']);
    const many = Array.from({ length: 20 }, (_, at) => line(at + 1));
    expect(newSince(many, 0, 'agt_1').map((one) => one.seq)).toEqual([16, 17, 18, 19, 20]);
    expect(newSince(many, 0, undefined).length).toBe(freshMax);
  });
});
