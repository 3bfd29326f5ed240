// A new message that was begun and not sent, kept across closing the dialog and the page.
import type { Owner } from '../composer/drafts.ts';
import type { Shelf } from '../composer/shelf.ts';

export type Unfinished = { typed: string; country: string; channel_id: string; text: string };

const place = (owner: Owner): string => `parloir.compose.${owner.workspace_id}.${owner.agent_id}`;

export function readUnfinished(shelf: Shelf, owner: Owner): Partial<Unfinished> {
  try {
    const kept: unknown = JSON.parse(shelf.get(place(owner)) ?? '{}');
    return typeof kept === 'object' && kept !== null ? kept : {};
  } catch {
    return {};
  }
}

export function keepUnfinished(shelf: Shelf, owner: Owner, unfinished: Unfinished): void {
  if (unfinished.typed === '' && unfinished.text === '') shelf.delete(place(owner));
  else shelf.set(place(owner), JSON.stringify(unfinished));
}

export function dropUnfinished(shelf: Shelf, owner: Owner): void {
  shelf.delete(place(owner));
}
