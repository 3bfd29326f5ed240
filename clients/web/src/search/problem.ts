// The words for a search that failed. It draws nothing.
import type { ErrorBody } from '../app/client.ts';
import { refusal } from '../app/notices.svelte.ts';
import { knows, t, type Values } from '../i18n/index.ts';

/** Why a search failed: the sentence of its reason, or of its code. */
export function sentence(problem: ErrorBody): string {
  const details = (problem.details ?? {}) as Values;
  const key = `search.reason_${details.reason}`;
  if (knows(key)) return t(key, details);
  // A connection that ended has a number in the place of a code, and no words for agents.
  return typeof problem.code === 'string' ? refusal(problem) : t('search.failed');
}
