import { Server } from './server.mjs';
import { launch, Window } from './windows.mjs';

const browser = await launch('/usr/bin/chromium');
const server = await Server.start(process.env.PARLOIR_BIN);
const stage = {
  browser,
  server,
  dist: new URL('../dist', import.meta.url).pathname,
  shots: '/tmp/deskplay/shots',
};
const what = process.argv[2] ?? 'all';
async function go(name, how, run) {
  if (what !== 'all' && !name.includes(what)) return;
  const w = await Window.open(stage, name === 'door' ? undefined : 'Thomas', how);
  try {
    await run(w);
  } catch (e) {
    console.log(name, String(e).slice(0, 400));
    await w.shot(`err-${name}`);
  }
  if (w.complaints.length) console.log(name, w.complaints.slice(0, 5));
  await w.close();
}
await go('door', {}, async (w) => {
  await w.see('[data-agent]');
  await w.shot('door');
});
await go('conv', {}, async (w) => {
  await w.openRow('Priya');
  await w.page.waitForTimeout(1200);
  await w.shot('conv');
  console.log('faults', await w.faults());
});
await go('darkfr', { dark: true, locale: 'fr-FR' }, async (w) => {
  await w.openRow('Alice');
  await w.page.waitForTimeout(1200);
  await w.shot('darkfr');
  console.log('faults', await w.faults());
});
await go('phone', { width: 360, height: 740, locale: 'fr-FR' }, async (w) => {
  await w.shot('phone-queue');
  console.log('faults', await w.faults());
  await w.openRow('Priya');
  await w.page.waitForTimeout(1000);
  await w.shot('phone-conv');
  console.log('faults', await w.faults());
});
await go('mid', { width: 1024, height: 768 }, async (w) => {
  await w.openRow('Priya');
  await w.page.waitForTimeout(1000);
  await w.shot('mid-conv');
  await w.press('i');
  await w.page.waitForTimeout(500);
  await w.shot('mid-contact');
});
await go('search', { locale: 'fr-FR' }, async (w) => {
  await w.page.keyboard.press('/');
  await w.page.keyboard.type('li', { delay: 30 });
  await w.page.waitForTimeout(1000);
  await w.shot('search');
  console.log('faults', await w.faults());
});
await go('layers', {}, async (w) => {
  await w.openRow('Priya');
  await w.press('Escape');
  await w.press('?');
  await w.page.waitForTimeout(400);
  await w.shot('keys');
  console.log('faults', await w.faults());
  await w.press('Escape');
  await w.press('Control+k');
  await w.page.waitForTimeout(400);
  await w.shot('palette');
  console.log('faults', await w.faults());
  await w.press('Escape');
  await w.page.locator('[data-act=mine]').last().click();
  await w.page.waitForTimeout(400);
  await w.shot('mine');
  console.log('faults', await w.faults());
  await w.press('Escape');
  await w.press('g');
  await w.page.waitForTimeout(400);
  await w.shot('groups');
  console.log('faults', await w.faults());
});
await browser.close();
await server.stop();
process.exit(0);
