// The types by hand say what the published schema says: every field's name, whether it may be absent or null, and
// every word of a choice, for each command, query, event and frame. The compiler compares them.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Shape, wire } from './wire.js';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const PUBLISHED = join(PACKAGE, '../../protocol/schema');
const COMPILE_MS = 60_000;

const FRAMES_UP = {
  hello: 'Hello',
  unwatch: 'Unwatch',
  signal: 'SignalUp',
  refresh: 'Refresh',
  pong: 'Pong',
};
const FRAMES_DOWN = [
  'welcome',
  'snapshot',
  'change',
  'signal',
  'counters',
  'checkpoint',
  'ping',
  'reset',
  'goodbye',
];

/** Two types are the same once intersections are one and nothing is read-only. */
const SAME = `
type Plain<T> = T extends string | number | boolean | null | undefined ? T
  : unknown extends T ? T
  : { -readonly [K in keyof T]: Plain<T[K]> };
type Same<A, B> = (<T>() => T extends Plain<A> ? 1 : 2) extends <T>() => T extends Plain<B> ? 1 : 2 ? true : false;
function same<T extends true>(_name: T extends true ? string : never): void {}
`;

function read(name: string): Shape {
  return JSON.parse(readFileSync(join(PUBLISHED, `${name}.json`), 'utf8')) as Shape;
}

function referred(shape: Shape | undefined): string {
  return `Wire.${shape?.$ref?.replace('#/$defs/', '')}`;
}

/** A line for each name, so that a mistake tells which. */
function comparisons(): string[] {
  const lines: string[] = [];
  const compare = (name: string, published: string, ours: string) =>
    lines.push(`same<Same<${published}, ${ours}>>(${JSON.stringify(name)});`);
  for (const [name, entry] of Object.entries(read('commands').properties ?? {})) {
    compare(`command ${name}`, referred(entry.properties?.['params']), `Frames.Commands['${name}']`);
  }
  for (const [name, entry] of Object.entries(read('queries').properties ?? {})) {
    compare(`query ${name}`, referred(entry.properties?.['params']), `Frames.Params<'${name}'>`);
    compare(`answer ${name}`, referred(entry.properties?.['ok']), `Frames.Answer<'${name}'>`);
  }
  for (const [name, entry] of Object.entries(read('events').properties ?? {})) {
    compare(`event ${name}`, referred(entry), `Frames.Events['${name}']`);
  }
  for (const [name, type] of Object.entries(FRAMES_UP)) {
    compare(`frame ${name}`, `Wire.${type}Frame`, `Frames.${type}`);
  }
  for (const name of FRAMES_DOWN) {
    const published = `Extract<Wire.Down, { type: '${name}' }>`;
    compare(`frame ${name}`, published, `Extract<Frames.Down, { readonly type: '${name}' }>`);
  }
  compare('names of commands', `Wire.CommandName`, 'Frames.CommandName');
  compare('names of queries', `Wire.QueryName`, 'Frames.QueryName');
  compare('names of events', `Wire.EventName`, 'Frames.EventName');
  compare('what a command answers', 'Wire.Done', 'Frames.Done');
  compare('an error', 'Wire.ErrorBody', 'Frames.ErrorBody');
  return lines;
}

function names(document: string): string {
  return Object.keys(read(document).properties ?? {})
    .map((name) => JSON.stringify(name))
    .join(' | ');
}

/** What the compiler says to types made of these documents. */
function compiled(documents: readonly Shape[]): string {
  const folder = join(PACKAGE, 'build', 'schema');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const down = (read('down').oneOf ?? []).map(referred).join(' | ').replaceAll('Wire.', '');
  const more = [
    `export type Down = ${down};`,
    `export type CommandName = ${names('commands')};`,
    `export type QueryName = ${names('queries')};`,
    `export type EventName = ${names('events')};`,
  ];
  writeFileSync(join(folder, 'wire.ts'), `${wire(documents)}${more.join('\n')}\n`);
  const imports =
    "import type * as Frames from '../../src/frames.js';\nimport type * as Wire from './wire.js';\n";
  writeFileSync(join(folder, 'agree.ts'), `${imports}${SAME}${comparisons().join('\n')}\n`);
  const settings = {
    extends: '../../tsconfig.json',
    compilerOptions: { noUnusedLocals: false },
    include: ['*.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  const tsc = join(PACKAGE, 'node_modules', 'typescript', 'bin', 'tsc');
  const run = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { encoding: 'utf8' });
  return run.stdout + run.stderr;
}

/** The lines that the compiler names, which say what differs. */
function differences(said: string): string[] {
  const lines = readFileSync(join(PACKAGE, 'build', 'schema', 'agree.ts'), 'utf8').split('\n');
  const places = said.matchAll(/agree\.ts\((\d+),/gu);
  return [...new Set([...places].map((place) => lines[Number(place[1]) - 1] ?? ''))];
}

const DOCUMENTS = ['up', 'down', 'commands', 'queries', 'events', 'entities'];

test('every type is that of the published schema', { timeout: COMPILE_MS }, () => {
  const said = compiled(DOCUMENTS.map(read));
  expect(differences(said)).toEqual([]);
  expect(said).toBe('');
});

test('a type that differs is found', { timeout: COMPILE_MS }, () => {
  const documents = DOCUMENTS.map(read);
  const note = documents[5]?.$defs?.['Note'] as { required: string[] };
  note.required = note.required.filter((name) => name !== 'mentions');
  const found = differences(compiled(documents));
  expect(found.some((line) => line.includes('event note.added'))).toBe(true);
});
