// One section of a search as it stands: what was found, which text that answers, or why it could not be searched. It
// asks nothing.
import type { ErrorBody, Found, Total } from '../app/client.ts';
import { type Part, part } from './pages.ts';

const nothing = { hits: [], next: undefined, total: undefined };

/** A section as it is shown beside what stands in the box. */
export type Listed<H> = {
  hits: readonly H[];
  total: Total | undefined;
  isMore: boolean;
  /** Whether it answers what stands in the box; else it is of an older text. */
  isCurrent: boolean;
  /** Why it could not be searched. */
  problem: ErrorBody | undefined;
};

export class Section<H> {
  part: Part<H> = $state.raw(nothing);
  /** The text that it answers. */
  answered = $state('');
  problem: ErrorBody | undefined = $state.raw();

  put(text: string, found: Found<H>): void {
    this.#settle(text, part(found));
  }

  refuse(text: string, error: unknown): void {
    this.#settle(text, nothing, Object(error).body ?? error);
  }

  clear(): void {
    this.#settle('', nothing);
  }

  listed(text: string): Listed<H> {
    const { hits, total, next } = this.part;
    const isCurrent = this.answered === text;
    return { hits, total, isMore: isCurrent && next !== undefined, isCurrent, problem: this.problem };
  }

  #settle(text: string, found: Part<H>, problem?: ErrorBody): void {
    this.part = found;
    this.answered = text;
    this.problem = problem;
  }
}
