// The adapter of the TypeScript client for the conformance runner: a request a line on the standard input, an answer
// a line on the standard output. It only says what the client says.

import { createInterface } from 'node:readline';
import { Ended, Refused } from '@parloir/client';
import { UpError } from '@parloir/client/strict';
import { type Request, requests } from './requests.js';
import { Wrong } from './wrong.js';

const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
lines.on('line', (line) => void answered(JSON.parse(line) as Request));
lines.on('close', () => process.exit(0));

async function answered(request: Request): Promise<void> {
  const { id } = request;
  try {
    const run = requests[request.do];
    if (run === undefined) throw new Wrong('unsupported', `'${request.do}' is not known`);
    say({ id, ok: (await run(request)) ?? {} });
  } catch (error) {
    say({ id, error: wrong(error) });
  }
}

function wrong(error: unknown): unknown {
  if (error instanceof Refused) return error.body;
  if (error instanceof Ended) return { code: 'ended', message: error.message };
  if (error instanceof Wrong || error instanceof UpError) return { code: error.code, message: error.message };
  return { code: 'internal', message: String(error) };
}

function say(answer: unknown): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
