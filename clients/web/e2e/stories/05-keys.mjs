// Everything without a mouse.
import { is } from '../patience.mjs';
import { story } from '../stories.mjs';

story('Q1', 'the queue is worked by the keyboard alone', async ({ server, open }) => {
  await server.receive('+33639985001', 'Au clavier');
  const lea = await open('Léa');
  await lea.rowWith('Au clavier').first().waitFor();
  await lea.press('j');
  await lea.page.locator('[data-timeline]').waitFor();
  await lea.page.locator('[data-heading]', { hasText: '+33 6 39 98 50 01' }).waitFor();
  await lea.press('r');
  await lea.page.keyboard.type('Bien reçu.');
  await lea.press('Enter');
  await lea.page.locator('[data-message]', { hasText: 'Bien reçu.' }).waitFor();
  await lea.page.locator('[data-timeline]').focus();
  await lea.press('e');
  await lea.see('[data-event=closed]');
  await lea.press('e');
  await lea.see('[data-event=reopened]');
  await lea.press('k');
  await lea.press('j');
  await lea.press('Escape');
  await lea.until('the queue is back and has the focus', () =>
    lea.page.evaluate(
      () =>
        document.activeElement?.closest('[data-row]') !== null && !document.querySelector('[data-timeline]'),
    ),
  );
});

story(
  'Q1',
  'the keys are shown, the palette does what is asked, and typing is no command',
  async ({ open }) => {
    const lea = await open('Léa');
    await lea.press('?');
    await lea.see('[data-keys]');
    await lea.shot('keys');
    await lea.press('Escape');
    await lea.press('Control+k');
    await lea.see('[data-palette]');
    await lea.page.keyboard.type('closed');
    await lea.press('Enter');
    await lea.until('the closed ones are shown', () => lea.page.url().includes('#/closed'));
    await lea.press('/');
    await lea.page.keyboard.type('e?jn');
    is((await lea.page.locator('[data-keys]').count()) === 0, 'letters in the box are letters');
  },
);

story('Q1', 'what is typed before a list is there is for its search', async ({ open }) => {
  const lea = await open('Léa');
  let deliver;
  const delivered = new Promise((resolve) => {
    deliver = resolve;
  });
  await lea.page.route('**/assets/PickerList-*.js', async (route) => {
    await delivered;
    await route.continue();
  });
  await lea.page.reload();
  await lea.page.locator('[data-row]').first().waitFor();
  const address = lea.page.url();
  await lea.page.locator('[data-act=groups]').click();
  await lea.page.keyboard.type('jnr');
  deliver();
  const search = lea.page.locator('[role=combobox]:focus');
  await search.waitFor();
  is((await search.inputValue()) === 'jnr', 'the search holds what was typed');
  is(lea.page.url() === address, 'no key was a command');
});

story('Q1', 'x chooses a row, and the bar does one act to all', async ({ server, open }) => {
  for (const number of [2, 3]) await server.receive(`+3363998500${number}`, `Choisie ${number}`);
  const lea = await open('Léa');
  await lea.rowWith('Choisie 3').first().waitFor();
  await lea.press('j');
  await lea.press('x');
  await lea.press('j');
  await lea.press('x');
  await lea.page.locator('[data-bulk]', { hasText: '2' }).waitFor();
});

story('Q1', 'x chooses the row that j came to, also before the screen shows it', async ({ server, open }) => {
  for (const number of [4, 5]) await server.receive(`+3363998500${number}`, `Vite ${number}`);
  const lea = await open('Léa');
  const focusIsOnOpenRow = () =>
    lea.until('the open row has the focus', () =>
      lea.page.evaluate(() => document.querySelector('[data-row] a[aria-current]:focus') !== null),
    );
  await lea.rowWith('Vite 5').first().waitFor();
  await lea.press('j');
  await lea.press('x');
  await focusIsOnOpenRow();
  await lea.page.evaluate(() => {
    const draw = window.requestAnimationFrame;
    const held = [];
    window.requestAnimationFrame = (frame) => held.push(frame);
    window.drawAgain = () => {
      window.requestAnimationFrame = draw;
      for (const frame of held) draw(frame);
    };
  });
  await lea.press('j');
  await lea.press('x');
  await lea.page.evaluate(() => window.drawAgain());
  await lea.page.locator('[data-bulk]', { hasText: '2' }).waitFor();
  await focusIsOnOpenRow();
});
