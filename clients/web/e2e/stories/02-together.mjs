// Two agents in one conversation: what one does the other sees at once, and nothing typed is lost.
import { is, until } from '../patience.mjs';
import { story } from '../stories.mjs';

/** After which the hands of somebody who typed count as resting (`typing.ts`). */
const restMs = 5_000;
/** How long a conversation is on screen before it counts as read (`reading.svelte.ts`). */
const readMs = 700;
/** Longer than a colleague who was cut may take to come back (`LEAVING_MS`), shorter than a sign of typing lasts. */
const leftMs = 8_000;

async function two(server, open, from, text) {
  await server.receive(from, text);
  const [lea, nadia] = [await open('Léa'), await open('Nadia', { locale: 'fr-FR' })];
  for (const window of [lea, nadia]) {
    await window.rowWith(text).first().waitFor();
    await window.openRow(text);
  }
  return [lea, nadia];
}

/** Types until `look` is so: hands count as resting some seconds after a key. */
async function types(typist, what, look) {
  const box = typist.page.locator('#conversation textarea').first();
  await typist.until(what, async () => {
    await box.pressSequentially('.');
    return look();
  });
}

/** Waits longer in each window than looking takes to count as reading, and lets what came of it arrive. */
async function stays(square, ...windows) {
  for (const window of windows)
    await window.page.evaluate((ms) => new Promise((over) => setTimeout(over, ms)), readMs * 2);
  const said = `Après ${Date.now()}`;
  await windows[0].server.receive('+33639982099', said);
  for (const window of windows) {
    // Rows stay where they are under a pointer.
    await window.page.mouse.move(700, 5);
    await window.rowWith(said).first().waitFor();
    is((await square(window).count()) === 1, 'the mark is still there');
  }
}

story('Q1 W2', 'what one agent sends another sees, once', async ({ server, open }) => {
  const [lea, nadia] = await two(server, open, '+33639982001', 'Où est ma commande ?');
  await lea.reply('Elle part ce soir.');
  await nadia.page.locator('[data-message]', { hasText: 'Elle part ce soir.' }).waitFor();
  const mine = await lea.messages();
  is(mine.filter((text) => text.includes('Elle part ce soir.')).length === 1, 'it stands there once');
});

story(
  'W1',
  'who looks and who types is seen in the list and in the conversation',
  async ({ server, open }) => {
    const [lea, nadia] = await two(server, open, '+33639982002', 'Vous êtes là ?');
    await lea.see('[data-viewers]');
    await lea.until(
      'the row shows the colleague',
      async () => (await lea.rowWith('Vous êtes là').first().locator('[data-present^=Nadia]').count()) > 0,
    );
    await types(nadia, 'the conversation says that the colleague types', async () =>
      /Nadia/.test((await lea.page.locator('[data-typing-line]').allInnerTexts()).join()),
    );
    await types(nadia, 'the row says that the colleague types', async () =>
      /Nadia/.test((await lea.page.locator('[data-row] [data-typing]').allInnerTexts()).join()),
    );
    await lea.shot('typing');
    nadia.door.cut();
    await until(
      leftMs,
      'a lost connection ends it',
      async () => (await lea.page.locator('[data-viewers]').count()) === 0,
    );
  },
);

story('W1', 'who types and goes elsewhere at once is not shown there for ever', async ({ server, open }) => {
  await server.receive('+33639982014', 'Et une autre conversation');
  const [lea, nadia] = await two(server, open, '+33639982015', 'Je tape et je pars');
  await types(nadia, 'the colleague types', async () =>
    /Nadia/.test((await lea.page.locator('[data-typing-line]').allInnerTexts()).join()),
  );
  await nadia.rowWith('Et une autre conversation').first().locator('a').click();
  const seen = () => lea.page.locator('[data-viewers]').count();
  await lea.until('the colleague is gone', async () => (await seen()) === 0);
  // A timer set now that runs longer than the one that was left behind comes after it, and so does what is said then.
  await nadia.page.evaluate((ms) => new Promise((over) => setTimeout(over, ms)), restMs + 500);
  const typing = lea.page.locator('[data-row] [data-typing]');
  await types(nadia, 'the colleague types elsewhere', async () => (await typing.count()) > 0);
  is((await seen()) === 0, 'nobody is shown who is elsewhere');
});

story('W3', 'who types has the place, and a colleague may take it', async ({ server, open }) => {
  const [lea, nadia] = await two(server, open, '+33639982003', 'Qui me répond ?');
  const warned = lea.page.locator('[data-banner=leased]');
  await types(nadia, 'the colleague has the place', async () => (await warned.count()) > 0);
  await lea.page.locator('[data-act=take-over]').click();
  await nadia.see('[data-banner=leased]');
  await lea.until(
    'it is not warned of any more',
    async () => (await lea.page.locator('[data-banner=leased]').count()) === 0,
  );
});

