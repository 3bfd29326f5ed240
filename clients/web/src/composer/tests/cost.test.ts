// S5: what a text costs, which characters are to blame, and what one click changes.
import { describe, expect, test } from 'vitest';
import { costOfText, namedMax, visible } from '../cost.ts';

describe('cost', () => {
  test('S5 the short alphabet carries 160, with é and è in it', () => {
    expect(costOfText('é'.repeat(160))).toMatchObject({ segments: 1, left: 0, encoding: 'gsm7', named: [] });
    expect(costOfText('a'.repeat(161)).segments).toBe(2);
  });

  test('S5 signs that only look better are fitted by one click', () => {
    const cost = costOfText('L’été… «ok»');
    expect(cost.encoding).toBe('ucs2');
    expect(cost.named.map((one) => one.character)).toEqual(['’', '…', '«', '»']);
    expect(cost.fit?.kind).toBe('signs');
    expect(costOfText(cost.fit?.text ?? '').encoding).toBe('gsm7');
  });

  test('S5 letters are respelt only where that saves a segment', () => {
    expect(costOfText('être').fit).toBeUndefined();
    expect(costOfText(`être ${'a'.repeat(80)}`).fit).toMatchObject({ kind: 'letters' });
  });

  test('a text in another script names some characters and counts the others', () => {
    const cost = costOfText('Доброго утра, где мой заказ');
    expect(cost.named.length).toBe(namedMax);
    expect(cost.unnamed).toBeGreaterThan(0);
    expect(cost.fit).toBeUndefined();
  });

  test('what cannot be seen is named by its number', () => {
    expect(visible('\u00a0')).toBe('U+00A0');
    expect(visible('’')).toBe('’');
  });
});
