// What an agent does with a conversation. Each act says what was done, and how to undo it where that helps.
import type { AgentId, ConversationId, GroupId } from '../app/client.ts';
import type { Desk } from '../app/desk.svelte.ts';
import { notices, refusal } from '../app/notices.svelte.ts';

type Refused = { code?: string };

/** Closes what is open, opens what is closed. */
export async function closeOrReopen(desk: Desk, id: ConversationId): Promise<void> {
  const row = desk.client.conversation(id).value;
  if (row?.conversation.status === 'closed') await reopen(desk, id);
  else await close(desk, id);
}

/** Closes a conversation, unless somebody wrote what is not on screen; `anyway` closes it all the same. */
export async function close(
  desk: Desk,
  id: ConversationId,
  how: 'unless changed' | 'anyway' = 'unless changed',
): Promise<void> {
  const expected = how === 'anyway' ? undefined : desk.client.thread(id).value.expected;
  try {
    await desk.client.command('conversation.close', { conversation_id: id }, { expected });
    desk.refusedClose = undefined;
    notices.say('conversation.closed', {}, () => void reopen(desk, id));
  } catch (error) {
    if (Object(error).code === 'conversation_changed') desk.refusedClose = id;
    else notices.refuse(error);
  }
}

/** Opens a closed conversation again. */
export async function reopen(desk: Desk, id: ConversationId): Promise<void> {
  if (await desk.run('conversation.reopen', { conversation_id: id })) notices.say('conversation.reopened');
}

/** Puts the mark on for all, and keeps it while this agent still looks. */
export async function markUnread(desk: Desk, id: ConversationId): Promise<void> {
  desk.keptUnread = id;
  if (await desk.run('conversation.mark_unread', { conversation_id: id }))
    notices.say('conversation.marked_unread');
}

/** Takes a conversation, or gives it back when it is one's own. */
export async function claimOrRelease(desk: Desk, id: ConversationId): Promise<void> {
  const owner = desk.client.conversation(id).value?.conversation.assignee;
  if (owner === desk.me?.agent_id) await desk.run('conversation.release', { conversation_id: id });
  else if (owner) await assign(desk, id, desk.me?.agent_id);
  else await desk.run('conversation.claim', { conversation_id: id });
}

/** Gives a conversation to somebody, or to nobody. */
export async function assign(desk: Desk, id: ConversationId, agent: AgentId | undefined): Promise<void> {
  const before = desk.client.conversation(id).value?.conversation.assignee;
  const params = { conversation_id: id, ...(agent ? { agent_id: agent } : {}) };
  if (!(await desk.run('conversation.assign', params))) return;
  const undo = (): void => void assign(desk, id, before);
  if (agent) notices.say('conversation.assigned_to', { name: desk.agentName(agent) }, undo);
  else notices.say('conversation.released', {}, undo);
}

/** Moves a conversation into a group, out of the one that the agent saw. */
export async function move(desk: Desk, id: ConversationId, group: GroupId): Promise<void> {
  const before = desk.client.conversation(id).value?.conversation.group_id;
  const params = { conversation_id: id, group_id: group, ...(before ? { expected_group: before } : {}) };
  if (!(await desk.run('conversation.move', params))) return;
  const name = desk.directory.groups.get(group)?.name ?? '';
  notices.say('conversation.moved_to', { group: name }, before && (() => void move(desk, id, before)));
}

/** Takes the conversation that waits longest and opens it. */
export async function next(desk: Desk): Promise<void> {
  const group = desk.route.now.group as GroupId | undefined;
  try {
    const done = await desk.client.command('conversation.next', group ? { group_id: group } : {});
    if (done.conversation_id) desk.open(done.conversation_id);
  } catch (error) {
    if (Object(error).code === 'nothing_waiting') notices.say('error.nothing_waiting');
    else notices.refuse(error);
  }
}

type Bulk = (id: ConversationId) => Promise<unknown>;

/** Does one act to many conversations, some at a time, and says how many it was done to and why not to others;
 *  those it was not done to are answered. */
export async function each(
  ids: readonly ConversationId[],
  act: Bulk,
  said: 'queue.done_closed' | 'queue.done_changed',
): Promise<readonly ConversationId[]> {
  const atOnceMax = 16;
  const refused: ConversationId[] = [];
  let first: Refused | undefined;
  for (let at = 0; at < ids.length; at += atOnceMax) {
    const now = ids.slice(at, at + atOnceMax);
    const answers = await Promise.allSettled(now.map(act));
    for (const [index, answer] of answers.entries()) {
      if (answer.status === 'fulfilled') continue;
      refused.push(now[index] as ConversationId);
      first ??= answer.reason as Refused;
    }
  }
  const done = ids.length - refused.length;
  if (done > 0) notices.say(said, { count: done });
  if (first) notices.say('queue.done_not', { count: refused.length, reason: refusal(first) });
  return refused;
}
