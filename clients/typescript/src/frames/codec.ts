// Frames to bytes and back, in MessagePack and JSON. It checks what holds a frame together and leaves the rest to
// whoever reads a field: the server is trusted to keep its own protocol.

import { Decoder, Encoder } from '@msgpack/msgpack';
import type { Down } from './down.js';
import { isEventName } from './event.js';
import type { Up } from './up.js';

/** How frames are written. */
export type Codec = 'msgpack' | 'json';

/** A page of 200 rows or lines with the longest texts is far below it. */
const FRAME_BYTES_MAX = 16 << 20;

const encoder = new Encoder({ ignoreUndefined: true });
const decoder = new Decoder();

/** Bytes that are no frame. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** A document: a map with text keys. */
export type Document = Readonly<Record<string, unknown>>;

/** What a WebSocket offers for a codec. */
export function subprotocol(codec: Codec): string {
  return `parloir.v1.${codec}`;
}

/** A frame as a WebSocket sends it. */
export function writeFrame(codec: Codec, frame: Up | Down): string | Uint8Array<ArrayBuffer> {
  if (codec === 'json') return JSON.stringify(frame);
  return encoder.encode(frame) as Uint8Array<ArrayBuffer>;
}

/** The length of a written frame in bytes. */
export function frameBytes(written: string | Uint8Array): number {
  return typeof written === 'string' ? new TextEncoder().encode(written).length : written.length;
}

/** The document in a WebSocket message. Throws a `FrameError`. */
export function readDocument(codec: Codec, data: string | ArrayBuffer | Uint8Array): Document {
  const length = typeof data === 'string' ? data.length : data.byteLength;
  if (length > FRAME_BYTES_MAX) throw new FrameError(`a frame of ${length} bytes is too large`);
  const document = codec === 'json' ? readJson(data) : readMsgpack(data);
  if (!isDocument(document)) throw new FrameError('a frame is a map');
  return document;
}

/** A frame of the server. One of a type or name that is not known is kept apart. Throws a `FrameError`. */
export function readDown(codec: Codec, data: string | ArrayBuffer | Uint8Array): Down {
  const document = readDocument(codec, data);
  const { type } = document;
  if (typeof type !== 'string') throw new FrameError('a frame has a type');
  const required = REQUIRED[type];
  if (required === undefined) return { type: 'unknown', of: type };
  for (const [field, kind] of Object.entries(required)) {
    if (typeof document[field] !== kind || document[field] === null) {
      throw new FrameError(`'${field}' of '${type}' is no ${kind}`);
    }
  }
  if (type === 'event' && !isEventName(document.name as string)) {
    const { seq, at, name, data } = document;
    return { type: 'unknown_event', seq, at, name, data } as Down;
  }
  return document as unknown as Down;
}

/** What must be there for a frame to be read at all. */
const REQUIRED: Readonly<
  Record<string, Readonly<Record<string, 'string' | 'number' | 'boolean' | 'object'>>>
> = {
  welcome: {
    workspace: 'object',
    agent: 'object',
    epoch: 'string',
    cursor: 'string',
    seq: 'number',
    resumed: 'boolean',
    limits: 'object',
  },
  snapshot: { part: 'number', last: 'boolean', seq: 'number' },
  event: { seq: 'number', name: 'string', data: 'object' },
  reply: {},
  change: { id: 'number', seq: 'number', added: 'object', moved: 'object', removed: 'object' },
  signal: { agent_id: 'string', doing: 'string' },
  counters: { seq: 'number', group_id: 'string', assignees: 'object' },
  checkpoint: { seq: 'number', cursor: 'string' },
  ping: { cursor: 'string' },
  reset: { reason: 'string' },
  goodbye: { code: 'string', reason: 'string' },
};

function readJson(data: string | ArrayBuffer | Uint8Array): unknown {
  try {
    const text = typeof data === 'string' ? data : new TextDecoder('utf-8', { fatal: true }).decode(data);
    return JSON.parse(text);
  } catch (error) {
    throw new FrameError('the bytes are no JSON', { cause: error });
  }
}

function readMsgpack(data: string | ArrayBuffer | Uint8Array): unknown {
  if (typeof data === 'string') throw new FrameError('text on the binary subprotocol');
  try {
    return decoder.decode(data);
  } catch (error) {
    throw new FrameError('the bytes are no MessagePack', { cause: error });
  }
}

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
