// Files as people on both sides meet them: pasted, fetched, and opened through a link.
import { pdf, picture } from '../files.mjs';
import { is } from '../patience.mjs';
import { story } from '../stories.mjs';

const box = '[data-composer-field]';

let customers = 0;
function customer() {
  customers += 1;
  return `+3363995${String(1_000 + customers)}`;
}

/** What the phone of a number shows next. */
async function shown(server, kind, number) {
  const channel = server.channel(kind);
  const id = encodeURIComponent(channel.channel_id ?? channel.id);
  const answer = await fetch(
    `${server.url}/simulator/shown?channel_id=${id}&number=${encodeURIComponent(number)}&after=0`,
  );
  if (!answer.ok) throw new Error(`the phone shows nothing: ${answer.status} ${await answer.text()}`);
  return (await answer.json()).items;
}

async function conversation(server, window, text, kind) {
  const number = customer();
  await server.receive(number, text, {}, kind);
  await window.page.mouse.move(700, 5);
  await window.openRow(text);
  await window.see(box);
  return number;
}

story('A1', 'a picture is pasted, shown before it goes, and goes', async ({ server, open }) => {
  const lea = await open('Léa');
  await conversation(server, lea, 'Une photo de la pièce ?', 'whatsapp');
  await lea.page.locator(box).focus();
  await lea.page.evaluate(async (field) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 200 });
    const paint = canvas.getContext('2d');
    paint.fillStyle = 'rebeccapurple';
    paint.fillRect(20, 20, 200, 120);
    const picture = await new Promise((done) => canvas.toBlob(done, 'image/png'));
    const transfer = new DataTransfer();
    transfer.items.add(new File([picture], 'image.png', { type: 'image/png' }));
    const paste = new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true });
    document.querySelector(field).dispatchEvent(paste);
  }, box);
  await lea.pictured('li[data-attachment] img');
  await lea.page.locator(box).fill('La pièce en question');
  await lea.press('Enter');
  await lea.pictured('[data-message] img');
  await lea.shot('picture-pasted');
});

story(
  'A2',
  'over SMS a file goes as a link, whose opening shows, and which can be ended',
  async ({ server, open }) => {
    const lea = await open('Léa');
    const number = await conversation(server, lea, 'Envoyez-moi le devis', 'sms');
    const files = { name: 'devis.pdf', mimeType: 'application/pdf', buffer: pdf() };
    await lea.page.locator('[data-file-picker]').setInputFiles(files);
    await lea.see('[data-carriage="link"]');
    await lea.page.locator(box).fill('Voici votre devis');
    await lea.press('Enter');
    await lea.see('[data-message] [data-link]');
    const phone = () => shown(server, 'sms', number);
    await lea.until('the phone has the link', async () =>
      (await phone()).some((item) => /\/a\/[\w-]{22}/.test(item.text)),
    );
    const text = (await phone()).map((item) => item.text).join(' ');
    const path = /\/a\/[\w-]{22}/.exec(text)[0];
    const recipient = await lea.context
      .browser()
      .newContext({ locale: 'fr-FR', userAgent: 'Mozilla/5.0 phone' });
    const page = await recipient.newPage();
    await page.goto(server.url + path);
    is((await page.content()).includes('devis.pdf'), 'the page names the file');
    await lea.until(
      'the opening shows in the timeline',
      async () => (await lea.page.locator('[data-event="link_opened"]').count()) > 0,
    );
    await lea.shot('link-opened');
    await lea.page.locator('[data-link] button').first().click();
    await lea.see('[data-event="link_revoked"]');
    const again = await page.goto(server.url + path);
    is(again.status() === 404, 'the link leads nowhere any more');
    await recipient.close();
  },
);

story('A3', 'what a phone sends is shown as what it is, from our own store', async ({ server, open }) => {
  const lea = await open('Léa');
  const number = customer();
  const kept = await fetch(`${server.url}/simulator/pictures`, {
    method: 'POST',
    headers: { 'content-type': 'image/png' },
    body: await picture(lea.page, 64, 64),
  });
  const { reference } = await kept.json();
  const media = [{ reference, media_type: 'image/png', name: 'colis.png' }];
  await server.receive(number, 'Voici le colis abîmé', { media }, 'whatsapp');
  const location = { latitude: 48.8606, longitude: 2.3376, name: 'Musée du Louvre' };
  await server.receive(number, 'Je suis ici', { location }, 'whatsapp');
  await lea.page.mouse.move(700, 5);
  await lea.openRow('Je suis ici');
  const shownPicture = lea.page.locator('[data-message] img').first();
  await lea.pictured('[data-message] img');
  const from = await shownPicture.getAttribute('src');
  is(`${from}`.startsWith(`${lea.door.url}/v1/attachments/`), `the picture comes from us, not from ${from}`);
  is(
    (await lea.messages()).some((text) => text.includes('Musée du Louvre')),
    'the place is named',
  );
});
