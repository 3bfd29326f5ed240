// Contacts as files: out of the desk, and into it again.
import { readFile } from 'node:fs/promises';
import { is } from '../patience.mjs';
import { story, storyInBoth } from '../stories.mjs';

async function contacts(window) {
  await window.page.evaluate(() => {
    location.hash = '#/settings/contacts';
  });
  await window.see('[data-settings="contacts"]');
}

/** Saves what a click brings, and reads it. */
async function downloaded(window, click) {
  const coming = window.page.waitForEvent('download');
  await click();
  const download = await coming;
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}

let people = 0;
const number = () => {
  people += 1;
  return `+3363992${String(1_000 + people)}`;
};

storyInBoth(
  'K4',
  'whoever leads the desk exports its contacts, and nothing in them is run',
  async ({ server, open }) => {
    const reached = number();
    await server.command('Léa', 'contact.save', {
      name: '=1+1;"Zoë"',
      add_tags: ['vip'],
      properties: { Ville: 'Lyon' },
      add_addresses: [{ kind: 'e164', value: reached }],
    });
    const thomas = await open('Thomas', { width: 360, height: 740 });
    await contacts(thomas);
    const csv = await downloaded(thomas, () => thomas.page.locator('[data-export-as="csv"]').click());
    is(/^contacts-\d{4}-\d\d-\d\d\.csv$/.test(csv.name), `the file has a date: ${csv.name}`);
    const wanted = `"'=1+1;""Zoë"""`;
    const line = csv.text.split('\r\n').find((one) => one.includes(reached));
    is(
      line?.startsWith(wanted) && line.includes(`'${reached}`) && line.includes('Lyon'),
      `a row of it: ${line}`,
    );
    is(csv.text.startsWith('\ufeffname'), 'a spreadsheet knows its encoding');
    const shown = csv.text.split('\r\n').filter((one) => one.includes('con_')).length;
    const cards = await downloaded(thomas, () => thomas.page.locator('[data-export-as="vcf"]').click());
    is(cards.text.split('END:VCARD').length - 1 === shown, `everybody is in both: ${shown}`);
    const faults = await thomas.faults();
    is(faults.length === 0, `nothing serious is found: ${faults.join('\n')}`);
    await thomas.shot(
      `settings-contacts-export-${await thomas.page.evaluate(() => document.documentElement.lang)}`,
    );
  },
);

/** An address book of `rows` people, whose names begin with `called`; every fiftieth has a number that is none. */
function book(called, rows) {
  const lines = Array.from({ length: rows }, (_, n) => {
    const phone = n % 50 === 10 ? '12' : number();
    return `${called} ${n};${phone};import;Lyon`;
  });
  return `Qui;Mobile;Étiquettes;Ville\n${lines.join('\n')}\n`;
}

const choose = (window, name, text) =>
  window.page
    .locator('[data-import-file]')
    .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

let books = 0;

storyInBoth(
  'K4',
  'a file is imported while a colleague sees how far it is, and its bad rows are had',
  async ({ server, open }) => {
    books += 1;
    const [called, file] = [`Invité${books}`, `invités-${books}.csv`];
    const thomas = await open('Thomas', { width: 360, height: 740 });
    const lea = await open('Léa');
    await contacts(lea);
    await contacts(thomas);
    await choose(thomas, 'image.csv', 'a\0b');
    await thomas.see('[data-import-problem]');
    await choose(thomas, file, book(called, 520));
    await thomas.see('[data-import-preview]');
    is(await thomas.page.locator('[data-import-begin]').isEnabled(), 'numbers alone would do');
    await thomas.page.locator('[data-import-column="Qui"] select').selectOption('name');
    await thomas.page.locator('[data-import-row="2"]', { hasText: `${called} 0` }).waitFor();
    await thomas.until('what changed was shown', () =>
      thomas.page.locator('[data-import-begin]').isEnabled(),
    );
    const language = await thomas.page.evaluate(() => document.documentElement.lang);
    await thomas.shot(`settings-import-preview-${language}`);
    const faults = await thomas.faults();
    is(faults.length === 0, `nothing serious is found in the preview: ${faults.join('\n')}`);
    await thomas.page.locator('[data-import-begin]').click();
    const theirs = lea.page.locator(`[data-import-of="${file}"]`);
    await theirs.locator('progress').waitFor();
    const far = () => theirs.locator('progress').evaluate((one) => one.value);
    await lea.until('a colleague sees how far it is', async () => (await far()) > 0);
    is((await far()) < 100, 'it does not claim to be over');
    await thomas.see(`[data-import-of="${file}"] progress`);
    await thomas.page.locator(`[data-import-of="${file}"]`).scrollIntoViewIfNeeded();
    await thomas.shot(`settings-import-running-${language}`);
    const going = await thomas.faults();
    is(going.length === 0, `nothing serious is found while it goes: ${going.join('\n')}`);
    await thomas.page.close();
    await theirs.locator('[data-import-errors]').waitFor();
    await lea.page.locator(`[data-import-of="${file}"][data-import-state="whole"]`).waitFor();
    const failed = await downloaded(lea, () => theirs.locator('[data-import-errors]').click());
    is(failed.name.endsWith('.errors.csv'), `rows that failed are a file: ${failed.name}`);
    const rows = failed.text.trim().split('\r\n').slice(1);
    is(rows.length === 11, `every row that failed is in it: ${rows.length}`);
    is(
      rows[0].startsWith('12;invalid_number;') && rows[0].includes(`${called} 10;12`),
      `as it was: ${rows[0]}`,
    );
    const { hits } = await server.query('Léa', 'search.conversations', { text: `"${called} 519"` });
    is(hits.length === 1, 'who was imported is found');
    await lea.shot(`settings-import-whole-${language}`);
  },
);

story('K4', 'an import outlives a killed server, and is called off', async ({ server, open }) => {
  books += 1;
  const file = `gens-${books}.csv`;
  const lea = await open('Léa');
  await contacts(lea);
  await choose(lea, file, book(`Gens${books}`, 900));
  await lea.page.locator('[data-import-column="Qui"] select').selectOption('name');
  await lea.page.locator('[data-import-row="2"]', { hasText: `Gens${books} 0` }).waitFor();
  await lea.page.locator('[data-import-begin]').click();
  const its = lea.page.locator(`[data-import-of="${file}"]`);
  await lea.until(
    'some rows are in',
    async () => (await its.locator('progress').evaluate((one) => one.value)) > 0,
  );
  await server.kill();
  await server.restart();
  await lea.page.reload();
  await its.locator('progress').waitFor();
  await its.locator('[data-import-stop]').click();
  await lea.page.locator(`[data-import-of="${file}"][data-import-state="cancelled"]`).waitFor();
  is((await its.locator('progress').count()) === 0, 'it goes on no more');
});
