// What a hit leads to, and how its fields are shown.
import type { Hit, Match, MessageHit, Range } from '../app/client.ts';
import type { Desk } from '../app/desk.svelte.ts';
import { t } from '../i18n/index.ts';
import { addressOf } from '../look/names.ts';
import type { Finder } from './finder.svelte.ts';
import { spaced } from './marks.ts';

export type Target = { kind: 'hit'; hit: Hit } | { kind: 'message'; hit: MessageHit };

/** Everything that the keyboard can choose, in the order of the screen: nothing of an older text, nor below it. */
export function targets(finder: Finder): Target[] {
  const { conversations, messages } = finder;
  if (!conversations.isCurrent) return [];
  return [
    ...conversations.hits.map((hit): Target => ({ kind: 'hit', hit })),
    ...(messages.isCurrent ? messages.hits.map((hit): Target => ({ kind: 'message', hit })) : []),
  ];
}

/** What Enter opens: `waiting` while the answer that says so is on its way. */
export function entered(finder: Finder): Target | 'waiting' | undefined {
  const target = targets(finder)[finder.at];
  if (target) return target;
  return finder.conversations.isCurrent && finder.messages.isCurrent ? undefined : 'waiting';
}

/** Opens what was found. A contact without a conversation is written to. */
export function openHit(desk: Desk, target: Target | undefined): void {
  if (!target) return;
  if (target.kind === 'message') {
    desk.open(target.hit.conversation_id);
    desk.soughtSeq = target.hit.seq;
  } else if (target.hit.conversation) desk.open(target.hit.conversation.conversation_id);
  else desk.compose(target.hit.addresses[0]?.value ?? '');
}

export type Shown = { text: string; ranges: readonly Range[] };

/** The name of a hit with what was found in it; its number when it has none. */
export function title(hit: Hit): Shown {
  const text = hit.name ?? (hit.profile_name ? `~${hit.profile_name}` : undefined);
  if (text === undefined) return number(hit) ?? { text: '', ranges: [] };
  const match = hit.matched.find((each) => each.field === 'name');
  const shift = text.length > (match?.text.length ?? text.length) ? 1 : 0;
  return { text, ranges: (match?.ranges ?? []).map(([from, to]) => [from + shift, to + shift] as const) };
}

/** The number of a hit with what was found in it. */
export function number(hit: Hit): Shown | undefined {
  const match = hit.matched.find((each) => each.field === 'address');
  const address = hit.addresses.find((each) => each.value === match?.text) ?? hit.addresses[0];
  if (!address) return undefined;
  const text = addressOf(address);
  return { text, ranges: match ? spaced(match.text, text, match.ranges) : [] };
}

/** Fields beside name and number in which something was found. */
export function others(hit: Hit): { field: string; match: Match }[] {
  return hit.matched
    .filter((match) => match.field !== 'name' && match.field !== 'address')
    .map((match) => ({
      field:
        match.field === 'property' ? (match.key ?? '') : t(`search.field_${match.field as 'tag' | 'group'}`),
      match,
    }));
}
