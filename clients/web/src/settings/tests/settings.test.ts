// Sections by role, views that are kept, and a status that a newer server cannot break.
import { describe, expect, test } from 'vitest';
import { MemoryShelf } from '../../composer/shelf.ts';
import { Views, viewsMax } from '../../queue/saved.svelte.ts';
import { overall, standingOf, waiting } from '../../status/standing.ts';
import { mayChange, sectionOf, sections } from '../sections.ts';

const owner = { workspace_id: 'wsp_1', agent_id: 'agt_1' };

describe('sections', () => {
  test('an address that names none shows the first', () => {
    expect(sectionOf(undefined)).toBe('groups');
    expect(sectionOf('nowhere')).toBe('groups');
    expect(sectionOf('agents')).toBe('agents');
  });

  test('each role changes what it answers for', () => {
    expect(sections.filter((section) => mayChange(section, 'admin'))).toEqual([...sections]);
    expect(sections.filter((section) => mayChange(section, 'supervisor'))).toEqual([
      'groups',
      'templates',
      'contacts',
      'views',
      'optouts',
    ]);
    expect(sections.filter((section) => mayChange(section, 'agent'))).toEqual(['views']);
    expect(sections.filter((section) => mayChange(section, undefined))).toEqual([]);
  });
});

describe('saved views', () => {
  test('they are there after a reload, and one name is one view', () => {
    const shelf = new MemoryShelf();
    const views = new Views(owner, shelf);
    views.save({ name: 'Mes urgences', address: '#/mine' });
    views.save({ name: 'Mes urgences', address: '#/unread' });
    expect(new Views(owner, shelf).list).toEqual([{ name: 'Mes urgences', address: '#/unread' }]);
  });

  test('what is no address of the desk is not taken from the storage', () => {
    const shelf = new MemoryShelf();
    shelf.set(
      'parloir.views.wsp_1.agt_1',
      JSON.stringify([
        { name: 'a', address: 'javascript:1' },
        { name: 'b', address: '#/open' },
      ]),
    );
    expect(new Views(owner, shelf).list).toEqual([{ name: 'b', address: '#/open' }]);
  });

  test('there is a bound', () => {
    const views = new Views(owner, new MemoryShelf());
    for (let count = 0; count < viewsMax; count += 1) views.save({ name: String(count), address: '#/open' });
    expect(views.save({ name: 'one more', address: '#/open' })).toBe(false);
  });
});

describe('status', () => {
  const status = {
    status: 'degraded',
    at: '2026-11-03T12:00:00.000Z',
    providers: [{ name: 'simulator', status: 'degraded', waiting: 3, per_second: 10 }],
  } as const;

  test('a channel is as its provider is, and not known without a word of it', () => {
    expect(standingOf({ provider: 'simulator' }, status)).toBe('degraded');
    expect(standingOf({ provider: 'twilio' }, status)).toBe('unknown');
    expect(standingOf({ provider: 'simulator' }, undefined)).toBe('unknown');
  });

  test('who is not connected sees that first, and nothing is called well unasked', () => {
    expect(overall(false, status)).toBe('down');
    expect(overall(true, undefined)).toBe('unknown');
    expect(overall(true, status)).toBe('degraded');
    expect(waiting(status)).toBe(3);
  });
});
