// Files opened large, under the policy that the server sends: a PDF drawn by its reader, a picture, a film.
import { film, pdf, picture } from '../files.mjs';
import { is } from '../patience.mjs';
import { story, storyInBoth } from '../stories.mjs';

const box = '[data-composer-field]';

let customers = 0;
function customer() {
  customers += 1;
  return `+3363992${String(1_000 + customers)}`;
}

async function conversation(server, window, text) {
  await server.receive(customer(), text, {}, 'whatsapp');
  await window.page.mouse.move(700, 5);
  await window.openRow(text);
  await window.see(box);
}

async function attach(window, name, mimeType, buffer) {
  await window.page.locator('[data-file-picker]').setInputFiles({ name, mimeType, buffer });
  await window.see('li[data-attachment]');
}

async function close(window) {
  await window.press('Escape');
  await window.page.locator('[data-preview]').waitFor({ state: 'detached' });
}

/** Nothing serious in the preview itself, whatever lies behind it. */
async function clean(window, what) {
  await window.still();
  await window.shot(`preview-${what}`);
  const faults = await window.faults('[data-preview]');
  is(faults.length === 0, `nothing serious is found in the preview of a ${what}: ${faults.join('\n')}`);
}

/** Waits until the page is drawn: the violet square in the middle, paper around it. */
async function drawn(window) {
  await window.see('[data-preview] canvas:visible');
  const colours = await window.page.locator('[data-preview] canvas').evaluate((canvas) => {
    const at = (part) => [
      ...canvas.getContext('2d').getImageData(canvas.width * part, canvas.height * part, 1, 1).data,
    ];
    return { middle: at(0.5), edge: at(0.05) };
  });
  const near = (found, wanted) => wanted.every((one, place) => Math.abs(one - found[place]) < 12);
  is(near(colours.middle, [122, 64, 242]), `the square is violet, not ${colours.middle}`);
  is(near(colours.edge, [255, 255, 255]), `the paper is white, not ${colours.edge}`);
}

storyInBoth(
  'A1',
  'a PDF opens before it goes and after, drawn under the policy',
  async ({ server, open }) => {
    const lea = await open('Léa');
    await conversation(server, lea, 'Le contrat svp');
    await attach(lea, 'contrat.pdf', 'application/pdf', pdf());
    await lea.page.locator('li[data-attachment] > button').first().click();
    await drawn(lea);
    await clean(lea, 'pdf');
    await close(lea);
    await lea.page.locator(box).focus();
    await lea.press('Enter');
    await lea.page.locator('[data-message]').getByRole('button', { name: 'contrat.pdf' }).click();
    await drawn(lea);
    await close(lea);
  },
);

story('A1 A3', 'a picture opens large', async ({ server, open }) => {
  const lea = await open('Léa');
  await conversation(server, lea, 'Une photo svp');
  await attach(lea, 'photo.png', 'image/png', await picture(lea.page, 640, 400));
  await lea.page.locator('li[data-attachment] > button').first().click();
  await lea.pictured('[data-preview] img');
  await close(lea);
  await lea.page.locator(box).focus();
  await lea.press('Enter');
  await lea.pictured('[data-message] img');
  await lea.page.locator('[data-message] [data-attachment=picture]').click();
  await lea.pictured('[data-preview] img');
  const width = await lea.page.locator('[data-preview] img').evaluate((image) => image.naturalWidth);
  is(width === 640, `the whole picture is shown, not its thumbnail of ${width}`);
  await clean(lea, 'picture');
});

story('A1', 'a film goes out and is played where it stands', async ({ server, open }) => {
  const lea = await open('Léa');
  await conversation(server, lea, 'Comment le monter ?');
  await attach(lea, 'montage.mp4', 'video/mp4', await film(lea.page));
  await lea.page.locator(box).fill('Regardez bien');
  await lea.press('Enter');
  const video = lea.page.locator('[data-message] video');
  await video.waitFor();
  await lea.until('its first frame is there', () => video.evaluate((one) => one.videoWidth === 160));
  await video.evaluate(async (one) => {
    one.muted = true;
    await one.play();
  });
  await lea.until('it plays', () => video.evaluate((one) => one.currentTime > 0.2));
  await lea.shot('film');
});
