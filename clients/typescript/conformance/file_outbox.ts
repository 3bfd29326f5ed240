// An outbox in a file, for programs in Node: a line for each command that was given, a line for each that was answered.
// A line that a crash cut short counts as not given.

import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { CommandId, Entry, OutboxStore } from '@parloir/client';

type Line = Entry | { readonly done: CommandId };

export class FileOutbox implements OutboxStore {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  put(entry: Entry): void {
    const file = openSync(this.#path, 'a', 0o600);
    try {
      writeSync(file, `${JSON.stringify(entry)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  remove(command_id: CommandId): void {
    appendFileSync(this.#path, `${JSON.stringify({ done: command_id })}\n`);
  }

  all(): readonly Entry[] {
    if (!existsSync(this.#path)) return [];
    const entries = new Map<CommandId, Entry>();
    for (const text of readFileSync(this.#path, 'utf8').split('\n')) {
      const line = read(text);
      if (line === undefined) continue;
      if ('done' in line) entries.delete(line.done);
      else entries.set(line.command_id, line);
    }
    return [...entries.values()];
  }
}

function read(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}
