// Naming colleagues in a note: which word after an @ is being typed, who fits it, and whose names stand in the
// text when it is sent. It keeps no state.

import type { Mention } from './drafts.ts';

export const mentionsMax = 50;
export const offeredMax = 6;

const lookback = 40;

/** The name being typed: where its @ stands, and what follows it up to the caret. */
export interface Typing {
  from: number;
  typed: string;
}

export function typingAt(text: string, caret: number): Typing | undefined {
  const before = text.slice(Math.max(0, caret - lookback), caret);
  const found = /(?:^|[\s(])@([^\s@]*(?: [^\s@]+)?)$/u.exec(before);
  const typed = found?.[1];
  return typed === undefined ? undefined : { from: caret - typed.length - 1, typed };
}

/** Those whose name has a word that begins so; those who begin with it first. */
export function offered(agents: Mention[], typed: string): Mention[] {
  const wanted = folded(typed);
  const fits = agents.filter((agent) => ` ${folded(agent.name)}`.includes(` ${wanted}`));
  const first = (agent: Mention): number => (folded(agent.name).startsWith(wanted) ? 0 : 1);
  return fits
    .sort((one, other) => first(one) - first(other) || one.name.localeCompare(other.name))
    .slice(0, offeredMax);
}

export interface Completed {
  text: string;
  caret: number;
}

export function complete(text: string, typing: Typing, agent: Mention): Completed {
  const end = typing.from + 1 + typing.typed.length;
  const after = text.slice(end);
  const written = `@${agent.name}${after.startsWith(' ') ? '' : ' '}`;
  const caret = typing.from + agent.name.length + 2;
  return { text: text.slice(0, typing.from) + written + after, caret };
}

/** Of those chosen, the ones whose name still stands in the text; each once. */
export function standing(text: string, chosen: Mention[]): Mention[] {
  const unique = new Map(chosen.map((agent) => [agent.agent_id, agent]));
  return [...unique.values()].filter((agent) => text.includes(`@${agent.name}`)).slice(0, mentionsMax);
}

function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
