// Measures what an agent feels: from navigation to a live queue, and from an event at the server to its paint in
// another agent's window. `node e2e/measure.mjs [events] [a second]`; one line of JSON at the end.
import { fileURLToPath } from 'node:url';
import { Server } from './server.mjs';
import { launch, Window } from './windows.mjs';

const [events, rate] = [Number(process.argv[2] ?? 1000), Number(process.argv[3] ?? 50)];
const settleMs = 5_000;

const browser = await launch(process.env.CHROMIUM ?? '/usr/bin/chromium');
const server = await Server.start(process.env.PARLOIR_BIN);
const standsIn = !(await fetch(`${server.url}/v1/demo`)).ok;
const brings = (await (await fetch(server.url)).text()).includes('id="desk"');
const dist = process.env.DIST ?? (brings ? undefined : fileURLToPath(new URL('../dist', import.meta.url)));
const window = await Window.open({ browser, server, dist, standsIn, shots: '.' }, 'Léa');

const figures = { events, rate, queue_ms: await untilQueue(), ...(await untilPaint()) };
console.log(JSON.stringify(figures));
await window.close();
await browser.close();
await server.stop();
process.exit(0);

/** Five navigations of somebody who is signed in; the middle one. */
async function untilQueue() {
  const times = [];
  for (let turn = 0; turn < 5; turn += 1) {
    await window.page.reload({ waitUntil: 'commit' });
    await window.page.locator('[data-row]').first().waitFor();
    times.push(await window.page.evaluate(() => Math.round(performance.now())));
  }
  return times.sort((a, b) => a - b)[2];
}

/** Messages of one customer, whose row says the newest: when it is handed in, and when it is painted. */
async function untilPaint() {
  await window.page.evaluate(() => {
    globalThis.painted = new Map();
    globalThis.longTasks = 0;
    new PerformanceObserver((list) => {
      globalThis.longTasks += list.getEntries().length;
    }).observe({ type: 'longtask' });
    const look = () => {
      const found = /Mesure (\d+)\./.exec(document.querySelector('[data-row]')?.textContent ?? '');
      if (found && !globalThis.painted.has(found[1])) globalThis.painted.set(found[1], Date.now());
      requestAnimationFrame(look);
    };
    look();
  });
  const handed = new Map();
  const began = Date.now();
  for (let number = 1; number <= events; number += 1) {
    const due = began + (number * 1000) / rate;
    await new Promise((next) => setTimeout(next, Math.max(0, due - Date.now())));
    handed.set(String(number), Date.now());
    await server.receive('+33639989999', `Mesure ${number}.`);
  }
  await new Promise((next) => setTimeout(next, settleMs));
  const painted = new Map(await window.page.evaluate(() => [...globalThis.painted]));
  const times = [...painted].map(([number, at]) => at - handed.get(number)).sort((a, b) => a - b);
  const at = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))];
  const longTasks = await window.page.evaluate(() => globalThis.longTasks);
  return { painted: times.length, p50_ms: at(0.5), p99_ms: at(0.99), long_tasks: longTasks };
}
