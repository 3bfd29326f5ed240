// W1: naming colleagues in a note.
import { describe, expect, test } from 'vitest';
import { complete, offered, standing, typingAt } from '../mentions.ts';

const lea = { agent_id: 'agt_1', name: 'Léa Moreau' };
const ines = { agent_id: 'agt_2', name: 'Inès Carvalho' };
const leon = { agent_id: 'agt_3', name: 'Martin Léon' };

describe('mentions', () => {
  test('a name is typed after an @ that begins a word', () => {
    expect(typingAt('vois @lé', 8)).toEqual({ from: 5, typed: 'lé' });
    expect(typingAt('@', 1)).toEqual({ from: 0, typed: '' });
    expect(typingAt('vois @léa mo', 12)).toEqual({ from: 5, typed: 'léa mo' });
    expect(typingAt('zoe@example', 11)).toBeUndefined();
    expect(typingAt('vois lé', 7)).toBeUndefined();
  });

  test('words of names are found without accents, names that begin so come first', () => {
    expect(offered([leon, ines, lea], 'le').map((one) => one.name)).toEqual(['Léa Moreau', 'Martin Léon']);
    expect(offered([leon, ines, lea], 'carv')).toEqual([ines]);
  });

  test('a chosen name is written out once and the caret stands after it', () => {
    const text = 'vois @lé et dis';
    expect(complete(text, { from: 5, typed: 'lé' }, lea)).toEqual({
      text: 'vois @Léa Moreau et dis',
      caret: 17,
    });
  });

  test('who was deleted from the text again is not told', () => {
    expect(standing('vois @Léa Moreau', [lea, ines, lea])).toEqual([lea]);
  });
});
