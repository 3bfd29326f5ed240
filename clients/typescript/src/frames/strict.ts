// Frames of a client, read as a server reads them: whatever is none is refused with its code. Clients have no need
// of it; tests and tools have.

import { type Codec, type Document, FrameError, readDocument } from './codec.js';
import type { CommandId } from './ids.js';
import { checkMsgpack, type Texts } from './msgpack.js';
import { type Check, isMap, maybe, uuid, whole } from './shape.js';
import type { Up } from './up.js';
import { COMMANDS, EXPECTED, PLAIN, QUERIES, WATCHES } from './up_shapes.js';

const DEPTH_MAX = 32;
const LONE_SURROGATE = /[\ud800-\udfff]/u;

/** Whom a refusal answers, where that could be read. */
export interface RefusedTo {
  readonly command_id?: CommandId;
  readonly id?: number;
}

/** Why bytes are no frame, by the code that a server answers or closes with. */
export class UpError extends Error {
  override readonly name = 'UpError';
  readonly code: string;
  readonly to: RefusedTo | undefined;

  constructor(code: string, message: string, to?: RefusedTo) {
    super(message);
    this.code = code;
    this.to = to;
  }
}

/** A frame of a client. Throws an `UpError`. */
export function readUp(codec: Codec, bytes: Uint8Array): Up {
  const { document, texts } = readStrict(codec, bytes);
  const { type } = document;
  if (typeof type !== 'string') throw new UpError('bad_frame', 'a frame has a type');
  if (type === 'command') return readCommand(document, texts);
  if (type === 'query' || type === 'watch') return readQuestion(document, type, texts);
  const check = own(PLAIN, type);
  if (check === undefined) {
    const code = texts === 'ill' ? 'bad_frame' : 'unknown_type';
    throw new UpError(code, `'${type}' is no type of a client's frame`);
  }
  if (texts === 'ill' || !check(document))
    throw new UpError('invalid_params', `a field of '${type}' is not of its form`);
  return document as unknown as Up;
}

function readStrict(codec: Codec, bytes: Uint8Array): { readonly document: Document; readonly texts: Texts } {
  try {
    const texts = codec === 'msgpack' ? checkMsgpack(bytes, DEPTH_MAX) : 'well';
    const document = readDocument(codec, bytes);
    checkTexts(document, 1);
    return { document, texts };
  } catch (error) {
    if (error instanceof FrameError) throw new UpError('bad_frame', error.message);
    throw error;
  }
}

function checkTexts(value: unknown, depth: number): void {
  if (typeof value === 'string' && LONE_SURROGATE.test(value)) throw new FrameError('half a character');
  if (typeof value !== 'object' || value === null) return;
  if (depth > DEPTH_MAX) throw new FrameError(`nested deeper than ${DEPTH_MAX}`);
  for (const [name, inner] of Object.entries(value)) {
    checkTexts(name, depth);
    checkTexts(inner, depth + 1);
  }
}

function readCommand(document: Document, texts: Texts): Up {
  const { command_id, name, expected, params } = document;
  if (!uuid(command_id) || !EXPECTED(expected)) throw new UpError('invalid_params', 'the head of a command');
  const to = { command_id: command_id as CommandId };
  return known(document, 'unknown_command', COMMANDS, name, texts === 'ill' ? undefined : params, to);
}

function readQuestion(document: Document, type: 'query' | 'watch', texts: Texts): Up {
  const { id = type === 'query' ? 0 : undefined, name, at_least, params } = document;
  if (!whole(id) || !maybe(whole)(at_least)) throw new UpError('invalid_params', `the head of a ${type}`);
  const shapes = type === 'query' ? QUERIES : WATCHES;
  return known(document, 'unknown_query', shapes, name, texts === 'ill' ? undefined : params, {
    id: id as number,
  });
}

function known(
  document: Document,
  code: string,
  shapes: Readonly<Record<string, Check>>,
  name: unknown,
  params: unknown,
  to: RefusedTo,
): Up {
  const check = typeof name === 'string' ? own(shapes, name) : undefined;
  if (check === undefined) throw new UpError(code, `'${String(name)}' is not known`, to);
  if (!isMap(params) || !check(params)) {
    throw new UpError('invalid_params', `the params of '${String(name)}' are not of their form`, to);
  }
  return document as unknown as Up;
}

function own(shapes: Readonly<Record<string, Check>>, name: string): Check | undefined {
  return Object.hasOwn(shapes, name) ? shapes[name] : undefined;
}
