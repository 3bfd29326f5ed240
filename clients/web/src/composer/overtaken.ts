// What came into a conversation since its author last looked: the messages of others, oldest first. It reads
// lines that are there and asks for none.
import type { AgentId, Line, Seq, Time } from '../app/client.ts';

/** More are not listed: the timeline above holds them all. */
export const freshMax = 5;

export type Fresh = { seq: Seq; at: Time; text: string | null; agent_id: AgentId | undefined };

export function newSince(lines: readonly Line[], seen: Seq, me: AgentId | undefined): Fresh[] {
  return lines.flatMap((line) => freshOf(line, seen, me)).slice(-freshMax);
}

function freshOf({ seq, at, item }: Line, seen: Seq, me: AgentId | undefined): Fresh[] {
  if (seq <= seen || item.kind !== 'message') return [];
  const { author, text } = item.message;
  if (author !== undefined && author === me) return [];
  return [{ seq, at, text: text === '' ? null : text, agent_id: author }];
}
