// What a message can be besides text, and when it goes: files, templates, windows, undo, schedule.
import { is, until } from '../patience.mjs';
import { story, storyInBoth } from '../stories.mjs';

const box = '[data-composer-field]';
const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');

let customers = 0;
function customer() {
  customers += 1;
  return `+3363996${String(1_000 + customers)}`;
}

async function conversation(server, window, text, kind = 'sms') {
  const number = customer();
  await server.receive(number, text, {}, kind);
  // Rows stay where they are under a pointer.
  await window.page.mouse.move(700, 5);
  await window.openRow(text);
  await window.see(box);
  return number;
}

async function template(server, name, body, more = {}) {
  const answer = await server.command('Thomas', 'template.save', { name, language: 'fr', body, ...more });
  is(answer.ok !== undefined, `the template was saved: ${JSON.stringify(answer)}`);
  return answer.ok.template_id;
}

async function choose(window, name) {
  await window.page.locator('[data-plus]').click();
  await window.page.locator('[data-menu-template]').click();
  await window.page.locator('[data-template-picker] input').fill(name);
  await window.page.locator(`[data-template="${name}"]`).first().click();
  await window.see('[data-template-fill]');
}

async function clean(window, where) {
  const faults = await window.faults();
  is(faults.length === 0, `nothing serious is found in ${where}: ${faults.join('\n')}`);
}

/** The longest that there is. */
const holdMs = 30_000;
const hold = (server, hold_ms) => server.command('Léa', 'workspace.change', { hold_ms });

storyInBoth(
  'A1',
  'a file is attached, gets a caption and goes; one that no channel takes is answered at once',
  async ({ server, open }) => {
    const lea = await open('Léa');
    await conversation(server, lea, 'Ma facture svp', 'whatsapp');
    const picker = lea.page.locator('[data-file-picker]');
    await picker.setInputFiles({
      name: 'virus.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from('MZ no pdf'),
    });
    await lea.see('[data-upload="refused"]');
    await lea.page.locator('[data-upload="refused"] > button').click();
    await picker.setInputFiles({ name: 'facture.pdf', mimeType: 'application/pdf', buffer: pdf });
    await lea.see('li[data-attachment]');
    await lea.page.locator(box).fill('Voici votre facture.');
    await lea.shot('composer-file');
    await clean(lea, 'a composer with a file');
    await lea.page.reload();
    await lea.see('li[data-attachment]');
    is(
      (await lea.page.locator(box).inputValue()) === 'Voici votre facture.',
      'file and caption outlive a reload',
    );
    await lea.page.locator(box).focus();
    await lea.press('Enter');
    await lea.until('file and caption stand in the timeline', async () =>
      (await lea.messages()).some((text) => text.includes('Voici votre facture.')),
    );
    is((await lea.page.locator('li[data-attachment]').count()) === 0, 'the box is empty');
  },
);

story('A1', 'a file is dropped anywhere', async ({ server, open }) => {
  const lea = await open('Léa');
  await conversation(server, lea, 'Le plan svp', 'whatsapp');
  const data = await lea.page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], 'plan.pdf', { type: 'application/pdf' }));
    return transfer;
  }, pdf.toString());
  await lea.page.dispatchEvent('[data-timeline]', 'dragenter', { dataTransfer: data });
  await lea.see('[data-drop]');
  await lea.page.dispatchEvent('[data-timeline]', 'drop', { dataTransfer: data });
  await lea.see('li[data-attachment]');
  is((await lea.page.locator('[data-drop]').count()) === 0, 'the layer is gone');
});

