// The plan that is shown is of the text that stands there, and questions never pile up.
import { describe, expect, test } from 'vitest';
import type { PlanRequest, SendPlan } from '../../app/client.ts';
import type { Answer, Asking } from '../asking.ts';
import { type Planned, Planning } from '../planning.ts';

type Question = { params: PlanRequest; answer: (answer: Answer<SendPlan>) => void };

function rig(): { planning: Planning; asked: Question[]; shown: Planned[] } {
  const asked: Question[] = [];
  const shown: Planned[] = [];
  const asking = {
    query: (_name: string, params: PlanRequest) => new Promise((answer) => asked.push({ params, answer })),
  } as unknown as Asking;
  return { planning: new Planning(asking, (planned) => shown.push(planned)), asked, shown };
}

const request = (text: string): PlanRequest => ({ conversation_id: 'cnv_1', text });
const plan = (text: string): Answer<SendPlan> => ({ ok: { text } as SendPlan });
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe('planning', () => {
  test('while one question is on its way the newest text waits, and those between are never asked', async () => {
    const { planning, asked, shown } = rig();
    for (const text of ['B', 'Bo', 'Bon']) planning.want(request(text));
    expect(asked.map((one) => one.params.text)).toEqual(['B']);
    asked[0]?.answer(plan('B'));
    await settled();
    expect(shown.at(-1)).toMatchObject({ kind: 'plan', current: false });
    expect(asked.map((one) => one.params.text)).toEqual(['B', 'Bon']);
    asked[1]?.answer(plan('Bon'));
    await settled();
    expect(shown.at(-1)).toMatchObject({ kind: 'plan', current: true, plan: { text: 'Bon' } });
  });

  test('an answer that comes after the box was emptied is not shown', async () => {
    const { planning, asked, shown } = rig();
    planning.want(request('B'));
    planning.want(undefined);
    asked[0]?.answer(plan('B'));
    await settled();
    expect(shown.map((one) => one.kind)).toEqual(['nothing']);
  });

  test('a server without plans is asked once', async () => {
    const { planning, asked, shown } = rig();
    planning.want(request('B'));
    asked[0]?.answer({ error: { code: 'unknown_query', message: '', temporary: false } });
    await settled();
    planning.want(request('Bo'));
    expect(shown.at(-1)?.kind).toBe('not_built');
    expect(asked.length).toBe(1);
  });
});
