// F5 at the keyboard: Enter opens what was found for what is typed, and waits for it.
import { cleanup } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { speak } from '../../i18n/index.ts';
import { person, said, stage } from './stage.ts';

beforeEach(async () => {
  vi.useFakeTimers();
  await speak('en');
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

/** Somebody found `Helga` and types on. */
async function typedOn() {
  const on = stage();
  await on.type('hel');
  await on.answer(on.people, 'hel', [person('Helga'), person('Helmut')]);
  await on.answer(on.texts, 'hel', [said('Hello')]);
  await on.type('helm');
  return on;
}

test('F5 Enter opens the first hit of what is typed, once its answer is there', async () => {
  const { desk, answer, press, people } = await typedOn();
  await press('Enter');
  expect(desk.open).not.toHaveBeenCalled();
  await answer(people, 'helm', [person('Helmut')]);
  expect(vi.mocked(desk.open).mock.calls).toEqual([['cnv_Helmut']]);
});

test('F5 Enter opens a message where no conversation was found, whichever answer comes first', async () => {
  const first = await typedOn();
  await first.press('Enter');
  await first.answer(first.people, 'helm', []);
  expect(first.desk.open).not.toHaveBeenCalled();
  await first.answer(first.texts, 'helm', [said('Helm')]);
  expect(vi.mocked(first.desk.open).mock.calls).toEqual([['cnv_of_Helm']]);
  cleanup();
  const second = await typedOn();
  await second.press('Enter');
  await second.answer(second.texts, 'helm', [said('Helm')]);
  expect(second.desk.open).not.toHaveBeenCalled();
  await second.answer(second.people, 'helm', [person('Helmut')]);
  expect(vi.mocked(second.desk.open).mock.calls).toEqual([['cnv_Helmut']]);
});

test('F5 Enter is over when the text changes, or when the person leaves', async () => {
  const changed = await typedOn();
  await changed.press('Enter');
  await changed.type('helmu');
  await changed.answer(changed.people, 'helmu', [person('Helmut')]);
  expect(changed.desk.open).not.toHaveBeenCalled();
  cleanup();
  const left = await typedOn();
  await left.press('Enter');
  left.box.dispatchEvent(new FocusEvent('blur'));
  await left.answer(left.people, 'helm', [person('Helmut')]);
  expect(left.desk.open).not.toHaveBeenCalled();
  cleanup();
  const escaped = await typedOn();
  await escaped.press('Enter');
  await escaped.press('Escape');
  escaped.finder.text = 'helm';
  escaped.finder.look();
  await escaped.answer(escaped.people, 'helm', [person('Helmut')]);
  expect(escaped.desk.open).not.toHaveBeenCalled();
});

test('F5 Enter that found nothing opens nothing that is found later', async () => {
  const { desk, finder, answer, refuse, press, people, texts } = await typedOn();
  await press('Enter');
  await answer(people, 'helm', []);
  await refuse(texts, 'helm', 'busy');
  finder.look();
  await answer(people, 'helm', [person('Helmut')]);
  expect(desk.open).not.toHaveBeenCalled();
});

test('F5 the arrow keys choose among what was found for what is typed', async () => {
  const { desk, answer, press, people } = await typedOn();
  await press('ArrowDown');
  await answer(people, 'helm', [person('Helmut'), person('Wilhelm')]);
  await press('ArrowDown');
  await press('Enter');
  expect(vi.mocked(desk.open).mock.calls).toEqual([['cnv_Wilhelm']]);
});
