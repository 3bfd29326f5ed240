// Qualifiers, in English and French, and what their values mean. Whether a named thing exists is not known here.

import { fold } from './fold.js';
import type { Problem } from './problem.js';
import { label } from './words.js';

/** A value that is looked for: all of it, or its start, when it was written with `*` at the end. */
export type Wanted = { readonly whole: string } | { readonly start: string };

/** What must hold. Names and values are folded words joined by one space. */
export type FilterKind =
  | { readonly tag: Wanted }
  | { readonly group: string }
  | { readonly status: 'open' | 'closed' }
  | { readonly channel: string }
  | { readonly assignee: 'me' | 'nobody' | { readonly named: string } }
  | { readonly property: { readonly key: string; readonly value: Wanted } }
  | { readonly unread: boolean };

/** What a qualifier is about. */
export type Qualifier = 'tag' | 'group' | 'status' | 'channel' | 'assignee' | 'property' | 'unread';

/** Every name of a qualifier, folded. Case and accents of what is typed do not matter. */
export const QUALIFIERS: ReadonlyMap<string, Qualifier> = new Map([
  ['tag', 'tag'],
  ['etiquette', 'tag'],
  ['group', 'group'],
  ['groupe', 'group'],
  ['status', 'status'],
  ['statut', 'status'],
  ['channel', 'channel'],
  ['canal', 'channel'],
  ['assignee', 'assignee'],
  ['assigne', 'assignee'],
  ['a', 'assignee'],
  ['prop', 'property'],
  ['unread', 'unread'],
  ['non-lu', 'unread'],
  ['nonlu', 'unread'],
]);

/** A value, as the sentence of a problem shows it. */
const EXAMPLES: Readonly<Record<Qualifier, string>> = {
  tag: 'vip',
  group: 'sales',
  status: 'open',
  channel: 'sms',
  assignee: 'me',
  property: 'city=lyon',
  unread: 'yes',
};

const STATUS: ReadonlyMap<string, 'open' | 'closed'> = new Map([
  ['open', 'open'],
  ['ouvert', 'open'],
  ['ouverte', 'open'],
  ['closed', 'closed'],
  ['ferme', 'closed'],
  ['fermee', 'closed'],
]);

const UNREAD: ReadonlyMap<string, boolean> = new Map([
  ['yes', true],
  ['true', true],
  ['oui', true],
  ['no', false],
  ['false', false],
  ['non', false],
]);

/** The qualifier that is called so. */
export function qualifierNamed(name: string): Qualifier | undefined {
  return QUALIFIERS.get(fold(name));
}

/** What `name:value` asks for, both as they were typed, without quotation marks; or what is wrong with it. */
export function filterOf(qualifier: Qualifier, name: string, value: string): FilterKind | Problem {
  if (qualifier === 'property') return property(name, value);
  const plain = label(value);
  if (plain === '') return empty(qualifier, name);
  switch (qualifier) {
    case 'tag':
      return { tag: wanted(plain, value) };
    case 'group':
      return { group: plain };
    case 'channel':
      return { channel: plain };
    case 'assignee':
      return { assignee: whose(plain) };
    case 'status': {
      const status = STATUS.get(plain);
      return status === undefined ? unknown(name, value, ['open', 'closed']) : { status };
    }
    case 'unread': {
      const unread = UNREAD.get(plain);
      return unread === undefined ? unknown(name, value, ['yes', 'no']) : { unread };
    }
  }
}

function property(name: string, text: string): FilterKind | Problem {
  const incomplete = { reason: 'incomplete_property', qualifier: name, example: EXAMPLES.property } as const;
  const equals = text.indexOf('=');
  if (equals < 0) return label(text) === '' ? empty('property', name) : incomplete;
  const [key, value] = [label(text.slice(0, equals)), text.slice(equals + 1)];
  if (key === '') return incomplete;
  const plain = label(value);
  return plain === '' ? empty('property', name) : { property: { key, value: wanted(plain, value) } };
}

function wanted(plain: string, value: string): Wanted {
  return /\*\p{White_Space}*$/u.test(value) ? { start: plain } : { whole: plain };
}

function whose(value: string): 'me' | 'nobody' | { readonly named: string } {
  if (value === 'me' || value === 'moi') return 'me';
  return ['none', 'nobody', 'personne'].includes(value) ? 'nobody' : { named: value };
}

function empty(qualifier: Qualifier, name: string): Problem {
  return { reason: 'empty_value', qualifier: name, example: EXAMPLES[qualifier] };
}

function unknown(qualifier: string, value: string, allowed: readonly string[]): Problem {
  return { reason: 'unknown_value', qualifier, value, allowed };
}
