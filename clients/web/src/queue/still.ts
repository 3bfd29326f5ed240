// What it means that a list is held: which rows are new above it, which follow below, which left. Pure.
import type { Row, View } from '../app/client.ts';

const id = (row: Row): string => row.conversation.conversation_id;

/** Conversations of `live` that would stand above the first row of `still`, or below the last one waiting. */
export function freshAbove(
  live: readonly Row[],
  still: readonly Row[],
  order: 'activity' | 'waiting',
): number {
  if (live === still) return 0;
  return order === 'activity' ? newer(live, still) : laterWaiting(live, still);
}

function newer(live: readonly Row[], still: readonly Row[]): number {
  const first = still[0];
  const bound = first?.conversation.activity_seq ?? 0;
  let found = 0;
  for (const row of live) {
    if (row.conversation.activity_seq <= bound) break;
    if (first === undefined || id(row) !== id(first)) found += 1;
  }
  return found;
}

function laterWaiting(live: readonly Row[], still: readonly Row[]): number {
  const bound = still.at(-1)?.conversation.waiting_seq ?? 0;
  let found = 0;
  for (let at = live.length - 1; at >= 0; at -= 1) {
    if ((live[at]?.conversation.waiting_seq ?? 0) <= bound) break;
    found += 1;
  }
  return found;
}

/** `still` with the rows of `live` that it lacks and that stand below its last one. */
export function following(still: readonly Row[], live: readonly Row[]): readonly Row[] {
  const held = new Set(still.map(id));
  let from = live.length;
  while (from > 0 && !held.has(id(live[from - 1] as Row))) from -= 1;
  return [...still, ...live.slice(from)];
}

/** Whether a view takes a row, whatever its place. */
export function fits(view: View, row: Row, me: string | undefined): boolean {
  const header = row.conversation;
  return (
    (view.status === undefined || view.status === header.status) &&
    (view.group_id === undefined || view.group_id === header.group_id) &&
    (view.unread === undefined || view.unread === header.unread) &&
    (view.channel_id === undefined || view.channel_id === row.channel_id) &&
    (view.assignee === undefined || owned(view.assignee, header.assignee, me))
  );
}

function owned(
  wanted: NonNullable<View['assignee']>,
  owner: string | undefined | null,
  me: string | undefined,
): boolean {
  if (wanted === 'me') return owner === me;
  if (wanted === 'nobody') return !owner;
  return owner === wanted.agent;
}
