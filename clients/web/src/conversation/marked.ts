// Why a conversation has its unread mark, as far as its lines say: somebody wrote, or a colleague put it on. Pure.
import type { Line, Seq } from '../app/client.ts';

/** Whether the mark is there because somebody put it on after `since`, and nobody wrote afterwards. */
export function isMarkedSince(lines: readonly Line[], since: Seq): boolean {
  const cause = lines.findLast(({ item }) => item.kind === 'marked_unread' || isInbound(item));
  return cause?.item.kind === 'marked_unread' && cause.seq > since;
}

function isInbound(item: Line['item']): boolean {
  return item.kind === 'message' && item.message.direction === 'inbound';
}
