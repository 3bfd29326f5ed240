// Notifications and sounds for what arrives while the agent looks elsewhere, by choice. Never for one's own
// acts, and never more than one sound at a time.
import { t } from '../i18n/index.ts';
import { nameOf } from '../look/names.ts';
import { CatchingUp } from './catching.ts';
import { choices, type NotifyAbout } from './choices.svelte.ts';
import type { Event, Header, Told } from './client.ts';
import type { Desk } from './desk.svelte.ts';
import { notices } from './notices.svelte.ts';

const quietMs = 1500;
let soundedAt = 0;

/** Watches what happens until the answer is called. What was missed while the line was down is one word. */
export function watchForAlerts(desk: Desk): () => void {
  const catching = new CatchingUp<Inbound>((happened) => inbound(desk, happened));
  const ends = [
    desk.client.state.subscribe((state) => catching.state(state)),
    desk.client.onEvent((event) => {
      if (isInbound(event)) catching.happened(event);
    }),
    () => catching.stop(),
  ];
  return () => {
    for (const end of ends) end();
  };
}

type Inbound = Extract<Event, { name: 'message.received' }>;

function isInbound(event: Told): event is Inbound {
  return event.type === 'event' && event.name === 'message.received';
}

type Heard = { conversation: Header; name: string; text: string };

function inbound(desk: Desk, happened: readonly Inbound[]): void {
  const heard = happened.flatMap((event) => heardOf(desk, event));
  const [first] = heard;
  if (!first) return;
  notices.announce(
    heard.length === 1
      ? t('app.heard_message', { name: first.name })
      : t('app.heard_messages', { count: heard.length }),
  );
  const seen = document.hasFocus() ? desk.conversation : undefined;
  const unseen = heard.filter(({ conversation }) => conversation.conversation_id !== seen);
  if (unseen.some(({ conversation }) => wanted(choices.sound, conversation.assignee, desk))) sound();
  show(
    desk,
    unseen.filter(({ conversation }) => wanted(choices.notify, conversation.assignee, desk)),
  );
}

/** Nothing for what somebody has read since. */
function heardOf(desk: Desk, { data: { conversation, message } }: Inbound): Heard[] {
  const row = desk.client.conversation(conversation.conversation_id).value;
  const now = row?.conversation ?? conversation;
  if (!now.unread || message.reaction) return [];
  return [{ conversation: now, name: row ? nameOf(row) : t('app.somebody'), text: message.text ?? '' }];
}

function wanted(about: NotifyAbout, owner: string | undefined, desk: Desk): boolean {
  return about === 'all' || (about === 'mine' && (owner === undefined || owner === desk.me?.agent_id));
}

function show(desk: Desk, heard: readonly Heard[]): void {
  const [first] = heard;
  if (!first || document.hasFocus() || !('Notification' in window) || Notification.permission !== 'granted')
    return;
  const isOne = heard.length === 1;
  const id = first.conversation.conversation_id;
  const title = isOne ? first.name : t('app.heard_messages', { count: heard.length });
  const body = isOne ? first.text : '';
  const notification = new Notification(title, { body, tag: isOne ? id : 'parloir', icon: '/favicon.svg' });
  notification.onclick = () => {
    window.focus();
    if (isOne) desk.open(id);
    notification.close();
  };
}

/** Two soft tones, made here: no file has to be fetched. */
export function sound(): void {
  const now = Date.now();
  if (now - soundedAt < quietMs) return;
  soundedAt = now;
  const context = new AudioContext();
  for (const [at, pitch] of [
    [0, 659.3],
    [0.11, 880],
  ] as const) {
    const tone = new OscillatorNode(context, { type: 'sine', frequency: pitch });
    const volume = new GainNode(context, { gain: 0 });
    const start = context.currentTime + at;
    volume.gain.linearRampToValueAtTime(0.12, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.35);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.4);
    if (pitch === 880) tone.onended = () => void context.close();
  }
}
