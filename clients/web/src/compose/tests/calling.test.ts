// C1: what people type is one number, whatever its writing and country.
import { describe, expect, test } from 'vitest';
import { codeOf, countries, countryOf, named, readNumber } from '../calling.ts';

describe('numbers', () => {
  test.each([
    ['06 12 34 56 78', 'FR', '+33612345678'],
    ['+33 (0)6 12 34 56 78', 'GB', '+33612345678'],
    ['0033 6.12.34.56.78', 'FR', '+33612345678'],
    ['07700 900123', 'GB', '+447700900123'],
    ['06 1234 5678', 'IT', '+390612345678'],
    ['612-34 56 78', 'FR', '+33612345678'],
    ['8 912 345 67 89', 'RU', '+79123456789'],
    ['(212) 555-0187', 'US', '+12125550187'],
  ])('C1 %s typed in %s', (typed, country, value) => {
    expect(readNumber(typed, country)).toEqual({ kind: 'number', value });
  });

  test('what is no number yet, or none at all, is told apart', () => {
    expect(readNumber('06', 'FR')).toEqual({ kind: 'unfinished' });
    expect(readNumber('06 marie', 'FR')).toEqual({ kind: 'letters', found: 'm' });
  });

  test('a calling code says the country', () => {
    expect(countryOf('+33 6')).toBe('FR');
    expect(countryOf('+1 268 1')).toBe('AG');
    expect(countryOf('+1 212')).toBe('US');
    expect(countryOf('0044 77')).toBe('GB');
    expect(countryOf('06 12')).toBeUndefined();
  });

  test('each country stands once and has a name in both languages', () => {
    expect(new Set(countries.map((one) => one.country)).size).toBe(countries.length);
    expect(countries.every((one) => /^\d{1,4}$/.test(one.code))).toBe(true);
    expect(named('fr').find((one) => one.country === 'DE')?.name).toBe('Allemagne');
    expect(named('en').find((one) => one.country === 'DE')?.name).toBe('Germany');
    expect(codeOf('FR')).toBe('33');
  });
});
