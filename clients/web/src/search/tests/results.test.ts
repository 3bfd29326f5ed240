// What the results say where something was not searched, is being built, cannot be understood, or is of an older text.
import { cleanup } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { speak } from '../../i18n/index.ts';
import { restMs } from '../finder.svelte.ts';
import { person, said, stage } from './stage.ts';

const unsearched = (page: HTMLElement): string | undefined =>
  page.querySelector('[data-unsearched]')?.textContent ?? undefined;
const alerts = (page: HTMLElement): string[] =>
  [...page.querySelectorAll('[role=alert] > p:first-child')].map((each) => each.textContent);
const names = (page: HTMLElement): string[] =>
  [...page.querySelectorAll('[data-hit] .font-medium')].map((each) => each.textContent);

beforeEach(async () => {
  vi.useFakeTimers();
  await speak('en');
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe('F1 a section that could not be searched', () => {
  test.each([
    [
      'en',
      'search_timeout',
      'Messages could not be searched. The search took too long. A longer text finds faster.',
    ],
    ['en', 'busy', 'Messages could not be searched. The server has much to do. Try again in a moment.'],
    [
      'fr',
      'unavailable',
      'Impossible de chercher dans les messages. Le serveur n’a pas répondu à temps. Réessayez.',
    ],
  ] as const)('%s says so of messages after %s, and people stay', async (language, code, sentence) => {
    await speak(language);
    const { page, answer, refuse, type, people, texts } = stage();
    await type('hel');
    await refuse(texts, 'hel', code);
    await answer(people, 'hel', [person('Hélène')]);
    expect(unsearched(page)).toBe(sentence);
    expect(names(page)).toEqual(['Hélène']);
    expect(alerts(page)).toEqual([]);
  });

  test('is not one in which nothing was found', async () => {
    const { page, answer, refuse, type, people, texts } = stage();
    await type('hel');
    await answer(people, 'hel', []);
    expect(page.querySelector('[data-empty]'), 'messages have not answered').toBeNull();
    await refuse(texts, 'hel', 'busy');
    expect(page.querySelector('[data-empty]'), 'messages were not searched').toBeNull();
    await type('hele');
    await answer(people, 'hele', []);
    await answer(texts, 'hele', []);
    expect(page.querySelector('[data-empty]')?.textContent).toContain('hele');
    expect(unsearched(page)).toBeUndefined();
  });

  test('leaves messages that were found where it is the one of conversations', async () => {
    const { page, answer, refuse, type, people, texts } = stage();
    await type('hel');
    await answer(texts, 'hel', [said('Hello')]);
    await refuse(people, 'hel', 'search_timeout');
    expect(alerts(page)[0]).toMatch(/^Conversations could not be searched\. The search took too long\./);
    expect(page.querySelectorAll('[data-message-hit]').length).toBe(1);
  });

  test.each(['invalid_query', 'busy'])('says %s once where it is both', async (code) => {
    const { page, refuse, type, people, texts } = stage();
    await type('hel');
    await refuse(texts, 'hel', code);
    expect(unsearched(page)).toBeUndefined();
    await refuse(people, 'hel', code);
    expect(alerts(page).length).toBe(1);
    expect(alerts(page)[0]).not.toContain('could not be searched');
    expect(unsearched(page)).toBeUndefined();
  });
});

describe('the index is being built', () => {
  const banner = (page: HTMLElement): string | undefined =>
    page.querySelector('[role=status]')?.textContent?.trim();
  const begun = { building: { done: 1, total: 4 } };

  test('goes away when the open search says that it is not any more', async () => {
    const { page, answer, type, people, watched } = stage();
    await type('hel');
    await answer(people, 'hel', [person('Hélène')], begun);
    expect(banner(page)).toContain('25%');
    await vi.advanceTimersByTimeAsync(restMs);
    const ready = { load: { name: 'ready' } as const, hits: [person('Hélène')], total: undefined };
    watched.set({ ...ready, building: { done: 3, total: 4 } });
    await tick();
    expect(banner(page)).toContain('75%');
    watched.set({ ...ready, building: undefined });
    await tick();
    expect(banner(page)).toBeUndefined();
  });

  test('does not come back with the next letter', async () => {
    const { page, answer, type, people, watched } = stage();
    await type('hel');
    await answer(people, 'hel', [person('Hélène')], begun);
    await vi.advanceTimersByTimeAsync(restMs);
    watched.set({ load: { name: 'ready' }, hits: [person('Helga')], total: undefined, building: undefined });
    await tick();
    await type('helg');
    expect(banner(page)).toBeUndefined();
    expect(names(page), 'nor do rows that had left').toEqual(['Helga']);
  });
});

describe('F3 a search that cannot be understood', () => {
  const wrong = (page: HTMLElement): string | undefined =>
    page.querySelector('[data-place] mark')?.textContent ?? undefined;

  test('shows its text with the wrong part marked, and says it to who listens', async () => {
    const { page, refuse, type, people } = stage();
    await type('  👩‍👧 hel status:opne');
    const text = '👩‍👧 hel status:opne';
    await refuse(people, text, 'invalid_query', {
      reason: 'unknown_value',
      qualifier: 'status',
      value: 'opne',
      at: [15, 19],
    });
    expect(page.querySelector('[data-place]')?.textContent).toBe(text);
    expect(wrong(page)).toBe('opne');
    expect(page.querySelector('[role=alert] .sr-only')?.textContent).toBe('The wrong part: “opne”.');
    await speak('fr');
    await tick();
    expect(page.querySelector('[role=alert] .sr-only')?.textContent).toContain('«\u00a0opne\u00a0»');
  });

  test('marks in the text that was refused, not in the one that is typed on', async () => {
    const { page, refuse, type, people } = stage();
    await type('tag:');
    await refuse(people, 'tag:', 'invalid_query', {
      reason: 'empty_value',
      qualifier: 'tag',
      example: 'vip',
      at: [0, 4],
    });
    await type('bonjour tag:v');
    expect(wrong(page)).toBe('tag:');
  });

  test('is a sentence where the refusal names no place', async () => {
    const { page, refuse, type, people } = stage();
    await type('hel');
    await refuse(people, 'hel', 'search_timeout');
    expect(page.querySelector('[data-place]')).toBeNull();
  });
});

describe('F5 rows of an older text', () => {
  const marks = (page: HTMLElement): number => page.querySelectorAll('mark').length;
  const chosen = (page: HTMLElement): string[] =>
    [...page.querySelectorAll('[aria-selected=true]')].map((each) => each.id);

  test('are shown as such: nothing in them is marked, and none is chosen', async () => {
    const { page, box, answer, type, people, texts } = stage();
    await type('hel');
    await answer(people, 'hel', [person('Helga', 3)]);
    await answer(texts, 'hel', [said('Hello', 3)]);
    expect([marks(page), chosen(page)]).toEqual([2, ['hit-0']]);
    await type('hell');
    const list = page.querySelector('#hits');
    const section = page.querySelector('[data-section=messages]');
    expect([marks(page), chosen(page), names(page)]).toEqual([0, [], ['Helga']]);
    expect([list, section].map((each) => each?.getAttribute('aria-busy'))).toEqual(['true', 'true']);
    expect(
      [...page.querySelectorAll('[role=group]')].every((each) => each.classList.contains('opacity-60')),
    ).toBe(true);
    expect(box.getAttribute('aria-activedescendant')).toBeNull();

    await answer(texts, 'hell', [said('Hello', 4)]);
    expect([marks(page), chosen(page)], 'messages are below what is not known yet').toEqual([1, []]);
    await answer(people, 'hell', []);
    expect([marks(page), chosen(page)]).toEqual([1, ['hit-0']]);
    expect(page.querySelector('[aria-busy=true], .opacity-60')).toBeNull();
  });

  test('get no page of their own under the newer text', async () => {
    const { page, finder, answer, type, people, texts } = stage();
    await type('hel');
    await answer(people, 'hel', [person('Helga')], { next: '20' });
    await answer(texts, 'hel', [said('Hello')], { next: '10' });
    expect(page.querySelectorAll('button.grow').length).toBe(2);
    await type('hell');
    expect(page.querySelectorAll('button.grow').length).toBe(0);
    void finder.more('messages');
    await answer(texts, 'hell', [said('Hell')]);
    expect(page.querySelectorAll('[data-message-hit]').length).toBe(1);
  });
});
