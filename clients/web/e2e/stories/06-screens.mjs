// Every screen in both languages, both themes and on a phone: nothing serious for a checker of accessibility,
// nothing wider than the screen, nothing that the policy forbids.
import { is } from '../patience.mjs';
import { story } from '../stories.mjs';

const screens = {
  queue: async () => {},
  conversation: async (window) => window.openNamed('Priya'),
  search: async (window) => {
    await window.press('/');
    await window.page.keyboard.type('li');
    await window.see('[data-results=li]');
  },
  keys: async (window) => {
    await window.press('?');
    await window.see('[data-keys]');
  },
  palette: async (window) => {
    await window.press('Control+k');
    await window.see('[data-palette]');
  },
  groups: async (window) => {
    await window.page.locator('[data-act=groups]').click();
    await window.see('[role=listbox]');
  },
  choices: async (window) => {
    await window.page.locator('[data-act=mine]:visible').click();
    await window.see('fieldset');
  },
  menu: async (window) => {
    await window.openNamed('Priya');
    await window.page.locator('[data-act=menu]').click();
    await window.see('[role=menu]');
  },
  compose: async (window) => {
    await window.press('w');
    await window.see('dialog[open], [role=dialog]');
  },
  settings: async (window) => {
    await window.page.goto(`${window.door.url}/#/settings`);
    await window.see('#page h1, #page h2');
  },
  status: async (window) => {
    await window.page.goto(`${window.door.url}/#/status`);
    await window.see('#page');
  },
};

const looks = [
  { name: 'en light', locale: 'en-GB' },
  { name: 'fr dark', locale: 'fr-FR', dark: true },
  { name: 'fr phone', locale: 'fr-FR', width: 360, height: 740 },
];

for (const { name, ...look } of looks) {
  story(
    'WCAG 2.2 AA',
    `every screen, ${name}: nothing serious is found, nothing is cut off`,
    async ({ open }) => {
      const lea = await open('Léa', look);
      const faults = [];
      for (const [screen, go] of Object.entries(screens)) {
        await lea.page.goto(`${lea.door.url}/#/open`);
        await lea.page.reload();
        await lea.page.locator('[data-row]').first().waitFor();
        await go(lea);
        await lea.still();
        await lea.shot(`${screen}-${name.replaceAll(' ', '-')}`);
        const isWide = await lea.page.evaluate(
          () => document.documentElement.scrollWidth > window.innerWidth,
        );
        if (isWide) faults.push(`${screen}: wider than the screen`);
        faults.push(...(await lea.faults()).map((fault) => `${screen}: ${fault}`));
      }
      is(faults.length === 0, `no screen has a fault:\n${faults.join('\n')}`);
    },
  );
}

story('WCAG 2.2 AA', 'the door: nothing serious is found', async ({ open }) => {
  const window = await open();
  await window.see('[data-agent]');
  await window.shot('door');
  const faults = await window.faults();
  is(faults.length === 0, `no fault is there:\n${faults.join('\n')}`);
});

story('Languages', 'the language is switched live, and nothing is lost', async ({ open }) => {
  const lea = await open('Léa');
  await lea.openNamed('Priya');
  await lea.page.locator('#conversation textarea').first().fill('Un brouillon');
  await lea.page.locator('[data-act=mine]:visible').click();
  await lea.page.getByRole('button', { name: 'Français' }).click();
  await lea.page.locator('[data-view=open]', { hasText: 'Ouvertes' }).waitFor();
  is((await lea.page.locator('html').getAttribute('lang')) === 'fr', 'the page says its language');
  is(
    (await lea.page.locator('#conversation textarea').first().inputValue()) === 'Un brouillon',
    'the draft is still there',
  );
  is(/Non lues|Ouvertes/.test(await lea.page.title()), 'the title follows');
});

story('Phone', 'on a phone one pane at a time, with a way back', async ({ open }) => {
  const lea = await open('Léa', { width: 360, height: 740 });
  await lea.openNamed('Priya');
  is(!(await lea.page.locator('[data-row]').first().isVisible()), 'the queue gave way');
  await lea.page.locator('[data-heading] button').first().click();
  await lea.page.locator('[data-row]').first().waitFor();
  await lea.openNamed('Priya');
  await lea.page.goBack();
  await lea.page.locator('[data-row]').first().waitFor();
});

story('Phone', 'on a phone settings and status are reached from the own menu', async ({ open }) => {
  const lea = await open('Léa', { width: 360, height: 740 });
  for (const [page, there] of [
    ['settings', '[data-settings]'],
    ['status', '[data-status]'],
  ]) {
    await lea.page.locator('[data-view=open]').click();
    await lea.page.locator('[data-act=mine]:visible').click();
    await lea.shot('phone-menu');
    await lea.page.locator(`[data-to=${page}]`).click();
    await lea.see(there);
    is((await lea.page.locator('[data-to]').count()) === 0, 'the menu is closed');
  }
});

story('W2', 'a page that is opened while the line is down comes once it is back', async ({ open }) => {
  const lea = await open('Léa');
  lea.door.cut();
  await lea.see('[data-offline]');
  await lea.page.locator('a[href="#/settings"]:visible').click();
  lea.door.mend();
  await lea.page.locator('[data-settings]').waitFor();
});

story(
  'W1',
  'who looks elsewhere is told, if that is asked for, and comes back by a click',
  async ({ server, open }) => {
    const lea = await open('Léa');
    await lea.page.evaluate(() => {
      // What the system would show is kept here: a test has no desktop to look at.
      globalThis.shown = [];
      globalThis.Notification = class {
        static permission = 'granted';
        static requestPermission = async () => 'granted';
        constructor(title, more) {
          globalThis.shown.push({ title, body: more.body });
          globalThis.last = this;
        }
        close() {}
      };
      document.hasFocus = () => false;
    });
    await server.receive('+33639986101', 'Avant le choix', { profile_name: 'Discrète' });
    await lea.rowWith('Avant le choix').first().waitFor();
    is((await lea.page.evaluate(() => globalThis.shown.length)) === 0, 'nothing is shown unasked');
    await lea.page.locator('[data-act=mine]').first().click();
    await lea.page
      .getByRole('group', { name: 'Notifications' })
      .getByRole('button', { name: 'For everything' })
      .click();
    await lea.press('Escape');
    await server.receive('+33639986102', 'Après le choix', { profile_name: 'Bruyante' });
    await lea.until('the system shows it', () =>
      lea.page.evaluate(() => globalThis.shown.some((one) => one.body === 'Après le choix')),
    );
    await lea.page.evaluate(() => globalThis.last.onclick());
    await lea.page.locator('[data-timeline] [data-message]', { hasText: 'Après le choix' }).waitFor();
    // What came while the line was down is one word, not one each.
    const before = await lea.page.evaluate(() => globalThis.shown.length);
    lea.door.cut();
    await lea.see('[data-offline]');
    for (const number of [3, 4, 5])
      await server.receive(`+3363998610${number}`, `Pendant la coupure ${number}`);
    lea.door.mend();
    await lea.until('one word says how many', () =>
      lea.page.evaluate(
        (from) => globalThis.shown.slice(from).some((one) => one.title === '3 new messages.'),
        before,
      ),
    );
    is((await lea.page.evaluate(() => globalThis.shown.length)) === before + 1, 'nothing else is shown');
  },
);
