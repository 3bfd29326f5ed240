// The groups as lists show them.
import type { Group } from '../app/client.ts';
import { language } from '../i18n/index.ts';

/** Groups by their names, in the order of the language; those that take nothing new last. */
export function groupsByName(groups: Iterable<Group>): Group[] {
  const order = new Intl.Collator(language());
  const rank = (group: Group): number => (group.status === 'active' ? 0 : 1);
  return [...groups].sort((a, b) => rank(a) - rank(b) || order.compare(a.name, b.name));
}