story('R2', 'closed while a colleague types: seen at once, and the draft stays', async ({ server, open }) => {
  const [lea, nadia] = await two(server, open, '+33639982004', 'Merci beaucoup');
  await nadia.page.locator('#conversation textarea').first().pressSequentially('Avec plaisir, à bient');
  await lea.page.locator('[data-heading] [data-act=close]').click();
  await nadia.see('[data-banner=closed]');
  is(
    (await nadia.page.locator('#conversation textarea').first().inputValue()) === 'Avec plaisir, à bient',
    'the draft is still there',
  );
  await nadia.shot('closed-while-typing');
});

story(
  'R1',
  'a reply reopens, marks unread and is told; closing stands in the timeline',
  async ({ server, open }) => {
    await server.receive('+33639982005', 'C’est réglé');
    const lea = await open('Léa');
    await lea.rowWith('C’est réglé').first().waitFor();
    await lea.openRow('C’est réglé');
    await lea.press('Escape');
    await lea.openRow('C’est réglé');
    await lea.press('e');
    await lea.see('[data-event=closed]');
    await server.receive('+33639982005', 'Encore une question');
    await lea.see('[data-event=reopened]');
    await lea.rowWith('Encore une question').first().waitFor();
  },
);

story(
  'R2',
  'a close against a message that came first is refused, and can be done anyway',
  async ({ server, open }) => {
    await server.receive('+33639982006', 'Premier message');
    const lea = await open('Léa');
    await lea.rowWith('Premier message').first().waitFor();
    await lea.openRow('Premier message');
    // What is not on screen yet: the window hears of nothing while its line is cut.
    lea.door.cut();
    await server.receive('+33639982006', 'Attendez !');
    await lea.page.locator('[data-heading] [data-act=close]').click();
    lea.door.mend();
    await lea.see('[data-banner=close-refused]');
    await lea.page.locator('[data-message]', { hasText: 'Attendez !' }).waitFor();
    await lea.shot('close-refused');
    await lea.page.locator('[data-act=close-anyway]').click();
    await lea.see('[data-event=closed]');
  },
);

story(
  'R3',
  'marked unread: all see the square, and it stays while the marker and a colleague look',
  async ({ server, open }) => {
    const [lea, nadia] = await two(server, open, '+33639982007', 'À lire plus tard');
    const square = (window) => window.rowWith('À lire plus tard').first().locator('[data-square]');
    await lea.until('opening it took the mark away', async () => (await square(lea).count()) === 0);
    await lea.page.locator('[data-act=menu]').click();
    await lea.page.locator('[data-act=menu-unread]').click();
    for (const window of [lea, nadia]) {
      await square(window).waitFor();
      await window.see('[data-event=marked_unread]');
    }
    await stays(square, lea, nadia);
    // Who opens it anew has read it.
    await nadia.press('Escape');
    await nadia.openRow('À lire plus tard');
    for (const window of [lea, nadia])
      await window.until('opening it took the mark away', async () => (await square(window).count()) === 0);
  },
);

story('R3', 'marked unread among other rows, it stays while the marker looks', async ({ server, open }) => {
  const [lea, nadia] = await two(server, open, '+33639982016', 'Encore à lire');
  const square = (window) => window.rowWith('Encore à lire').first().locator('[data-square]');
  await lea.until('opening it took the mark away', async () => (await square(lea).count()) === 0);
  await lea.rowWith('Encore à lire').first().locator('input[type=checkbox]').click({ force: true });
  await lea.page.locator('[data-act=unread-all]').click();
  for (const window of [lea, nadia]) await square(window).waitFor();
  await stays(square, lea, nadia);
});

story('G1', 'moved to another group: an event that says from where to where', async ({ server, open }) => {
  const [lea, nadia] = await two(server, open, '+33639982008', 'Ma facture est fausse');
  await lea.page.locator('[data-heading] [data-act=move]').click();
  await lea.page.locator('[role=combobox]:focus').waitFor();
  await lea.page.keyboard.type('factur');
  await lea.press('Enter');
  await nadia.see('[data-event=moved]');
  const told = await nadia.page.locator('[data-event=moved]').last().innerText();
  is(/Léa Moreau/.test(told) && /Facturation/.test(told), `the event says who and where to: ${told}`);
});

story('W1', 'assigned, claimed and given back, for all to see', async ({ server, open }) => {
  const [lea, nadia] = await two(server, open, '+33639982009', 'Un conseil peinture');
  await lea.page.locator('[data-heading] [data-act=assign]').click();
  await lea.page.locator('[role=combobox]:focus').waitFor();
  await lea.page.keyboard.type('nadia');
  await lea.press('Enter');
  await nadia.until('the colleague has it', async () =>
    /Nadia/.test(await nadia.page.locator('[data-assignee]').innerText()),
  );
  await nadia.press('Escape');
  await nadia.openRow('Un conseil peinture');
  await nadia.page.locator('[data-act=menu]').click();
  await nadia.page.locator('[data-act=menu-claim]').click();
  await lea.until('nobody has it', async () =>
    /Nobody/.test(await lea.page.locator('[data-assignee]').innerText()),
  );
});

