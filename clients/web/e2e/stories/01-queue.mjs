// The queue: what rows say, what counters count, and that nothing moves under the pointer.
import { is } from '../patience.mjs';
import { story } from '../stories.mjs';

story('Q1', 'the queue says who, what last, where, and that it is unread', async ({ server, open }) => {
  const lea = await open('Léa');
  await server.receive('+33639981001', 'La livraison est-elle partie ?', { profile_name: 'Clémence' });
  const row = lea.rowWith('~Clémence').first();
  await row.waitFor();
  const text = await row.innerText();
  is(text.includes('La livraison est-elle partie'), 'the row shows the last line');
  is((await row.locator('[data-square]').count()) === 1, 'the row has the violet square');
  await server.receive('+33639981002', 'Sans nom');
  await lea.rowWith('+33 6 39 98 10 02').first().waitFor();
});

story('Q1', 'views and groups show what they say', async ({ server, open }) => {
  await server.receive('+33639981003', 'Pour la vue des non lues');
  const lea = await open('Léa');
  await lea.page.locator('[data-view=unread]').click();
  await lea.rowWith('Pour la vue des non lues').first().waitFor();
  await lea.until(
    'every row of the unread view is unread',
    async () => (await lea.page.locator('[data-row]:not(:has([data-square]))').count()) === 0,
  );
  await lea.page.locator('[data-view=mine]').click();
  await lea.until(
    'the view of the own ones has no stranger',
    async () => (await lea.rowWith('Pour la vue des non lues').count()) === 0,
  );
  await lea.page.locator('[data-view=open]').click();
  await lea.page.locator('[data-act=groups]').click();
  await lea.page.locator('[role=combobox]:focus').waitFor();
  await lea.page.keyboard.type('livr');
  await lea.press('Enter');
  await lea.until('the address names the group', () => /\/g\/grp_/.test(lea.page.url()));
  await lea.until('only that group is shown', async () =>
    (await lea.page.locator('[data-act=groups]').innerText()).includes('Livraisons'),
  );
});

story('Q3', 'counters move with the events, on every screen alike', async ({ server, open }) => {
  const [lea, nadia] = [await open('Léa'), await open('Nadia')];
  const before = Number(await lea.counter('open').innerText());
  await server.receive('+33639981004', 'Une de plus');
  for (const window of [lea, nadia]) {
    await window.until(
      'the counter went up',
      async () => Number(await window.counter('open').innerText()) === before + 1,
    );
  }
  await lea.openRow('Une de plus');
  await lea.press('e');
  for (const window of [lea, nadia]) {
    await window.until(
      'the counter went down',
      async () => Number(await window.counter('open').innerText()) === before,
    );
  }
});

story('Q1', 'the tab tells how many are unread', async ({ server, open }) => {
  const lea = await open('Léa');
  const unread = async () => Number(/^\((\d+)\)/.exec(await lea.page.title())?.[1] ?? 0);
  const before = await unread();
  await server.receive('+33639981005', 'Pour le titre');
  await lea.until('the title counts it', async () => (await unread()) === before + 1);
  const icon = lea.page.locator('link[rel=icon]');
  is((await icon.getAttribute('data-unread')) === String(Math.min(100, before + 1)), 'the icon counts it');
  is((await icon.getAttribute('href'))?.startsWith('data:image/png'), 'the icon is drawn');
});

story('Q4', 'no row moves under the pointer: a pill says how many are new', async ({ server, open }) => {
  const lea = await open('Léa');
  const first = lea.page.locator('[data-row]').first();
  const id = await first.getAttribute('data-row');
  await first.hover();
  const place = await lea.row(id).boundingBox();
  for (const number of [6, 7, 8]) await server.receive(`+3363998100${number}`, `Nouvelle ${number}`);
  await lea.see('[data-fresh="3"]');
  is((await lea.row(id).boundingBox())?.y === place.y, 'the row under the pointer stands still');
  await lea.shot('pill');
  await lea.page.locator('[data-fresh]').click();
  await lea.rowWith('Nouvelle 8').first().waitFor();
  is(
    (await lea.page.locator('[data-row]').first().innerText()).includes('Nouvelle 8'),
    'the newest stands first',
  );
});

story('Q4', 'no row moves under the focus of the keyboard', async ({ server, open }) => {
  const lea = await open('Léa');
  await lea.press('j');
  await lea.press('j');
  const focused = () =>
    lea.page.evaluate(() => document.activeElement?.closest('[data-row]')?.getAttribute('data-row'));
  await lea.until('a row has the focus', focused);
  const id = await focused();
  const place = await lea.row(id).boundingBox();
  await server.receive('+33639981009', 'Pendant que le clavier est là');
  await lea.see('[data-fresh]');
  is((await lea.row(id).boundingBox())?.y === place.y, 'the row with the focus stands still');
  is((await focused()) === id, 'the focus stays');
});

