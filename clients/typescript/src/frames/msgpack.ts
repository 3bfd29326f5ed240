// MessagePack as the protocol allows it: no bin, no ext, texts in UTF-8, a bounded depth, nothing after the
// document. It goes over the bytes and builds nothing.

import { FrameError } from './codec.js';

/** Whether every text is UTF-8. */
export type Texts = 'well' | 'ill';

/** Throws a `FrameError` when the bytes are not one document of that kind; says how its texts are. */
export function checkMsgpack(bytes: Uint8Array, depthMax: number): Texts {
  const walk = new Walk(bytes, depthMax);
  walk.value(0);
  if (walk.at !== bytes.length) throw new FrameError('bytes after the document');
  return walk.texts;
}

class Walk {
  at = 0;
  texts: Texts = 'well';
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #depthMax: number;
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true });

  constructor(bytes: Uint8Array, depthMax: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#depthMax = depthMax;
  }

  value(depth: number): void {
    const head = this.#number(1);
    if (head < 0x80 || head >= 0xe0 || head === 0xc0 || head === 0xc2 || head === 0xc3) return;
    if (head < 0x90) return this.#items((head & 0x0f) * 2, depth);
    if (head < 0xa0) return this.#items(head & 0x0f, depth);
    if (head < 0xc0) return this.#text(head & 0x1f);
    this.#long(head, depth);
  }

  #long(head: number, depth: number): void {
    const plain: Readonly<Record<number, number>> = {
      202: 4,
      203: 8,
      204: 1,
      205: 2,
      206: 4,
      207: 8,
      208: 1,
      209: 2,
      210: 4,
      211: 8,
    };
    const size = plain[head];
    if (size !== undefined) this.#skip(size);
    else if (head >= 0xd9 && head <= 0xdb) this.#text(this.#number(2 ** (head - 0xd9)));
    else if (head === 0xdc || head === 0xdd) this.#items(this.#number(head === 0xdc ? 2 : 4), depth);
    else if (head === 0xde || head === 0xdf) this.#items(this.#number(head === 0xde ? 2 : 4) * 2, depth);
    else throw new FrameError(`0x${head.toString(16)} has no place in a document`);
  }

  #items(count: number, depth: number): void {
    if (depth >= this.#depthMax) throw new FrameError(`nested deeper than ${this.#depthMax}`);
    if (count > this.#bytes.length) throw new FrameError('more items than bytes');
    for (let item = 0; item < count; item += 1) this.value(depth + 1);
  }

  #text(length: number): void {
    const from = this.at;
    this.#skip(length);
    try {
      this.#utf8.decode(this.#bytes.subarray(from, this.at));
    } catch {
      this.texts = 'ill';
    }
  }

  #number(size: number): number {
    const from = this.at;
    this.#skip(size);
    if (size === 1) return this.#view.getUint8(from);
    return size === 2 ? this.#view.getUint16(from) : this.#view.getUint32(from);
  }

  #skip(count: number): void {
    this.at += count;
    if (this.at > this.#bytes.length) throw new FrameError('the bytes end too early');
  }
}
