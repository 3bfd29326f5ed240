// Short words to the agent about what was done or refused, and what is read aloud. Bounded: the oldest goes.
import { type Key, knows, t, type Values } from '../i18n/index.ts';
import type { ConversationId } from './client.ts';

export type Notice = {
  id: number;
  text: string;
  tone: 'plain' | 'problem';
  undo?: (() => void) | undefined;
  /** The conversation that it is about: one click leads there. */
  conversation?: ConversationId;
};

const noticesMax = 4;
const shownMs = 7000;
/** What is heard comes in batches: somebody who listens is not talked over. */
const heardMs = 1500;
const heardMax = 3;

class Notices {
  list: Notice[] = $state([]);
  /** What a screen reader says next. */
  heard = $state('');
  #next = 1;
  #waiting: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Shows a sentence for a while. */
  say(key: Key, values?: Values, undo?: () => void): void {
    this.#add({ text: t(key, values), tone: 'plain', undo });
  }

  /** Says that something did not work. */
  fail(key: Key, values?: Values): void {
    this.#add({ text: t(key, values), tone: 'problem' });
  }

  /** Says what happened to something that this agent wrote; it stays until it is dismissed. */
  keep(key: Key, values: Values, conversation: string): void {
    this.#put({ text: t(key, values), tone: 'problem', conversation: conversation as ConversationId });
  }

  /** Shows why something was refused. */
  refuse(error: unknown): void {
    this.#add({ text: refusal(error), tone: 'problem' });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  /** Has a sentence read aloud, together with others that come soon after. */
  announce(sentence: string): void {
    this.#waiting.push(sentence);
    this.#timer ??= setTimeout(() => {
      const [first, ...others] = this.#waiting.splice(0);
      const shown = [first, ...others.slice(0, heardMax - 1)].filter(Boolean) as string[];
      const left = others.length + 1 - shown.length;
      this.heard = [...shown, ...(left > 0 ? [t('app.and_more', { count: left })] : [])].join(' ');
      this.#timer = undefined;
    }, heardMs);
  }

  #add(notice: Omit<Notice, 'id'>): void {
    const id = this.#put(notice);
    setTimeout(() => this.dismiss(id), shownMs);
  }

  #put(notice: Omit<Notice, 'id'>): number {
    const id = this.#next++;
    this.list = [...this.list.slice(1 - noticesMax), { ...notice, id }];
    return id;
  }
}

type Failure = { code?: string | number; message?: string; body?: Failure; details?: Values };

/** The sentence for an error, by its code; the server's own words when there is none. */
export function refusal(error: unknown): string {
  const { code, message, details } = (Object(error) as Failure).body ?? (Object(error) as Failure);
  const key = `error.${code}`;
  if (!knows(key)) return message ?? String(error);
  try {
    return t(key, details);
  } catch {
    return t(key);
  }
}

export const notices = new Notices();
