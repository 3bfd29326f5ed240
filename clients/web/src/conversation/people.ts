// The agents as lists show them.
import type { Desk } from '../app/desk.svelte.ts';
import { language, t } from '../i18n/index.ts';

export type AgentOption = { value: string; label: string; note?: string };

/** Whom a conversation can be given to: nobody first, then those who work here, by name. */
export function agentOptions(desk: Desk): AgentOption[] {
  const order = new Intl.Collator(language());
  const agents = [...desk.directory.agents.values()]
    .filter((agent) => agent.status === 'active' && agent.role !== 'integration')
    .sort((a, b) => order.compare(a.name, b.name));
  const me = desk.me?.agent_id;
  return [
    { value: '', label: t('conversation.nobody') },
    ...agents.map((agent) => ({
      value: agent.agent_id as string,
      label: agent.name,
      ...(agent.agent_id === me
        ? { note: t('app.you') }
        : desk.online.has(agent.agent_id)
          ? { note: t('app.availability_online') }
          : {}),
    })),
  ];
}
