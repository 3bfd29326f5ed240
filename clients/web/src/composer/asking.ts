// What the right half of the desk asks of the server: commands that happen once, and queries. It owns the
// shapes of an answer that says no, and knows nothing of frames, sockets or screens.
import type { CommandName, Commands, Done, ErrorBody, Expected, Queries, QueryName } from '../app/client.ts';

export type Refusal = ErrorBody;

export type Answer<T> = { ok: T } | { error: Refusal };

export type How = { command_id?: string | undefined; expected?: Expected | undefined };

/** A command waits through lost connections until it is answered; neither of the two ever rejects. */
export interface Asking {
  command<Name extends CommandName>(name: Name, params: Commands[Name], how?: How): Promise<Answer<Done>>;
  query<Name extends QueryName>(
    name: Name,
    params: Queries[Name]['params'],
  ): Promise<Answer<Queries[Name]['answer']>>;
}

const notBuilt = ['unknown_command', 'unknown_query', 'unknown_type', 'not_found'];

/** Whether the server is too old for what was asked. */
export function isTooOld(refusal: Refusal): boolean {
  return notBuilt.includes(refusal.code);
}

/** A number among the facts of a refusal. */
export function numberIn(refusal: Refusal, name: string): number | undefined {
  const value = refusal.details?.[name];
  return typeof value === 'number' ? value : undefined;
}

/** A text among the facts of a refusal. */
export function textIn(refusal: Refusal, name: string): string | undefined {
  const value = refusal.details?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** A list of texts among the facts of a refusal. */
export function textsIn(refusal: Refusal, name: string): string[] {
  const value = refusal.details?.[name];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}
