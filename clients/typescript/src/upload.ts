// Files on their way up: begun, sent from an offset on, gone on with after a loss, given up. It follows the
// offsets that the server tells and never guesses one.

import { Refused } from './errors.js';
import type { Attachment, AttachmentId, ErrorBody } from './frames.js';
import { type Answered, type Carrier, carrierOf } from './upload/carrier.js';

/** Tries without a step forward before an upload fails. */
const TRIES_MAX = 6;
const PAUSE_MS = 500;
const PAUSE_MS_MAX = 10_000;
/** What says that there is no such upload any more. Whatever else is answered for it may be another answer later. */
const GONE: readonly number[] = [404, 410];

/** How a file is uploaded. */
export interface UploadOptions {
  /** Absent: the file's own name, or `file`. */
  readonly name?: string;
  readonly mediaType?: string;
  /** Ends it; what was uploaded is given up. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (sentBytes: number, totalBytes: number) => void;
  /** Called once the server knows of the upload. */
  readonly onBegun?: (attachment_id: AttachmentId) => void;
  /** Goes on with an upload that was begun before, of the same file. */
  readonly resume?: AttachmentId;
}

/** Where uploads go, and who says so. */
export interface UploadDoor {
  readonly http: string;
  /** Absent where a cookie says who. */
  readonly token: () => Promise<string | undefined>;
  readonly carrier?: Carrier;
}

interface Step {
  readonly attachment_id: AttachmentId;
  readonly offset: number;
  readonly attachment?: Attachment;
}

/** Uploads a file. Rejects with `Refused`, or with the reason of `signal`. */
export async function upload(door: UploadDoor, file: Blob, options: UploadOptions = {}): Promise<Attachment> {
  return new Upload(door, file, options).run();
}

class Upload {
  readonly #door: UploadDoor;
  readonly #carrier: Carrier;
  readonly #file: Blob;
  readonly #options: UploadOptions;
  #id: AttachmentId | undefined;

  constructor(door: UploadDoor, file: Blob, options: UploadOptions) {
    this.#door = door;
    this.#carrier = door.carrier ?? carrierOf();
    this.#file = file;
    this.#options = options;
    this.#id = options.resume;
  }

  async run(): Promise<Attachment> {
    try {
      let offset = this.#id === undefined ? await this.#begin() : undefined;
      let stalled = 0;
      while (stalled < TRIES_MAX) {
        if (stalled > 0) await this.#pause(stalled);
        const step = offset === undefined ? undefined : await this.#send(offset);
        if (step?.attachment !== undefined) return step.attachment;
        const reached: number | undefined = step?.offset ?? (await this.#reached());
        stalled = reached !== undefined && reached > (offset ?? -1) ? 0 : stalled + 1;
        offset = reached ?? offset;
      }
    } catch (error) {
      if (this.#options.signal?.aborted) this.#giveUp();
      throw error;
    }
    throw new Refused({ code: 'unavailable', message: 'the upload does not get on', temporary: true });
  }

  async #begin(): Promise<number> {
    const { name = nameOf(this.#file), mediaType = this.#file.type } = this.#options;
    const bytes = this.#file.size;
    const media = mediaType === '' ? {} : { media_type: mediaType };
    const body = JSON.stringify({ name, bytes, ...media });
    const headers = { 'content-type': 'application/json' };
    const step = accepted(await this.#ask('POST', '', headers, body)) as unknown as Step;
    this.#id = step.attachment_id;
    this.#options.onBegun?.(step.attachment_id);
    return step.offset;
  }

  /** Sends what follows `offset`; nothing when it got lost on the way. */
  async #send(offset: number): Promise<Step | undefined> {
    const headers = { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' };
    const total = this.#file.size;
    this.#options.onProgress?.(offset, total);
    try {
      const progress = (sent: number): void => this.#options.onProgress?.(offset + sent, total);
      const rest = this.#file.slice(offset);
      const answered = await this.#ask('PATCH', `/${this.#known()}`, headers, rest, progress);
      const other = answered.status === 409 ? offsetIn(answered.body) : undefined;
      if (other !== undefined) return { attachment_id: this.#known(), offset: other };
      return accepted(answered) as unknown as Step;
    } catch (error) {
      if (this.#options.signal?.aborted || (error instanceof Refused && !error.body.temporary)) throw error;
      return undefined;
    }
  }

  /** How far the server is; nothing when that cannot be learnt now. */
  async #reached(): Promise<number | undefined> {
    const id = this.#known();
    const answered = await this.#ask('HEAD', `/${id}`, {}, null).catch(() => undefined);
    this.#options.signal?.throwIfAborted();
    if (answered === undefined) return undefined;
    if (GONE.includes(answered.status)) {
      const message = `there is no upload ${id}`;
      throw new Refused({ code: 'attachment_not_found', message, temporary: false });
    }
    const offset = Number(answered.header('upload-offset') ?? Number.NaN);
    return answered.status < 300 && Number.isInteger(offset) ? offset : undefined;
  }

  #giveUp(): void {
    if (this.#id === undefined) return;
    const path = `/${this.#id}`;
    // What stays there the server gives up by itself.
    void this.#request('DELETE', path, {}, null, undefined, undefined).catch(() => undefined);
  }

  #known(): AttachmentId {
    if (this.#id === undefined) throw new Error('the upload was not begun');
    return this.#id;
  }

  #ask(
    method: string,
    path: string,
    headers: Record<string, string>,
    body: string | Blob | null,
    progress?: (sent: number) => void,
  ): Promise<Answered> {
    return this.#request(method, path, headers, body, progress, this.#options.signal);
  }

  async #request(
    method: string,
    path: string,
    headers: Record<string, string>,
    body: string | Blob | null,
    progress: ((sent: number) => void) | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Answered> {
    signal?.throwIfAborted();
    const token = await this.#door.token();
    signal?.throwIfAborted();
    const way: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const url = `${this.#door.http}/v1/attachments${path}`;
    return this.#carrier({ method, url, headers: { ...headers, ...way }, body, progress, signal });
  }

  #pause(tries: number): Promise<void> {
    const ms = Math.min(PAUSE_MS * 2 ** tries, PAUSE_MS_MAX) * Math.random();
    const { signal } = this.#options;
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, ms);
      signal?.addEventListener('abort', stop);
    });
  }
}

/** Whether a proxy or a server that answers so may answer otherwise later. */
function mayPass(status: number): boolean {
  return status >= 500 || status === 429;
}

function nameOf(file: Blob): string {
  return 'name' in file && typeof file.name === 'string' && file.name !== '' ? file.name : 'file';
}

function offsetIn(body: unknown): number | undefined {
  const details = (body as Partial<ErrorBody> | undefined)?.details;
  return typeof details?.offset === 'number' ? details.offset : undefined;
}

function accepted({ status, body }: Answered): Record<string, unknown> {
  if (status < 300) return body as Record<string, unknown>;
  const { code = 'internal', message, temporary = mayPass(status) } = (body ?? {}) as Partial<ErrorBody>;
  const detail = (body as { detail?: string } | undefined)?.detail;
  const details = (body as Partial<ErrorBody> | undefined)?.details;
  const said = message ?? detail ?? `the server answered ${status}`;
  throw new Refused({ code, message: said, temporary, ...(details === undefined ? {} : { details }) });
}
