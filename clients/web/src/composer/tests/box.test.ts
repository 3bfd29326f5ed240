// S1, A1 and T1 at the box: what is handed over, when, and what stays.
import { describe, expect, test } from 'vitest';
import type { Attachment, Done, SendPlan } from '../../app/client.ts';
import type { Answer, Asking, Refusal } from '../asking.ts';
import { Box } from '../box.svelte.ts';
import { Drafts } from '../drafts.ts';
import { Sends } from '../sends.ts';
import { MemoryShelf } from '../shelf.ts';
import type { UploadDoor } from '../uploads.ts';

const owner = { workspace_id: 'wsp_1', agent_id: 'agt_1' };
const file: Attachment = {
  attachment_id: 'att_1',
  name: 'a.pdf',
  media_type: 'application/pdf',
  kind: 'document',
  bytes: 9,
  thumbnail: false,
  state: 'stored',
};

type Sent = { name: string; params: Record<string, unknown> };

function rig(
  plans: Answer<SendPlan>[] = [{ error: { code: 'unknown_query', message: '', temporary: false } }],
) {
  const sent: Sent[] = [];
  let asked = 0;
  let upload: (() => void) | undefined;
  let refused: (() => void) | undefined;
  const asking = {
    command: (name: string, params: Record<string, unknown>) => {
      sent.push({ name, params });
      return new Promise<Answer<Done>>(() => undefined);
    },
    query: async () => {
      asked += 1;
      return plans.shift() ?? { error: { code: 'unavailable', message: '', temporary: true } };
    },
  } as unknown as Asking;
  const door: UploadDoor = {
    begin: async () => ({ ok: { attachment_id: 'att_1' } }),
    send: (_id, from, bytes) =>
      new Promise((resolve) => {
        upload = () => resolve({ ok: { offset: from + bytes.size, attachment: file } });
        refused = () =>
          resolve({ error: { code: 'attachment_refused', message: '', temporary: false } as Refusal });
      }),
    offset: async () => ({ ok: { offset: 0 } }),
    giveUp: async () => undefined,
  };
  const shelf = new MemoryShelf();
  const drafts = new Drafts(shelf, owner);
  let ids = 0;
  const accepted = (): void => undefined;
  const sends = new Sends({ shelf, asking, owner, newId: () => `id-${++ids}`, now: () => ids, accepted });
  const heldBack: string[] = [];
  const box = new Box(
    { asking, drafts, sends, remember: () => undefined, heldBack: (_id, why) => heldBack.push(why) },
    'cnv_1',
    door,
  );
  const refuse = (): void => refused?.();
  return {
    box,
    sent,
    asked: () => asked,
    drafts,
    heldBack,
    isUploading: () => upload !== undefined,
    upload: () => upload?.(),
    refuse,
  };
}

async function until(met: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000 && !met(); turn += 1)
    await new Promise((resolve) => setTimeout(resolve, 1));
  expect(met()).toBe(true);
}

const plan = (source: 'contact' | 'missing'): Answer<SendPlan> => ({
  ok: {
    text: 'Bonjour Zoé',
    template: { digest: 'd1', fields: [{ name: 'prénom', source }] },
  } as unknown as SendPlan,
});

