// T2 and D2 in the composer: the gravest obstacle is named, and templates are a way around some.
import { describe, expect, test } from 'vitest';
import type { SendPlan } from '../../app/client.ts';
import { type Facts, obstacleOf, wayAround, windowEnd } from '../obstacle.ts';

const noon = Date.parse('2026-11-03T12:00:00.000Z');
const open: Facts = { erased: false, opted_out: false, channel: 'sms', role: 'agent' };
const plan = (more: object): SendPlan => more as SendPlan;

describe('obstacles', () => {
  test('nothing stands against a text on an open conversation', () => {
    expect(obstacleOf(open, noon)).toBeUndefined();
    expect(
      obstacleOf({ ...open, channel: 'whatsapp', window_until: '2026-11-03T12:00:01.000Z' }, noon),
    ).toBeUndefined();
  });

  test('T2 the window closes by itself, and only on WhatsApp', () => {
    const over = { ...open, window_until: '2026-11-03T12:00:00.000Z' };
    expect(obstacleOf(over, noon)).toBeUndefined();
    const closed = obstacleOf({ ...over, channel: 'whatsapp' }, noon);
    expect(closed?.kind).toBe('window_closed');
    expect(closed && wayAround(closed)).toBe('template');
    expect(
      obstacleOf({ ...open, channel: 'whatsapp', plan: plan({ window: { open: false } }) }, noon)?.kind,
    ).toBe('window_closed');
  });

  test('the newer word of the plan counts', () => {
    const facts: Facts = { ...open, channel: 'whatsapp', window_until: '2026-11-03T11:00:00.000Z' };
    const later = plan({ window: { open: true, until: '2026-11-04T11:00:00.000Z' } });
    expect(windowEnd({ ...facts, plan: later })).toBe('2026-11-04T11:00:00.000Z');
    expect(obstacleOf({ ...facts, plan: later }, noon)).toBeUndefined();
  });

  test('D2 a STOP comes before a closed window, and no template goes around it', () => {
    const stopped = obstacleOf(
      { ...open, channel: 'whatsapp', opted_out: true, plan: plan({ window: { open: false } }) },
      noon,
    );
    expect(stopped?.kind).toBe('opted_out');
    expect(stopped && wayAround(stopped)).toBe('none');
  });

  test('C2 a sender that is not approved names the country', () => {
    const facts = { ...open, plan: plan({ approval: { country: 'GB', approved: false } }) };
    expect(obstacleOf(facts, noon)).toEqual({ kind: 'sender_not_approved', country: 'GB' });
  });

  test('an erased person and a channel that is gone take nothing', () => {
    expect(obstacleOf({ ...open, erased: true, opted_out: true }, noon)?.kind).toBe('erased');
    expect(obstacleOf({ ...open, channel: undefined }, noon)?.kind).toBe('channel_gone');
  });

  test('who may send templates only is told so', () => {
    expect(obstacleOf({ ...open, role: 'template_agent' }, noon)?.kind).toBe('templates_only');
  });
});
