// Uploads over HTTP with the browser's cookie, as tus counts offsets. It translates answers and breaks nothing
// off by itself; when to go on is decided in `uploads.ts`.

import type { Attachment } from '../app/client.ts';
import { own } from '../app/session.ts';
import type { Refusal } from './asking.ts';
import type { Outcome, Sending, Stored, UploadDoor } from './uploads.ts';

const root = '/v1/attachments';

export const browserDoor: UploadDoor = {
  async begin(file) {
    const init = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(file),
    };
    return read<{ attachment_id: string }>(await attempt(root, init));
  },

  async offset(attachment_id) {
    const response = await attempt(`${root}/${attachment_id}`, { method: 'HEAD' });
    if (response === undefined) return { lost: true };
    const offset = Number(response.headers.get('Upload-Offset') ?? Number.NaN);
    return response.ok && Number.isFinite(offset)
      ? { ok: { offset } }
      : { error: refusalOf(response.status, '') };
  },

  send: sendPart,

  async giveUp(attachment_id) {
    await attempt(`${root}/${attachment_id}`, { method: 'DELETE' });
  },
};

/** Only `XMLHttpRequest` tells how many bytes have left. */
function sendPart(
  attachment_id: string,
  offset: number,
  bytes: Blob,
  how: Sending,
): Promise<Outcome<Stored>> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('PATCH', `${root}/${attachment_id}`);
    for (const [name, value] of Object.entries(own())) request.setRequestHeader(name, value);
    request.setRequestHeader('Upload-Offset', String(offset));
    request.setRequestHeader('Content-Type', 'application/offset+octet-stream');
    request.upload.onprogress = (event) => how.progress(event.loaded);
    request.onload = () => resolve(readText<Stored>(request.status, request.responseText));
    request.onerror = () => resolve({ lost: true });
    request.ontimeout = () => resolve({ lost: true });
    request.onabort = () => resolve({ lost: true });
    how.signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(bytes);
  });
}

export async function attempt(path: string, init: RequestInit): Promise<Response | undefined> {
  try {
    return await fetch(path, {
      ...init,
      headers: { ...init.headers, ...own() },
      credentials: 'same-origin',
    });
  } catch {
    return undefined;
  }
}

export async function read<T>(response: Response | undefined): Promise<Outcome<T>> {
  if (response === undefined) return { lost: true };
  return readText<T>(response.status, await response.text().catch(() => ''));
}

function readText<T>(status: number, text: string): Outcome<T> {
  if (status === 0) return { lost: true };
  if (status >= 400) return { error: refusalOf(status, text) };
  try {
    return { ok: JSON.parse(text) as T };
  } catch {
    return { lost: true };
  }
}

/** A problem document of the server; a proxy's own page has only its status. */
function refusalOf(status: number, text: string): Refusal {
  const problem = parsed(text);
  const code = typeof problem.code === 'string' ? problem.code : codeOf(status);
  const message = typeof problem.detail === 'string' ? problem.detail : '';
  const details =
    typeof problem.details === 'object' ? (problem.details as Record<string, unknown>) : undefined;
  return { code, message, temporary: problem.temporary === true || status >= 502, details };
}

function codeOf(status: number): string {
  if (status === 413) return 'attachment_too_large';
  return status === 404 || status === 405 ? 'not_found' : 'unavailable';
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Where a picture of an attachment is read from. */
export function attachmentUrl(attachment: Attachment, what: 'file' | 'thumbnail'): string {
  const path = `${root}/${attachment.attachment_id}`;
  return what === 'thumbnail' ? `${path}/thumbnail` : path;
}