story(
  'T1',
  'a template is written, its fields are filled, and what is shown is what goes',
  async ({ server, open }) => {
    const thomas = await open('Thomas');
    await thomas.page.goto(`${thomas.door.url}/#/settings/templates`);
    await thomas.page.locator('[data-add-template]').click();
    await thomas.page.locator('[data-template-name]').fill('Colis en route');
    await thomas.page
      .locator('[data-template-body]')
      .fill('Bonjour {{prénom}}, votre colis arrive {{jour}}.');
    await thomas.shot('template-editor');
    await clean(thomas, 'the editor of templates');
    await thomas.page.locator('[data-save-template]').click();
    await thomas.see('[data-template-row="Colis en route"]');

    const lea = await open('Léa');
    await conversation(server, lea, 'Où est ma commande ?');
    await lea.page.locator('[data-save-name]').fill('Zoé Martin');
    await lea.press('Enter');
    await lea.see('[data-saving-field="name"]');
    await choose(lea, 'Colis en route');
    await lea.see('[data-blank]');
    is(await lea.page.locator('[data-send]').isDisabled(), 'nothing goes while a field is blank');
    is(
      (await lea.page.locator('[data-field="prénom"]').inputValue()) === 'Zoé',
      'the contact fills its field',
    );
    await lea.page.locator('[data-field="jour"]').fill('{{prénom}} demain');
    const text = 'Bonjour Zoé, votre colis arrive {{prénom}} demain.';
    await lea.see(`[data-exact="${text}"]`);
    is(
      (await lea.page.locator('[data-template-card]').innerText()).includes(text),
      'braces in a value are shown as they go out',
    );
    await lea.shot('composer-template');
    await clean(lea, 'a composer with a template');
    await lea.page.locator('[data-field="jour"]').press('Enter');
    await lea.until('what was shown is what went', async () =>
      (await lea.messages()).some((one) => one.includes(text)),
    );
  },
);

story('T2', 'outside the window the composer offers approved templates only', async ({ server, open }) => {
  await template(server, 'Retour vers vous', 'Bonjour, nous revenons vers vous.', {
    approval: 'approved',
    provider_name: 'retour',
  });
  await template(server, 'Brouillon interne', 'Bonjour, ceci attend.', {
    approval: 'pending',
    provider_name: 'attente',
  });
  const started = await server.command('Léa', 'conversation.start', {
    channel_id: server.channel('whatsapp').id ?? server.channel('whatsapp').channel_id,
    address: { kind: 'e164', value: customer() },
  });
  const lea = await open('Léa');
  await lea.page.goto(`${lea.door.url}/#/open/c/${started.ok.conversation_id}`);
  await lea.see('[data-obstacle="window_closed"]');
  await lea.shot('composer-window');
  await clean(lea, 'a composer with a closed window');
  await lea.page.locator('[data-obstacle] button').click();
  await lea.page.locator('[data-template-picker] input').fill('Brouillon');
  is(await lea.page.locator('[data-use-template]').isDisabled(), 'one that is not approved does not go');
  await lea.shot('template-picker');
  await lea.page.locator('[data-template-picker] input').fill('Retour vers');
  await lea.press('Enter');
  await lea.see('[data-exact]');
  await lea.page.locator('[data-send]').click();
  await lea.until('the template stands in the timeline', async () =>
    (await lea.messages()).some((text) => text.includes('nous revenons vers vous')),
  );
});

storyInBoth('S6', 'a held send counts down, is undone, and the text is back', async ({ server, open }) => {
  await hold(server, holdMs);
  try {
    const lea = await open('Léa');
    await conversation(server, lea, 'Vous livrez quand ?');
    await lea.page.locator(box).fill('Demain matin');
    await lea.press('Enter');
    await lea.see('[data-pending="held"]');
    await lea.shot('composer-held');
    await clean(lea, 'a composer with a held send');
    await lea.page.locator('[data-pending="held"] [data-undo]').click();
    await lea.until(
      'the text is back',
      async () => (await lea.page.locator(box).inputValue()) === 'Demain matin',
    );
    is(
      (await lea.messages()).every((text) => !text.includes('Demain matin')),
      'nothing went out',
    );
  } finally {
    await hold(server, 0);
  }
});

/** Léa has sent a reply that is held, and Nadia has the conversation open. */
async function held(server, open, text) {
  await hold(server, holdMs);
  const [lea, nadia] = [await open('Léa'), await open('Nadia')];
  await conversation(server, lea, text);
  await nadia.page.mouse.move(700, 5);
  await nadia.openRow(text);
  await lea.page.locator(box).fill(`Pour « ${text} »`);
  await lea.press('Enter');
  await nadia.see('[data-pending="held"]');
  return [lea, nadia];
}