story('W1', '“next” gives two agents at one instant two conversations', async ({ open }) => {
  const [lea, nadia] = [await open('Léa'), await open('Nadia')];
  await Promise.all([lea.press('n'), nadia.press('n')]);
  for (const window of [lea, nadia]) await window.see('[data-timeline]');
  const ids = await Promise.all(
    [lea, nadia].map((window) => window.page.locator('[data-timeline]').getAttribute('data-timeline')),
  );
  is(ids[0] !== ids[1], `they got different ones: ${ids}`);
});

story('D1 D3', 'a message is followed from the queue to the phone', async ({ server, open }) => {
  await server.receive('+33639982010', 'Vous livrez le samedi ?');
  const lea = await open('Léa');
  await lea.rowWith('Vous livrez le samedi').first().waitFor();
  await lea.openRow('Vous livrez le samedi');
  await lea.reply('Oui, entre 9 h et 12 h.');
  const sent = lea.page.locator('[data-message]', { hasText: 'entre 9 h et 12 h' });
  await sent.waitFor();
  await lea.until('a receipt came', async () =>
    /sent|delivered|read|failed/.test(
      (await sent.locator('[data-delivery]').getAttribute('data-delivery')) ?? '',
    ),
  );
});

story('S3', 'a colleague answered meanwhile: the banner says so', async ({ server, open }) => {
  const [lea, nadia] = await two(server, open, '+33639982011', 'Réponse de qui ?');
  await nadia.reply('De moi.');
  await lea.see('[data-banner=answered]');
  is(/Nadia/.test(await lea.page.locator('[data-banner=answered]').innerText()), 'it says who');
});

story(
  'Q1',
  'older messages come on scrolling up without a jump, and one click leads to the newest',
  async ({ server, open }) => {
    for (let number = 1; number <= 130; number += 1)
      await server.receive('+33639982012', `Ligne numéro ${number}.`);
    const lea = await open('Léa');
    await lea.openRow('Ligne numéro 130.');
    await lea.page.locator('[data-message]', { hasText: 'Ligne numéro 130.' }).waitFor();
    const timeline = lea.page.locator('[data-timeline]');
    const count = () => lea.page.locator('[data-message]').count();
    const first = await count();
    const top = async () =>
      (await lea.page.locator('[data-message]', { hasText: 'numéro 100.' }).boundingBox())?.y;
    await lea.page.locator('[data-message]', { hasText: 'numéro 100.' }).scrollIntoViewIfNeeded();
    await lea.until('older ones came', async () => (await count()) > first);
    await lea.until('the lines stand still', async () => {
      const before = await top();
      await lea.page.evaluate(
        () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))),
      );
      return before !== undefined && before === (await top()) && before > 0;
    });
    await timeline.evaluate((element) => element.scrollTo({ top: 0 }));
    await lea.page.locator('[data-message]', { hasText: 'numéro 1.' }).first().waitFor();
    await server.receive('+33639982012', 'Et une nouvelle.');
    await lea.page.locator('[data-jump]', { hasText: '1' }).click();
    await lea.until('the newest is in sight', () =>
      lea.page.locator('[data-message]', { hasText: 'Et une nouvelle.' }).isVisible(),
    );
  },
);

story('F1', 'a found message far back is scrolled to', async ({ server, open }) => {
  await server.receive('+33639982013', 'La référence est ambre-gris-42.');
  for (let number = 1; number <= 80; number += 1) await server.receive('+33639982013', `Suite ${number}.`);
  const lea = await open('Léa');
  await lea.press('/');
  await lea.page.keyboard.type('"ambre gris"');
  await lea.page.locator('[data-message-hit]').first().click();
  const line = lea.page.locator('[data-message]', { hasText: 'ambre-gris-42' });
  await line.waitFor();
  await lea.until('it is in sight', async () => {
    const box = await line.boundingBox();
    return box && box.y > 0 && box.y < 900;
  });
  is((await lea.page.locator('.sought').count()) === 1, 'it is pointed out');
});

story('W1', 'two windows of one browser are two agents, also after a reload', async ({ open }) => {
  const lea = await open('Léa');
  const second = await lea.context.newPage();
  await second.goto(lea.page.url().split('#')[0]);
  await second.locator('[data-agent^="Nadia"]').click();
  await second.locator('[data-row], [data-empty]').first().waitFor();
  for (const page of [lea.page, second]) {
    await page.reload();
    await page.locator('[data-row], [data-empty]').first().waitFor();
  }
  const who = async (page) =>
    page.evaluate(async () => {
      const authorization = `Bearer ${sessionStorage.getItem('parloir.window')}`;
      const answer = await fetch('/v1/session', { headers: { authorization } });
      return (await answer.json()).agent_id;
    });
  is((await who(lea.page)) !== (await who(second)), 'each window is somebody of its own');
});
