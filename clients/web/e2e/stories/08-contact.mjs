// The person behind a conversation, and a message to a number.
import { is } from '../patience.mjs';
import { story } from '../stories.mjs';

let customers = 0;
function customer() {
  customers += 1;
  return `+3363997${String(1_000 + customers)}`;
}

async function conversation(server, window, text, more = {}, kind = 'sms') {
  const number = customer();
  await server.receive(number, text, more, kind);
  // Rows stay where they are under a pointer.
  await window.page.mouse.move(700, 5);
  await window.openRow(text);
  await window.see('[data-contact-pane]');
  return number;
}

async function save(window, name) {
  await window.page.locator('[data-save-name]').fill(name);
  await window.press('Enter');
  await window.see('[data-saving-field="name"]');
}

story(
  'K1 K2',
  'a person is saved from the pane, field by field, live for colleagues',
  async ({ server, open }) => {
    const lea = await open('Léa');
    const nadia = await open('Nadia');
    await conversation(server, lea, 'Ici Zoé', { profile_name: 'zozo' });
    is(
      (await lea.page.locator('[data-contact-pane] h2').innerText()) === '~zozo',
      'the profile name is marked',
    );
    await nadia.openRow('Ici Zoé');
    await save(lea, 'Zoé Martin');
    await nadia.until(
      'Nadia sees the name',
      async () => (await nadia.page.locator('[data-contact-pane] h2').innerText()) === 'Zoé Martin',
    );
    await lea.page.locator('[data-add-tag]').fill('fidèle');
    await lea.see('[role="listbox"] [role="option"]');
    await lea.press('Enter');
    await nadia.until('Nadia sees the tag', async () =>
      (await nadia.page.locator('[data-tags]').innerText()).includes('fidèle'),
    );
    await lea.page.locator('[data-add-property]').click();
    await lea.page.locator('[data-property-name]').fill('ville');
    await lea.page.locator('[data-property-value]').fill('Lyon');
    await lea.press('Enter');
    await nadia.until(
      'Nadia sees the property',
      async () => (await nadia.page.locator('[data-saving-field="ville"]').inputValue()) === 'Lyon',
    );
    await lea.shot('contact');
    const faults = await lea.faults();
    is(faults.length === 0, `nothing serious is found: ${faults.join('\n')}`);
  },
);

story(
  'K2',
  'two who change one field see both texts, and nothing typed is lost',
  async ({ server, open }) => {
    const lea = await open('Léa');
    const nadia = await open('Nadia');
    await conversation(server, lea, 'Bonjour de Paul');
    await save(lea, 'Paul');
    await nadia.openRow('Bonjour de Paul');
    const field = lea.page.locator('[data-saving-field="name"]');
    await field.fill('Paul Durand');
    const other = nadia.page.locator('[data-saving-field="name"]');
    await other.fill('Paul Dupont');
    await nadia.press('Enter');
    await lea.see('[data-crossed]');
    is((await field.inputValue()) === 'Paul Durand', 'what was typed stands');
    await lea.shot('contact-crossed');
    await lea.page.locator('[data-crossed] button').first().click();
    await nadia.until('the chosen name is there', async () => (await other.inputValue()) === 'Paul Durand');
  },
);

story('K3', 'two contacts are merged and the merge is undone', async ({ server, open }) => {
  const lea = await open('Léa');
  await conversation(server, lea, 'Mon numéro privé');
  await save(lea, 'Irène Fusion');
  await conversation(server, lea, 'Mon numéro du bureau');
  await save(lea, 'Irène Bureau');
  await lea.page.locator('[data-merge]').click();
  await lea.page.locator('[data-merge-search]').fill('Irène Fusion');
  await lea.page.locator('[data-merge-hit="Irène Fusion"]').click();
  await lea.shot('contact-merge');
  await lea.page.locator('[data-merge-confirm]').click();
  await lea.see('[data-merged]');
  await lea.see('[data-others]');
  await lea.page.locator('[data-unmerge]').click();
  await lea.until('the merge is gone', async () => (await lea.page.locator('[data-merged]').count()) === 0);
});

story('K4', 'a supervisor erases a person after typing the name', async ({ server, open }) => {
  const thomas = await open('Thomas');
  await conversation(server, thomas, 'Effacez-moi');
  await save(thomas, 'Marc Oubli');
  await thomas.page.locator('[data-erase]').click();
  is(await thomas.page.locator('[data-erase-confirm]').isDisabled(), 'nothing is erased by a click alone');
  await thomas.page.locator('[data-erase-name]').fill('marc oubli');
  await thomas.shot('contact-erase');
  await thomas.page.locator('[data-erase-confirm]').click();
  await thomas.until(
    'the person is gone from the screen',
    async () => !(await thomas.page.locator('body').innerText()).includes('Effacez-moi'),
  );
});

