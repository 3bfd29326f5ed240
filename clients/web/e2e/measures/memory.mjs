// What a window keeps after an hour of work, fed fast: the heap once all rubbish is gone.

import { until } from '../patience.mjs';
import { customer, feed } from './feed.mjs';
import { heapBytes, openPage } from './page.mjs';

const customers = 300;
const settleMs = 60_000;

export async function memory(browser, server, { events, rate }) {
  const from = (number) => customer(800_000 + (number % customers));
  await feed(server, { count: customers, from, text: () => 'Bonjour' });
  const page = await openPage(browser, server);
  // Somebody works: a conversation is open, with its contact beside it.
  await page.locator('[data-row] a').first().click();
  await page.locator('[data-timeline] [data-message]').first().waitFor();
  await page.mouse.move(1000, 5);
  const before = await heapBytes(page);
  const { seconds } = await feed(server, { count: events, rate, from, text: (number) => `Heure ${number}.` });
  await until(
    settleMs,
    'the last one is there',
    async () =>
      /Heure \d+\./.test(await page.locator('[data-row]').first().innerText()) &&
      (await page.locator('[data-row]', { hasText: `Heure ${events - 1}.` }).count()) > 0,
  );
  const after = await heapBytes(page);
  await page.context().close();
  return {
    memory_events: events,
    memory_fed_s: Math.round(seconds),
    memory_heap_before_bytes: before,
    memory_heap_after_bytes: after,
  };
}