story('Q1', 'who waits longest stands first, if that is asked for', async ({ open }) => {
  const lea = await open('Léa');
  await lea.page.locator('[data-act=order]').click();
  await lea.until('rows say how long they wait', async () =>
    /\d/.test(await lea.page.locator('[data-row]').first().innerText()),
  );
  const asked = await lea.server.query('Léa', 'queue.page', {
    view: { status: 'open', order: 'waiting' },
    limit: 5,
  });
  const expected = asked.rows.map((row) => row.conversation.conversation_id);
  await lea.until('the order is that of the server', async () => {
    const shown = await lea.page
      .locator('[data-row]')
      .evaluateAll((rows) => rows.slice(0, 5).map((row) => row.dataset.row));
    return JSON.stringify(shown) === JSON.stringify(expected);
  });
});

story('R1', 'many are closed at once', async ({ server, open }) => {
  for (const number of [10, 11, 12]) await server.receive(`+336399810${number}`, `En lot ${number}`);
  const lea = await open('Léa');
  await lea.rowWith('En lot 12').first().waitFor();
  for (const number of [10, 11, 12])
    await lea.rowWith(`En lot ${number}`).first().locator('input[type=checkbox]').click({ force: true });
  await lea.see('[data-bulk]');
  await lea.shot('bulk');
  await lea.page.locator('[data-act=close-all]').click();
  await lea.page.mouse.move(900, 300);
  await lea.until('all three left the view', async () => (await lea.rowWith('En lot 1').count()) === 0);
});

story(
  'R2 S3',
  'of many closed at once, one that was written to since it was chosen stays',
  async ({ server, open }) => {
    for (const number of [13, 14, 15]) await server.receive(`+336399810${number}`, `Par lot ${number}`);
    const lea = await open('Léa');
    await lea.rowWith('Par lot 15').first().waitFor();
    for (const number of [13, 14, 15])
      await lea.rowWith(`Par lot ${number}`).first().locator('input[type=checkbox]').click({ force: true });
    await server.receive('+33639981014', 'Attendez, pas encore !');
    await lea.rowWith('Attendez, pas encore !').first().waitFor();
    await lea.page.locator('[data-act=close-all]').click();
    await lea.page.mouse.move(900, 300);
    await lea.until('the others left the view', async () => (await lea.rowWith('Par lot 1').count()) === 0);
    const left = lea.rowWith('Attendez, pas encore !').first();
    await lea.until('it is still chosen', () => left.locator('input[type=checkbox]').isChecked());
    await lea.page.getByText('Somebody wrote meanwhile').waitFor();
    await lea.page.locator('[data-act=close-all]').click();
    await lea.page.mouse.move(900, 300);
    await lea.until('it was read and is closed', async () => (await left.count()) === 0);
  },
);

story('Q2', 'only a reply ends the wait: notes, moves and tags leave it', async ({ server, open }) => {
  const number = '+33639981020';
  await server.receive(number, 'Combien de temps encore ?');
  const lea = await open('Léa');
  await lea.page.locator('[data-view=open]').click();
  await lea.openRow('Combien de temps encore ?');
  const id = await lea.page.locator('[data-timeline]').getAttribute('data-timeline');
  const waits = async () => {
    const view = { status: 'open', order: 'waiting' };
    const { rows } = await server.query('Léa', 'queue.page', { view, limit: 200 });
    return rows.some((row) => row.conversation.conversation_id === id && row.conversation.waiting_since);
  };
  is(await waits(), 'a message makes it wait');
  await server.command('Léa', 'note.add', { conversation_id: id, text: 'Je regarde' });
  await server.command('Léa', 'conversation.assign', {
    conversation_id: id,
    agent_id: server.agent('Léa').agent_id,
  });
  is(await waits(), 'a note and an assignment leave the wait');
  await lea.reply('Encore deux jours.');
  await lea.until('the reply ends the wait', async () => !(await waits()));
});

story('Q1', 'the view on screen is kept with one click and opened from the list', async ({ open }) => {
  const lea = await open('Léa');
  await lea.page.locator('[data-view=unread]').click();
  await lea.page.locator('[data-act=saved-views]').click();
  await lea.shot('saved-views');
  await lea.press('Enter');
  await lea.page.locator('[data-view=closed]').click();
  await lea.page.reload();
  await lea.page.locator('[data-act=saved-views]').click();
  await lea.page.locator('[role=option]').first().click();
  await lea.until('the kept view is there', () => lea.page.url().includes('#/unread'));
});
