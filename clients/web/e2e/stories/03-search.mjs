// The search: one box, every keystroke, and what was found is marked.
import { is } from '../patience.mjs';
import { story, storyInBoth } from '../stories.mjs';

async function look(window, text) {
  await window.press('/');
  await window.page.locator('#search').fill('');
  await window.page.keyboard.type(text, { delay: 15 });
  await window.see(`[data-results="${text}"]`);
}

story('F1', 'case and accents do not matter, and the match is marked', async ({ server, open }) => {
  await server.receive('+33639983001', 'Bonjour', { profile_name: 'Hélène Œuvrard' });
  const lea = await open('Léa');
  await lea.rowWith('Hélène').first().waitFor();
  for (const text of ['helene', 'OEUVRARD', 'oeuv hel']) {
    await look(lea, text);
    await lea.page.locator('[data-hit]', { hasText: 'Hélène Œuvrard' }).first().waitFor();
  }
  is((await lea.page.locator('[data-hit] mark').count()) > 0, 'what matched is marked');
  await lea.shot('search');
});

story('F2', 'a number is found by any fragment in any writing', async ({ server, open }) => {
  await server.receive('+33639983002', 'Trouvez-moi');
  const lea = await open('Léa');
  await lea.rowWith('+33 6 39 98 30 02').first().waitFor();
  for (const text of ['06 39 98 30', '+336399830', '0033639983002', '983002']) {
    await look(lea, text);
    await lea.page.locator('[data-hit]', { hasText: '+33 6 39 98 30 02' }).first().waitFor();
  }
});

storyInBoth(
  'F1',
  'texts of messages are a section of their own, and lead to the message',
  async ({ server, open }) => {
    await server.receive('+33639983003', 'Le carton contenait une girafe violette');
    const lea = await open('Léa');
    await look(lea, 'girafe');
    const hit = lea.page.locator('[data-section=messages] [data-message-hit]').first();
    // Texts are answered for themselves: until then those of an earlier letter stand there, unmarked.
    const mark = hit.locator('mark', { hasText: /^girafe$/ });
    await mark.first().waitFor();
    await hit.click();
    await lea.page.locator('[data-message]', { hasText: 'girafe violette' }).first().waitFor();
  },
);

story('F5', 'only the answer to what stands in the box is shown', async ({ open }) => {
  const lea = await open('Léa');
  await lea.press('/');
  await lea.page.keyboard.type('marie-claude xyz', { delay: 5 });
  await lea.see('[data-results="marie-claude xyz"]');
  await lea.see('[data-empty]');
  await lea.press('Escape');
  await lea.page.locator('[data-row]').first().waitFor();
});

story('F3', 'qualifiers narrow, and a wrong one is explained', async ({ open }) => {
  const lea = await open('Léa');
  await look(lea, 'status:closed');
  const hits = lea.page.locator('[data-hit]');
  await hits.first().waitFor();
  is(
    (await hits.count()) === (await lea.page.locator('[data-hit]', { hasText: 'closed' }).count()),
    'all are closed',
  );
  await look(lea, 'status:sideways');
  is(
    /sideways/.test(await lea.page.locator('[data-results] [role=alert]').innerText()),
    'the problem names the value',
  );
});

story('F6', 'an open search is live', async ({ server, open }) => {
  const lea = await open('Léa');
  await look(lea, 'zanzibar');
  await lea.see('[data-results] [data-empty]');
  await server.receive('+33639983004', 'Bonjour', { profile_name: 'Zanzibar Tissus' });
  await lea.page.locator('[data-hit]', { hasText: 'Zanzibar' }).first().waitFor();
});

story('F6', 'texts of an open search are live', async ({ server, open }) => {
  const lea = await open('Léa');
  await look(lea, 'okapi');
  await lea.see('[data-results] [data-empty]');
  await server.receive('+33639983005', 'Vous vendez des peluches okapi ?');
  await lea.page
    .locator('[data-section=messages] [data-message-hit]', { hasText: 'okapi' })
    .first()
    .waitFor();
});

story('F1', 'a hit is chosen and opened by the keyboard', async ({ open }) => {
  const lea = await open('Léa');
  await look(lea, 'priya');
  await lea.page.locator('[data-hit]').first().waitFor();
  await lea.press('Enter');
  await lea.see('[data-timeline]');
  is(/Priya/.test(await lea.page.locator('[data-heading]').innerText()), 'the conversation is open');
});

story(
  'F4',
  'a hit says where it matched, and an exact name stands before its beginnings',
  async ({ server, open }) => {
    await server.receive('+33639983011', 'Bonjour', { profile_name: 'Quentinette Roy' });
    await server.receive('+33639983012', 'Bonjour', { profile_name: 'Quentin' });
    await server.receive('+33639983013', 'Bonjour', { profile_name: 'Léo Saintquentin' });
    const lea = await open('Léa');
    await lea.rowWith('Saintquentin').first().waitFor();
    await look(lea, 'quentin');
    const names = async () => {
      const hits = await lea.page.locator('[data-hit]').allInnerTexts();
      return hits.filter((text) => /quentin/i.test(text));
    };
    await lea.until('all three are found', async () => (await names()).length >= 3);
    const order = (await names()).map((text) => /Quentinette|Saintquentin|Quentin/.exec(text)[0]);
    is(order[0] === 'Quentin', `the whole name stands first: ${order}`);
    is(
      order.indexOf('Quentinette') < order.indexOf('Saintquentin'),
      `a beginning before an inside: ${order}`,
    );
    is(
      (await lea.page.locator('[data-hit] mark').first().innerText()).toLowerCase() === 'quentin',
      'exactly what matched is marked',
    );
  },
);
