// What a browser fetches before the queue is on screen, and that it stays small: the page, the scripts and styles
// that it names, and one language. A build that would make it larger than the goal fails.
import { gzipSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';

/** The goal for all of it, packed. */
export const firstScreenBytesMax = 120_000;

type Files = Rolldown.OutputBundle;

export function firstScreen(): Plugin {
  return {
    name: 'parloir:first-screen',
    apply: 'build',
    enforce: 'post',
    writeBundle(_options, files) {
      const bytes = weigh(files);
      const said = `the first screen is ${bytes.toLocaleString('en')} bytes packed`;
      if (bytes > firstScreenBytesMax)
        this.error(`${said}, over the goal of ${firstScreenBytesMax.toLocaleString('en')}`);
      this.info(said);
    },
  };
}

/** The packed bytes of the first screen, with the larger of the languages. */
function weigh(files: Files): number {
  const packed = (name: string): number => {
    const file = files[name];
    return file ? gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 }).length : 0;
  };
  const sum = (names: Iterable<string>): number =>
    [...names].reduce((bytes, name) => bytes + packed(name), 0);
  const page = named(files);
  const languages = ['en', 'fr'].map((name) => sum(alone(files, name, page)));
  return sum(['index.html', ...page]) + Math.max(...languages);
}

/** The files that the page names. */
function named(files: Files): string[] {
  const page = files['index.html'];
  const html = page?.type === 'asset' ? String(page.source) : '';
  const found = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].flatMap(([, name]) => name ?? []);
  if (found.length === 0) throw new Error('the page names no script and no look');
  return found;
}

/** A language and what it needs beside what the page brings. */
function alone(files: Files, language: string, page: readonly string[]): string[] {
  const chunk = Object.values(files).find((file) => file.type === 'chunk' && file.name === language);
  if (chunk?.type !== 'chunk') throw new Error(`there is no part of the desk called ${language}`);
  return [chunk.fileName, ...chunk.imports.filter((name) => !page.includes(name))];
}
