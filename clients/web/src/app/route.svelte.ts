// Where the agent is, kept in the address so that back, reload and a link lead there again.

export const viewNames = ['open', 'unread', 'mine', 'unassigned', 'closed'] as const;
export type ViewName = (typeof viewNames)[number];
export type Page = 'queue' | 'settings' | 'status';
export type Place = {
  page: Page;
  view: ViewName;
  /** Only this group's conversations. */
  group?: string;
  /** The conversation that is on screen. */
  conversation?: string;
  /** The section of the settings. */
  section?: string;
};

/** The place that an address names; the open conversations when it names none. */
export function parse(hash: string): Place {
  const parts = hash.replace(/^#\/?/, '').split('/').filter(Boolean).map(decodeURIComponent);
  const place: Place = { page: 'queue', view: 'open' };
  if (parts[0] === 'settings' || parts[0] === 'status') {
    place.page = parts[0];
    if (parts[1]) place.section = parts[1];
    return place;
  }
  const view = viewNames.find((name) => name === parts[0]);
  if (view) {
    place.view = view;
    parts.shift();
  }
  for (let at = 0; at + 1 < parts.length; at += 2) {
    if (parts[at] === 'g') place.group = parts[at + 1] as string;
    if (parts[at] === 'c') place.conversation = parts[at + 1] as string;
  }
  return place;
}

/** The address of a place. */
export function address(place: Place): string {
  if (place.page !== 'queue') return `#/${[place.page, place.section].filter(Boolean).join('/')}`;
  const group = place.group ? `/g/${encodeURIComponent(place.group)}` : '';
  const conversation = place.conversation ? `/c/${encodeURIComponent(place.conversation)}` : '';
  return `#/${place.view}${group}${conversation}`;
}

export class Route {
  now: Place = $state(parse(location.hash));
  #read = (): void => {
    this.now = parse(location.hash);
  };

  constructor() {
    window.addEventListener('hashchange', this.#read);
  }

  /** Goes to a place, which the browser's back leaves again. */
  go(change: Partial<Place>): void {
    const next = address({ ...this.now, page: 'queue', ...change });
    if (next === location.hash) return;
    history.pushState(null, '', next);
    this.#read();
  }

  /** Goes to a place instead of the one that was. */
  replace(change: Partial<Place>): void {
    history.replaceState(null, '', address({ ...this.now, page: 'queue', ...change }));
    this.#read();
  }

  stop(): void {
    window.removeEventListener('hashchange', this.#read);
  }
}
