// One field of a contact while it is edited: what was there, what was typed, and what a colleague wrote
// meanwhile. It saves nothing; a colleague's change never overwrites what is being typed.

export type Editing = { base: string; typed: string };

export type Standing =
  | { kind: 'same' }
  | { kind: 'changed' }
  /** A colleague changed the same field since: `theirs` is there now. */
  | { kind: 'crossed'; theirs: string };

export function begin(current: string): Editing {
  return { base: current, typed: current };
}

/** Where an edited field stands against what the contact says now. */
export function standing(editing: Editing, current: string): Standing {
  const typed = editing.typed.trim();
  if (typed === current) return { kind: 'same' };
  if (current !== editing.base && typed !== editing.base) return { kind: 'crossed', theirs: current };
  return typed === editing.base ? { kind: 'same' } : { kind: 'changed' };
}

export const tagsMax = 100;
export const tagCharsMax = 100;
export const propertiesMax = 50;

export type TagChoice = { tag: string; isNew: boolean };

/** Tags of the workspace that fit what was typed, and the typed one itself when nobody has it. */
export function tagChoices(
  known: readonly string[],
  own: readonly string[],
  typed: string,
  max = 8,
): TagChoice[] {
  const wanted = folded(typed);
  const has = new Set(own.map(folded));
  const fits = known.filter((tag) => !has.has(folded(tag)) && folded(tag).includes(wanted));
  const begins = (tag: string): number => (folded(tag).startsWith(wanted) ? 0 : 1);
  const listed = [...fits]
    .sort((one, other) => begins(one) - begins(other) || one.localeCompare(other))
    .slice(0, max);
  const choices = listed.map((tag): TagChoice => ({ tag, isNew: false }));
  const isKnown = wanted === '' || has.has(wanted) || known.some((tag) => folded(tag) === wanted);
  return isKnown ? choices : [...choices, { tag: typed.trim(), isNew: true }];
}

export function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim().replace(/\s+/g, ' ');
}
