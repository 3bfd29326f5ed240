// Files on their way to the server before a message takes them: one byte stream at a time, progress, cancel,
// going on where it stopped. It owns the way of each file; it sends no message and shows nothing.

import type { Attachment } from '../app/client.ts';
import type { Refusal } from './asking.ts';
import { type Checked, check, filesAtOnceMax, type MediaType, nameOf } from './files.ts';

export type UploadPhase =
  | { kind: 'checking' }
  | { kind: 'waiting' }
  | { kind: 'sending'; offset: number }
  /** The connection was lost; it goes on by itself after `retry_ms`. */
  | { kind: 'paused'; offset: number }
  /** It stopped for good until somebody says "again". */
  | { kind: 'stopped'; offset: number }
  | { kind: 'refused'; problem: Exclude<Checked, { kind: 'fits' }> | { kind: 'server'; refusal: Refusal } }
  | { kind: 'done'; attachment: Attachment };

export interface Upload {
  upload_id: number;
  name: string;
  bytes: number;
  media_type?: MediaType;
  file: Blob;
  attachment_id?: string;
  phase: UploadPhase;
}

export type Stored = { offset: number; attachment?: Attachment };
export type Outcome<T> = { ok: T } | { error: Refusal } | { lost: true };

/** The HTTP side of an upload; `lost` is a connection that broke, never a refusal. */
export interface UploadDoor {
  begin(file: {
    name: string;
    bytes: number;
    media_type: string;
    /** An address book is no file of a message. */
    purpose?: 'import';
  }): Promise<Outcome<{ attachment_id: string }>>;
  send(attachment_id: string, offset: number, bytes: Blob, how: Sending): Promise<Outcome<Stored>>;
  offset(attachment_id: string): Promise<Outcome<{ offset: number }>>;
  giveUp(attachment_id: string): Promise<void>;
}

export interface Sending {
  progress: (sent: number) => void;
  signal: AbortSignal;
}

export interface UploadPorts {
  door: UploadDoor;
  changed: () => void;
  wait: (ms: number) => Promise<void>;
}

/** Only bytes that arrived make up for connections that were lost. */
type Step = 'on' | 'moved' | 'lost' | 'over';

/** Bytes of one request: small enough for any proxy, large enough to be few. */
export const partBytes = 4_194_304;

/** Lost connections in a row before an upload waits for its agent. */
export const lossesMax = 6;

const pauseMs = 500;
const pauseMsMax = 8_000;

export class Uploads {
  private uploads: Upload[] = [];
  private next_id = 1;
  private running: { upload_id: number; abort: AbortController } | undefined;

  constructor(private readonly ports: UploadPorts) {}

  list(): Upload[] {
    return this.uploads;
  }

  /** Takes files in the order given; those beyond the bound are not taken. Returns how many were. */
  async add(files: (Blob & { name?: string })[]): Promise<number> {
    const room = Math.max(0, filesAtOnceMax - this.uploads.length);
    const taken = files.slice(0, room).map((file) => this.place(file));
    for (const upload of taken) await this.look(upload);
    void this.run();
    return taken.length;
  }

  again(upload_id: number): void {
    const upload = this.find(upload_id);
    if (upload?.phase.kind !== 'stopped') return;
    this.change(upload_id, { phase: { kind: 'waiting' } });
    void this.run();
  }

  /** Cancels what runs, forgets what is done; the server's copy goes too. */
  async remove(upload_id: number): Promise<void> {
    const upload = this.find(upload_id);
    if (upload === undefined) return;
    this.uploads = this.uploads.filter((one) => one.upload_id !== upload_id);
    this.tell();
    if (this.running?.upload_id === upload_id) this.running.abort.abort();
    if (upload.attachment_id !== undefined) await this.ports.door.giveUp(upload.attachment_id);
  }

  /** Takes the finished ones out: a draft holds them from now on. It tells nobody, since it is called by who was told. */
  takeDone(): Attachment[] {
    const done = this.uploads.flatMap((upload) =>
      upload.phase.kind === 'done' ? [upload.phase.attachment] : [],
    );
    this.uploads = this.uploads.filter((upload) => upload.phase.kind !== 'done');
    return done;
  }

  private place(file: Blob & { name?: string }): Upload {
    const upload: Upload = {
      upload_id: this.next_id,
      name: file.name ?? '',
      bytes: file.size,
      file,
      phase: { kind: 'checking' },
    };
    this.next_id += 1;
    this.uploads = [...this.uploads, upload];
    this.tell();
    return upload;
  }

  private async look(upload: Upload): Promise<void> {
    const checked = await check(upload.file);
    if (checked.kind !== 'fits') {
      return this.change(upload.upload_id, { phase: { kind: 'refused', problem: checked } });
    }
    const { media_type } = checked;
    this.change(upload.upload_id, {
      media_type,
      name: nameOf(upload.file, media_type),
      phase: { kind: 'waiting' },
    });
  }