async function back(window, text) {
  await window.until(
    'the text is back in its box',
    async () => (await window.page.locator(box).inputValue()) === `Pour « ${text} »`,
  );
}

const undo = (window) => window.page.locator('[data-pending="held"] [data-undo]').click();

story(
  'S6',
  'what a colleague cancels comes back to its author, who reads elsewhere',
  async ({ server, open }) => {
    try {
      const text = 'Vous reprenez les retours ?';
      await server.receive(customer(), 'Autre chose à lire');
      const [lea, nadia] = await held(server, open, text);
      await lea.page.mouse.move(700, 5);
      await lea.openRow('Autre chose à lire');
      await undo(nadia);
      await lea.page.getByText('Nadia').and(lea.page.getByText('cancelled your message')).first().waitFor();
      await lea.shot('cancelled-by-colleague');
      await lea.page.locator('[data-open-noticed]').click();
      await lea.see(box);
      await back(lea, text);
      await nadia.until(
        'nothing waits',
        async () => (await nadia.page.locator('[data-pending]').count()) === 0,
      );
      is((await nadia.page.locator(box).inputValue()) === '', 'the colleague does not get it');
    } finally {
      await hold(server, 0);
    }
  },
);

story(
  'S6',
  'what a colleague cancels comes back after a reload, and to who was away',
  async ({ server, open }) => {
    try {
      const text = 'Et pour un échange ?';
      const [lea, nadia] = await held(server, open, text);
      await lea.page.reload();
      await lea.see('[data-pending="held"]');
      await undo(nadia);
      await back(lea, text);
      await lea.page.locator(box).focus();
      await lea.press('Enter');
      await nadia.see('[data-pending="held"]');
      const address = lea.page.url();
      await lea.page.goto('about:blank');
      await undo(nadia);
      await nadia.until(
        'nothing waits',
        async () => (await nadia.page.locator('[data-pending]').count()) === 0,
      );
      await lea.page.goto(address);
      await lea.see(box);
      await back(lea, text);
    } finally {
      await hold(server, 0);
    }
  },
);

story(
  'S6',
  'two replies held for one conversation stop each other, and both authors are asked',
  async ({ server, open }) => {
    await hold(server, holdMs);
    try {
      const lea = await open('Léa');
      const nadia = await open('Nadia');
      await conversation(server, lea, 'Qui me répond ?');
      await nadia.openRow('Qui me répond ?');
      await lea.page.locator(box).fill('Moi, Léa');
      await lea.press('Enter');
      await nadia.see('[data-pending="held"]');
      await nadia.page.locator(box).fill('Moi, Nadia');
      await nadia.press('Enter');
      for (const window of [lea, nadia]) {
        await window.until(
          'both wait',
          async () => (await window.page.locator('[data-pending="stopped"]').count()) === 2,
        );
      }
      await lea.shot('composer-stopped');
      const mine = lea.page.locator('[data-pending="stopped"]', { hasText: 'Moi, Léa' });
      await mine.locator('[data-release]').click();
      await until(holdMs - 10_000, 'the chosen one went out', async () =>
        (await nadia.messages()).some((text) => text.includes('Moi, Léa')),
      );
    } finally {
      await hold(server, 0);
    }
  },
);

story('S6', 'a reply is scheduled, moved and taken back', async ({ server, open }) => {
  const lea = await open('Léa');
  await conversation(server, lea, 'Rappelez-moi plus tard');
  await lea.page.locator(box).fill('Comme convenu');
  await lea.page.locator('[data-schedule]').click();
  await lea.shot('composer-schedule');
  await clean(lea, 'the choice of a time');
  await lea.page.locator('[data-offer="in_an_hour"]').click();
  await lea.see('[data-pending="scheduled"]');
  is(
    (await lea.messages()).every((text) => !text.includes('Comme convenu')),
    'it is no line of the timeline yet',
  );
  await lea.page.locator('[data-pending="scheduled"] [data-undo]').click();
  await lea.until(
    'the text is back',
    async () => (await lea.page.locator(box).inputValue()) === 'Comme convenu',
  );
});
