// A message is drawn as what it is, and what people wrote is never more than text.
import { cleanup, render } from '@testing-library/svelte';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Attachment, Message } from '../../app/client.ts';
import type { Desk } from '../../app/desk.svelte.ts';
import { speak } from '../../i18n/index.ts';
import Stage from './Stage.svelte';

const run = vi.fn();
const desk = {
  me: undefined,
  agentName: () => 'Nadia',
  run,
  client: {
    attachmentUrl: (id: string, part = 'file') => `/v1/attachments/${id}${part === 'file' ? '' : `/${part}`}`,
  },
} as unknown as Desk;

function drawn(message: Partial<Message>): HTMLElement {
  const whole: Message = { message_id: 'msg_1', direction: 'inbound', text: '', attempt: 0, ...message };
  return render(Stage, { desk, message: whole }).container;
}

function file(more: Partial<Attachment>): Attachment {
  return {
    attachment_id: 'att_1',
    name: 'x',
    media_type: 'image/jpeg',
    kind: 'picture',
    bytes: 1_400,
    thumbnail: true,
    state: 'stored',
    ...more,
  };
}

beforeAll(() => speak('en'));
afterEach(cleanup);

test('a text is text, and addresses of the web can be followed', () => {
  const page = drawn({
    text: '<img src=x onerror=alert(1)> see https://parloir.example/a?b=1 or javascript:alert(1)',
  });
  expect(page.querySelector('img')).toBeNull();
  expect(page.textContent).toContain('<img src=x onerror=alert(1)>');
  const links = [...page.querySelectorAll('a')];
  expect(links.map((link) => link.getAttribute('href'))).toEqual(['https://parloir.example/a?b=1']);
  expect(links[0]?.rel).toContain('noopener');
});

test('an erased text says so', () => {
  expect(drawn({ text: null }).textContent).toContain('Erased');
});

test('a picture shows its thumbnail, and is known by its name', () => {
  const picture = drawn({
    attachments: [file({ name: 'Kitchen.jpg', width: 800, height: 600 })],
  }).querySelector('img');
  expect(picture?.getAttribute('src')).toBe('/v1/attachments/att_1/thumbnail');
  expect(picture?.alt).toBe('Kitchen.jpg');
});

test.each([
  ['video', 'video/mp4', 'video'],
  ['audio', 'audio/ogg', 'audio'],
  ['document', 'application/pdf', 'a[download]'],
  ['other', 'application/zip', 'a[download]'],
] as const)('%s is shown as what it is', (kind, media_type, selector) => {
  const page = drawn({ attachments: [file({ kind, media_type, name: 'f' })] });
  expect(page.querySelector(`[data-attachment=${kind}]`)).not.toBeNull();
  expect(page.querySelector(selector)).not.toBeNull();
});

test.each([
  ['fetching', 'On its way'],
  ['missing', 'could not be fetched'],
] as const)('a file that is %s is no dead link', (state, words) => {
  const page = drawn({ attachments: [file({ state })] });
  expect(page.querySelector('a, img')).toBeNull();
  expect(page.textContent).toContain(words);
});

test('a card is shown with its buttons, which are not ours to press', () => {
  const page = drawn({
    direction: 'outbound',
    card: {
      title: 'Your order',
      text: 'Ready',
      media: file({}),
      actions: [{ kind: 'link', label: 'Follow it', value: 'https://parloir.example' }],
    },
  });
  const card = page.querySelector('[data-card]');
  expect(card?.textContent).toContain('Your order');
  expect(card?.textContent).toContain('Follow it');
  expect(card?.querySelector('a')).toBeNull();
});

test('a failed message says why and can be sent again', () => {
  const page = drawn({
    direction: 'outbound',
    text: 'Hello',
    delivery: 'failed',
    failure: 'unreachable',
    attempt: 1,
  });
  expect(page.querySelector('[data-delivery=failed]')?.textContent).toContain('cannot be reached');
  page.querySelector<HTMLButtonElement>('[data-act=retry]')?.click();
  expect(run).toHaveBeenCalledWith('message.retry', { message_id: 'msg_1' });
});

test('a link shows how often it was opened, until it is revoked', () => {
  const link = { expires_at: '2026-11-10T09:15:02.123Z', revoked: false, opened: 2 };
  expect(drawn({ direction: 'outbound', text: 'x', link }).textContent).toContain('opened 2 times');
  cleanup();
  expect(drawn({ direction: 'outbound', text: 'x', link: { ...link, revoked: true } }).textContent).toContain(
    'Link revoked',
  );
});
