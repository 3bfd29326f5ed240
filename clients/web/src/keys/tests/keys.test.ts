// Which key is meant, and when keys are text.
import { expect, test, vi } from 'vitest';
import { isTyping, listen, named, provide, written } from '../keys.svelte.ts';

function pressed(key: string, more: Partial<KeyboardEvent> = {}): string {
  return named({ key, metaKey: false, ctrlKey: false, shiftKey: false, altKey: false, ...more });
}

test('a key has a name', () => {
  expect(pressed('j')).toBe('j');
  expect(pressed('U', { shiftKey: true })).toBe('shift+u');
  expect(pressed('?', { shiftKey: true })).toBe('?');
  expect(pressed('k', { ctrlKey: true })).toBe('mod+k');
  expect(written('mod+k')).toMatch(/K|k/);
});

test('what is typed into a field is text', () => {
  const box = document.createElement('input');
  expect(isTyping(box)).toBe(true);
  box.type = 'checkbox';
  expect(isTyping(box)).toBe(false);
  expect(isTyping(document.createElement('textarea'))).toBe(true);
  expect(isTyping(document.body)).toBe(false);
});

test('a key runs its action, but neither while typing nor over a dialog', () => {
  const run = vi.fn();
  const end = provide([{ id: 'a', keys: ['j'], label: 'keys.down', group: 'move', run }]);
  const deaf = listen();
  const press = (target: EventTarget): boolean =>
    target.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true, cancelable: true }));
  press(document.body);
  expect(run).toHaveBeenCalledTimes(1);
  const box = document.body.appendChild(document.createElement('textarea'));
  press(box);
  const dialog = document.body.appendChild(document.createElement('div'));
  dialog.setAttribute('role', 'dialog');
  press(document.body);
  expect(run).toHaveBeenCalledTimes(1);
  dialog.remove();
  box.remove();
  end();
  press(document.body);
  expect(run).toHaveBeenCalledTimes(1);
  deaf();
});
