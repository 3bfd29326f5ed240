// What the agent at this desk has typed and handed over, one of each per client: drafts, sends and the boxes of
// conversations that were opened. A box outlives its screen, so that an upload goes on while another
// conversation is read.
import type { Client } from '../app/client.ts';
import { uuidv7 } from '../app/client.ts';
import { dropUnfinished } from '../compose/unfinished.ts';
import { askingOf } from './answers.ts';
import type { Asking } from './asking.ts';
import { Box } from './box.svelte.ts';
import { type Draft, Drafts, type Owner } from './drafts.ts';
import { Sends } from './sends.ts';
import { browserShelf } from './shelf.ts';

/** Boxes kept beside the one on screen; the oldest without an upload goes, its draft stays. */
const boxesMax = 50;

/** Contents of accepted sends that an undo would bring back. */
const undoableMax = 50;

export class Writing {
  readonly client: Client;
  readonly asking: Asking;
  readonly drafts: Drafts;
  readonly sends: Sends;
  readonly #owner: Owner;
  readonly #boxes = new Map<string, Box>();
  readonly #contents = new Map<string, Partial<Draft>>();
  /** Moves whenever a send does, for those who draw them. */
  sendsMoved = $state(0);
  /** Moves whenever a draft does. */
  draftsMoved = $state(0);

  constructor(client: Client, owner: Owner) {
    const shelf = browserShelf();
    this.client = client;
    this.#owner = owner;
    this.asking = askingOf(client);
    this.drafts = new Drafts(shelf, owner);
    const now = (): number => Date.now();
    this.sends = new Sends({ shelf, asking: this.asking, owner, newId: () => uuidv7(), now });
    this.sends.watch(() => {
      this.sendsMoved += 1;
    });
    this.drafts.watch(() => {
      this.draftsMoved += 1;
    });
    window.addEventListener('storage', (event) => this.#written(event.key));
    this.sends.resume();
  }

  /** The box of a conversation, as it was left. */
  box(conversation_id: string): Box {
    const known = this.#boxes.get(conversation_id) ?? new Box(this, conversation_id);
    this.#boxes.delete(conversation_id);
    this.#boxes.set(conversation_id, known);
    const idle = [...this.#boxes].find(([id, box]) => id !== conversation_id && box.uploads.length === 0);
    if (this.#boxes.size > boxesMax && idle) this.#boxes.delete(idle[0]);
    return known;
  }

  /** Remembers what a send held, so that undoing it brings it back whole. */
  remember(message_id: string, content: Partial<Draft>): void {
    this.#contents.set(message_id, content);
    const oldest = this.#contents.keys().next().value;
    if (this.#contents.size > undoableMax && oldest !== undefined) this.#contents.delete(oldest);
  }

  contentOf(message_id: string): Partial<Draft> | undefined {
    return this.#contents.get(message_id);
  }

  /** How many conversations hold something that a sign-out would delete. */
  get unsent(): number {
    const ids = [...this.drafts.conversations(), ...this.sends.all().map((send) => send.conversation_id)];
    return new Set(ids).size;
  }

  /** At an explicit sign-out, after its warning. */
  forget(): void {
    this.drafts.forget();
    this.sends.forget();
    dropUnfinished(browserShelf(), this.#owner);
    this.#boxes.clear();
  }

  /** Another window of the same agent wrote a draft: a box that nobody types in takes it. */
  #written(key: string | null): void {
    for (const [id, box] of this.#boxes) if (key?.endsWith(id)) box.reread();
  }
}

const known = new WeakMap<Client, Writing>();

/** The writing of a client; nothing before it knows who it is. */
export function writingOf(client: Client): Writing | undefined {
  const { workspace, me } = client.directory.value;
  if (workspace === undefined || me === undefined) return undefined;
  const writing = known.get(client) ?? new Writing(client, { ...workspace, agent_id: me.agent_id });
  known.set(client, writing);
  return writing;
}
