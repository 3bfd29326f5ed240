// Frames as bytes and as documents, through the client's own codec.

import { type Codec, readDown, readUp, writeFrame } from '@parloir/client/strict';

type Frame = Parameters<typeof writeFrame>[1];

export interface DecodeRequest {
  readonly codec: Codec;
  readonly hex: string;
  readonly direction: 'up' | 'down';
}

export interface EncodeRequest {
  readonly codec: Codec;
  readonly document: Frame;
}

export function decode({ codec, hex, direction }: DecodeRequest): unknown {
  const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
  return { document: direction === 'up' ? readUp(codec, bytes) : readDown(codec, bytes) };
}

export function encode({ codec, document }: EncodeRequest): unknown {
  return { hex: Buffer.from(writeFrame(codec, document)).toString('hex') };
}
