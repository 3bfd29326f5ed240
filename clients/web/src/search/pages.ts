// Pages of hits put together into one list: each hit stands there once, and no list grows past a bound. Pure.
import type { Found, Total } from '../app/client.ts';

/** Hits of one section that are shown at most; it is also the largest list that a server keeps current. */
export const hitsMax = 200;

export type Part<H> = { hits: readonly H[]; next: string | undefined; total: Total | undefined };

export function part<H>(found: Found<H>): Part<H> {
  return { hits: found.hits, next: found.next, total: found.total };
}

/** A list with the page after it. What moved between two answers stands in both: it is drawn once. */
export function longer<H>(now: Part<H>, found: Found<H>, idOf: (hit: H) => string): Part<H> {
  const known = new Set(now.hits.map(idOf));
  const fresh = found.hits.filter((hit) => !known.has(idOf(hit)));
  const hits = [...now.hits, ...fresh].slice(0, hitsMax);
  return { hits, next: hits.length < hitsMax ? found.next : undefined, total: now.total };
}

/** Whether more match than the `shown` of a list that holds `reach` at most. */
export function isMore(shown: number, reach: number, total: Total | undefined): boolean {
  if (shown < reach || reach >= hitsMax) return false;
  return total === undefined || total.capped || total.count > shown;
}
