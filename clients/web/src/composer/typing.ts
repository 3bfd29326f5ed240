// Tells colleagues that an agent types here: at the first key, and "viewing" once the hands rest. The client
// renews the signal; nothing here sends one per key.

export type Doing = 'typing' | 'viewing';

/** After the last key, the agent is only looking. */
export const restMs = 5_000;

export type TypingPorts = {
  signal: (doing: Doing) => void;
  now: () => number;
  later: (act: () => void, ms: number) => unknown;
};

export class Typing {
  private readonly ports: TypingPorts;
  private isTold = false;
  private waits = false;
  private last = 0;

  constructor(ports: TypingPorts) {
    this.ports = ports;
  }

  key(): void {
    this.last = this.ports.now();
    if (!this.isTold) {
      this.isTold = true;
      this.ports.signal('typing');
    }
    if (!this.waits) this.wait(restMs);
  }

  /** After a send, or when the box was emptied. */
  rest(): void {
    if (!this.isTold) return;
    this.isTold = false;
    this.ports.signal('viewing');
  }

  /** The box is not on screen any more: whoever took it away says what its agent does now. */
  stop(): void {
    this.isTold = false;
  }

  private wait(ms: number): void {
    this.waits = true;
    this.ports.later(() => this.look(), ms);
  }

  private look(): void {
    this.waits = false;
    const idle = this.ports.now() - this.last;
    if (idle >= restMs) this.rest();
    else this.wait(restMs - idle);
  }
}
