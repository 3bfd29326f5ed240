// Contacts as files: out of the desk, and into it again.
import { readFile } from 'node:fs/promises';
import { is } from '../patience.mjs';
import { storyInBoth } from '../stories.mjs';

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
