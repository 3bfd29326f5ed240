// Who sees and owns what: groups that go, agents who see some groups, and whose a conversation is when it comes back.
import { is } from '../patience.mjs';
import { story } from '../stories.mjs';

let customers = 0;
function customer() {
  customers += 1;
  return `+3363993${String(1_000 + customers)}`;
}

async function groupId(server, name) {
  const found = await server.query('Léa', 'workspace.get', {});
  const group = found.groups.find((one) => one.name === name);
  is(group !== undefined, `there is a group ${name}`);
  return group.group_id;
}

/** A message of somebody new, in a group; the conversation's id. */
async function placed(server, text, group) {
  const number = customer();
  await server.receive(number, text);
  const { hits } = await server.query('Léa', 'search.conversations', { text: number });
  const conversation_id = hits[0].conversation.conversation_id;
  const moved = await server.command('Léa', 'conversation.move', {
    conversation_id,
    group_id: await groupId(server, group),
  });
  is(moved.ok !== undefined, `it was moved: ${JSON.stringify(moved)}`);
  return { number, conversation_id };
}

const move = async (server, conversation_id, group) =>
  server.command('Léa', 'conversation.move', { conversation_id, group_id: await groupId(server, group) });

async function settings(window, section) {
  await window.page.evaluate((hash) => {
    location.hash = hash;
  }, `#/settings/${section}`);
  await window.see(`[data-settings="${section}"]`);
}

story('G1', 'what leaves the groups of an agent leaves that agent’s screen', async ({ server, open }) => {
  const [first, second] = [
    await placed(server, 'My VIP order, please', 'VIP'),
    await placed(server, 'Which table is mine?', 'VIP'),
  ];
  const james = await open('James');
  for (const { conversation_id } of [first, second]) await james.row(conversation_id).waitFor();
  const counted = async () =>
    Promise.all(['open', 'unread'].map(async (view) => Number(await james.counter(view).innerText())));
  const [openBefore, unreadBefore] = await counted();
  await move(server, first.conversation_id, 'Facturation');
  await james.row(first.conversation_id).waitFor({ state: 'detached' });
  await james.until('the counters went down', async () => {
    const [openNow, unreadNow] = await counted();
    return openNow === openBefore - 1 && unreadNow === unreadBefore - 1;
  });
  is((await james.row(second.conversation_id).count()) === 1, 'the other one stays');
  // What he has open goes as well, with its timeline.
  await james.openRow('Which table is mine?');
  await james.page.locator('[data-message]', { hasText: 'Which table is mine?' }).waitFor();
  await move(server, second.conversation_id, 'Facturation');
  await james.until(
    'nothing of it is on screen',
    async () => (await james.page.locator('[data-message]', { hasText: 'Which table' }).count()) === 0,
  );
  await james.page.mouse.move(900, 5);
  await james.row(second.conversation_id).waitFor({ state: 'detached' });
  await james.press('/');
  await james.page.keyboard.type('Which table');
  await james.see('[data-results="Which table"]');
  is((await james.page.locator('[data-hit], [data-message-hit]').count()) === 0, 'nor is it found');
  await james.shot('left-scope');
});

story('G1', 'an archived group takes nothing new', async ({ server, open }) => {
  await server.command('Thomas', 'group.create', { name: 'Salon 2025' });
  const [thomas, nadia] = [await open('Thomas'), await open('Nadia')];
  await server.receive(customer(), 'Où vais-je ?');
  await nadia.openRow('Où vais-je ?');
  const offered = async () => {
    await nadia.page.locator('[data-heading] [data-act=move]').click();
    await nadia.page.getByRole('combobox', { name: 'Search a group' }).fill('salon');
    await nadia.see('[role=option], [role=listbox] ~ [role=status]');
    const found = await nadia.page.locator('[role=option]', { hasText: 'Salon 2025' }).count();
    await nadia.press('Escape');
    return found > 0;
  };
  await nadia.until('it is offered', offered);
  await settings(thomas, 'groups');
  const row = thomas.page.locator('[data-group="Salon 2025"]');
  await row.getByRole('button', { name: 'Archive' }).click();
  await row.getByText('archived', { exact: true }).waitFor();
  await nadia.until('it is not offered any more', async () => !(await offered()));
});

story('G1', 'a group with conversations is deleted into another', async ({ server, open }) => {
  await server.command('Thomas', 'group.create', { name: 'Éphémère' });
  await placed(server, 'Où suis-je rangée ?', 'Éphémère');
  const [thomas, nadia] = [await open('Thomas'), await open('Nadia')];
  await nadia.openRow('Où suis-je rangée ?');
  await nadia.page.locator('[data-act=move]', { hasText: 'Éphémère' }).waitFor();
  await settings(thomas, 'groups');
  await thomas.page.locator('[data-group="Éphémère"]').getByRole('button', { name: 'Delete' }).click();
  const dialog = thomas.page.getByRole('dialog');
  await dialog.locator('select').selectOption({ label: 'Livraisons' });
  await thomas.shot('group-delete');
  const faults = await thomas.faults();
  is(faults.length === 0, `nothing serious is found: ${faults.join('\n')}`);
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await thomas.page.locator('[data-group="Éphémère"]').waitFor({ state: 'detached' });
  await nadia.page.locator('[data-act=move]', { hasText: 'Livraisons' }).waitFor();
  await nadia.until('the move is told', async () =>
    /Livraisons/.test(await nadia.page.locator('[data-event=moved]').last().innerText()),
  );
});

story(
  'R1',
  'what is reopened stays with its owner who is online, and is nobody’s without',
  async ({ server, open }) => {
    const { number, conversation_id } = await placed(server, 'Merci, c’est parfait', 'Commandes');
    const [lea, nadia] = [await open('Léa'), await open('Nadia')];
    await server.command('Léa', 'conversation.assign', {
      conversation_id,
      agent_id: server.agent('Nadia').agent_id ?? server.agent('Nadia').id,
    });
    await lea.openRow('Merci, c’est parfait');
    const owner = () => lea.page.locator('[data-assignee]').innerText();
    const close = async (times) => {
      await lea.page.locator('[data-heading] [data-act=close]').click();
      await lea.until(
        'it is closed',
        async () => (await lea.page.locator('[data-event=closed]').count()) === times,
      );
    };
    const reopened = (times) =>
      lea.until(
        'it is open again',
        async () => (await lea.page.locator('[data-event=reopened]').count()) === times,
      );
    await lea.until('Nadia owns it', async () => /Nadia/.test(await owner()));
    await close(1);
    await server.receive(number, 'Encore une chose');
    await reopened(1);
    is(/Nadia/.test(await owner()), `Nadia is online and keeps it, not ${await owner()}`);
    await close(2);
    await nadia.page.locator('[data-act=mine]:visible').click();
    await nadia.page.getByRole('button', { name: 'Away' }).click();
    await nadia.page.locator('[aria-pressed=true]', { hasText: 'Away' }).waitFor();
    await server.receive(number, 'Il y a quelqu’un ?');
    await reopened(2);
    await lea.until('it is nobody’s', async () => /Nobody/.test(await owner()));
    await nadia.page.getByRole('button', { name: 'Available' }).click();
    await nadia.page.locator('[aria-pressed=true]', { hasText: 'Available' }).waitFor();
  },
);
