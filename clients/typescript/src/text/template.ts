// Texts with fields `{{name}}` (PROTOCOL.md, section 20). One pass goes from left to right: what a field is replaced
// by is never read again. It knows no template and no contact.

import { fold } from './fold.js';

/** Characters of a field's name. */
export const FIELD_CHARS_MAX = 64;

type Part = { readonly text: string } | { readonly field: string };

const AROUND = /^\p{White_Space}+|\p{White_Space}+$/gu;
const NO_NAME = /[{}\p{Cc}]/u;

/** A text with its fields replaced, or the names of those without a value, each once, in their order. */
export type Filled = { readonly text: string } | { readonly missing: readonly string[] };

/** The names of a text's fields, each once, in their order. */
export function fields(text: string): string[] {
  return [...new Set(parts(text).flatMap((part) => ('field' in part ? [part.field] : [])))];
}

/** The text with every field replaced by its value, as it is: braces in a value stay braces. A blank value is none. */
export function fill(text: string, value: (name: string) => string | undefined): Filled {
  const missing = new Set<string>();
  const filled = parts(text).map((part) => {
    if ('text' in part) return part.text;
    const given = value(part.field) ?? '';
    if (given.replace(AROUND, '') === '') missing.add(part.field);
    return given;
  });
  return missing.size === 0 ? { text: filled.join('') } : { missing: [...missing] };
}

/** Whether a text has two braces together that are no field's: a mistake in typing, most likely. */
export function hasLooseBraces(text: string): boolean {
  return parts(text).some((part) => 'text' in part && /\{\{|\}\}/u.test(part.text));
}

/** The name under which a field and a contact's property are the same: folded, its words joined by `_`. */
export function fieldKey(name: string): string {
  const words = fold(name).split(/[^\p{Alphabetic}\p{N}]+/u);
  return words.filter((word) => word !== '').join('_');
}

function parts(text: string): Part[] {
  const all: Part[] = [];
  let [from, at] = [0, 0];
  while (at < text.length) {
    const found = fieldAt(text, at);
    if (found === undefined) {
      at += 1;
      continue;
    }
    if (at > from) all.push({ text: text.slice(from, at) });
    all.push({ field: found.name });
    at = found.end;
    from = at;
  }
  if (text.length > from) all.push({ text: text.slice(from) });
  return all;
}

/** The field that begins at this place, and where it ends. */
function fieldAt(text: string, at: number): { readonly name: string; readonly end: number } | undefined {
  if (!text.startsWith('{{', at)) return undefined;
  const close = text.indexOf('}}', at + 2);
  if (close < 0) return undefined;
  const name = text.slice(at + 2, close).replace(AROUND, '');
  const isName = name !== '' && Array.from(name).length <= FIELD_CHARS_MAX && !NO_NAME.test(name);
  return isName ? { name, end: close + 2 } : undefined;
}
