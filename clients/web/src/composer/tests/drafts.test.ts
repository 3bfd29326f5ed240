// A draft outlives reloads, refusals and full storage, and belongs to one agent.

import { describe, expect, test } from 'vitest';
import { Drafts, emptyDraft, restore } from '../drafts.ts';
import { BrowserShelf, MemoryShelf } from '../shelf.ts';

const LEA = { workspace_id: 'wsp_1', agent_id: 'agt_1' };
const HUGO = { workspace_id: 'wsp_1', agent_id: 'agt_2' };

function fullStorage(): Storage {
  const storage = new Map<string, string>();
  return {
    length: 0,
    clear: () => storage.clear(),
    getItem: (key) => storage.get(key) ?? null,
    key: () => null,
    removeItem: (key) => storage.delete(key),
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError');
    },
  };
}

describe('drafts', () => {
  test('a draft is there after a reload', () => {
    const shelf = new MemoryShelf();
    new Drafts(shelf, LEA).write('cnv_1', { ...emptyDraft, text: 'Bonjour' });
    expect(new Drafts(shelf, LEA).read('cnv_1').text).toBe('Bonjour');
    expect(new Drafts(shelf, LEA).conversations()).toEqual(['cnv_1']);
  });

  test('a draft is not seen by another agent of the same browser', () => {
    const shelf = new MemoryShelf();
    new Drafts(shelf, LEA).write('cnv_1', { ...emptyDraft, text: 'Bonjour' });
    expect(new Drafts(shelf, HUGO).read('cnv_1').text).toBe('');
    new Drafts(shelf, HUGO).forget();
    expect(new Drafts(shelf, LEA).read('cnv_1').text).toBe('Bonjour');
  });

  test('storage that is full loses nothing of this page and says so', () => {
    const drafts = new Drafts(new BrowserShelf(fullStorage()), LEA);
    expect(drafts.write('cnv_1', { ...emptyDraft, text: 'Bonjour' })).toBe('page_only');
    expect(drafts.read('cnv_1').text).toBe('Bonjour');
    expect(drafts.conversations()).toEqual(['cnv_1']);
  });

  test('what cannot be read any more is still shown as text', () => {
    const shelf = new MemoryShelf();
    shelf.set('parloir.draft.wsp_1.agt_1.cnv_1', 'typed {');
    expect(new Drafts(shelf, LEA).read('cnv_1').text).toBe('typed {');
  });

  test('what comes back stands in front of what was typed since', () => {
    const draft = { ...emptyDraft, text: 'and also' };
    expect(restore(draft, { text: 'first' }).text).toBe('first\nand also');
    expect(restore(emptyDraft, { text: 'first' }).text).toBe('first');
    expect(restore(draft, {}).text).toBe('and also');
  });

  test('an empty draft takes no place and watchers are told', () => {
    const drafts = new Drafts(new MemoryShelf(), LEA);
    const told: string[] = [];
    const stop = drafts.watch((conversation_id) => told.push(conversation_id));
    drafts.write('cnv_1', { ...emptyDraft, note: 'a' });
    drafts.drop('cnv_1');
    stop();
    drafts.write('cnv_2', { ...emptyDraft, note: 'a' });
    expect(told).toEqual(['cnv_1', 'cnv_1']);
    expect(drafts.conversations()).toEqual(['cnv_2']);
  });
});
