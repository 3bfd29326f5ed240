// Large files on their way: how far they are, that they can be called off, and that they go on where they stopped.
import { largePdf } from '../files.mjs';
import { is } from '../patience.mjs';
import { story } from '../stories.mjs';

const box = '[data-composer-field]';
const bytes = 10_000_000;
/** What the desk sends in one request. */
const partBytes = 4_194_304;

let customers = 0;
function customer() {
  customers += 1;
  return `+3363991${String(1_000 + customers)}`;
}

async function conversation(server, window, text) {
  await server.receive(customer(), text, {}, 'whatsapp');
  await window.page.mouse.move(700, 5);
  await window.openRow(text);
  await window.see(box);
}

const choose = (window) =>
  window.page
    .locator('[data-file-picker]')
    .setInputFiles({ name: 'plan.pdf', mimeType: 'application/pdf', buffer: largePdf(bytes) });

/** Notes what is asked about files at a door; the second part waits until `go` is called. */
function heldBack(window) {
  const held = { asked: [] };
  const gate = new Promise((open) => {
    held.go = open;
  });
  window.door.meets = async (ask) => {
    if (!ask.url.startsWith('/v1/attachments')) return;
    held.asked.push(`${ask.method} ${ask.headers['upload-offset'] ?? ''}`.trim());
    if (ask.method === 'PATCH' && ask.headers['upload-offset'] === String(partBytes)) await gate;
  };
  held.begun = () =>
    window.until('the second part is on its way', () => held.asked.includes(`PATCH ${partBytes}`));
  return held;
}

story('A1', 'an upload shows how far it is and is called off', async ({ server, open }) => {
  const lea = await open('Léa');
  await conversation(server, lea, 'Le grand plan svp');
  const held = heldBack(lea);
  await choose(lea);
  await held.begun();
  const progress = lea.page.locator('[data-upload="sending"] progress');
  await lea.until('it shows how far it is', async () => (await progress.evaluate((one) => one.value)) >= 40);
  is((await progress.evaluate((one) => one.value)) < 100, 'it does not claim to be there');
  await lea.shot('upload');
  const faults = await lea.faults();
  is(faults.length === 0, `nothing serious is found: ${faults.join('\n')}`);
  await lea.page.getByRole('button', { name: /Cancel.*plan\.pdf/ }).click();
  await lea.page.locator('[data-upload]').waitFor({ state: 'detached' });
  held.go();
  await lea.until('the server gives it up as well', () => held.asked.includes('DELETE'));
  is((await lea.page.locator('li[data-attachment]').count()) === 0, 'nothing is attached');
});

story('A1', 'an upload that was cut off goes on where it stopped', async ({ server, open }) => {
  const lea = await open('Léa');
  await conversation(server, lea, 'Le plan entier svp');
  const held = heldBack(lea);
  await choose(lea);
  await held.begun();
  lea.door.cut();
  held.go();
  await lea.see('[data-upload="paused"]');
  await lea.shot('upload-paused');
  lea.door.mend();
  await lea.page.locator('li[data-attachment]').waitFor();
  const begun = held.asked.filter((one) => one.startsWith('POST'));
  is(begun.length === 1, `there is no second copy: ${held.asked}`);
  is(held.asked.filter((one) => one === 'PATCH 0').length === 1, `no byte went twice: ${held.asked}`);
  is(held.asked.includes('HEAD'), `it asked where it stands: ${held.asked}`);
  await lea.page.locator(box).fill('Voici le plan');
  await lea.press('Enter');
  await lea.page.locator('[data-message]', { hasText: 'plan.pdf' }).waitFor();
});
