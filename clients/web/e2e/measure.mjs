// Measures what an agent feels, as a table and as one line of JSON: what the first screen weighs and how soon it is
// live, from an event to its paint, a view of very many conversations, and the memory of an hour.
//   node e2e/measure.mjs [--quick] [--only start,paint,crowd,memory]
import { execFileSync } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { bringsDesk } from './desk.mjs';
import { crowd } from './measures/crowd.mjs';
import { memory } from './measures/memory.mjs';
import { paint } from './measures/paint.mjs';
import { start } from './measures/start.mjs';
import { Server } from './server.mjs';
import { launch } from './windows.mjs';

/** The sizes that figures are told of, and small ones that only show that it works. */
const sizes = process.argv.includes('--quick')
  ? {
      paint: { events: 100, rate: 50 },
      crowd: { crowd: 2_000, seconds: 3, rate: 200 },
      memory: { events: 500, rate: 200 },
    }
  : {
      paint: { events: 1_000, rate: 50 },
      crowd: { crowd: 100_000, seconds: 30, rate: 200 },
      // An hour of ten events a second.
      memory: { events: 36_000, rate: 300 },
    };
const parts = { start, paint, crowd, memory };
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
const wanted = only?.split(',') ?? Object.keys(parts);

const binary = process.env.PARLOIR_BIN;
if (!binary) {
  console.error('PARLOIR_BIN does not say where the server is');
  process.exit(1);
}
const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
const browser = await launch(chromium);
const figures = {
  browser: browser.version(),
  server: execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim(),
  cores: availableParallelism(),
  load_before: round(loadavg()[0]),
};

for (const name of wanted) {
  const part = parts[name];
  if (!part) throw new Error(`there is no measure called ${name}: ${Object.keys(parts).join(', ')}`);
  const server = await Server.start(binary, ['--limits', 'load']);
  try {
    await bringsDesk(server);
    const found = await part(browser, server, sizes[name] ?? {});
    Object.assign(figures, found);
    for (const [figure, value] of Object.entries(found)) console.log(`${figure.padEnd(40)} ${said(value)}`);
  } finally {
    await server.stop();
  }
}

await browser.close();
figures.load_after = round(loadavg()[0]);
console.log(`${'load before and after'.padEnd(40)} ${figures.load_before} ${figures.load_after}`);
console.log(JSON.stringify(figures));
process.exit(0);

function said(value) {
  return typeof value === 'number' ? value.toLocaleString('en').padStart(12) : String(value);
}

function round(value) {
  return Math.round(value * 100) / 100;
}
