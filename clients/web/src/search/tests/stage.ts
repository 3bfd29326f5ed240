// A search on screen whose questions are answered when a test says so. It asks no server.
import { render } from '@testing-library/svelte';
import { tick } from 'svelte';
import { readable, writable } from 'svelte/store';
import { vi } from 'vitest';
import { type Found, type Hit, type MessageHit, QueryError, type WatchValue } from '../../app/client.ts';
import type { Desk } from '../../app/desk.svelte.ts';
import { Finder } from '../finder.svelte.ts';
import Stage from './Stage.svelte';

type Name = 'search.conversations' | 'search.messages';
type Question = {
  name: Name;
  text: string;
  resolve: (found: unknown) => void;
  reject: (error: Error) => void;
};

/** A person who is found by the first letters of the name. */
export function person(name: string, marked = 0): Hit {
  const matched = marked > 0 ? [{ field: 'name', text: name, ranges: [[0, marked]] }] : [];
  return {
    conversation: { conversation_id: `cnv_${name}`, status: 'open', activity_at: '2026-11-03T09:15:02.123Z' },
    name,
    addresses: [],
    matched,
  } as unknown as Hit;
}

/** A message that is found by its first letters. */
export function said(text: string, marked = 0): MessageHit {
  const ranges = marked > 0 ? [[0, marked]] : [];
  return {
    message_id: `msg_${text}`,
    conversation_id: `cnv_of_${text}`,
    seq: 7,
    at: '2026-11-03T09:15:02.123Z',
    direction: 'inbound',
    snippet: text,
    ranges,
  } as unknown as MessageHit;
}

export function stage() {
  const questions: Question[] = [];
  const watched = writable<Partial<WatchValue>>({ load: { name: 'loading' }, hits: [] });
  const desk = {
    ownSeq: undefined,
    soughtSeq: undefined,
    directory: { channels: new Map(), groups: new Map() },
    open: vi.fn(),
    compose: vi.fn(),
    client: {
      query: (name: Name, { text }: { text: string }) =>
        new Promise((resolve, reject) => questions.push({ name, text, resolve, reject })),
      watch: () => ({
        subscribe: watched.subscribe,
        close: () => watched.set({ load: { name: 'loading' } }),
      }),
      onEvent: () => () => {},
      conversation: () => readable(undefined),
    },
  } as unknown as Desk;
  const finder = new Finder(desk);
  const page = render(Stage, { desk, finder }).container;
  const box = page.querySelector('input') as HTMLInputElement;

  /** The answer comes to the newest question of a text. */
  const settle = async (name: Name, text: string, how: (question: Question) => void): Promise<void> => {
    const question = questions.findLast((each) => each.name === name && each.text === text);
    if (!question) throw new Error(`${name} was not asked for ${text}`);
    how(question);
    await vi.advanceTimersByTimeAsync(0);
    await tick();
  };
  const answer = (
    name: Name,
    text: string,
    hits: Found<Hit | MessageHit>['hits'],
    more = {},
  ): Promise<void> =>
    settle(name, text, ({ resolve }) =>
      resolve({ hits, total: { count: hits.length, capped: false }, seq: 1, ...more }),
    );
  const refuse = (name: Name, text: string, code: string, details = {}): Promise<void> =>
    settle(name, text, ({ reject }) =>
      reject(new QueryError({ code, message: code, temporary: false, details })),
    );
  const type = async (text: string): Promise<void> => {
    box.value = text;
    box.dispatchEvent(new InputEvent('input', { bubbles: true }));
    await tick();
  };
  const press = async (key: string): Promise<void> => {
    box.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    await tick();
  };
  return {
    page,
    box,
    desk,
    finder,
    watched,
    answer,
    refuse,
    type,
    press,
    people: 'search.conversations',
    texts: 'search.messages',
  } as const;
}
