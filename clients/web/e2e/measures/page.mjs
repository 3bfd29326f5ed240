// A page of an agent as it is measured: straight at the server, with marks of its own for when something was
// painted. A mark is set after the frame that shows what it stands for.
import { until } from '../patience.mjs';

const startMs = 60_000;

/** Runs in the page before everything else. */
function prepare(token) {
  sessionStorage.setItem('parloir.window', token);
  const marks = { mounted: undefined, queue: undefined, painted: {}, longTasks: [], slowFrames: [] };
  globalThis.marks = marks;
  const afterPaint = (act) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => act();
      port2.postMessage(0);
    });
  const looked = () => {
    if (document.querySelector('#desk > *')) marks.mounted ??= performance.now();
    const rows = document.querySelectorAll('[data-row]');
    if (rows.length > 0 && marks.queue === undefined) {
      marks.queue = 0;
      afterPaint(() => {
        marks.queue = performance.now();
      });
    }
    if (!marks.numbers) return;
    const fresh = [];
    for (const row of rows) {
      const found = /No (\d+)\./.exec(row.textContent);
      if (found && marks.painted[found[1]] === undefined) fresh.push(found[1]);
    }
    for (const number of fresh) marks.painted[number] = 0;
    afterPaint(() => {
      for (const number of fresh) marks.painted[number] = Date.now();
    });
  };
  document.addEventListener('DOMContentLoaded', () =>
    new MutationObserver(looked).observe(document.body, {
      childList: true,
      subtree: true,
      characterData: true,
    }),
  );
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) marks.longTasks.push(entry.duration);
  }).observe({ type: 'longtask' });
  let last = performance.now();
  const frame = (now) => {
    if (now - last > 50) marks.slowFrames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** A window of its own browser, so that nothing is kept from another one. */
export async function openPage(browser, server) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
  await context.addInitScript(prepare, server.agent('Léa').token);
  const page = await context.newPage();
  await page.goto(server.url, { waitUntil: 'commit' });
  await queueShown(page);
  return page;
}

/** When the queue was painted, in milliseconds after the navigation began. */
export async function queueShown(page) {
  return until(startMs, 'the queue is painted', () => page.evaluate(() => globalThis.marks?.queue));
}

/** Forgets the long tasks and slow frames so far. */
export async function clearMarks(page) {
  await page.evaluate(() => {
    globalThis.marks.longTasks.length = 0;
    globalThis.marks.slowFrames.length = 0;
  });
}

/** Long tasks and frames of more than 50 ms since `clearMarks`. */
export async function stalls(page) {
  const { longTasks, slowFrames } = await page.evaluate(() => globalThis.marks);
  const most = (all) => Math.round(Math.max(0, ...all));
  return {
    long_tasks: longTasks.length,
    long_task_ms_max: most(longTasks),
    long_task_ms_sum: Math.round(longTasks.reduce((sum, one) => sum + one, 0)),
    frames_over_50_ms: slowFrames.length,
    frame_ms_max: most(slowFrames),
  };
}

/** Bytes that live on the heap once all rubbish is gone. */
export async function heapBytes(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.enable');
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  await devtools.detach();
  return usedSize;
}
