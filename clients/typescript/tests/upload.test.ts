// Uploads against a server of the test's own, which follows the offsets of the protocol and fails when told to.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Refused } from '../src/index.js';
import { upload } from '../src/upload.js';

const ID = 'att_0192f0c4-0000-7000-8000-000000000001';
const BYTES = 2_500_000;

/** What a server knows of one upload. */
class Spool {
  received = Buffer.alloc(0);
  bytes = 0;
  name = '';
  requests: string[] = [];
  /** Answers of PATCH that are cut off, after the bytes were taken. */
  cuts = 0;
  /** What is answered to HEAD before it is answered as it should be. */
  strange: number[] = [];
  refusal: { readonly status: number; readonly code: string } | undefined;

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push(`${request.method} ${request.url} ${request.headers.authorization ?? '-'}`);
    const body = await read(request);
    if (request.method === 'POST') return this.#begin(JSON.parse(body.toString()), response);
    const strange = request.method === 'HEAD' ? this.strange.shift() : undefined;
    if (strange !== undefined) return void response.writeHead(strange).end();
    if (request.method === 'HEAD') {
      response.writeHead(200, { 'upload-offset': this.received.length, 'upload-length': this.bytes }).end();
      return;
    }
    if (request.method === 'DELETE') {
      response.writeHead(204).end();
      return;
    }
    this.#patch(Number(request.headers['upload-offset']), body, request, response);
  }

  #begin(asked: { name: string; bytes: number }, response: ServerResponse): void {
    if (this.refusal !== undefined) return this.#refuse(response);
    this.bytes = asked.bytes;
    this.name = asked.name;
    json(response, 201, { attachment_id: ID, offset: 0, bytes: asked.bytes });
  }

  #patch(offset: number, body: Buffer, request: IncomingMessage, response: ServerResponse): void {
    if (offset !== this.received.length) {
      json(response, 409, {
        code: 'upload_offset',
        temporary: false,
        details: { offset: this.received.length },
      });
      return;
    }
    this.received = Buffer.concat([this.received, body]);
    if (this.cuts > 0) {
      this.cuts -= 1;
      request.socket.destroy();
      return;
    }
    const whole = this.received.length === this.bytes;
    const attachment = { attachment_id: ID, name: this.name, bytes: this.bytes, state: 'stored' };
    const step = { attachment_id: ID, offset: this.received.length, bytes: this.bytes };
    json(response, 200, whole ? { ...step, attachment } : step);
  }

  #refuse(response: ServerResponse): void {
    const { status, code } = this.refusal ?? { status: 500, code: 'internal' };
    json(response, status, {
      title: 'no',
      status,
      detail: 'not that',
      code,
      message: 'not that',
      temporary: false,
    });
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe('an upload', () => {
  let spool: Spool;
  let server: Server;
  const file = new File([new Uint8Array(BYTES).fill(7)], 'facture.pdf', { type: 'application/pdf' });
  const door = (): Parameters<typeof upload>[0] => ({
    http: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: async () => 'plr_AAAA',
  });

  beforeEach(async () => {
    spool = new Spool();
    server = createServer((request, response) => {
      // A request that is cut off has no answer, which is the point.
      spool.serve(request, response).catch(() => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('tells its progress and ends with the attachment', async () => {
    const progress: number[] = [];
    const attachment = await upload(door(), file, { onProgress: (sent) => progress.push(sent) });
    expect(attachment).toMatchObject({ attachment_id: ID, name: 'facture.pdf', bytes: BYTES });
    expect(spool.received.equals(Buffer.alloc(BYTES, 7))).toBe(true);
    expect(progress.at(-1)).toBe(BYTES);
    expect([...progress].sort((a, b) => a - b)).toEqual(progress);
    expect(spool.requests[0]).toBe('POST /v1/attachments Bearer plr_AAAA');
  });

  it('goes on where the server is when answers get lost', async () => {
    spool.cuts = 2;
    await upload(door(), file);
    expect(spool.received.length).toBe(BYTES);
    expect(spool.requests.filter((request) => request.startsWith('HEAD'))).toHaveLength(2);
  });

  it('asks again how far the server is while a proxy answers in its place', async () => {
    spool.cuts = 1;
    spool.strange = [503, 429, 502];
    await upload(door(), file);
    expect(spool.received.length).toBe(BYTES);
    Object.assign(spool, { received: Buffer.alloc(1_000_000, 7), strange: [503], requests: [] });
    await upload(door(), file, { resume: ID });
    expect(spool.received.length).toBe(BYTES);
    spool.strange = [410];
    await expect(upload(door(), file, { resume: ID })).rejects.toMatchObject({
      code: 'attachment_not_found',
    });
  });

  it('is cancelled while its token is awaited', async () => {
    const cancel = new AbortController();
    let carried = 0;
    const asked = upload(
      {
        ...door(),
        token: async () => {
          cancel.abort();
          return 'plr_AAAA';
        },
        carrier: () => {
          carried += 1;
          return new Promise(() => undefined);
        },
      },
      file,
      { signal: cancel.signal },
    );
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    expect(carried).toBe(0);
  });

  it('goes on with one that was begun before', async () => {
    spool.bytes = BYTES;
    spool.received = Buffer.alloc(1_000_000, 7);
    await upload(door(), file, { resume: ID });
    expect(spool.received.equals(Buffer.alloc(BYTES, 7))).toBe(true);
    expect(spool.requests.some((request) => request.startsWith('POST'))).toBe(false);
  });

  it('is given up when it is cancelled', async () => {
    const cancel = new AbortController();
    const asked = upload(door(), file, {
      signal: cancel.signal,
      onProgress: (sent) => sent > 0 && cancel.abort(),
    });
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => spool.requests.at(-1)).toContain('DELETE');
    expect(spool.received.length).toBeLessThan(BYTES);
  });

  it('is refused with the code', async () => {
    spool.refusal = { status: 415, code: 'unsupported_file' };
    const refused = await upload(door(), file).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Refused);
    expect((refused as Refused).code).toBe('unsupported_file');
    expect(spool.requests).toHaveLength(1);
  });
});
