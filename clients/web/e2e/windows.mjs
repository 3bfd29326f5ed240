// Browser windows, each of one agent, with what stories do in them. A window has its own door and its own
// cookies. What the page complains of is kept: a story without a complaint is part of what passes.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { Door } from './door.mjs';
import { until } from './patience.mjs';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const waitMs = 10_000;
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export async function launch(executablePath) {
  return chromium.launch({ executablePath, args: flags });
}

export class Window {
  complaints = [];

  /** Opens the desk as `name`; without one the door stays shut. */
  static async open(
    { browser, server, dist, standsIn, shots },
    name,
    { width = 1440, height = 900, locale = 'en-GB', dark = false, at = '' } = {},
  ) {
    const window = new Window();
    window.server = server;
    window.shots = shots;
    window.door = await Door.open(server, { dist, standsIn });
    window.context = await browser.newContext({
      viewport: { width, height },
      locale,
      colorScheme: dark ? 'dark' : 'light',
      timezoneId: 'Europe/Paris',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    window.page = await window.context.newPage();
    window.page.setDefaultTimeout(waitMs);
    window.page.on('pageerror', (error) => window.complaints.push(String(error.stack ?? error)));
    window.page.on('console', (line) => {
      if (line.type() === 'error' && !/ERR_|status of (401|404)|WebSocket/.test(line.text()))
        window.complaints.push(line.text());
    });
    await window.page.goto(`${window.door.url}/${at}`);
    if (name) await window.signIn(name);
    return window;
  }

  /** One click as an agent of the demo; ready once the queue is there. */
  async signIn(name) {
    await this.page.locator(`[data-agent^="${name}"]`).click();
    await this.page.locator('[data-row], [data-empty]').first().waitFor();
  }

  async close() {
    await this.context.close();
    this.door.close();
  }

  row(id) {
    return this.page.locator(`[data-row="${id}"]`);
  }

  /** The row that shows a name or a text. */
  rowWith(text) {
    return this.page.locator('[data-row]', { hasText: text });
  }

  /** Opens the conversation of a row. */
  async openRow(text) {
    await this.rowWith(text).first().locator('a').click();
    await this.page.locator('[data-timeline]').waitFor();
  }

  /** Opens the conversation of somebody by name, wherever it stands in the queue. */
  async openNamed(name) {
    const { hits } = await this.server.query('Léa', 'search.conversations', { text: name });
    await this.page.goto(`${this.door.url}/#/open/c/${hits[0].conversation.conversation_id}`);
    await this.page.locator('[data-message]').first().waitFor();
  }

  /** Writes a reply and sends it. */
  async reply(text) {
    await this.page.locator('#conversation textarea').first().fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** The texts of the messages on screen, in their order. */
  async messages() {
    return this.page.locator('[data-message]').allInnerTexts();
  }

  counter(view) {
    return this.page.locator(`[data-counter="${view}"]`).first();
  }

  async press(key) {
    await this.page.keyboard.press(key);
  }

  /** Waits until `look` is so. */
  until(what, look) {
    return until(waitMs, what, look);
  }

  async see(selector) {
    await this.page.locator(selector).first().waitFor();
  }

  /** Waits until nothing moves but what moves for ever. */
  async still() {
    await this.until('nothing moves', () =>
      this.page.evaluate(() =>
        document
          .getAnimations()
          .every(
            (animation) =>
              animation.playState !== 'running' ||
              animation.effect?.getTiming().iterations === Number.POSITIVE_INFINITY,
          ),
      ),
    );
  }

  /** Keeps what is on screen. */
  async shot(name) {
    await this.page.screenshot({ path: join(this.shots, `${name}.png`) });
  }

  /** What a checker of accessibility finds on this screen that is serious. */
  async faults() {
    await this.page.evaluate(axe);
    const found = await this.page.evaluate(() =>
      window.axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      }),
    );
    return found.violations
      .filter((fault) => ['serious', 'critical'].includes(fault.impact))
      .map(
        (fault) =>
          `${fault.id}: ${fault.help}\n    ${fault.nodes
            .slice(0, 3)
            .map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`)
            .join('\n    ')}`,
      );
  }
}