story(
  'C1',
  'a number is read with its country, checked while typed, and an existing thread is opened',
  async ({ open }) => {
    const lea = await open('Léa');
    await lea.page.evaluate(() => document.activeElement?.blur());
    await lea.press('w');
    await lea.see('[data-compose]');
    await lea.page.locator('[data-number]').fill('06 39 98 77 66');
    await lea.until('the number is understood', async () =>
      (await lea.page.locator('[data-compose]').innerText()).includes('+33'),
    );
    await lea.see('[data-looked="new"]');
    await lea.page.locator('[data-first]').fill('Bonjour, votre colis est prêt.');
    await lea.shot('compose');
    const faults = await lea.faults();
    is(faults.length === 0, `nothing serious is found: ${faults.join('\n')}`);
    await lea.press('Enter');
    await lea.until('the first message stands', async () =>
      (await lea.messages()).some((text) => text.includes('votre colis est prêt')),
    );
    const address = lea.page.url();
    await lea.page.evaluate(() => document.activeElement?.blur());
    await lea.press('w');
    await lea.page.locator('[data-number]').fill('0033 6 39 98 77 66');
    await lea.see('[data-looked="existing"]');
    await lea.page.locator('[data-open-existing]').click();
    await lea.until('the same thread is open', async () => lea.page.url() === address);
  },
);

story('C1 S3', 'two write to one new number: one goes, the other is asked', async ({ open }) => {
  const windows = [await open('Léa'), await open('Nadia')];
  for (const [at, window] of windows.entries()) {
    await window.press('w');
    await window.page.locator('[data-number]').fill('06 39 98 77 67');
    await window.see('[data-looked="new"]');
    await window.page.locator('[data-first]').fill(`Premier mot ${at + 1}`);
  }
  const [lea, nadia] = windows;
  await nadia.press('Enter');
  await nadia.page.locator('[data-message]', { hasText: 'Premier mot 2' }).waitFor();
  await lea.press('Enter');
  await lea.see('[data-send-phase="changed"]');
  await lea.page.locator('[data-message]', { hasText: 'Premier mot 2' }).waitFor();
  is(
    (await lea.messages()).every((text) => !text.includes('Premier mot 1')),
    'the second one did not go out',
  );
});

story(
  'C2',
  'a sender that is not approved for a country is refused, and says what to do',
  async ({ server, open }) => {
    const lea = await open('Léa');
    await lea.press('w');
    await lea.see('[data-compose]');
    const sender = server.channel('sms');
    await lea.page.locator(`[data-compose] input[value="${sender.channel_id ?? sender.id}"]`).check();
    await lea.page.locator('[data-number]').fill('+44 7700 900123');
    await lea.page.locator('[data-looked="refused"]').waitFor({ state: 'attached' });
    is(
      /may not send to that country/.test(await lea.page.locator('[data-compose]').innerText()),
      'it says what to do',
    );
    is(await lea.page.locator('[data-start]').isDisabled(), 'nothing is begun');
    await lea.shot('compose-not-approved');
  },
);

story('S4', 'a merge does not redirect what was accepted', async ({ server, open }) => {
  const lea = await open('Léa');
  const number = await conversation(server, lea, 'Je change de fiche');
  const id = await lea.page.locator('[data-timeline]').getAttribute('data-timeline');
  const kept = async () => {
    const { rows } = await server.query('Léa', 'queue.page', { view: { status: 'open' }, limit: 200 });
    return rows.find((row) => row.conversation.conversation_id === id).conversation;
  };
  await lea.reply('Bien reçu, je note.');
  await lea.page.locator('[data-message]', { hasText: 'Bien reçu, je note.' }).waitFor();
  const before = await kept();
  await server.command('Léa', 'contact.save', {
    name: 'Fiche changée',
    add_addresses: [{ kind: 'e164', value: number }],
  });
  const after = await kept();
  is(JSON.stringify(before.address) === JSON.stringify(after.address), 'the conversation keeps its address');
  is(before.channel_id === after.channel_id, 'and its channel');
  await lea.until(
    'the message arrives all the same',
    async () =>
      (await lea.page
        .locator('[data-message] [data-delivery="delivered"], [data-message] [data-delivery="read"]')
        .count()) > 0,
  );
});
