// A1: an upload shows progress, goes on where it stopped, is given up at once, and takes only what can leave.

import { describe, expect, test } from 'vitest';
import type { Attachment } from '../../app/client.ts';
import {
  lossesMax,
  type Outcome,
  percent,
  type Stored,
  type Upload,
  type UploadDoor,
  Uploads,
} from '../uploads.ts';

const PDF = '%PDF-1.7 and more';

const ATTACHMENT: Attachment = {
  attachment_id: 'att_1',
  name: 'a.pdf',
  media_type: 'application/pdf',
  kind: 'document',
  bytes: PDF.length,
  thumbnail: false,
  state: 'stored',
};

interface Rig {
  uploads: Uploads;
  seen: Upload[][];
  given: string[];
  offsets: number[];
}

function rig(send: (from: number, whole: Outcome<Stored>) => Outcome<Stored>, offset = 0): Rig {
  const seen: Upload[][] = [];
  const given: string[] = [];
  const offsets: number[] = [];
  const door: UploadDoor = {
    begin: async () => ({ ok: { attachment_id: 'att_1' } }),
    send: async (_id, from, bytes, how) => {
      offsets.push(from);
      how.progress(Math.floor(bytes.size / 2));
      return send(from, { ok: { offset: from + bytes.size, attachment: ATTACHMENT } });
    },
    offset: async () => ({ ok: { offset } }),
    giveUp: async (id) => {
      given.push(id);
    },
  };
  const uploads: Uploads = new Uploads({
    door,
    changed: () => seen.push(uploads.list()),
    wait: async () => undefined,
  });
  return { uploads, seen, given, offsets };
}

const file = (text: string): File => new File([text], 'a.pdf');

async function until(met: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000 && !met(); turn += 1)
    await new Promise((resolve) => setTimeout(resolve, 1));
  expect(met()).toBe(true);
}

const phases = (made: Rig): string[] => made.uploads.list().map((upload) => upload.phase.kind);

describe('uploads', () => {
  test('a file goes up once, and is taken by the message', async () => {
    const made = rig((_from, whole) => whole);
    await made.uploads.add([file(PDF)]);
    await until(() => phases(made)[0] === 'done');
    const shown = made.seen.flatMap((list) => list.map(percent));
    expect(shown).toContain(47);
    expect(shown.at(-1)).toBe(100);
    expect(made.uploads.takeDone()).toEqual([ATTACHMENT]);
    expect(made.uploads.list()).toEqual([]);
  });

  test('after a lost connection it goes on from where the server stands', async () => {
    let lost = 1;
    const made = rig((_from, whole) => (lost-- > 0 ? { lost: true } : whole), 5);
    await made.uploads.add([file(PDF)]);
    await until(() => phases(made)[0] === 'done');
    expect(made.offsets).toEqual([0, 5]);
  });

  test('it stops after several losses, and goes on when it is told to', async () => {
    let lost = lossesMax;
    const made = rig((_from, whole) => (lost-- > 0 ? { lost: true } : whole));
    await made.uploads.add([file(PDF)]);
    await until(() => phases(made)[0] === 'stopped');
    made.uploads.again(1);
    await until(() => phases(made)[0] === 'done');
  });

  test('what no channel takes is answered before a byte leaves', async () => {
    const made = rig((_from, whole) => whole);
    await made.uploads.add([new File(['MZ'], 'a.pdf'), new File([], 'b.pdf')]);
    const problems = made.uploads.list().map((upload) => upload.phase);
    expect(problems).toEqual([
      { kind: 'refused', problem: { kind: 'unsupported' } },
      { kind: 'refused', problem: { kind: 'empty' } },
    ]);
    expect(made.offsets).toEqual([]);
  });

  test('a file that was given up leaves nothing at the server', async () => {
    const made = rig(() => ({ lost: true }));
    await made.uploads.add([file(PDF)]);
    await until(() => made.uploads.list()[0]?.attachment_id !== undefined);
    await made.uploads.remove(1);
    expect(made.given).toEqual(['att_1']);
    expect(made.uploads.list()).toEqual([]);
  });

  test('a refusal of the server stays with its file', async () => {
    const refusal = { code: 'quota_exceeded', message: '', temporary: false };
    const made = rig(() => ({ error: refusal }));
    await made.uploads.add([file(PDF)]);
    await until(() => phases(made)[0] === 'refused');
    expect(made.uploads.list()[0]?.phase).toEqual({ kind: 'refused', problem: { kind: 'server', refusal } });
  });

  test('a server that takes nothing and says nothing is not asked for ever', async () => {
    const made = rig((from) => ({ ok: { offset: from } }));
    await made.uploads.add([file(PDF)]);
    await until(() => phases(made)[0] === 'stopped');
    expect(made.offsets.length).toBe(lossesMax);
  });
});
