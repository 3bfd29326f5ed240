// Views that an agent saved: a name for an address of the desk. They are kept in this browser, per agent; the
// server knows nothing of them.

import type { Owner } from '../composer/drafts.ts';
import { browserShelf, type Shelf } from '../composer/shelf.ts';

export type SavedView = { name: string; address: string };

export const viewsMax = 50;

export class Views {
  readonly #shelf: Shelf;
  readonly #place: string;
  list: readonly SavedView[] = $state.raw([]);

  constructor(owner: Owner, shelf: Shelf = browserShelf()) {
    this.#shelf = shelf;
    this.#place = `parloir.views.${owner.workspace_id}.${owner.agent_id}`;
    this.list = read(shelf.get(this.#place));
  }

  /** Adds one, or replaces the one of that name; false when there is no room. */
  save(view: SavedView): boolean {
    const others = this.list.filter((one) => one.name !== view.name);
    if (others.length >= viewsMax) return false;
    this.#keep([...others, view]);
    return true;
  }

  remove(name: string): void {
    this.#keep(this.list.filter((one) => one.name !== name));
  }

  #keep(list: readonly SavedView[]): void {
    this.list = [...list].sort((one, other) => one.name.localeCompare(other.name));
    this.#shelf.set(this.#place, JSON.stringify(this.list));
  }
}

function read(text: string | undefined): SavedView[] {
  try {
    const kept: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(kept) ? kept.filter(isView) : [];
  } catch {
    return [];
  }
}

function isView(value: unknown): value is SavedView {
  const view = Object(value) as Partial<SavedView>;
  return typeof view.name === 'string' && typeof view.address === 'string' && view.address.startsWith('#/');
}
