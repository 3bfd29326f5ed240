// The views of the queue: what each one asks of the server, and which counter belongs to it.
import type { Agent, CountersValue, Group, GroupId, Order, View } from '../app/client.ts';
import { type Place, parse, type ViewName } from '../app/route.svelte.ts';
import { t } from '../i18n/index.ts';

const asked: Record<ViewName, View> = {
  open: { status: 'open' },
  unread: { unread: true },
  mine: { status: 'open', assignee: 'me' },
  unassigned: { status: 'open', assignee: 'nobody' },
  closed: { status: 'closed' },
};

/** What the server is asked for a place's list. Nobody waits in the closed ones. */
export function viewOf(place: Pick<Place, 'view' | 'group'>, order: Order): View {
  const group: View = place.group ? { group_id: place.group as GroupId } : {};
  return { ...asked[place.view], ...group, order: place.view === 'closed' ? 'activity' : order };
}

/** The view of an address, before there is a desk. */
export function firstView(hash: string, order: Order): View {
  return viewOf(parse(hash), order);
}

/** What a place's list is called: its view, and its group when there is one. */
export function viewWords(place: Pick<Place, 'view' | 'group'>, groups: ReadonlyMap<GroupId, Group>): string {
  const group = place.group && groups.get(place.group as GroupId)?.name;
  return [t(`queue.view_${place.view}`), group].filter(Boolean).join(' · ');
}

/** The server's counter for a view, where it keeps one; nothing is counted here. */
export function tally(
  counters: CountersValue,
  view: ViewName,
  group: string | undefined,
  me: Agent | undefined,
): number | undefined {
  if (view === 'mine') return group || !me ? undefined : (counters.byAgent.get(me.agent_id)?.open ?? 0);
  const totals = group ? counters.byGroup.get(group as GroupId) : counters.all;
  return totals?.[view] ?? 0;
}
