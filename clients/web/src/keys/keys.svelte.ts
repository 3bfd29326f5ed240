// Which key does what. Keys are dead while somebody types, while a layer is open, and when the agent switched
// them off; keys with Ctrl or Command live on.
import { choices } from '../app/choices.svelte.ts';
import type { Key } from '../i18n/index.ts';

export type Action = {
  id: string;
  /** `j`, `shift+x`, `mod+k`: mod is Command on a Mac and Ctrl elsewhere. The first one is shown. */
  keys?: readonly string[];
  label: Key;
  group: 'move' | 'conversation' | 'queue' | 'screen';
  /** Whether it can be done now. */
  can?: () => boolean;
  run: () => void;
};

const actions = new Map<string, Action>();
const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);

/** Makes actions known to the keyboard and the palette, until the answer is called. */
export function provide(list: readonly Action[]): () => void {
  for (const action of list) actions.set(action.id, action);
  return () => {
    for (const action of list) if (actions.get(action.id) === action) actions.delete(action.id);
  };
}

/** All actions in the order in which they were provided. */
export function provided(): Action[] {
  return [...actions.values()];
}

/** How a key is written on this machine. */
export function written(key: string): string {
  return key
    .replace('mod+', isMac ? '⌘' : 'Ctrl ')
    .replace('shift+', '⇧')
    .replace('escape', 'Esc')
    .replace('enter', '↵');
}

/** The key of an event as actions name it. */
export function named(
  event: Pick<KeyboardEvent, 'key' | 'metaKey' | 'ctrlKey' | 'shiftKey' | 'altKey'>,
): string {
  const letter = event.key.length === 1 ? event.key.toLowerCase() : event.key.toLowerCase();
  const mod = isMac ? event.metaKey : event.ctrlKey;
  // A sign that needs Shift on some keyboards, such as `?`, is named by itself.
  const shift = event.shiftKey && (event.key.length > 1 || /\p{L}/u.test(event.key));
  return `${mod ? 'mod+' : ''}${shift ? 'shift+' : ''}${letter}`;
}

/** Whether keys typed there are text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  return (
    target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit'].includes(target.type)
  );
}

/** Listens on the page until the answer is called. */
export function listen(): () => void {
  const press = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const key = named(event);
    if (!key.startsWith('mod+') && (isDead() || isTyping(event.target))) return;
    const action = provided().find((each) => each.keys?.includes(key) && (each.can?.() ?? true));
    if (!action) return;
    event.preventDefault();
    action.run();
  };
  document.addEventListener('keydown', press);
  return () => document.removeEventListener('keydown', press);
}

function isDead(): boolean {
  return (
    !choices.shortcuts ||
    document.querySelector('[role=dialog],[role=alertdialog],[role=menu],[data-popover-content]') !== null
  );
}
