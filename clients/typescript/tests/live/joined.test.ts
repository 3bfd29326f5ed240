// A client against the real server: what one agent does, the other one sees.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandError, type ConversationId, type QueryError } from '../../src/index.js';
import { hasBinary, join, Server, until } from '../server.js';

const DEADLINE_MS = 10_000;

describe.skipIf(!hasBinary)('two agents', () => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(() => server?.stop());

  for (const codec of ['msgpack', 'json'] as const) {
    it(`see the same queue and the same thread in ${codec}`, async () => {
      const [lea, nadia] = [join(server, { codec }), join(server, { codec, token: server.token(2) })];
      const [hers, theirs] = [
        lea.queue({ status: 'open' }),
        nadia.queue({ status: 'open', order: 'activity' }),
      ];
      const stops = [hers.subscribe(() => undefined), theirs.subscribe(() => undefined)];
      await Promise.all([lea.live(), nadia.live()]);
      const ready = await until(() => hers.value.rows.length > 0 && hers.value, DEADLINE_MS, 'a queue');
      expect(ready.load.name).toBe('ready');
      const id = ready.rows[0]?.conversation.conversation_id as ConversationId;
      const thread = nadia.thread(id);
      stops.push(thread.subscribe(() => undefined));
      await until(() => thread.value.load.name === 'ready', DEADLINE_MS, 'a thread');
      const before = thread.value.lines.length;
      const sending = lea.send(id, { text: `Bonjour en ${codec}` });
      const done = await sending.done;
      expect(done.message_id).toBe(sending.message_id);
      const last = await until(
        () =>
          thread.value.lines.length > before &&
          thread.value.lines.findLast(({ item }) => item.kind === 'message'),
        DEADLINE_MS,
        'the line',
      );
      expect(last.item).toMatchObject({
        message: { message_id: sending.message_id, text: `Bonjour en ${codec}` },
      });
      await until(() => hers.value.rows[0]?.last?.text === `Bonjour en ${codec}`, DEADLINE_MS, 'the row');
      expect(lea.outbox.value).toEqual([]);
      expect(lea.counters.value.all.open).toBeGreaterThan(0);
      expect(lea.directory.value.me?.name).toBe('Léa Moreau');
      for (const stop of stops) stop();
      lea.close();
      nadia.close();
      expect(lea.state.value).toEqual({ name: 'closed', code: 1000, reason: 'the client left' });
    });
  }

  it('who both answer: the second is refused and sees what is new', async () => {
    const [lea, nadia] = [join(server, {}), join(server, { token: server.token(2) })];
    await Promise.all([lea.live(), nadia.live()]);
    const page = await lea.query('queue.page', { view: { status: 'open' }, limit: 1 });
    const id = page.rows[0]?.conversation.conversation_id as ConversationId;
    const thread = nadia.thread(id);
    const stop = thread.subscribe(() => undefined);
    const { expected } = await until(
      () => thread.value.load.name === 'ready' && thread.value,
      DEADLINE_MS,
      'ready',
    );
    await lea.send(id, { text: 'Je réponds' }).done;
    const refused = await nadia
      .send(id, { text: 'Moi aussi' }, { expected })
      .done.catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CommandError);
    expect((refused as CommandError).code).toBe('conversation_changed');
    await nadia.send(id, { text: 'Moi aussi' }, { expected: thread.value.expected }).done;
    stop();
    lea.close();
    nadia.close();
  });

  it('see who looks and types', async () => {
    const [lea, nadia] = [join(server, {}), join(server, { token: server.token(2) })];
    await Promise.all([lea.live(), nadia.live()]);
    const page = await lea.query('queue.page', { view: {}, limit: 1 });
    const id = page.rows[0]?.conversation.conversation_id as ConversationId;
    const seen: string[] = [];
    const stop = nadia.present(id).subscribe((all) => seen.push(all.map(({ doing }) => doing).join()));
    lea.signal(id, 'viewing');
    await until(() => seen.at(-1) === 'viewing', DEADLINE_MS, 'viewing');
    lea.signal(id, 'typing');
    await until(() => seen.at(-1) === 'leasing', DEADLINE_MS, 'leasing');
    lea.close();
    await until(() => seen.at(-1) === '', DEADLINE_MS, 'nobody');
    stop();
    nadia.close();
  });

  it('watch a search that follows what happens', async () => {
    const lea = join(server, {});
    await lea.live();
    const watching = lea.watch({ text: 'zebulon', count: true });
    await until(() => watching.value.load.name === 'ready', DEADLINE_MS, 'the first list');
    expect(watching.value.hits).toEqual([]);
    const number = { kind: 'e164', value: '+33639981234' } as const;
    await lea.command('conversation.start', { channel_id: server.channel('sms'), address: number });
    await lea.command('contact.save', { name: 'Zébulon Ferrand', add_addresses: [number] });
    await until(() => watching.value.hits.length === 1, DEADLINE_MS, 'a hit');
    expect(watching.value.hits[0]?.name).toBe('Zébulon Ferrand');
    const refused = lea.watch({ text: '"open' });
    await until(() => refused.value.load.name === 'refused', DEADLINE_MS, 'a refusal');
    watching.close();
    lea.close();
  });

  it('read what a contact is, and hear of its changes', async () => {
    const lea = join(server, {});
    await lea.live();
    const done = await lea.command('contact.save', {
      name: 'Odile Payet',
      add_addresses: [{ kind: 'e164', value: '+33639981235' }],
    });
    if (done.contact_id === undefined) throw new Error('no contact');
    const contact = lea.contact(done.contact_id);
    const stop = contact.subscribe(() => undefined);
    await until(() => contact.value.contact?.card?.name === 'Odile Payet', DEADLINE_MS, 'the card');
    await lea.command('contact.save', { contact_id: done.contact_id, add_tags: ['vip'] });
    await until(() => contact.value.contact?.card?.tags.includes('vip'), DEADLINE_MS, 'the tag');
    stop();
    lea.close();
  });

  it('go on with another token, and are told when one does not work', async () => {
    const lea = join(server, {});
    await lea.live();
    const me = lea.directory.value.me;
    if (me === undefined) throw new Error('nobody');
    const { token } = await lea.command('token.create', { agent_id: me.agent_id });
    await lea.refresh(token ?? '');
    const refused = await lea.refresh('plr_AAAA').catch((error: unknown) => error);
    expect((refused as QueryError).code).toBe('unauthenticated');
    lea.close();
    const stranger = join(server, { token: 'plr_AAAA' });
    await expect(stranger.live()).rejects.toMatchObject({ code: 4501 });
  });

  it('ask a provider for a token at every connection, and before the end of one', async () => {
    let asked = 0;
    const expires = { ms: 3_000 };
    const lea = join(server, {
      token: async () => {
        asked += 1;
        return { token: server.token(0), expires_at: new Date(Date.now() + expires.ms).toISOString() };
      },
    });
    await lea.live();
    expect(asked).toBe(1);
    await until(() => asked === 2, DEADLINE_MS, 'a refresh');
    lea.cut();
    await until(() => asked === 3 && lea.state.value.name === 'live', DEADLINE_MS, 'live again');
    lea.close();
  });
});
