// The rules of text as the client has them, answered in the form of the vectors; and the registries' constants.

import { CLOSE_CODES, ERROR_CODES, isTemporary, reconnects } from '@parloir/client';
import {
  callingCodeDigits,
  type Fit,
  Fragment,
  fields,
  fill,
  fitted,
  fold,
  national,
  parseSearch,
  SearchTextError,
  segments,
  type Term,
  Words,
} from '@parloir/client/text';
import type { Request } from './requests.js';

interface Asked {
  readonly text: string;
  readonly number?: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly finds?: readonly { readonly needle: string; readonly how: Fit }[];
  readonly fits?: readonly { readonly needle: string; readonly number: string }[];
  readonly phrases?: readonly { readonly words: string[] }[];
}

type Answer = (asked: Asked) => unknown;

const answers: Readonly<Record<string, Answer>> = {
  fold: ({ text }) => ({ folded: fold(text) }),
  words: ({ text, finds = [], fits = [], phrases = [] }) => {
    const words = new Words(text);
    return {
      words: words.all(),
      finds: finds.map(({ needle, how }) => ({ at: words.ranges(needle, how) })),
      fits: fits.map(({ needle }) => ({ fit: words.fit(needle) ?? null })),
      phrases: phrases.map((phrase) => ({ at: words.phrase(phrase.words) })),
    };
  },
  numbers: ({ text, number, fits = [] }) => {
    if (number !== undefined) {
      return { calling_code_digits: callingCodeDigits(number.slice(1)), national: national(number) };
    }
    const fragment = Fragment.parse(text);
    const fitOf = (asked: string): unknown => ({
      fit: fragment?.fit(asked) ?? null,
      at: fragment?.range(asked) ?? null,
    });
    return { forms: fragment?.forms() ?? null, fits: fits.map((asked) => fitOf(asked.number)) };
  },
  segments: ({ text }) => ({
    ...segments(text),
    fitted: fitted(text, 'typographic') ?? null,
    fitted_letters: fitted(text, 'letters') ?? null,
  }),
  template: ({ text, values = {} }) => {
    const own = new Map(Object.entries(values));
    const filled = fill(text, (name) => own.get(name));
    const said = 'text' in filled ? { filled: filled.text } : { missing: filled.missing };
    return { fields: fields(text), ...said };
  },
  search: ({ text }) => {
    try {
      const search = parseSearch(text);
      return { terms: search.terms.map(shown), filters: search.filters };
    } catch (error) {
      if (!(error instanceof SearchTextError)) throw error;
      return { error: { ...error.problem, at: error.at, message: error.message } };
    }
  },
};

function shown(term: Term): unknown {
  if (!('number' in term)) return term;
  return { number: { forms: term.number.fragment.forms(), words: term.number.words } };
}

export const texts: Readonly<Record<string, (request: Request) => unknown>> = Object.fromEntries(
  Object.entries(answers).map(([name, answer]) => [
    name,
    (request: Request) => answer(request as unknown as Asked),
  ]),
);

/** What the client knows of the registries. */
export function constants(): unknown {
  const errors = Object.fromEntries(ERROR_CODES.map((code) => [code, isTemporary(code)]));
  const closes = Object.fromEntries(Object.values(CLOSE_CODES).map((code) => [code, reconnects(code)]));
  return { errors, closes };
}
