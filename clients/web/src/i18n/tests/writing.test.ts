// How numbers, days and telephone numbers are written.
import { beforeAll, expect, test } from 'vitest';
import { bytes, daysBetween, shortly, waited } from '../format.ts';
import { knows, preferred, speak, t } from '../index.ts';
import { phone } from '../phone.ts';

beforeAll(() => speak('fr'));

test.each([
  ['+33612345678', '+33 6 12 34 56 78'],
  ['+447700900123', '+44 7700 900123'],
  ['+12025550123', '+1 202 555 0123'],
  ['+221771234567', '+221 771 234 567'],
  ['parloir_agent', 'parloir_agent'],
  ['0612', '0612'],
])('%s is written %s', (value, written) => {
  expect(phone(value).replaceAll('\u00a0', ' ')).toBe(written);
});

test('a language that is not spoken is English', () => {
  expect(preferred(['de-DE', 'fr-CA'])).toBe('fr');
  expect(preferred(['de-DE'])).toBe('en');
});

test('sentences follow the language at once', async () => {
  expect(t('queue.view_open')).toBe('Ouvertes');
  await speak('en');
  expect(t('queue.view_open')).toBe('Open');
  expect(t('queue.chosen', { count: 2 })).toBe('2 chosen');
  expect(knows('error.internal')).toBe(true);
  expect(knows('error.toString')).toBe(false);
  await speak('fr');
});

test('sizes count by thousands', () => {
  expect(bytes(30_000_000).replace(/\s/u, ' ')).toBe('30 Mo');
  expect(bytes(1_400).replace(/\s/u, ' ')).toBe('1,4 ko');
});

test('days are those of the calendar', () => {
  const now = new Date(2026, 10, 3, 0, 5);
  expect(daysBetween(new Date(2026, 10, 2, 23, 59), now)).toBe(1);
  expect(shortly(new Date(2026, 10, 3, 0, 1), now)).toBe('00:01');
  expect(shortly(new Date(2026, 10, 1, 12), now)).toBe('dim.');
  expect(shortly(new Date(2025, 1, 1), now)).toBe('01/02/25');
  expect(waited(new Date(2026, 10, 2, 21), now).replace(/\s/u, ' ')).toBe('3 h');
});
