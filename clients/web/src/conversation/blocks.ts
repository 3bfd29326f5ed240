// How a timeline is laid out: lines under the day they are of, messages of one author side by side, reactions
// on the message they are about. Pure.
import type { Line, Message, MessageId } from '../app/client.ts';
import { daysBetween } from '../i18n/format.ts';

export type Block = {
  line: Line;
  /** The day that begins with this line. */
  day?: Date;
  /** Whether the line before is by the same author, shortly before. */
  follows: boolean;
  /** Whether the line after it is another's, or later: its time is shown here. */
  ends: boolean;
  /** What the other side put on this message, the newest last. */
  reactions: readonly string[];
};

const togetherMs = 5 * 60_000;

/** The lines that are drawn, in their order. */
export function blocks(lines: readonly Line[]): Block[] {
  const known = new Set(lines.map((line) => messageOf(line)?.message_id));
  const reactions = new Map<MessageId, string>();
  const shown: Line[] = [];
  for (const line of lines) {
    const reaction = messageOf(line)?.reaction;
    if (reaction?.message_id && known.has(reaction.message_id))
      reactions.set(reaction.message_id, reaction.emoji);
    else shown.push(line);
  }
  const all = shown.map((line, at) => laid(line, shown[at - 1], reactions));
  return all.map((block, at) => ({ ...block, ends: !all[at + 1]?.follows }));
}

function laid(
  line: Line,
  before: Line | undefined,
  reactions: ReadonlyMap<MessageId, string>,
): Omit<Block, 'ends'> {
  const at = new Date(line.at);
  const isNewDay = !before || daysBetween(new Date(before.at), at) !== 0;
  const message = messageOf(line);
  const emoji = message && reactions.get(message.message_id);
  return {
    line,
    ...(isNewDay ? { day: at } : {}),
    follows: !isNewDay && before !== undefined && isTogether(before, line),
    reactions: emoji ? [emoji] : [],
  };
}

function isTogether(before: Line, line: Line): boolean {
  const [one, other] = [messageOf(before), messageOf(line)];
  if (!one || !other || one.direction !== other.direction || one.author !== other.author) return false;
  return new Date(line.at).getTime() - new Date(before.at).getTime() < togetherMs;
}

/** The message of a line that is one. */
export function messageOf(line: Line): Message | undefined {
  return line.item.kind === 'message' ? line.item.message : undefined;
}
