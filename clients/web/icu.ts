// Reads the sentences when the desk is built, so that the browser gets them ready and needs no parser.
import { parse } from '@formatjs/icu-messageformat-parser';
import type { Plugin } from 'vite';

const catalogue = /\/src\/i18n\/(en|fr)\/\w+\.json$/;

/** Turns each sentence with a place for a value into its parts; the others stay text. */
export function readSentences(): Plugin {
  return {
    name: 'parloir:sentences',
    enforce: 'pre',
    transform(code, id) {
      if (!catalogue.test(id)) return null;
      const sentences = Object.entries(JSON.parse(code) as Record<string, string>);
      const read = sentences.map(([key, text]) => [
        key,
        /[{}'#<]/.test(text) ? parse(text, { ignoreTag: true }) : text,
      ]);
      return { code: JSON.stringify(Object.fromEntries(read)), map: null };
    },
  };
}
