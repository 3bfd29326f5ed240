// Notifications and sounds for what arrives while the agent looks elsewhere, by choice. Never for one's own
// acts, and never more than one sound at a time.
import { t } from '../i18n/index.ts';
import { nameOf } from '../look/names.ts';
import { choices, type NotifyAbout } from './choices.svelte.ts';
import type { Event, Row, Told } from './client.ts';
import type { Desk } from './desk.svelte.ts';
import { notices } from './notices.svelte.ts';

const quietMs = 1500;
let soundedAt = 0;

/** Watches what happens until the answer is called. */
export function watchForAlerts(desk: Desk): () => void {
  return desk.client.onEvent((event) => {
    if (isInbound(event)) inbound(desk, event);
  });
}

type Inbound = Extract<Event, { name: 'message.received' }>;

function isInbound(event: Told): event is Inbound {
  return event.type === 'event' && event.name === 'message.received';
}

function inbound(desk: Desk, event: Inbound): void {
  const { conversation, message } = event.data;
  if (!conversation.unread || message.reaction) return;
  const row = desk.client.conversation(conversation.conversation_id).value;
  const name = row ? nameOf(row) : t('app.somebody');
  notices.announce(t('app.heard_message', { name }));
  if (document.hasFocus() && desk.conversation === conversation.conversation_id) return;
  const owner = conversation.assignee;
  if (wanted(choices.sound, owner, desk)) sound();
  if (wanted(choices.notify, owner, desk)) show(desk, name, message.text ?? '', row);
}

function wanted(about: NotifyAbout, owner: string | undefined, desk: Desk): boolean {
  return about === 'all' || (about === 'mine' && (owner === undefined || owner === desk.me?.agent_id));
}

function show(desk: Desk, name: string, text: string, row: Row | undefined): void {
  if (document.hasFocus() || !('Notification' in window) || Notification.permission !== 'granted') return;
  const id = row?.conversation.conversation_id;
  const notification = new Notification(name, { body: text, tag: id ?? 'parloir', icon: '/favicon.svg' });
  notification.onclick = () => {
    window.focus();
    if (id) desk.open(id);
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
