// What left the box and is not answered yet: each with the id that makes it happen once, kept across reloads,
// handed over again after them. It owns the way from "sending" to accepted, refused or overtaken; it never
// drops what was refused, and never changes what is on its way.

import type { CommandName, Commands, Done, Expected } from '../app/client.ts';
import type { Answer, Asking, Refusal } from './asking.ts';
import type { Draft, Owner } from './drafts.ts';
import type { Shelf } from './shelf.ts';

export type SendName = Extract<CommandName, 'message.send' | 'note.add'>;
export type Params = Commands[SendName];

export interface Send {
  command_id: string;
  conversation_id: string;
  name: SendName;
  params: Params;
  expected?: Expected | undefined;
  /** What goes back into the box when its author edits it. */
  content: Partial<Draft>;
  at: number;
  phase: Phase;
}

export type Phase =
  | { kind: 'sending' }
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'changed'; newest_seq: number };

export interface NewSend {
  conversation_id: string;
  name: SendName;
  params: Params;
  expected?: Expected | undefined;
  content: Partial<Draft>;
}

export type Submission = { taken: Send } | { full: number };

/** Unanswered or refused ones of an agent; one more is not taken, and stays in the box. */
export const sendsMax = 200;

const place = 'parloir.send';

export interface SendsPorts {
  shelf: Shelf;
  asking: Asking;
  owner: Owner;
  newId: () => string;
  now: () => number;
  /** The server has it: what happens to it from now on is told by events. */
  accepted: (send: Send, done: Done) => void;
}

export class Sends {
  private readonly prefix: string;
  private readonly sends = new Map<string, Send>();
  private readonly watchers = new Set<(conversation_id: string) => void>();

  constructor(private readonly ports: SendsPorts) {
    this.prefix = `${place}.${ports.owner.workspace_id}.${ports.owner.agent_id}.`;
  }

  /** Takes up what an earlier page left unanswered: the same ids, so nothing happens twice. */
  resume(): void {
    for (const key of this.ports.shelf.keys(this.prefix)) {
      const send = read(this.ports.shelf.get(key));
      if (send === undefined || this.sends.has(send.command_id)) continue;
      this.sends.set(send.command_id, send);
      if (send.phase.kind === 'sending') void this.hand(send);
    }
    this.tell(...new Set([...this.sends.values()].map((send) => send.conversation_id)));
  }

  submit(wanted: NewSend): Submission {
    if (this.sends.size >= sendsMax) return { full: sendsMax };
    const send: Send = {
      ...wanted,
      command_id: this.ports.newId(),
      at: this.ports.now(),
      phase: { kind: 'sending' },
    };
    this.keep(send);
    void this.hand(send);
    return { taken: send };
  }

  of(conversation_id: string): Send[] {
    const own = [...this.sends.values()].filter((send) => send.conversation_id === conversation_id);
    return own.sort((one, other) => one.at - other.at);
  }

  all(): Send[] {
    return [...this.sends.values()];
  }

  /**
   * "Send anyway" and "try again": a refused id left no trace, so it may be used again. What was overtaken is held
   * against what is on screen now, which its author has read; anything else against what it was written to.
   */
  again(command_id: string, seen: Expected | undefined): void {
    const send = this.sends.get(command_id);
    if (send === undefined || send.phase.kind === 'sending') return;
    const repeated: Send = { ...send, expected: expectedAgain(send, seen), phase: { kind: 'sending' } };
    this.keep(repeated);
    void this.hand(repeated);
  }

  /** Takes a refused one out, to be edited or dropped; gives its content back. */
  take(command_id: string): Partial<Draft> | undefined {
    const send = this.sends.get(command_id);
    if (send === undefined || send.phase.kind === 'sending') return undefined;
    this.remove(send);
    return send.content;
  }

  /** At an explicit sign-out, after its warning. */
  forget(): void {
    for (const send of this.all()) this.remove(send);
  }

  watch(watcher: (conversation_id: string) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  private async hand(send: Send): Promise<void> {
    const answer = await this.ports.asking.command(send.name, send.params, {
      command_id: send.command_id,
      expected: send.expected,
    });
    const current = this.sends.get(send.command_id);
    if (current === undefined) return;
    if ('ok' in answer) {
      this.ports.accepted(current, answer.ok);
      this.remove(current);
    } else this.keep({ ...current, phase: phaseOf(answer) });
  }

  private keep(send: Send): void {
    this.sends.set(send.command_id, send);
    this.ports.shelf.set(this.prefix + send.command_id, JSON.stringify(send));
    this.tell(send.conversation_id);
  }

  private remove(send: Send): void {
    this.sends.delete(send.command_id);
    this.ports.shelf.delete(this.prefix + send.command_id);
    this.tell(send.conversation_id);
  }

  private tell(...conversations: string[]): void {
    for (const watcher of this.watchers)
      for (const conversation_id of conversations) watcher(conversation_id);
  }
}

function expectedAgain({ phase, expected }: Send, seen: Expected | undefined): Expected | undefined {
  if (expected === undefined) return undefined;
  // Places of a log that is not followed any more say nothing.
  if (phase.kind === 'refused') return phase.refusal.code === 'stale_epoch' ? seen : expected;
  return seen ?? (phase.kind === 'changed' ? { ...expected, seq: phase.newest_seq } : expected);
}

function phaseOf(answer: Extract<Answer<Done>, { error: Refusal }>): Phase {
  const newest = answer.error.details?.newest_seq;
  if (answer.error.code === 'conversation_changed' && typeof newest === 'number') {
    return { kind: 'changed', newest_seq: newest };
  }
  return { kind: 'refused', refusal: answer.error };
}

function read(text: string | undefined): Send | undefined {
  try {
    const send: unknown = JSON.parse(text ?? 'null');
    const whole = typeof send === 'object' && send !== null && 'command_id' in send && 'phase' in send;
    return whole ? (send as Send) : undefined;
  } catch {
    return undefined;
  }
}
