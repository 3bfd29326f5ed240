// The cards that are on screen, and large work. A card's seq is its version: an older one never replaces it.

import type { Contact, ContactId, Event, Job, JobId } from '../frames.js';
import type { ContactValue, Load } from '../screen.js';
import type { Touch } from './topics.js';

/** Jobs that are remembered; the first ones go. */
const JOBS_MAX = 100;

export class Contacts {
  readonly #values = new Map<ContactId, ContactValue>();
  readonly #touch: Touch;

  constructor(touch: Touch) {
    this.#touch = touch;
  }

  value(contact_id: ContactId): ContactValue {
    return this.#values.get(contact_id) ?? { contact_id, load: { name: 'loading' }, contact: undefined };
  }

  open(id: ContactId): void {
    if (!this.#values.has(id)) this.#values.set(id, this.value(id));
  }

  close(id: ContactId): void {
    this.#values.delete(id);
  }

  /** Those that are to be asked for. */
  wanted(): ContactId[] {
    return [...this.#values.values()]
      .filter((value) => value.load.name === 'loading')
      .map((value) => value.contact_id);
  }

  clear(): void {
    for (const id of this.#values.keys()) this.#put(id, { name: 'loading' }, undefined);
  }

  put(contact: Contact): void {
    const known = this.#values.get(contact.contact_id);
    if (known === undefined || (known.contact?.seq ?? 0) > contact.seq) return;
    this.#put(contact.contact_id, { name: 'ready' }, contact);
  }

  refused(id: ContactId, load: Load): void {
    if (this.#values.has(id)) this.#put(id, load, undefined);
  }

  fold(event: Event): void {
    switch (event.name) {
      case 'contact.saved':
        return this.put(event.data.contact);
      case 'contact.merged':
        this.put(event.data.survivor);
        return this.#again(event.data.merged);
      case 'contact.unmerged':
        return this.#again(event.data.restored);
      case 'contact.erased':
        return this.put({ contact_id: event.data.contact_id, card: null, seq: event.seq });
      default:
        return undefined;
    }
  }

  /** What became of it only the server can say. */
  #again(id: ContactId): void {
    if (this.#values.has(id)) this.#put(id, { name: 'loading' }, this.value(id).contact);
  }

  #put(contact_id: ContactId, load: Load, contact: Contact | undefined): void {
    this.#values.set(contact_id, { contact_id, load, contact });
    this.#touch(`contact ${contact_id}`);
  }
}

export class Jobs {
  #value: ReadonlyMap<JobId, Job> = new Map();
  readonly #touch: Touch;

  constructor(touch: Touch) {
    this.#touch = touch;
  }

  get value(): ReadonlyMap<JobId, Job> {
    return this.#value;
  }

  clear(): void {
    this.#value = new Map();
    this.#touch('jobs');
  }

  put(job: Job): void {
    const known = this.#value.get(job.job_id);
    if (known !== undefined && known.seq >= job.seq) return;
    const all = [...this.#value].filter(([id]) => id !== job.job_id);
    this.#value = new Map([...all.slice(-(JOBS_MAX - 1)), [job.job_id, job]]);
    this.#touch('jobs');
  }

  fold(event: Event): void {
    switch (event.name) {
      case 'job.started':
        return this.put(event.data.job);
      case 'job.advanced':
        return this.#change(event.data.job_id, { done: event.data.done, seq: event.seq });
      case 'job.rewriting':
        return this.#change(event.data.job_id, { status: 'rewriting', seq: event.seq });
      case 'job.done':
        return this.#change(event.data.job_id, { status: 'done', seq: event.seq });
      default:
        return undefined;
    }
  }

  #change(id: JobId, change: Pick<Job, 'seq'> & Partial<Job>): void {
    const known = this.#value.get(id);
    if (known !== undefined) this.put({ ...known, ...change });
  }
}
