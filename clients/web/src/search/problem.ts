// The words for a search that failed, and where its text is wrong. It draws nothing.
import type { ErrorBody } from '../app/client.ts';
import { refusal } from '../app/notices.svelte.ts';
import { knows, t, type Values } from '../i18n/index.ts';

/** Characters that are shown before the place and after it, and of the place itself. */
const shownMax = { around: 24, wrong: 48 };

/** The wrong part of a search, between what stands around it. */
export type Place = { before: string; wrong: string; after: string };

/** Why a search failed: the sentence of its reason, or of its code. */
export function sentence(problem: ErrorBody): string {
  const details = (problem.details ?? {}) as Values;
  const key = `search.reason_${details.reason}`;
  if (knows(key)) return t(key, details);
  // A connection that ended has a number in the place of a code, and no words for agents.
  return typeof problem.code === 'string' ? refusal(problem) : t('search.failed');
}

/** Where the text of a refused search is wrong, when the refusal says so. Ranges count Unicode characters. */
export function placeOf(text: string, problem: ErrorBody): Place | undefined {
  const at = problem.details?.at;
  if (!isRange(at)) return undefined;
  const all = Array.from(text);
  const from = Math.min(at[0], all.length);
  const to = Math.min(Math.max(from, at[1]), all.length);
  const start = Math.max(0, from - shownMax.around);
  return {
    before: (start > 0 ? '…' : '') + all.slice(start, from).join(''),
    wrong: cut(all.slice(from, to), shownMax.wrong),
    after: to - from > shownMax.wrong ? '' : cut(all.slice(to), shownMax.around),
  };
}

function cut(characters: string[], max: number): string {
  return characters.slice(0, max).join('') + (characters.length > max ? '…' : '');
}

function isRange(at: unknown): at is readonly [number, number] {
  return Array.isArray(at) && at.length === 2 && at.every((each) => Number.isSafeInteger(each) && each >= 0);
}
