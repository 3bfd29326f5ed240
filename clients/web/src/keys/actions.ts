// What can be done from anywhere on the desk, by key or from the palette.
import { choices, choose } from '../app/choices.svelte.ts';
import type { ConversationId } from '../app/client.ts';
import type { Desk } from '../app/desk.svelte.ts';
import { viewNames } from '../app/route.svelte.ts';
import * as acts from '../conversation/acts.ts';
import { speak } from '../i18n/index.ts';
import type { QueueList } from '../queue/list.svelte.ts';
import { type Action, provide } from './keys.svelte.ts';

/** Makes the desk's actions known until the answer is called. */
export function provideActions(desk: Desk, queue: QueueList): () => void {
  return provide([...moving(desk, queue), ...conversation(desk), ...list(desk, queue), ...screen(desk)]);
}

function moving(desk: Desk, queue: QueueList): Action[] {
  const step = (steps: number) => (): void => {
    queue.hold();
    const id = queue.move(steps);
    if (id) focusRow(id);
  };
  return [
    { id: 'down', keys: ['j'], label: 'keys.down', group: 'move', run: step(1) },
    { id: 'up', keys: ['k'], label: 'keys.up', group: 'move', run: step(-1) },
    { id: 'next', keys: ['n'], label: 'keys.next', group: 'move', run: () => void acts.next(desk) },
    { id: 'search', keys: ['/', 'mod+/'], label: 'keys.search', group: 'move', run: () => focus('#search') },
    {
      id: 'write',
      keys: ['r', 'enter'],
      label: 'keys.write',
      group: 'move',
      can: () =>
        desk.conversation !== undefined &&
        !(document.activeElement instanceof HTMLButtonElement) &&
        !(
          document.activeElement instanceof HTMLAnchorElement && !document.activeElement.closest('[data-row]')
        ),
      run: () => focus('#conversation textarea, #conversation [contenteditable=true]'),
    },
    {
      id: 'back',
      keys: ['escape', 'u'],
      label: 'keys.back',
      group: 'move',
      can: () => desk.conversation !== undefined,
      run: () => {
        const id = desk.conversation;
        desk.route.go({ conversation: undefined });
        if (id) focusRow(id);
      },
    },
  ];
}

function conversation(desk: Desk): Action[] {
  const on = (run: (id: ConversationId) => unknown) => (): void => {
    if (desk.conversation) run(desk.conversation);
  };
  const can = (): boolean => desk.conversation !== undefined;
  return [
    {
      id: 'close',
      keys: ['e'],
      label: 'keys.close',
      group: 'conversation',
      can,
      run: on((id) => acts.closeOrReopen(desk, id)),
    },
    {
      id: 'unread',
      keys: ['shift+u'],
      label: 'keys.unread',
      group: 'conversation',
      can,
      run: on((id) => acts.markUnread(desk, id)),
    },
    {
      id: 'claim',
      keys: ['c'],
      label: 'keys.claim',
      group: 'conversation',
      can,
      run: on((id) => acts.claimOrRelease(desk, id)),
    },
    {
      id: 'assign',
      keys: ['a'],
      label: 'keys.assign',
      group: 'conversation',
      can,
      run: () => press('[data-act=assign]'),
    },
    {
      id: 'group',
      keys: ['m'],
      label: 'keys.group',
      group: 'conversation',
      can,
      run: () => press('[data-act=move]'),
    },
    {
      id: 'menu',
      keys: ['.'],
      label: 'keys.menu',
      group: 'conversation',
      can,
      run: () => press('[data-act=menu]'),
    },
    {
      id: 'contact',
      keys: ['i'],
      label: 'keys.contact',
      group: 'conversation',
      can,
      run: () => {
        desk.contactShown = !desk.contactShown;
      },
    },
  ];
}

function list(desk: Desk, queue: QueueList): Action[] {
  const views = viewNames.map(
    (view, at): Action => ({
      id: `view ${view}`,
      keys: [String(at + 1)],
      label: `queue.view_${view}`,
      group: 'queue',
      run: () => desk.route.go({ view, conversation: undefined }),
    }),
  );
  return [
    ...views,
    { id: 'compose', keys: ['w'], label: 'keys.compose', group: 'queue', run: () => desk.compose() },
    {
      id: 'choose',
      keys: ['x'],
      label: 'keys.choose',
      group: 'queue',
      can: () => pointedRow(desk) !== undefined,
      run: () => queue.choose(pointedRow(desk) as ConversationId),
    },
    {
      id: 'refresh',
      keys: ['shift+n'],
      label: 'keys.refresh',
      group: 'queue',
      can: () => queue.fresh > 0,
      run: () => queue.refresh(),
    },
    {
      id: 'groups',
      keys: ['g'],
      label: 'keys.groups',
      group: 'queue',
      run: () => press('[data-act=groups]'),
    },
    {
      id: 'order',
      keys: ['o'],
      label: 'keys.order',
      group: 'queue',
      run: () => choose('order', choices.order === 'activity' ? 'waiting' : 'activity'),
    },
  ];
}

function screen(desk: Desk): Action[] {
  return [
    { id: 'keys', keys: ['?'], label: 'keys.show', group: 'screen', run: () => open(desk, 'keys') },
    {
      id: 'palette',
      keys: ['mod+k'],
      label: 'keys.palette',
      group: 'screen',
      run: () => open(desk, 'palette'),
    },
    {
      id: 'language',
      label: 'keys.language',
      group: 'screen',
      run: () => {
        choose('language', choices.language === 'fr' ? 'en' : 'fr');
        void speak(choices.language);
      },
    },
    {
      id: 'theme',
      label: 'keys.theme',
      group: 'screen',
      run: () =>
        choose(
          'theme',
          matchMedia('(prefers-color-scheme: dark)').matches === (choices.theme === 'system') ||
            choices.theme === 'dark'
            ? 'light'
            : 'dark',
        ),
    },
    {
      id: 'settings',
      label: 'app.settings',
      group: 'screen',
      run: () => desk.route.go({ page: 'settings' }),
    },
    { id: 'status', label: 'app.status', group: 'screen', run: () => desk.route.go({ page: 'status' }) },
    { id: 'leave', label: 'app.sign_out', group: 'screen', run: () => press('[data-act=mine]') },
  ];
}

function open(desk: Desk, layer: 'keys' | 'palette'): void {
  desk.layer = desk.layer === layer ? 'none' : layer;
}

/** The row that the focus is on its way to: keys can be faster than the screen. */
let coming: string | undefined;

const arrived = (): void => {
  coming = undefined;
};

/** The row that is open and gets the focus, or the one that has it, else that of the open conversation. */
function pointedRow(desk: Desk): string | undefined {
  const row = document.activeElement?.closest<HTMLElement>('[data-row]');
  const opened = coming === desk.conversation ? coming : undefined;
  return opened ?? row?.dataset.row ?? desk.conversation;
}

/** Puts the focus on a row once it is drawn. */
function focusRow(id: string): void {
  coming = id;
  document.addEventListener('focusin', arrived, { once: true });
  requestAnimationFrame(() => {
    if (coming !== id) return;
    const link = document.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"] a`);
    link?.focus({ preventScroll: true });
    if (link) arrived();
  });
}

function focus(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus();
}

/** Clicks the one that is on screen: a phone has its own. */
function press(selector: string): void {
  const found = [...document.querySelectorAll<HTMLElement>(selector)];
  found.find((element) => element.offsetParent !== null)?.click();
}
