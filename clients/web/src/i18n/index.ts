// What the screen takes from here: the sentence of a key, and the language.
export type { Catalogue, Key } from './catalogue.ts';
export {
  knows,
  type Language,
  language,
  languages,
  preferred,
  speak,
  t,
  type Values,
} from './language.svelte.ts';
