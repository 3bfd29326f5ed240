// What this agent chose on this device: language, theme, sound, notifications, order, side panes. Kept in the
// browser; a value that is not understood is the default.
import { type Language, preferred } from '../i18n/language.svelte.ts';

export type Theme = 'system' | 'light' | 'dark';
export type NotifyAbout = 'all' | 'mine' | 'none';

export type Choices = {
  language: Language;
  theme: Theme;
  order: 'activity' | 'waiting';
  notify: NotifyAbout;
  sound: NotifyAbout;
  contactPane: boolean;
  /** Keys of one letter. */
  shortcuts: boolean;
};

const place = 'parloir.choices';

const allowed: { [Name in keyof Choices]: readonly Choices[Name][] } = {
  language: ['en', 'fr'],
  theme: ['system', 'light', 'dark'],
  order: ['activity', 'waiting'],
  notify: ['none', 'mine', 'all'],
  sound: ['none', 'mine', 'all'],
  contactPane: [true, false],
  shortcuts: [true, false],
};

function defaults(): Choices {
  return {
    language: preferred(),
    theme: 'system',
    order: 'activity',
    notify: 'none',
    sound: 'none',
    contactPane: true,
    shortcuts: true,
  };
}

/** The choices that `text` holds, each one by itself held against what is allowed. */
export function understood(text: string | null): Choices {
  const chosen = defaults();
  let kept: Record<string, unknown>;
  try {
    kept = JSON.parse(text ?? '{}') as Record<string, unknown>;
  } catch {
    return chosen;
  }
  for (const name of Object.keys(allowed) as (keyof Choices)[]) {
    const values: readonly unknown[] = allowed[name];
    if (values.includes(kept[name])) Object.assign(chosen, { [name]: kept[name] });
  }
  return chosen;
}

export const choices: Choices = $state(understood(localStorage.getItem(place)));

/** Changes a choice and keeps it. */
export function choose<Name extends keyof Choices>(name: Name, value: Choices[Name]): void {
  choices[name] = value;
  localStorage.setItem(place, JSON.stringify(choices));
  if (name === 'theme') showTheme();
}

/** Puts the theme on the page; without a choice the system decides. */
export function showTheme(): void {
  const root = document.documentElement;
  if (choices.theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = choices.theme;
}
