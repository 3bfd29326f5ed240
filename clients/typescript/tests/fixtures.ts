// The repository's fixtures as a test reads them.

import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../../fixtures/', import.meta.url);
const PROTOCOL = new URL('../../../protocol/', import.meta.url);

/** A JSON file under fixtures/. */
export function fixture<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(path, FOLDER), 'utf8')) as T;
}

/** The text of a file under fixtures/. */
export function fixtureText(path: string): string {
  return readFileSync(new URL(path, FOLDER), 'utf8');
}

/** The names of the JSON files in a folder under fixtures/. */
export function fixtureNames(folder: string): string[] {
  return readdirSync(new URL(folder, FOLDER))
    .filter((name) => name.endsWith('.json'))
    .sort();
}

/** A JSON file under protocol/. */
export function protocolFile<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(path, PROTOCOL), 'utf8')) as T;
}
