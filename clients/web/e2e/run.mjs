// Tells every story in a real browser against the real server and says at the end how many passed. An argument
// chooses stories by a word.
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bringsDesk } from './desk.mjs';
import { Server } from './server.mjs';
import { chosen, untold } from './stories.mjs';
import { launch, Window } from './windows.mjs';
import { englishOn } from './words.mjs';

const storyMs = 360_000;
const here = new URL('./', import.meta.url);
const binary = process.env.PARLOIR_BIN;
const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
const shots = process.env.SHOTS ?? fileURLToPath(new URL('../target/e2e/', here));

if (!binary) {
  console.error('PARLOIR_BIN does not say where the server is');
  process.exit(1);
}

await mkdir(shots, { recursive: true });
for (const file of await readdir(shots)) {
  if (/^failed-.*\.png$/.test(file)) await rm(join(shots, file));
}
for (const file of (await readdir(new URL('stories/', here))).sort()) {
  if (file.endsWith('.mjs')) await import(new URL(`stories/${file}`, here));
}

const browser = await launch(chromium);
const server = await Server.start(binary);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(
    signal,
    () => void Promise.allSettled([browser.close(), server.stop()]).then(() => process.exit(1)),
  );
}

await bringsDesk(server).catch(async (lack) => {
  console.error(`no story was told: ${lack.message}`);
  await Promise.allSettled([browser.close(), server.stop()]);
  process.exit(1);
});

let passed = 0;
const failed = untold().map((statement) => `no story shows ${statement}`);
for (const lack of failed) console.log(`FAILED  ${lack}`);
for (const { shows, name, locale, tell } of chosen(process.argv[2])) {
  const windows = [];
  const open = async (who, how) => {
    const window = await Window.open({ browser, server, shots }, who, { locale, ...how });
    windows.push(window);
    return window;
  };
  const began = Date.now();
  try {
    await within(storyMs, tell({ server, open }));
    const complaints = windows.flatMap((window) => window.complaints);
    if (complaints.length > 0) throw new Error(`the page complained:\n${complaints.join('\n')}`);
    if (locale === 'fr-FR') await allFrench(windows);
    passed += 1;
    console.log(`passed  ${shows}: ${name} (${Date.now() - began} ms)`);
  } catch (error) {
    failed.push(name);
    console.log(`FAILED  ${shows}: ${name}\n${indented(error)}`);
    const file = name.replace(/\W+/g, '-').slice(0, 60);
    for (const [at, window] of windows.entries()) await window.shot(`failed-${file}-${at}`).catch(() => {});
    for (const window of windows)
      if (window.complaints.length > 0) console.log(indented(window.complaints.join('\n')));
  }
  for (const window of windows) await window.close().catch(() => {});
}

await browser.close();
await server.stop();
console.log(`\n${passed} passed, ${failed.length} failed`);
process.exit(failed.length > 0 || passed === 0 ? 1 : 0);

async function within(ms, telling) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`the story took longer than ${ms} ms`)), ms);
  });
  await Promise.race([telling, late]).finally(() => clearTimeout(timer));
}

async function allFrench(windows) {
  for (const { page } of windows) {
    const english = page.isClosed() ? [] : await englishOn(page);
    if (english.length > 0) throw new Error(`a French screen says: ${english.join(' | ')}`);
  }
}

function indented(error) {
  return String(error?.stack ?? error).replace(/^/gm, '        ');
}
