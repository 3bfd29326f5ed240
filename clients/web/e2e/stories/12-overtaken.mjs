// Two at once in one conversation, or on the way to one: who comes second is asked, and loses no word.
import { is } from '../patience.mjs';
import { story, storyInBoth } from '../stories.mjs';

const box = '[data-composer-field]';

let customers = 0;
function customer() {
  customers += 1;
  return `+3363994${String(1_000 + customers)}`;
}

/** Léa sends from an old screen: Nadia answered while Léa's cable was out. */
async function overtaken(server, open, question, late) {
  const [lea, nadia] = [await open('Léa'), await open('Nadia')];
  await server.receive(customer(), question);
  for (const window of [lea, nadia]) {
    await window.page.mouse.move(700, 5);
    await window.openRow(question);
    await window.see(box);
  }
  await lea.page.locator(box).fill(late);
  lea.door.cut();
  await lea.press('Enter');
  await lea.see('[data-send-phase="sending"]');
  await nadia.reply('C’est déjà fait');
  await nadia.page.locator('[data-message]', { hasText: 'C’est déjà fait' }).waitFor();
  lea.door.mend();
  await lea.see('[data-send-phase="changed"]');
  await lea.page.locator('[data-message]', { hasText: 'C’est déjà fait' }).waitFor();
  return [lea, nadia];
}

const times = async (window, text) => (await window.messages()).filter((one) => one.includes(text)).length;

storyInBoth('S3', 'what was overtaken is sent anyway, once', async ({ server, open }) => {
  const [lea, nadia] = await overtaken(server, open, 'Mon devis est prêt ?', 'Oui, je vous l’envoie');
  is((await times(nadia, 'je vous l’envoie')) === 0, 'nothing went out unasked');
  await lea.page.locator('[data-anyway]').click();
  await nadia.page.locator('[data-message]', { hasText: 'je vous l’envoie' }).waitFor();
  await lea.until(
    'nothing waits any more',
    async () => (await lea.page.locator('[data-send-phase]').count()) === 0,
  );
  for (const window of [lea, nadia])
    is((await times(window, 'je vous l’envoie')) === 1, 'it stands there once');
  is((await lea.page.locator(box).inputValue()) === '', 'the box is empty');
});

story('S3', 'what was overtaken is dropped, and can be had back', async ({ server, open }) => {
  const [lea, nadia] = await overtaken(server, open, 'La clé est arrivée ?', 'Non, pas encore');
  await lea.page.locator('[data-drop-send]').click();
  await lea.until(
    'nothing waits any more',
    async () => (await lea.page.locator('[data-send-phase]').count()) === 0,
  );
  is((await lea.page.locator(box).inputValue()) === '', 'the box stays empty');
  await lea.page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
  await lea.until(
    'the text is back in the box',
    async () => (await lea.page.locator(box).inputValue()) === 'Non, pas encore',
  );
  await nadia.reply('Elle est là');
  await nadia.page.locator('[data-message]', { hasText: 'Elle est là' }).waitFor();
  is((await times(nadia, 'pas encore')) === 0, 'nothing went out');
});

story('C1', 'two who compose to one number at one instant meet in one conversation', async ({ open }) => {
  const windows = [await open('Léa'), await open('Nadia')];
  const texts = ['Bonjour, ici Léa.', 'Bonjour, ici Nadia.'];
  for (const [at, window] of windows.entries()) {
    await window.page.evaluate(() => document.activeElement?.blur());
    await window.press('w');
    await window.page.locator('[data-number]').fill('06 39 94 77 88');
    await window.see('[data-looked="new"]');
    await window.page.locator('[data-first]').fill(texts[at]);
  }
  await Promise.all(windows.map((window) => window.page.locator('[data-first]').press('Enter')));
  for (const window of windows) await window.see('[data-timeline]');
  const ids = await Promise.all(
    windows.map((window) => window.page.locator('[data-timeline]').getAttribute('data-timeline')),
  );
  is(ids[0] === ids[1], `both are in one conversation: ${ids}`);
  const { hits } = await windows[0].server.query('Léa', 'search.conversations', { text: '0639947788' });
  is(hits.length === 1, `the number has one conversation, not ${hits.length}`);
  for (const [at, window] of windows.entries()) {
    await window.until('nothing written is lost', async () => {
      const waiting = await window.page.locator('[data-unsent]').allInnerTexts();
      return [...(await window.messages()), ...waiting].some((text) => text.includes(texts[at]));
    });
  }
});
