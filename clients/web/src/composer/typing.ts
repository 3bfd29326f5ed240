// Tells colleagues that an agent types here: at the first key, again before the word goes stale, and "viewing"
// once the hands rest. It never sends a signal per key.

export type Doing = 'typing' | 'viewing';

/** After the last key, the agent is only looking. */
const REST_MS = 5_000;

export interface TypingPorts {
  signal: (doing: Doing) => void;
  now: () => number;
  later: (act: () => void, ms: number) => unknown;
  /** How long a typing signal lasts, as `welcome` says. */
  typing_ms: number;
}

export class Typing {
  private told = Number.NEGATIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;
  private waits = false;

  constructor(private readonly ports: TypingPorts) {}

  key(): void {
    const now = this.ports.now();
    this.last = now;
    if (now - this.told >= this.ports.typing_ms / 2) {
      this.told = now;
      this.ports.signal('typing');
    }
    if (!this.waits) this.wait(REST_MS);
  }

  /** After a send, or when the box was emptied. */
  rest(): void {
    if (this.told === Number.NEGATIVE_INFINITY) return;
    this.told = Number.NEGATIVE_INFINITY;
    this.ports.signal('viewing');
  }

  private wait(ms: number): void {
    this.waits = true;
    this.ports.later(() => this.look(), ms);
  }

  private look(): void {
    this.waits = false;
    const idle = this.ports.now() - this.last;
    if (idle >= REST_MS) this.rest();
    else this.wait(REST_MS - idle);
  }
}