  private async run(): Promise<void> {
    if (this.running !== undefined) return;
    const upload = this.uploads.find((one) => one.phase.kind === 'waiting');
    if (upload === undefined) return;
    this.running = { upload_id: upload.upload_id, abort: new AbortController() };
    await this.carry(upload.upload_id, this.running.abort.signal);
    this.running = undefined;
    await this.run();
  }

  private async carry(upload_id: number, signal: AbortSignal): Promise<void> {
    let losses = 0;
    while (losses < lossesMax && !signal.aborted) {
      const step = await this.step(upload_id, signal);
      if (step === 'over') return;
      losses = step === 'lost' ? losses + 1 : step === 'moved' ? 0 : losses;
      if (step === 'lost') await this.ports.wait(Math.min(pauseMs * 2 ** losses, pauseMsMax));
    }
    const upload = this.find(upload_id);
    if (upload !== undefined)
      this.change(upload_id, { phase: { kind: 'stopped', offset: offsetOf(upload) } });
  }

  /** One request: begin, ask where it stands, or a part of the bytes. */
  private async step(upload_id: number, signal: AbortSignal): Promise<Step> {
    const upload = this.find(upload_id);
    if (upload === undefined || signal.aborted) return 'over';
    if (upload.attachment_id === undefined) return this.begin(upload);
    if (upload.phase.kind !== 'sending') return this.findPlace(upload, upload.attachment_id);
    return this.sendPart(upload, upload.attachment_id, signal);
  }

  private async begin(upload: Upload): Promise<Step> {
    const { name, bytes, media_type = 'application/pdf' } = upload;
    const begun = await this.ports.door.begin({ name, bytes, media_type });
    if ('ok' in begun && this.find(upload.upload_id) === undefined) {
      await this.ports.door.giveUp(begun.ok.attachment_id);
      return 'over';
    }
    return this.settle(upload, begun, ({ attachment_id }) => {
      this.change(upload.upload_id, { attachment_id, phase: { kind: 'sending', offset: 0 } });
    });
  }

  private async findPlace(upload: Upload, attachment_id: string): Promise<Step> {
    const found = await this.ports.door.offset(attachment_id);
    return this.settle(upload, found, ({ offset }) => {
      this.change(upload.upload_id, { phase: { kind: 'sending', offset } });
    });
  }

  private async sendPart(upload: Upload, attachment_id: string, signal: AbortSignal): Promise<Step> {
    const from = offsetOf(upload);
    const part = upload.file.slice(from, Math.min(from + partBytes, upload.bytes));
    const progress = (sent: number): void => {
      this.change(upload.upload_id, { phase: { kind: 'sending', offset: from + sent } });
    };
    const sent = await this.ports.door.send(attachment_id, from, part, { progress, signal });
    if ('error' in sent && sent.error.code === 'upload_offset') {
      this.change(upload.upload_id, { phase: { kind: 'paused', offset: from } });
      return 'on';
    }
    const step = this.settle(upload, sent, (stored) => this.stored(upload.upload_id, stored));
    if (step !== 'on' || !('ok' in sent)) return step;
    if (sent.ok.attachment !== undefined) return 'over';
    // An answer that takes nothing counts as a loss: it must not be asked for ever.
    return sent.ok.offset > from ? 'moved' : 'lost';
  }

  private stored(upload_id: number, { offset, attachment }: Stored): void {
    const phase: UploadPhase =
      attachment === undefined ? { kind: 'sending', offset } : { kind: 'done', attachment };
    this.change(upload_id, { phase });
  }

  private settle<T>(upload: Upload, outcome: Outcome<T>, took: (ok: T) => void): Step {
    if ('ok' in outcome) {
      took(outcome.ok);
      return 'on';
    }
    if ('error' in outcome && !outcome.error.temporary) {
      const problem = { kind: 'server' as const, refusal: outcome.error };
      this.change(upload.upload_id, { phase: { kind: 'refused', problem } });
      return 'over';
    }
    this.change(upload.upload_id, { phase: { kind: 'paused', offset: offsetOf(upload) } });
    return 'lost';
  }

  private find(upload_id: number): Upload | undefined {
    return this.uploads.find((upload) => upload.upload_id === upload_id);
  }

  private change(upload_id: number, change: Partial<Upload>): void {
    this.uploads = this.uploads.map((upload) =>
      upload.upload_id === upload_id ? { ...upload, ...change } : upload,
    );
    this.tell();
  }

  private tell(): void {
    this.ports.changed();
  }
}

function offsetOf(upload: Upload): number {
  return 'offset' in upload.phase ? upload.phase.offset : 0;
}

/** How far along, from 0 to 100. */
export function percent(upload: Upload): number {
  if (upload.phase.kind === 'done') return 100;
  return upload.bytes === 0 ? 0 : Math.min(99, Math.floor((offsetOf(upload) / upload.bytes) * 100));
}
