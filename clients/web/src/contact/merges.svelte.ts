// Merges that were made in this window, so that each can be undone from the pane of the survivor.
import type { ContactId } from '../app/client.ts';

export type Merged = { contact_id: ContactId; name: string };

/** Merges remembered; an older one can still be undone from another window or the command line. */
const mergesMax = 50;

class Merges {
  #made: readonly { survivor: ContactId; merged: Merged }[] = $state.raw([]);

  of(survivor: ContactId): Merged[] {
    return this.#made.filter((one) => one.survivor === survivor).map((one) => one.merged);
  }

  remember(survivor: ContactId, merged: Merged): void {
    this.#made = [...this.#made, { survivor, merged }].slice(-mergesMax);
  }

  forget(survivor: ContactId, merged: ContactId): void {
    this.#made = this.#made.filter((one) => one.survivor !== survivor || one.merged.contact_id !== merged);
  }
}

export const merges = new Merges();
