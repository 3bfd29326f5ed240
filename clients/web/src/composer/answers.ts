// The client's promises as answers: what it throws is a refusal with a code, whatever went wrong.
import type { Client, CommandOptions } from '../app/client.ts';
import type { Answer, Asking, How, Refusal } from './asking.ts';

export function askingOf(client: Client): Asking {
  return {
    command: (name, params, how) => answered(client.command(name, params, optionsOf(how))),
    query: (name, params) => answered(client.query(name, params)),
  };
}

function optionsOf({ command_id, expected }: How = {}): CommandOptions {
  return { expected, ...(command_id === undefined ? {} : { commandId: command_id }) };
}

async function answered<T>(promise: Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: await promise };
  } catch (error) {
    return { error: refusalOf(error) };
  }
}

/** What was thrown, with the fields of a refusal; a broken connection is a temporary one. */
export function refusalOf(error: unknown): Refusal {
  const thrown = Object(error) as Partial<Refusal> & { body?: Refusal; error?: Refusal };
  const body = thrown.body ?? thrown.error ?? thrown;
  return {
    code: typeof body.code === 'string' ? body.code : 'unavailable',
    message: typeof body.message === 'string' ? body.message : String(error),
    temporary: body.temporary ?? typeof body.code !== 'string',
    ...(body.details === undefined ? {} : { details: body.details }),
  };
}
