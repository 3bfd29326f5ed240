// What a workspace consists of beside its conversations: settings, groups, agents, channels, templates. Each
// entity carries the seq that last changed it, and an event that is not newer changes nothing.

import type {
  Agent,
  AgentId,
  Channel,
  ChannelId,
  Event,
  Group,
  GroupId,
  Seq,
  Snapshot,
  Template,
  TemplateId,
  Welcome,
  Workspace,
} from '../frames.js';
import type { DirectoryValue } from '../screen.js';
import type { Touch } from './topics.js';

interface Versioned {
  readonly seq: Seq;
}

/** Entities by id, each at the newest version that is known. */
class Shelf<Id, Entity extends Versioned> {
  readonly #entities = new Map<Id, Entity>();

  get(id: Id): Entity | undefined {
    return this.#entities.get(id);
  }

  all(): ReadonlyMap<Id, Entity> {
    return new Map(this.#entities);
  }

  put(id: Id, entity: Entity): void {
    const known = this.#entities.get(id);
    if (known === undefined || known.seq < entity.seq) this.#entities.set(id, entity);
  }

  change(id: Id, seq: Seq, change: (entity: Entity) => Entity): void {
    const known = this.#entities.get(id);
    if (known !== undefined && seq > known.seq) this.#entities.set(id, { ...change(known), seq });
  }

  delete(id: Id): void {
    this.#entities.delete(id);
  }

  clear(): void {
    this.#entities.clear();
  }
}

export class Directory {
  #workspace: Workspace | undefined;
  #me: Agent | undefined;
  readonly #groups = new Shelf<GroupId, Group>();
  readonly #agents = new Shelf<AgentId, Agent>();
  readonly #channels = new Shelf<ChannelId, Channel>();
  readonly #templates = new Shelf<TemplateId, Template>();
  readonly #touch: Touch;
  #value: DirectoryValue | undefined;

  constructor(touch: Touch) {
    this.#touch = touch;
  }

  get me(): Agent | undefined {
    return this.#me === undefined ? undefined : (this.#agents.get(this.#me.agent_id) ?? this.#me);
  }

  value(): DirectoryValue {
    this.#value ??= {
      workspace: this.#workspace,
      me: this.me,
      groups: this.#groups.all(),
      agents: this.#agents.all(),
      channels: this.#channels.all(),
      templates: new Map([...this.#templates.all()].filter(([, template]) => template.status === 'active')),
    };
    return this.#value;
  }

  clear(): void {
    for (const shelf of [this.#groups, this.#agents, this.#channels, this.#templates]) shelf.clear();
    this.#changed();
  }

  welcome(welcome: Welcome): void {
    this.#workspace = welcome.workspace;
    this.#me = welcome.agent;
    this.#changed();
  }

  snapshot(part: Snapshot): void {
    for (const group of part.groups ?? []) this.#groups.put(group.group_id, group);
    for (const agent of part.agents ?? []) this.#agents.put(agent.agent_id, agent);
    for (const channel of part.channels ?? []) this.#channels.put(channel.channel_id, channel);
    for (const template of part.templates ?? []) this.#templates.put(template.template_id, template);
    this.#changed();
  }

  fold(event: Event): void {
    if (this.#foldGroup(event) || this.#foldAgent(event) || this.#foldSettings(event)) this.#changed();
  }

  #changed(): void {
    this.#value = undefined;
    this.#touch('directory');
  }

  #foldGroup(event: Event): boolean {
    switch (event.name) {
      case 'group.created':
        this.#groups.put(event.data.group.group_id, event.data.group);
        return true;
      case 'group.renamed': {
        const { group_id, name } = event.data;
        this.#groups.change(group_id, event.seq, (group) => ({ ...group, name }));
        return true;
      }
      case 'group.archived':
        this.#groups.change(event.data.group_id, event.seq, (group) => ({ ...group, status: 'archived' }));
        return true;
      case 'group.emptying':
        this.#groups.change(event.data.group_id, event.seq, (group) => ({ ...group, status: 'emptying' }));
        return true;
      case 'group.deleted':
        this.#groups.delete(event.data.group_id);
        return true;
      default:
        return false;
    }
  }

  #foldAgent(event: Event): boolean {
    switch (event.name) {
      case 'agent.created':
        this.#agents.put(event.data.agent.agent_id, event.data.agent);
        return true;
      case 'agent.changed': {
        const { agent_id, ...rest } = event.data;
        this.#agents.change(agent_id, event.seq, ({ groups: _before, ...agent }) => ({ ...agent, ...rest }));
        return true;
      }
      case 'agent.deactivated':
        this.#agents.change(event.data.agent_id, event.seq, (agent) => ({ ...agent, status: 'deactivated' }));
        return true;
      case 'agent.availability_changed': {
        const { agent_id, availability } = event.data;
        this.#agents.change(agent_id, event.seq, (agent) => ({ ...agent, availability }));
        return true;
      }
      default:
        return false;
    }
  }

  #foldSettings(event: Event): boolean {
    switch (event.name) {
      case 'channel.created':
        this.#channels.put(event.data.channel.channel_id, event.data.channel);
        return true;
      case 'channel.changed': {
        const { channel_id, ...rest } = event.data;
        this.#channels.change(channel_id, event.seq, ({ approved_countries: _before, ...channel }) => ({
          ...channel,
          ...rest,
        }));
        return true;
      }
      case 'template.saved':
        this.#templates.put(event.data.template.template_id, event.data.template);
        return true;
      case 'template.deleted':
        this.#templates.change(event.data.template_id, event.seq, (template) => ({
          ...template,
          status: 'deleted',
        }));
        return true;
      case 'workspace.changed':
        if (this.#workspace === undefined || event.seq <= this.#workspace.seq) return false;
        this.#workspace = { ...this.#workspace, ...event.data, seq: event.seq };
        return true;
      default:
        return false;
    }
  }
}
