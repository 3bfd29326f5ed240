// C1: a number is looked up while it is typed; invalid, own and opted-out numbers are answered before anything
// is created.
import { describe, expect, test } from 'vitest';
import type { Expected } from '../../app/client.ts';
import type { Asking, Refusal } from '../../composer/asking.ts';
import { type Looked, Looking } from '../looking.ts';

type Answers = (name: string, params: unknown) => unknown;

const nowhere = (): undefined => undefined;

function rig(
  answers: Answers,
  seen: () => Expected | undefined = nowhere,
): { looking: Looking; shown: Looked[]; asked: string[] } {
  const shown: Looked[] = [];
  const asked: string[] = [];
  const query = async (name: string, params: unknown): Promise<unknown> => {
    asked.push(name);
    return answers(name, params);
  };
  return {
    looking: new Looking({ query } as unknown as Asking, seen, (looked) => shown.push(looked)),
    shown,
    asked,
  };
}

const refusal = (code: string): { error: Refusal } => ({ error: { code, message: '', temporary: false } });
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe('looking', () => {
  test('the thread that exists is found', async () => {
    const { looking, shown } = rig(() => ({ ok: { existing: 'cnv_1' } }));
    looking.want('chn_1', '+33612345678');
    await settled();
    expect(shown).toEqual([{ kind: 'looking' }, { kind: 'existing', conversation_id: 'cnv_1' }]);
  });

  test('a refusal about the number is shown, one about the missing text is not', async () => {
    const own = rig(() => ({ ok: { refusal: refusal('own_number').error } }));
    own.looking.want('chn_1', '+33612345678');
    const empty = rig(() => ({ ok: { refusal: refusal('message_empty').error, window: { open: false } } }));
    empty.looking.want('chn_1', '+33612345678');
    await settled();
    expect(own.shown.at(-1)?.kind).toBe('refused');
    expect(empty.shown.at(-1)).toEqual({ kind: 'new', needsTemplate: true, seen: undefined });
  });

  test('a sender that may not write to the country is refused, unless there is a thread to read', async () => {
    const refused = refusal('message_empty').error;
    const approval = { country: 'GB', approved: false };
    const fresh = rig(() => ({ ok: { refusal: refused, approval } }));
    fresh.looking.want('chn_1', '+447700900123');
    const known = rig(() => ({ ok: { refusal: refused, approval, existing: 'cnv_1' } }));
    known.looking.want('chn_1', '+447700900123');
    await settled();
    expect(fresh.shown.at(-1)).toMatchObject({ kind: 'refused', refusal: { code: 'sender_not_approved' } });
    expect(known.shown.at(-1)?.kind).toBe('existing');
  });

  test('a server without plans is searched instead', async () => {
    const hits = [
      {
        conversation: { conversation_id: 'cnv_2', channel_id: 'chn_1' },
        addresses: [{ kind: 'e164', value: '+33612345678' }],
      },
    ];
    const { looking, shown, asked } = rig((name) =>
      name === 'send.plan' ? refusal('unknown_query') : { ok: { hits } },
    );
    looking.want('chn_1', '+33612345678');
    await settled();
    expect(asked).toEqual(['send.plan', 'search.conversations']);
    expect(shown.at(-1)).toEqual({ kind: 'existing', conversation_id: 'cnv_2' });
  });

  test('S3 a new thread is held against what was known before the server said so', async () => {
    let seq = 7;
    const { looking, shown } = rig(
      () => {
        // A colleague writes while the answer is on its way.
        seq = 8;
        return { ok: {} };
      },
      () => ({ epoch: 'e', seq }),
    );
    looking.want('chn_1', '+33612345678');
    await settled();
    expect(shown.at(-1)).toEqual({ kind: 'new', needsTemplate: false, seen: { epoch: 'e', seq: 7 } });
  });

  test('only the newest number is shown', async () => {
    const { looking, shown } = rig((_name, params) => ({
      ok: { existing: (params as { address: { value: string } }).address.value },
    }));
    looking.want('chn_1', '+3361');
    looking.want('chn_1', '+33612');
    await settled();
    expect(shown.filter((one) => one.kind === 'existing')).toEqual([
      { kind: 'existing', conversation_id: '+33612' },
    ]);
    looking.want('chn_1', undefined);
    expect(shown.at(-1)).toEqual({ kind: 'nothing' });
  });
});
