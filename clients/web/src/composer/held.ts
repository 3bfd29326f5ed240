// What was accepted and has not gone out: held for a moment or scheduled. It keeps what its author typed, across
// reloads, so that whoever cancels it destroys no text. It never says whether something went out: the server does.
import type { Draft, Owner } from './drafts.ts';
import type { Shelf } from './shelf.ts';

/** An accepted message whose text would come back. */
export interface HeldSend {
  message_id: string;
  conversation_id: string;
  /** Of its acceptance: had it gone out, it would stand in the timeline after this. */
  seq: number;
  content: Partial<Draft>;
}

/** Contents of one agent that are kept at once; the oldest goes first. */
export const heldMax = 200;

const place = 'parloir.held';

export class Held {
  readonly #shelf: Shelf;
  readonly #prefix: string;
  /** What this page handed over and the server has not answered; what its author took back. */
  readonly #contents = new Map<string, Partial<Draft>>();

  constructor(shelf: Shelf, owner: Owner) {
    this.#shelf = shelf;
    this.#prefix = `${place}.${owner.workspace_id}.${owner.agent_id}.`;
  }

  /** It is on its way to the server. */
  handed(message_id: string, content: Partial<Draft>): void {
    this.#contents.set(message_id, content);
    const oldest = this.#contents.keys().next().value;
    if (this.#contents.size > heldMax && oldest !== undefined) this.#contents.delete(oldest);
  }

  /** The server has it; it is kept unless it went out before the answer came. */
  accepted(message_id: string, conversation_id: string, seq: number): HeldSend | undefined {
    const content = this.#contents.get(message_id);
    if (content === undefined) return undefined;
    this.#contents.delete(message_id);
    const held: HeldSend = { message_id, conversation_id, seq, content };
    this.#shelf.set(this.#prefix + message_id, JSON.stringify(held));
    const all = this.all();
    for (const old of all.slice(0, Math.max(0, all.length - heldMax))) this.wentOut(old.message_id);
    return held;
  }

  contentOf(message_id: string): Partial<Draft> | undefined {
    return this.#contents.get(message_id) ?? this.#read(message_id)?.content;
  }

  wentOut(message_id: string): void {
    this.#contents.delete(message_id);
    this.#shelf.delete(this.#prefix + message_id);
  }

  /** Its own author cancelled it, and puts it back where that was done. */
  takenBack(message_id: string): void {
    const held = this.#read(message_id);
    if (held !== undefined) this.handed(message_id, held.content);
    this.#shelf.delete(this.#prefix + message_id);
  }

  /** Gives the content of one that was cancelled back, once among all windows of this browser. */
  take(message_id: string): Partial<Draft> | undefined {
    const content = this.contentOf(message_id);
    this.wentOut(message_id);
    return content;
  }

  /** Those that are kept, the oldest first. */
  all(): HeldSend[] {
    const ids = this.#shelf.keys(this.#prefix).map((key) => key.slice(this.#prefix.length));
    const all = ids.flatMap((id) => this.#read(id) ?? []);
    return all.sort((one, other) => one.seq - other.seq);
  }

  /** At an explicit sign-out, after its warning. */
  forget(): void {
    for (const { message_id } of this.all()) this.wentOut(message_id);
    this.#contents.clear();
  }

  #read(message_id: string): HeldSend | undefined {
    try {
      const held: unknown = JSON.parse(this.#shelf.get(this.#prefix + message_id) ?? 'null');
      const isWhole = typeof held === 'object' && held !== null && 'content' in held && 'seq' in held;
      return isWhole ? (held as HeldSend) : undefined;
    } catch {
      return undefined;
    }
  }
}
