// R3: a mark that was put on while an agent looks stays, until somebody writes or the agent comes anew.
import { expect, test } from 'vitest';
import type { Line } from '../../app/client.ts';
import { isMarkedSince } from '../marked.ts';

const line = (seq: number, item: object): Line => ({ seq, item }) as unknown as Line;
const inbound = (seq: number) => line(seq, { kind: 'message', message: { direction: 'inbound' } });
const outbound = (seq: number) => line(seq, { kind: 'message', message: { direction: 'outbound' } });
const marked = (seq: number) => line(seq, { kind: 'marked_unread' });
const note = (seq: number) => line(seq, { kind: 'note' });

test.each([
  ['somebody wrote', [inbound(5)], false],
  ['it was marked while it was on screen', [inbound(5), marked(12)], true],
  ['it was marked before it was opened', [inbound(5), marked(9)], false],
  ['it was marked at the very place where it was opened', [inbound(5), marked(10)], false],
  ['somebody wrote after the mark', [marked(12), inbound(13)], false],
  ['a reply and a note after the mark are no cause', [inbound(5), marked(12), outbound(13), note(14)], true],
  ['no line says why', [], false],
] as const)('R3 %s', (_what, lines, isMarked) => {
  expect(isMarkedSince(lines, 10)).toBe(isMarked);
});
