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
/** A machine that does everything at once is slow. What heals by itself within this is waited for by its own limit. */
const waitMs = 60_000;
const shotMs = 20_000;
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export async function launch(executablePath) {
  return chromium.launch({ executablePath, args: flags });
}

export class Window {
  complaints = [];

  /** Opens the desk as `name`; without one the door stays shut. */
  static async open(
    { browser, server, shots },
    name,
    { width = 1440, height = 900, locale = 'en-GB', dark = false, at = '' } = {},
  ) {
    const window = new Window();
    window.server = server;
    window.shots = shots;
    window.door = await Door.open(server);
    window.context = await browser.newContext({
      viewport: { width, height },
      locale,
      colorScheme: dark ? 'dark' : 'light',
      timezoneId: 'Europe/Paris',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    window.context.setDefaultTimeout(waitMs);
    window.#listen();
    window.page = await window.context.newPage();
    await window.page.goto(`${window.door.url}/${at}`);
    if (name) await window.signIn(name);
    return window;
  }

  /** Keeps what any page of this browser complains of. */
  #listen() {
    this.context.on('weberror', (error) =>
      this.complaints.push(String(error.error().stack ?? error.error())),
    );
    this.context.on('console', (line) => {
      if (line.type() !== 'error' || this.#isExpected(line)) return;
      this.complaints.push(`${line.text()} (${line.location().url})`);
    });
  }

  /** What a browser says of a line that a story cut, of somebody who is not signed in yet or may not be, and of a file
      that the server refuses. */
  #isExpected(line) {
    const said = line.text();
    if (/ERR_|WebSocket/.test(said)) return this.door.wasCut || this.server.wasKilled;
    const { pathname } = new URL(line.location().url || 'about:blank');
    if (/status of 415/.test(said)) return pathname.startsWith('/v1/attachments/');
    return /status of (401|409)/.test(said) && pathname === '/v1/session';
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

  /** Opens the conversation of a row, in the place of the one that is open. */
  async openRow(text) {
    const id = await this.rowWith(text).first().getAttribute('data-row');
    await this.row(id).locator('a').click();
    await this.page.locator(`[data-timeline="${id}"]`).waitFor();
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

  /** Waits until a picture is painted: an element alone shows nothing. */
  async pictured(selector) {
    const picture = this.page.locator(selector).first();
    await picture.waitFor();
    await this.until(`${selector} is painted`, () =>
      picture.evaluate((element) => element.complete && element.naturalWidth > 0),
    );
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
    await this.page.screenshot({ path: join(this.shots, `${name}.png`), timeout: shotMs });
  }

  /** What a checker of accessibility finds that is serious, on this screen or in a part of it. */
  async faults(part) {
    await this.page.evaluate(axe);
    if (part) await this.see(part);
    const found = await this.page.evaluate(
      (part) =>
        window.axe.run(part ? { include: [part] } : document, {
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        }),
      part,
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
