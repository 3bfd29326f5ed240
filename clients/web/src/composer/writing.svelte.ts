// What the agent at this desk has typed and handed over, one of each per client: drafts, sends and the boxes of
// conversations that were opened. A box outlives its screen, so that an upload goes on while another
// conversation is read.
import type { Client, Done, Told } from '../app/client.ts';
import { uuidv7 } from '../app/client.ts';
import { notices } from '../app/notices.svelte.ts';
import { dropUnfinished } from '../compose/unfinished.ts';
import { askingOf } from './answers.ts';
import type { Asking } from './asking.ts';
import { Box, type Unready } from './box.svelte.ts';
import { type Draft, Drafts, type Owner } from './drafts.ts';
import { Held, type HeldSend } from './held.ts';
import { outcomeOf } from './outcome.ts';
import { type Send, Sends } from './sends.ts';
import { browserShelf } from './shelf.ts';

/** Boxes kept beside the one on screen; the oldest without an upload goes, its draft stays. */
const boxesMax = 50;

/** How long events of a line that is back may take until it is asked what they did not tell. */
const caughtUpMs = 5_000;

export class Writing {
  readonly client: Client;
  readonly asking: Asking;
  readonly drafts: Drafts;
  readonly sends: Sends;
  readonly #owner: Owner;
  readonly #boxes = new Map<string, Box>();
  readonly #held: Held;
  /** Those that an earlier page handed over: what happened to them before this one was not seen. */
  readonly #resumed: ReadonlySet<string>;
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
    const accepted = (send: Send, done: Done): void => this.#accepted(send, done);
    this.#held = new Held(shelf, owner);
    this.sends = new Sends({ shelf, asking: this.asking, owner, newId: () => uuidv7(), now, accepted });
    this.sends.watch(() => {
      this.sendsMoved += 1;
    });
    this.drafts.watch(() => {
      this.draftsMoved += 1;
    });
    window.addEventListener('storage', (event) => this.#written(event.key));
    window.addEventListener('beforeunload', (event) => {
      if (this.isUploading) event.preventDefault();
    });
    this.sends.resume();
    this.#resumed = new Set(this.sends.all().map((send) => send.command_id));
    for (const send of this.sends.all()) this.remember(messageOf(send), send.content);
    client.onEvent((event) => this.#happened(event));
    void this.#catchUp();
    client.state.subscribe(({ name }) => {
      if (name === 'live') setTimeout(() => void this.#catchUp(), caughtUpMs);
    });
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

  /** Whether files are on their way in any box, on screen or not. */
  get isUploading(): boolean {
    return [...this.#boxes.values()].some((box) => box.isUploading);
  }

  /** A send that waited cannot go after all: its author may be elsewhere by now. */
  heldBack(conversation_id: string, why: Unready): void {
    const key = why === 'file_refused' ? 'composer.held_back_file' : 'composer.held_back';
    notices.keep(key, {}, conversation_id);
  }

  /** Remembers what a send held, so that undoing it brings it back whole. */
  remember(message_id: string, content: Partial<Draft>): void {
    this.#held.handed(message_id, content);
  }

  contentOf(message_id: string): Partial<Draft> | undefined {
    return this.#held.contentOf(message_id);
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
    this.#held.forget();
    dropUnfinished(browserShelf(), this.#owner);
    this.#boxes.clear();
  }

  #accepted(send: Send, { seq }: Done): void {
    if (send.name !== 'message.send') return;
    const held = this.#held.accepted(messageOf(send), send.conversation_id, seq);
    if (held && this.#resumed.has(send.command_id)) void this.#settle(held);
  }

  #happened(event: Told): void {
    if (event.type === 'gap') void this.#catchUp();
    if (event.type !== 'event') return;
    if (event.name === 'message.queued') this.#held.wentOut(event.data.message.message_id);
    if (event.name !== 'message.cancelled') return;
    const { me, agents } = this.client.directory.value;
    const by = event.actor.kind === 'agent' ? event.actor.agent_id : undefined;
    const { message_id, conversation_id } = event.data;
    if (by !== undefined && by === me?.agent_id) this.#held.takenBack(message_id);
    else this.#giveBack(message_id, conversation_id, by && agents.get(by)?.name);
  }

  /** What happened to those that wait while no event was heard. */
  async #catchUp(): Promise<void> {
    for (const held of this.#held.all()) await this.#settle(held);
  }

  async #settle(held: HeldSend): Promise<void> {
    const fate = await outcomeOf(held, this.asking);
    if (fate === 'went out') this.#held.wentOut(held.message_id);
    if (fate === 'cancelled') this.#giveBack(held.message_id, held.conversation_id, undefined);
  }

  /** Somebody cancelled what this agent wrote: nothing typed is lost by that. */
  #giveBack(message_id: string, conversation_id: string, by: string | undefined): void {
    const content = this.#held.take(message_id);
    if (content === undefined) return;
    this.box(conversation_id).putBack(content);
    if (by === undefined) notices.keep('composer.cancelled_meanwhile', {}, conversation_id);
    else notices.keep('composer.cancelled_by', { name: by }, conversation_id);
  }

  /** Another window of the same agent wrote a draft: a box that nobody types in takes it. */
  #written(key: string | null): void {
    for (const [id, box] of this.#boxes) if (key?.endsWith(id)) box.reread();
  }
}

/** The message that a send makes: its id is known before the answer. */
function messageOf(send: Send): string {
  return `msg_${send.command_id}`;
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
