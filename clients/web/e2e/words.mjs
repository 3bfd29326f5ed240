// What a screen says, held against the catalogues: English sentences have no place on a French one.
import { readdir, readFile } from 'node:fs/promises';

const folder = new URL('../src/i18n/', import.meta.url);
/** Shorter ones may be names. */
const lettersMin = 4;

async function sentences(language) {
  const found = new Set();
  for (const file of await readdir(new URL(`${language}/`, folder))) {
    const catalogue = JSON.parse(await readFile(new URL(`${language}/${file}`, folder), 'utf8'));
    for (const text of Object.values(catalogue)) found.add(text);
  }
  return found;
}

const [english, french] = [await sentences('en'), await sentences('fr')];
const onlyEnglish = [...english].filter(
  (text) => text.length >= lettersMin && !text.includes('{') && !french.has(text),
);

/** What a French page shows or reads aloud in English, and keys that have no sentence. */
export async function englishOn(page) {
  const said = await page.evaluate(() => {
    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) texts.push(walker.currentNode.data.trim());
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]'))
      for (const name of ['aria-label', 'title', 'placeholder'])
        texts.push(element.getAttribute(name)?.trim() ?? '');
    return texts;
  });
  return said.filter(
    (text) => onlyEnglish.includes(text) || /^(app|queue|conversation|composer|contact)\.[a-z_]+$/.test(text),
  );
}
