// Writing: Enter and Shift+Enter, drafts, what was overtaken, notes, a lost connection.
import { is } from '../patience.mjs';
import { story, storyInBoth } from '../stories.mjs';

const box = '[data-composer-field]';

/** A customer of its own, so that stories do not meet. */
let customers = 0;
function customer() {
  customers += 1;
  return `+3363998${String(1_000 + customers)}`;
}

async function conversation(server, window, text) {
  const number = customer();
  await server.receive(number, text);
  // Rows stay where they are under a pointer.
  await window.page.mouse.move(700, 5);
  await window.openRow(text);
  await window.see(box);
  return number;
}

storyInBoth(
  'S1',
  'Enter sends, Shift+Enter breaks the line, the button does the same',
  async ({ server, open }) => {
    const lea = await open('Léa');
    await conversation(server, lea, 'Où est mon colis ?');
    const field = lea.page.locator(box);
    await field.fill('Bonjour');
    await lea.press('Shift+Enter');
    await field.pressSequentially('il arrive demain.');
    is((await field.inputValue()) === 'Bonjour\nil arrive demain.', 'Shift+Enter breaks the line');
    await lea.shot('composer');
    await lea.press('Enter');
    await lea.until('the message stands in the timeline', async () =>
      (await lea.messages()).some((text) => text.includes('il arrive demain.')),
    );
    is((await field.inputValue()) === '', 'the box is empty after a send');
    await field.fill('Par le bouton');
    await lea.page.locator('[data-send]').click();
    await lea.until('the second message stands there', async () =>
      (await lea.messages()).some((text) => text.includes('Par le bouton')),
    );
  },
);

story('S3', 'a draft is kept across conversations and reloads', async ({ server, open }) => {
  const lea = await open('Léa');
  await conversation(server, lea, 'Première question');
  await lea.page.locator(box).fill('Je regarde');
  await conversation(server, lea, 'Seconde question');
  is((await lea.page.locator(box).inputValue()) === '', 'another conversation has its own box');
  await lea.openRow('Première question');
  is((await lea.page.locator(box).inputValue()) === 'Je regarde', 'the draft is back');
  await lea.page.reload();
  await lea.see(box);
  await lea.until(
    'the draft is there after a reload',
    async () => (await lea.page.locator(box).inputValue()) === 'Je regarde',
  );
});

storyInBoth('S3', 'what was overtaken is shown, and its author chooses', async ({ server, open }) => {
  const lea = await open('Léa');
  const nadia = await open('Nadia');
  const number = await conversation(server, lea, 'Vous êtes là ?');
  await nadia.openRow('Vous êtes là ?');
  // Léa's window sees nothing new while her cable is out; what she sends then is of an older screen.
  await lea.page.locator(box).fill('Oui, bonjour');
  lea.door.cut();
  await lea.press('Enter');
  await lea.see('[data-send-phase="sending"]');
  await nadia.reply('Je m’en occupe');
  await nadia.until('Nadia’s reply stands', async () =>
    (await nadia.messages()).some((text) => text.includes('Je m’en occupe')),
  );
  await server.receive(number, 'Merci Nadia');
  lea.door.mend();
  await lea.see('[data-send-phase="changed"]');
  await lea.until('what is new is listed', async () =>
    /Je m’en occupe[\s\S]*Merci Nadia/.test(
      await lea.page.locator('[data-send-phase="changed"]').innerText(),
    ),
  );
  await lea.shot('composer-changed');
  const faults = await lea.faults();
  is(faults.length === 0, `nothing serious is found: ${faults.join('\n')}`);
  await lea.page.locator('[data-edit]').click();
  is((await lea.page.locator(box).inputValue()) === 'Oui, bonjour', 'edit puts it back into the box');
  await lea.press('Enter');
  await lea.until('it went out once', async () => {
    const sent = (await lea.messages()).filter((text) => text.includes('Oui, bonjour'));
    return sent.length === 1;
  });
});

storyInBoth(
  'S2 W2',
  'a send waits for the connection, through a reload, and goes out once',
  async ({ server, open }) => {
    const lea = await open('Léa');
    await conversation(server, lea, 'Encore là ?');
    lea.door.cut();
    await lea.page.locator(box).fill('Une seule fois');
    await lea.press('Enter');
    await lea.see('[data-send-phase="sending"]');
    lea.door.mend();
    await lea.page.reload();
    await lea.until('it went out', async () =>
      (await lea.messages()).some((text) => text.includes('Une seule fois')),
    );
    const sent = (await lea.messages()).filter((text) => text.includes('Une seule fois'));
    is(sent.length === 1, 'it went out once');
    await lea.until(
      'nothing is left waiting',
      async () => (await lea.page.locator('[data-send-phase]').count()) === 0,
    );
  },
);

