// The keys of all sentences: English says which there are, French must have the same.
import type { en } from './en.ts';

export type Key = keyof typeof en;
export type Catalogue = Record<Key, string>;
