// Lost and found again: a cut line, a killed server, and nothing missed or done twice.
import { is } from '../patience.mjs';
import { story } from '../stories.mjs';

story(
  'W2',
  'after a cut the desk goes on where it was: nothing missed, nothing twice',
  async ({ server, open }) => {
    await server.receive('+33639984001', 'Avant la coupure');
    const lea = await open('Léa');
    await lea.rowWith('Avant la coupure').first().waitFor();
    await lea.openRow('Avant la coupure');
    lea.door.cut();
    await lea.see('[data-offline]');
    await lea.shot('offline');
    for (const number of [1, 2, 3]) await server.receive('+33639984001', `Pendant la coupure ${number}`);
    is((await lea.page.locator('[data-row]').count()) > 0, 'the list stays on screen');
    lea.door.mend();
    await lea.page.locator('[data-message]', { hasText: 'Pendant la coupure 3' }).waitFor();
    const texts = await lea.messages();
    const met = [1, 2, 3].map(
      (number) => texts.filter((text) => text.includes(`Pendant la coupure ${number}`)).length,
    );
    is(
      met.every((times) => times === 1),
      `each stands there once: ${met}`,
    );
  },
);

story('S2', 'what is done without a line waits and goes out once', async ({ server, open }) => {
  await server.receive('+33639984002', 'Vous fermez à quelle heure ?');
  const [lea, nadia] = [await open('Léa'), await open('Nadia')];
  for (const window of [lea, nadia]) {
    await window.rowWith('Vous fermez').first().waitFor();
    await window.openRow('Vous fermez');
  }
  lea.door.cut();
  await lea.see('[data-offline]');
  await lea.reply('À 19 heures.');
  lea.door.mend();
  await nadia.page.locator('[data-message]', { hasText: 'À 19 heures.' }).waitFor();
  await lea.page.locator('[data-message]', { hasText: 'À 19 heures.' }).waitFor();
  for (const window of [lea, nadia]) {
    const times = (await window.messages()).filter((text) => text.includes('À 19 heures.')).length;
    is(times === 1, `it stands there once, not ${times} times`);
  }
});

story('W2', 'a killed server comes back and the desk with it', async ({ server, open }) => {
  const lea = await open('Léa');
  await server.kill();
  await lea.see('[data-offline]');
  await server.restart();
  await server.receive('+33639984003', 'Après le redémarrage');
  await lea.page.locator('[data-row]', { hasText: 'Après le redémarrage' }).first().waitFor();
  await lea.until('the banner is gone', async () => (await lea.page.locator('[data-offline]').count()) === 0);
});