story('W1', 'a note names a colleague and is seen by colleagues only', async ({ server, open }) => {
  const lea = await open('Léa');
  const nadia = await open('Nadia');
  await conversation(server, lea, 'Remboursement svp');
  await nadia.openRow('Remboursement svp');
  await lea.page.locator('[data-mode="note"]').click();
  const field = lea.page.locator('[data-note]');
  await field.pressSequentially('Vois avec @na');
  await lea.see('[role="listbox"] [role="option"]');
  await lea.shot('composer-note');
  await lea.press('Enter');
  is((await field.inputValue()).includes('@Nadia'), 'the name is written out');
  await lea.press('Enter');
  await nadia.until('Nadia sees the note', async () =>
    (await nadia.page.locator('[data-timeline]').innerText()).includes('Vois avec @Nadia'),
  );
});

storyInBoth('D2', 'who said STOP is not written to, and the composer says so', async ({ server, open }) => {
  const lea = await open('Léa');
  const number = await conversation(server, lea, 'Je me désabonne');
  await server.receive(number, 'STOP');
  await lea.see('[data-obstacle="opted_out"]');
  is(await lea.page.locator('[data-send]').isDisabled(), 'nothing can be sent');
  await lea.shot('composer-opted-out');
  await lea.page.locator('[data-mode="note"]').click();
  await lea.page.locator('[data-note]').fill('Ne plus écrire');
  is(!(await lea.page.locator('[data-send]').isDisabled()), 'a note can still be left');
});

storyInBoth(
  'S5',
  'the cost of an SMS is shown, its dear characters named, and one click fits them',
  async ({ server, open }) => {
    const lea = await open('Léa');
    await conversation(server, lea, 'Quel est le prix ?');
    const field = lea.page.locator(box);
    await field.fill('L’article coûte 12 €… à bientôt');
    await lea.see('[data-cost="1"]');
    const named = await lea.page.locator('[data-costly]').allInnerTexts();
    is(
      named.some((text) => text.includes('’')) && named.some((text) => text.includes('û')),
      `the dear characters are named: ${named}`,
    );
    await lea.shot('composer-cost');
    await field.fill('L’offre est valable… jusqu’à demain');
    await lea.page.locator('[data-fit="signs"]').click();
    is(
      (await field.inputValue()) === "L'offre est valable... jusqu'à demain",
      'one click replaces the signs',
    );
    is((await lea.page.locator('[data-costly]').count()) === 0, 'nothing is dear any more');
    await field.fill('a'.repeat(161));
    await lea.see('[data-cost="2"]');
  },
);

story('S3', 'a sign-out warns before it deletes what was not sent', async ({ server, open }) => {
  const lea = await open('Léa');
  await conversation(server, lea, 'Je pars ou non ?');
  await lea.page.locator(box).fill('Pas encore parti');
  await lea.page.locator('[data-act=mine]:visible').click();
  await lea.page.locator('[data-leave]').click();
  await lea.see('[data-leave-warning]');
  await lea.page.locator('[data-leave-anyway]').click();
  await lea.see('[data-agent]');
  await lea.signIn('Léa');
  await lea.openRow('Je pars ou non ?');
  await lea.see(box);
  is((await lea.page.locator(box).inputValue()) === '', 'the draft is gone from this browser');
});

story('S3', 'a sign-out that does not reach the server deletes nothing', async ({ server, open }) => {
  const lea = await open('Léa');
  await conversation(server, lea, 'Je pars sans réseau');
  await lea.page.locator(box).fill('Toujours pas parti');
  // The menu comes when it is opened first, or soon after the page: not over a line that is down.
  await lea.page.locator('[data-act=mine]:visible').click();
  await lea.see('[data-leave]');
  await lea.press('Escape');
  lea.door.cut();
  await lea.see('[data-offline]');
  await lea.page.locator('[data-act=mine]:visible').click();
  await lea.page.locator('[data-leave]').click();
  await lea.page.locator('[data-leave-anyway]').click();
  await lea.page.getByText('You are still signed in').waitFor();
  lea.door.mend();
  await lea.page.reload();
  await lea.see(box);
  is((await lea.page.locator(box).inputValue()) === 'Toujours pas parti', 'the draft is still there');
});
