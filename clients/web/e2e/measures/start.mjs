// From nothing to a live queue: what is fetched for it, and how long it takes.
import { openPage, queueShown } from './page.mjs';

const turns = 7;

const middle = (times) => Math.round(times.sort((a, b) => a - b)[Math.floor(times.length / 2)]);

/** Packed bytes of what was asked for before the desk was on the page, by kind: what comes later is not waited for. */
async function fetched(page) {
  return page.evaluate(() => {
    const { mounted } = globalThis.marks;
    const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    const before = all.filter((one) => one.startTime <= mounted);
    const sum = (ending) =>
      before
        .filter((one) => ending.test(new URL(one.name).pathname))
        .reduce((bytes, one) => bytes + one.encodedBodySize, 0);
    return { page_and_code: sum(/\/$|\.(js|css)$/), fonts: sum(/\.woff2$/) };
  });
}

/** New browsers with nothing kept, then one that comes back. */
export async function start(browser, server) {
  const cold = [];
  let bytes;
  for (let turn = 0; turn < turns; turn += 1) {
    const page = await openPage(browser, server);
    cold.push(await queueShown(page));
    bytes = await fetched(page);
    await page.context().close();
  }
  const page = await openPage(browser, server);
  const warm = [];
  for (let turn = 0; turn < turns; turn += 1) {
    await page.reload({ waitUntil: 'commit' });
    warm.push(await queueShown(page));
  }
  await page.context().close();
  return {
    first_screen_bytes: bytes.page_and_code,
    first_screen_font_bytes: bytes.fonts,
    queue_cold_ms: middle(cold),
    queue_warm_ms: middle(warm),
  };
}
