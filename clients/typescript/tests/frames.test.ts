// The golden frames: every frame of the wire as JSON and as the MessagePack bytes that another encoder wrote, and
// bytes that are no frame, each with the code that a server refuses them with.

import { describe, expect, it } from 'vitest';
import { CLOSE_CODES, ERROR_CODES, type ErrorCode, isTemporary, reconnects } from '../src/index.js';
import { type Codec, readDown, readUp, UpError, writeFrame } from '../src/strict.js';
import { fixture, fixtureNames, fixtureText, protocolFile } from './fixtures.js';

interface Valid {
  readonly way: 'up' | 'down';
  readonly json: Record<string, unknown>;
  readonly msgpack: string;
}

interface Invalid {
  readonly codec: Codec;
  readonly code: string;
  readonly to?: unknown;
  readonly hex: string;
  readonly about: string;
}

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = (written: string | Uint8Array): string => Buffer.from(written).toString('hex');

/** The document without the white space between its parts; the order of fields stays. */
function compact(file: string): string {
  const text = fixtureText(file);
  const from = text.indexOf('{', text.indexOf('"json"'));
  const to = text.lastIndexOf('}', text.lastIndexOf('"msgpack"'));
  return text.slice(from, to + 1).replace(/("(?:[^"\\]|\\.)*")|\s+/gu, '$1');
}

describe('every frame is read and written as it stands', () => {
  for (const name of fixtureNames('frames/valid')) {
    it(name, () => {
      const { way, json, msgpack } = fixture<Valid>(`frames/valid/${name}`);
      const text = compact(`frames/valid/${name}`);
      const read = way === 'up' ? readUp : readDown;
      const [fromJson, fromMsgpack] = [read('json', Buffer.from(text)), read('msgpack', bytesOf(msgpack))];
      expect(fromJson).toEqual(json);
      expect(fromMsgpack).toEqual(json);
      expect(writeFrame('json', fromMsgpack)).toBe(text);
      expect(hexOf(writeFrame('msgpack', fromJson))).toBe(msgpack);
    });
  }
});

describe('what is no frame is refused with its code', () => {
  for (const name of fixtureNames('frames/invalid')) {
    it(name, () => {
      const { codec, code, to, hex } = fixture<Invalid>(`frames/invalid/${name}`);
      let refused: unknown;
      try {
        readUp(codec, bytesOf(hex));
      } catch (error) {
        refused = error;
      }
      expect(refused).toBeInstanceOf(UpError);
      expect({ code: (refused as UpError).code, to: (refused as UpError).to }).toEqual({ code, to });
    });
  }
});

describe('what a newer server says', () => {
  it('is kept apart', () => {
    const event = {
      type: 'event',
      seq: 7,
      at: '2026-11-03T09:15:02.123Z',
      name: 'brand.new',
      data: { a: 1 },
    };
    expect(readDown('json', JSON.stringify(event))).toEqual({ ...event, type: 'unknown_event' });
    expect(readDown('json', '{"type":"shout"}')).toEqual({ type: 'unknown', of: 'shout' });
    expect(() => readDown('json', '{"type":"event","seq":"7"}')).toThrow("'seq' of 'event' is no number");
  });
});

describe('the registry', () => {
  it('of errors is known', () => {
    const registry = protocolFile<{ code: ErrorCode; temporary: boolean }[]>('registry/errors.json');
    expect([...ERROR_CODES].sort()).toEqual(registry.map(({ code }) => code).sort());
    for (const { code, temporary } of registry) expect(isTemporary(code), code).toBe(temporary);
  });

  it('of closes is known, and which of them end a client', () => {
    const registry =
      protocolFile<{ code: number; name: string; reconnect: boolean }[]>('registry/closes.json');
    expect(Object.entries(CLOSE_CODES)).toEqual(registry.map(({ code, name }) => [name, code]));
    for (const { code, reconnect } of registry) expect(reconnects(code), String(code)).toBe(reconnect);
  });
});
