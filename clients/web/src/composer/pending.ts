// Messages that wait to go, as the composer reads them. It decides nothing about when they go.
import type { Message } from '../app/client.ts';
import type { Draft } from './drafts.ts';

/** `held` counts down, `stopped` waits for a decision because another reply was held too. */
export type Stance = 'held' | 'stopped' | 'scheduled';

export function stanceOf(message: Message): Stance {
  if (message.delivery === 'scheduled') return 'scheduled';
  return message.due_at === undefined ? 'stopped' : 'held';
}

/** What an undone message puts back into the box: what was typed where it is known, else what it says. */
export function returnedContent(message: Message, typed: Partial<Draft> | undefined): Partial<Draft> {
  if (typed !== undefined) return typed;
  if (message.template) return { template: { template_id: message.template.template_id, values: {} } };
  return { text: message.text ?? '', attachments: [...(message.attachments ?? [])] };
}
