// A template while it is written: which fields it has, which bounds hold, what is still wrong with it. It keeps
// no state; the server decides again when it is saved.
import type { Action } from '../app/client.ts';

export type TemplateForm = {
  name: string;
  language: string;
  body: string;
  header: string;
  footer: string;
  buttons: Action[];
  provider_name: string;
};

export type Part = 'name' | 'language' | 'body' | 'header' | 'footer' | 'buttons' | 'label' | 'value';

export type Problem = {
  part: Part;
  at?: number;
  kind: 'empty' | 'too_long' | 'too_many' | 'not_a_link' | 'not_a_number' | 'field';
  max?: number;
};

/** WhatsApp's bounds, the narrowest of the channels; `reply` labels are shorter still. */
export const bounds = {
  name: 200,
  header: 60,
  body: 1024,
  footer: 60,
  buttons: 3,
  label: 25,
  replyLabel: 20,
  fieldName: 64,
} as const;

const field = /\{\{([^{}]*)\}\}/gu;

/** The names of the fields of several texts, in order, each once. */
export function fieldsOf(...texts: string[]): string[] {
  const found = texts.flatMap((text) => [...text.matchAll(field)].map((match) => (match[1] ?? '').trim()));
  return [...new Set(found.filter((name) => name !== ''))];
}

export type Piece = { kind: 'text'; text: string } | { kind: 'field'; name: string };

/** A body cut into its texts and fields, for showing it before its fields are filled. */
export function piecesOf(body: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of body.matchAll(field)) {
    if (match.index > from) pieces.push({ kind: 'text', text: body.slice(from, match.index) });
    pieces.push({ kind: 'field', name: (match[1] ?? '').trim() });
    from = match.index + match[0].length;
  }
  if (from < body.length) pieces.push({ kind: 'text', text: body.slice(from) });
  return pieces;
}

export function characters(text: string): number {
  return Array.from(text).length;
}

export function problemsOf(form: TemplateForm): Problem[] {
  return [...textProblems(form), ...form.buttons.flatMap(buttonProblems)].concat(
    form.buttons.length > bounds.buttons ? [{ part: 'buttons', kind: 'too_many', max: bounds.buttons }] : [],
  );
}

function textProblems(form: TemplateForm): Problem[] {
  const needed = (['name', 'language', 'body'] as const).filter((part) => form[part].trim() === '');
  const long = (['name', 'header', 'body', 'footer'] as const).filter(
    (part) => characters(form[part]) > bounds[part],
  );
  const fields = (['body', 'header'] as const).filter((part) => hasBrokenField(form[part]));
  return [
    ...needed.map((part): Problem => ({ part, kind: 'empty' })),
    ...long.map((part): Problem => ({ part, kind: 'too_long', max: bounds[part] })),
    ...fields.map((part): Problem => ({ part, kind: 'field' })),
  ];
}

/** Braces that open or close nothing, or a field without a name. */
function hasBrokenField(text: string): boolean {
  const named = text.replace(field, (_whole, name: string) => (name.trim() === '' ? '{{' : ''));
  return named.includes('{{') || named.includes('}}');
}

function buttonProblems(button: Action, at: number): Problem[] {
  const max = button.kind === 'reply' ? bounds.replyLabel : bounds.label;
  const label: Problem[] = button.label.trim() === '' ? [{ part: 'label', at, kind: 'empty' }] : [];
  const long: Problem[] =
    characters(button.label) > max ? [{ part: 'label', at, kind: 'too_long', max }] : [];
  return [...label, ...long, ...valueProblems(button, at)];
}

function valueProblems(button: Action, at: number): Problem[] {
  if (button.kind === 'link' && !/^https:\/\/[^\s/]+\.[^\s/]+/u.test(button.value)) {
    return [{ part: 'value', at, kind: 'not_a_link' }];
  }
  if (button.kind === 'call' && !/^\+\d{6,15}$/.test(button.value.replace(/[\s.-]/g, ''))) {
    return [{ part: 'value', at, kind: 'not_a_number' }];
  }
  return [];
}
