// Settings by role, and the status page.
import { is } from '../patience.mjs';
import { story } from '../stories.mjs';

const sections = ['groups', 'templates', 'channels', 'agents', 'contacts', 'views', 'optouts', 'workspace'];

async function go(window, section) {
  await window.page.evaluate((hash) => {
    location.hash = hash;
  }, `#/settings/${section}`);
  await window.see(`[data-settings="${section}"]`);
}

story('G1', 'a supervisor makes and renames a group; an agent may only look', async ({ open }) => {
  const thomas = await open('Thomas');
  const nadia = await open('Nadia');
  await go(thomas, 'groups');
  await thomas.page.locator('[data-add-group]').click();
  await thomas.page.locator('[data-name]').fill('Retours');
  await thomas.page.locator('[data-save]').click();
  await thomas.see('[data-group="Retours"]');
  await go(nadia, 'groups');
  await nadia.see('[data-group="Retours"]');
  await nadia.see('[data-read-only]');
  is((await nadia.page.locator('[data-add-group]').count()) === 0, 'an agent has no button for it');
  const field = thomas.page.locator('[data-group="Retours"] input');
  await field.fill('Retours et échanges');
  await thomas.press('Enter');
  await nadia.see('[data-group="Retours et échanges"]');
  await thomas.shot('settings-groups');
});

story('A11Y', 'nothing serious is found in any section, in both themes and on a phone', async ({ open }) => {
  for (const how of [{}, { dark: true }, { width: 360, height: 740, locale: 'fr-FR' }]) {
    const thomas = await open('Thomas', how);
    for (const section of sections) {
      await go(thomas, section);
      const faults = await thomas.faults();
      is(faults.length === 0, `nothing serious is found in ${section}: ${faults.join('\n')}`);
      const sideways = await thomas.page.evaluate(() => {
        const page = document.getElementById('page');
        return (
          page.scrollWidth > page.clientWidth || document.documentElement.scrollWidth > window.innerWidth
        );
      });
      is(!sideways, `${section} is not wider than the screen`);
      await thomas.shot(`settings-${section}${how.dark ? '-dark' : ''}${how.width ? '-phone' : ''}`);
    }
    await thomas.page.evaluate(() => {
      location.hash = '#/status';
    });
    await thomas.see('[data-status]');
    const faults = await thomas.faults();
    is(faults.length === 0, `nothing serious is found on the status page: ${faults.join('\n')}`);
    await thomas.shot(`status${how.dark ? '-dark' : ''}${how.width ? '-phone' : ''}`);
  }
});

story('Q1', 'a view is saved under a name in this browser and opened again', async ({ open }) => {
  const lea = await open('Léa');
  await go(lea, 'views');
  await lea.page.locator('[data-view-name]').fill('Mes urgences');
  await lea.page.locator('[data-save-view]').click();
  await lea.see('[data-saved-view="Mes urgences"]');
  await lea.page.reload();
  await lea.page.locator('[data-saved-view="Mes urgences"]').click();
  await lea.see('[data-row], [data-empty]');
});

story('W1', 'an administrator invites somebody, who comes in by the link, once', async ({ open }) => {
  const lea = await open('Léa');
  await go(lea, 'agents');
  await lea.page.locator('[data-add-agent]').click();
  await lea.page.locator('[data-agent-name]').fill('Paul Nouveau');
  await lea.page.locator('[data-save]').click();
  await lea.see('[data-invitation]');
  const link = new URL(await lea.page.locator('[data-invitation]').inputValue());
  await lea.shot('settings-invitation');
  const paul = await open(undefined, { at: link.hash });
  await paul.see('[data-row], [data-empty]');
  is(!paul.page.url().includes('invitation'), 'the invitation does not stay in the address');
});

story('W1', 'an invitation asks before it takes the place of who is signed in', async ({ open }) => {
  const lea = await open('Léa');
  await go(lea, 'agents');
  await lea.page.locator('[data-add-agent]').click();
  await lea.page.locator('[data-agent-name]').fill('Zoé Nouvelle');
  await lea.page.locator('[data-save]').click();
  await lea.see('[data-invitation]');
  const { hash } = new URL(await lea.page.locator('[data-invitation]').inputValue());
  const opened = async () => {
    const page = await lea.context.newPage();
    await page.goto(`${lea.door.url}/${hash}`);
    await page.locator('[data-place-taken]').waitFor();
    return page;
  };
  const first = await opened();
  is((await first.locator('[data-place-taken]').innerText()).includes('Léa'), 'it says who is signed in');
  await first.locator('[data-stay]').click();
  await first.locator('[data-row], [data-empty]').first().waitFor();
  const second = await opened();
  await second.locator('[data-take-over]').click();
  await second.locator('[data-row], [data-empty]').first().waitFor();
  const who = await second.evaluate(async () => (await fetch('/v1/session')).json());
  const before = await first.evaluate(async () => (await fetch('/v1/session')).json());
  is(who.agent_id === before.agent_id, 'one browser is one person');
  const third = await lea.context.newPage();
  await third.goto(`${lea.door.url}/${hash}`);
  await third.getByRole('alert').waitFor();
});
