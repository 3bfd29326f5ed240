// What this agent says of itself, renewed before it ends. It repeats nothing that still holds.

import type { ConversationId, Doing, Limits, Up } from './frames.js';

/** An agent is seen in no more conversations; the oldest gives way. */
const CONVERSATIONS_MAX = 16;
/** A signal is renewed after this part of its life. */
const RENEWED_AFTER = 0.5;

interface Said {
  readonly doing: 'viewing' | 'typing';
  readonly timer: ReturnType<typeof setTimeout>;
}

export class OwnSignals {
  readonly #tell: (frame: Up) => void;
  readonly #limits: () => Limits;
  readonly #said = new Map<ConversationId, Said>();

  constructor(tell: (frame: Up) => void, limits: () => Limits) {
    this.#tell = tell;
    this.#limits = limits;
  }

  /** Says it now, unless it holds already, and again until something else is said. */
  say(id: ConversationId, doing: Doing): void {
    const lasting = doing === 'nothing' ? undefined : doing === 'viewing' ? 'viewing' : 'typing';
    if (doing !== 'taking_over' && this.#said.get(id)?.doing === lasting) return;
    this.#forget(id);
    if (lasting !== undefined) this.#keep(id, lasting);
    this.#tell({ type: 'signal', conversation_id: id, doing });
  }

  /** A connection stands: everything that holds is said there. */
  welcomed(): void {
    for (const [id, { doing }] of this.#said) this.#tell({ type: 'signal', conversation_id: id, doing });
  }

  stop(): void {
    for (const id of [...this.#said.keys()]) this.#forget(id);
  }

  #keep(id: ConversationId, doing: Said['doing']): void {
    const oldest = this.#said.keys().next().value;
    if (this.#said.size >= CONVERSATIONS_MAX && oldest !== undefined) this.#forget(oldest);
    const { viewing_ms, typing_ms } = this.#limits();
    const ms = (doing === 'viewing' ? viewing_ms : typing_ms) * RENEWED_AFTER;
    const timer = setTimeout(() => {
      this.#keep(id, doing);
      this.#tell({ type: 'signal', conversation_id: id, doing });
    }, ms);
    this.#said.delete(id);
    this.#said.set(id, { doing, timer });
  }

  #forget(id: ConversationId): void {
    clearTimeout(this.#said.get(id)?.timer);
    this.#said.delete(id);
  }
}
