// Why a text is no search. Each problem has a code for programs, a sentence that says what to do, and the facts.

import type { Range } from '../frames.js';

/** What is wrong with the text of a search. */
export type Problem =
  | { readonly reason: 'too_long' | 'too_many_terms' | 'too_many_filters'; readonly max: number }
  | { readonly reason: 'unclosed_quote' }
  | {
      readonly reason: 'empty_value' | 'incomplete_property';
      /** As it was typed. */
      readonly qualifier: string;
      /** A value. */
      readonly example: string;
    }
  | {
      readonly reason: 'unknown_value';
      readonly qualifier: string;
      readonly value: string;
      readonly allowed: readonly string[];
    };

/** A problem with the characters of the text that it is about. */
export class SearchTextError extends Error {
  override readonly name = 'SearchTextError';
  readonly at: Range;
  readonly problem: Problem;

  constructor(at: Range, problem: Problem, message: string) {
    super(message);
    this.at = at;
    this.problem = problem;
  }
}

/** What to do about it. */
export function sentence(problem: Problem): string {
  switch (problem.reason) {
    case 'too_long':
      return `a search has ${problem.max} characters at most: leave some words out`;
    case 'too_many_terms':
      return `a search has ${problem.max} words, phrases and numbers at most: leave some out`;
    case 'too_many_filters':
      return `a search has ${problem.max} qualifiers at most: leave some out`;
    case 'unclosed_quote':
      return 'a quotation mark is never closed: write another one after the phrase, or take it away';
    case 'empty_value':
      return `'${problem.qualifier}:' has no value: write one without a space before it, as in ${problem.qualifier}:${problem.example}`;
    case 'unknown_value':
      return `'${problem.value}' is no value of '${problem.qualifier}:': write ${problem.allowed.join(' or ')}`;
    case 'incomplete_property':
      return `'${problem.qualifier}:' lacks a property or a value: write both around an equals sign, as in ${problem.qualifier}:${problem.example}`;
  }
}
