// What the screen takes from here: the sentence of a key, and the language.
export type { Catalogue, Key } from './catalogue.ts';
export { type Language, type Values, knows, language, languages, preferred, speak, t } from './language.svelte.ts';
