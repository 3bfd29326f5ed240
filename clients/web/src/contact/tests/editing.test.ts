// K2: fields merge one by one, and a colleague's change is shown beside what is being typed.
import { describe, expect, test } from 'vitest';
import { begin, standing, tagChoices } from '../editing.ts';

describe('a field', () => {
  test('what was typed is kept when a colleague changes another or the same field', () => {
    const editing = { ...begin('Zoé'), typed: 'Zoé Martin' };
    expect(standing(editing, 'Zoé')).toEqual({ kind: 'changed' });
    expect(standing(editing, 'Zoé M.')).toEqual({ kind: 'crossed', theirs: 'Zoé M.' });
    expect(standing(editing, 'Zoé Martin')).toEqual({ kind: 'same' });
  });

  test('a field that was only looked at takes what a colleague wrote', () => {
    expect(standing(begin('Zoé'), 'Zoé M.')).toEqual({ kind: 'same' });
  });
});

describe('tags', () => {
  test('known ones are offered without case and accents, those at hand are not, a new one comes last', () => {
    const known = ['Été', 'VIP', 'retard', 'vip lyon'];
    expect(tagChoices(known, ['vip'], 'vi')).toEqual([
      { tag: 'vip lyon', isNew: false },
      { tag: 'vi', isNew: true },
    ]);
    expect(tagChoices(known, [], 'ete')).toEqual([{ tag: 'Été', isNew: false }]);
    expect(tagChoices(known, ['VIP'], ' Vip ')).toEqual([{ tag: 'vip lyon', isNew: false }]);
  });
});
