// From an event at the server to its paint in the window of an agent who did nothing.

import { until } from '../patience.mjs';
import { customer, feed } from './feed.mjs';
import { clearMarks, openPage, stalls } from './page.mjs';

/** As many as write in turn: each last line stays on screen for a while. */
const customers = 40;
const settleMs = 20_000;

export async function paint(browser, server, { events, rate }) {
  const page = await openPage(browser, server);
  await page.mouse.move(1000, 5);
  const say = (number) => `No ${number}.`;
  // Rows that are there already are not new ones.
  await feed(server, { count: customers, from: (n) => customer(900_000 + n), text: () => 'Bonjour' });
  await page.evaluate(() => {
    globalThis.marks.numbers = true;
  });
  await clearMarks(page);
  const from = (number) => customer(900_000 + (number % customers));
  const { handed, late_ms } = await feed(server, { count: events, rate, from, text: say });
  await until(settleMs, 'the last one is painted', () =>
    page.evaluate((last) => globalThis.marks.painted[last] > 0, String(events - 1)),
  );
  const painted = Object.entries(await page.evaluate(() => globalThis.marks.painted));
  const times = painted.map(([number, at]) => at - handed.get(number)).sort((a, b) => a - b);
  const at = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))];
  const { long_tasks } = await stalls(page);
  await page.context().close();
  return {
    paint_events: events,
    paint_events_per_second: rate,
    paint_seen: times.length,
    paint_p50_ms: at(0.5),
    paint_p99_ms: at(0.99),
    paint_long_tasks: long_tasks,
    paint_feed_late_ms: late_ms,
  };
}
