// A view of very many conversations: loaded to its end, scrolled, and worked while events pour in.
import { customer, feed } from './feed.mjs';
import { clearMarks, heapBytes, openPage, stalls } from './page.mjs';

const loadMsMax = 20 * 60_000;
const scrollMs = 10_000;
/** Pixels of one frame: a page of rows, as a fast wheel does it. */
const stepPixels = 700;

const named = (prefix, found) =>
  Object.fromEntries(Object.entries(found).map(([name, value]) => [`${prefix}_${name}`, value]));

/** Scrolls to the end again and again, until there is nothing more to load. */
async function loadAll(page) {
  return page.evaluate(async (msMax) => {
    const scroller = document.querySelector('[data-row]').closest('section');
    const began = performance.now();
    const rows = () => {
      const [...shown] = scroller.querySelectorAll('li[aria-posinset]');
      const count = Math.max(...shown.map((row) => Number(row.getAttribute('aria-posinset'))));
      return { count, whole: shown[0]?.getAttribute('aria-setsize') !== '-1' };
    };
    while (!rows().whole && performance.now() - began < msMax) {
      scroller.scrollTop = scroller.scrollHeight;
      await new Promise((next) => requestAnimationFrame(next));
    }
    scroller.scrollTop = scroller.scrollHeight;
    await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
    const { count } = rows();
    scroller.scrollTop = 0;
    return { rows: count, seconds: Math.round((performance.now() - began) / 1000) };
  }, loadMsMax);
}

/** Scrolls down for a while, a page in every frame, from the top and from the middle. */
async function scroll(page) {
  await clearMarks(page);
  await page.evaluate(
    async ([ms, step]) => {
      const scroller = document.querySelector('[data-row]').closest('section');
      for (const from of [0, scroller.scrollHeight / 2]) {
        scroller.scrollTop = from;
        const end = performance.now() + ms / 2;
        while (performance.now() < end) {
          scroller.scrollTop += step;
          await new Promise((next) => requestAnimationFrame(next));
        }
      }
      scroller.scrollTop = 0;
    },
    [scrollMs, stepPixels],
  );
  return stalls(page);
}

/** Messages of chance customers of the crowd while the window is looked at. */
async function busy(page, server, { crowd, seconds, rate }) {
  await clearMarks(page);
  const count = seconds * rate;
  const from = (number) => customer((number * 7_919) % crowd);
  const { late_ms } = await feed(server, { count, rate, from, text: (number) => `Encore ${number}` });
  return { ...(await stalls(page)), feed_late_ms: late_ms };
}

export async function crowd(browser, server, { crowd, seconds, rate }) {
  const made = await feed(server, { count: crowd, from: customer, text: (number) => `Client ${number}` });
  const page = await openPage(browser, server);
  await page.mouse.move(1000, 5);
  const first = await busy(page, server, { crowd, seconds, rate });
  const all = await loadAll(page);
  const heap = await heapBytes(page);
  const scrolled = await scroll(page);
  const whole = await busy(page, server, { crowd, seconds, rate });
  await page.context().close();
  return {
    crowd,
    crowd_made_s: Math.round(made.seconds),
    crowd_events_per_second: rate,
    crowd_seconds: seconds,
    ...named('crowd_first_pages', first),
    crowd_rows_loaded: all.rows,
    crowd_load_s: all.seconds,
    crowd_heap_bytes: heap,
    ...named('crowd_scroll', scrolled),
    ...named('crowd_all_rows', whole),
  };
}
