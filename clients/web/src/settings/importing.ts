// Address books on their way into the desk: sent up, shown as they would be read, begun, followed and called off. The
// server reads them; nothing here knows what a file means.

import type { Refusal } from '../composer/asking.ts';
import { attempt, browserDoor, read } from '../composer/upload-door.ts';
import { lossesMax, type Outcome, partBytes } from '../composer/uploads.ts';

const root = '/v1/imports';
const pauseMs = 1_000;

export type Preview = {
  kind: 'csv' | 'vcard';
  delimiter?: string;
  columns: { name: string; meaning: string }[];
  rows: {
    number: number;
    cells: string[];
    person?: { name: string; numbers: string[]; tags: string[]; properties: [string, string][] };
    code?: string;
  }[];
  problem?: 'no_person' | 'key_too_long';
};

/** How a file is to be read; what is not said is told from it. */
export type Told = { delimiter?: string; columns?: string[] };

export type Import = {
  attachment_id: string;
  name: string;
  agent_id: string;
  begun_at: string;
  bytes: number;
  read: number;
  imported: number;
  unchanged: number;
  failed: number;
  blank: number;
  errors: boolean;
  ended?: { at: string; how: 'whole' | 'cancelled' | 'erasure' | 'stopped'; code?: string };
};

export type Sending = { progress: (sent: number) => void; signal: AbortSignal };

/** Sends a file up, over lost lines too; the id of the upload. */
export async function sendUp(file: File, how: Sending): Promise<Outcome<string>> {
  const begun = await browserDoor.begin({
    name: file.name,
    bytes: file.size,
    media_type: file.type,
    purpose: 'import',
  });
  if (!('ok' in begun)) return begun;
  const id = begun.ok.attachment_id;
  let [offset, losses] = [0, 0];
  while (offset < file.size) {
    const from = offset;
    const part = file.slice(from, from + partBytes);
    const progress = (sent: number) => how.progress(from + sent);
    const sent = await browserDoor.send(id, from, part, { progress, signal: how.signal });
    if (how.signal.aborted) {
      void browserDoor.giveUp(id);
      return { lost: true };
    }
    if ('error' in sent && !sent.error.temporary) return sent;
    if ('ok' in sent) {
      losses = 0;
      offset = sent.ok.offset;
      continue;
    }
    losses += 1;
    if (losses > lossesMax) return sent;
    await new Promise((wake) => setTimeout(wake, pauseMs));
    const stands = await browserDoor.offset(id);
    if ('ok' in stands) offset = stands.ok.offset;
  }
  return { ok: id };
}

export function giveUp(attachment_id: string): void {
  void browserDoor.giveUp(attachment_id);
}

/** What a file's columns mean, and its first rows as they would be saved. */
export function preview(attachment_id: string, told: Told): Promise<Outcome<Preview>> {
  return post<Preview>(`${root}/preview`, { attachment_id, ...told });
}

/** Begins to save; asked again it is the same import. */
export function begin(attachment_id: string, told: Told): Promise<Outcome<Import>> {
  return post<Import>(root, { attachment_id, ...told });
}

export async function imports(): Promise<Outcome<{ items: Import[] }>> {
  return read<{ items: Import[] }>(await attempt(root, {}));
}

export async function cancel(attachment_id: string): Promise<void> {
  await attempt(`${root}/${attachment_id}`, { method: 'DELETE' });
}

export function errorsPath(attachment_id: string): string {
  return `${root}/${attachment_id}/errors.csv`;
}

async function post<T>(path: string, body: unknown): Promise<Outcome<T>> {
  const init = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
  return read<T>(await attempt(path, init));
}

/** The meaning that a choice and a key make. */
export function meaningOf(choice: string, key: string): string {
  return choice === 'prop' ? `prop:${key.trim()}` : choice;
}

/** A meaning as its choice and its key. */
export function choiceOf(meaning: string): { choice: string; key: string } {
  return meaning.startsWith('prop:')
    ? { choice: 'prop', key: meaning.slice(5) }
    : { choice: meaning, key: '' };
}

/** Whether a column is one of `parloir export`, whose meaning nobody changes. */
export function isOwn(meaning: string): boolean {
  return meaning.startsWith('parloir_');
}

/** Why a file is refused, as the last part of a sentence's key. */
export function refusedAs(error: Refusal): 'utf16' | 'empty' | 'header' | 'unreadable' | undefined {
  if (error.code !== 'unsupported_file') return undefined;
  const found = error.details?.found;
  return found === 'utf16' || found === 'empty' || found === 'header' ? found : 'unreadable';
}