describe('the box', () => {
  test('S1 a text goes as it was typed, and the box is empty', () => {
    const { box, sent, drafts } = rig();
    box.set({ text: 'Bonjour\nZoé ' });
    expect(box.send({})).toBe('sent');
    expect(sent).toEqual([
      { name: 'message.send', params: { conversation_id: 'cnv_1', text: 'Bonjour\nZoé ' } },
    ]);
    expect(drafts.conversations()).toEqual([]);
    expect(box.send({})).toBe('not_ready');
  });

  test('a text that is longer than the server takes is neither asked about nor sent, and says why', async () => {
    const { box, sent, asked } = rig([plan('contact'), plan('contact')]);
    box.set({ text: 'é'.repeat(4096) });
    expect(box.unready()).toBeUndefined();
    await until(() => box.planned.kind === 'plan');
    box.set({ text: 'é'.repeat(70_000) });
    expect(box.planned).toMatchObject({
      kind: 'plan',
      plan: { refusal: { code: 'field_too_long', details: { max: 4096, actual: 70_000 } } },
    });
    expect([box.send({}), box.unready(), sent, asked()]).toEqual(['not_ready', 'too_long', [], 1]);
    box.set({ text: 'Bonjour' });
    await until(() => asked() === 2 && box.planned.kind === 'plan');
    expect(box.planned).not.toHaveProperty('plan.refusal');
    expect(box.send({})).toBe('sent');
  });

  test('a note stays a note, so that the next one does not go to the customer', () => {
    const { box, sent } = rig();
    box.set({
      mode: 'note',
      note: 'vois @Léa',
      mentions: [{ agent_id: 'agt_2', name: 'Léa' }],
      text: 'kept',
    });
    box.send({});
    expect(sent).toEqual([
      { name: 'note.add', params: { conversation_id: 'cnv_1', text: 'vois @Léa', mentions: ['agt_2'] } },
    ]);
    expect(box.draft).toMatchObject({ mode: 'note', note: '', text: 'kept' });
  });

  test('A1 a send waits for its file and takes the caption along', async () => {
    const { box, sent, upload, isUploading } = rig();
    box.set({ text: 'la facture' });
    await box.addFiles([new File(['%PDF-1.7x'], 'a.pdf')]);
    await until(isUploading);
    expect(box.send({})).toBe('waits');
    expect(sent).toEqual([]);
    upload();
    await until(() => sent.length === 1);
    expect(sent[0]?.params).toEqual({ conversation_id: 'cnv_1', attachment_id: 'att_1', text: 'la facture' });
    expect(box.draft).toMatchObject({ text: '', attachments: [] });
  });

  test('A1 a send that waited for a file that was refused is not given up in silence', async () => {
    const { box, sent, heldBack, refuse, isUploading } = rig();
    box.set({ text: 'la facture' });
    await box.addFiles([new File(['%PDF-1.7x'], 'a.pdf')]);
    await until(isUploading);
    expect(box.isUploading).toBe(true);
    expect(box.send({})).toBe('waits');
    refuse();
    await until(() => heldBack.length > 0);
    expect(heldBack).toEqual(['file_refused']);
    expect(sent).toEqual([]);
    expect(box.draft.text).toBe('la facture');
    expect(box.isUploading).toBe(false);
  });

  test('A1 a send does not go without the file that it waited for', async () => {
    const { box, sent, isUploading } = rig();
    box.set({ text: 'la facture' });
    await box.addFiles([new File(['%PDF-1.7x'], 'a.pdf')]);
    await until(isUploading);
    expect(box.send({})).toBe('waits');
    box.removeUpload(box.uploads[0]?.upload_id ?? 0);
    await until(() => box.uploads.length === 0);
    expect(box.waits).toBe(false);
    expect(sent).toEqual([]);
    expect(box.draft.text).toBe('la facture');
  });

  test('A1 a file that cannot go holds the text back', async () => {
    const { box, sent } = rig();
    box.set({ text: 'la facture' });
    await box.addFiles([new File(['MZ'], 'a.pdf')]);
    expect(box.send({})).toBe('not_ready');
    expect(sent).toEqual([]);
  });

  test('T1 a template goes with the digest of what was shown, once that is known', async () => {
    const { box, sent } = rig([plan('contact')]);
    box.choose({ template_id: 'tpl_1', values: {} });
    expect(box.send({})).toBe('waits');
    await until(() => sent.length === 1);
    expect(sent[0]?.params.template).toEqual({ template_id: 'tpl_1', values: {}, digest: 'd1' });
    expect(box.draft.template).toBeUndefined();
  });

  test('T1 a missing field is never sent', async () => {
    const { box, sent } = rig([plan('missing')]);
    box.choose({ template_id: 'tpl_1', values: {} });
    await until(() => box.planned.kind === 'plan');
    expect(box.send({})).toBe('not_ready');
    expect(sent).toEqual([]);
  });
});
