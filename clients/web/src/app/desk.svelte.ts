// What all parts of the screen share: the client, the place, and which layer lies over the panes. It decides
// nothing about conversations: the server does.
import { getContext, setContext, untrack } from 'svelte';
import { fromStore } from 'svelte/store';
import { Views } from '../queue/saved.svelte.ts';
import type {
  Agent,
  AgentId,
  Client,
  CommandName,
  CommandOptions,
  Commands,
  ConversationId,
  CountersValue,
  DirectoryValue,
  Done,
  Kept,
  PresentAgent,
  State,
} from './client.ts';
import { notices } from './notices.svelte.ts';
import { Route } from './route.svelte.ts';

/** What lies over the panes; one at a time. */
export type Layer = 'none' | 'compose' | 'palette' | 'keys';

const key = Symbol('desk');

export class Desk {
  readonly client: Client;
  readonly route = new Route();
  /** What lies over the panes. */
  layer: Layer = $state('none');
  /** Whether the person behind the conversation is shown beside it. */
  contactShown = $state(true);
  /** The conversation whose close was refused because somebody wrote meanwhile. */
  refusedClose: ConversationId | undefined = $state();
  /** Marked unread by this agent, who still looks at it: looking does not take that mark away. */
  keptUnread: ConversationId | undefined = $state();
  /** The line of the open conversation that was looked for: it is scrolled to and shown. */
  soughtSeq: number | undefined = $state();
  /** What somebody typed before composing: a number, for instance. */
  composing = $state('');
  #state: { readonly current: State };
  #directory: { readonly current: DirectoryValue };
  #counters: { readonly current: CountersValue };
  #online: { readonly current: ReadonlySet<AgentId> };
  #outbox: { readonly current: readonly Kept[] };
  #leave: () => Promise<void>;
  #saved: { owner: string; views: Views } | undefined;
  #ownSeq: number | undefined;

  constructor(client: Client, leave: () => Promise<void>) {
    this.client = client;
    this.#leave = leave;
    this.#state = fromStore(client.state);
    this.#directory = fromStore(client.directory);
    this.#counters = fromStore(client.counters);
    this.#online = fromStore(client.online);
    this.#outbox = fromStore(client.outbox);
    client.onEvent((event) => {
      const isOwn =
        event.type === 'event' &&
        event.actor.kind === 'agent' &&
        event.actor.agent_id === client.directory.value.me?.agent_id;
      if (isOwn) this.#ownSeq = event.seq;
    });
  }

  /** Where the connection is. This and what follows keep a component current that reads it. */
  get state(): State {
    return this.#state.current;
  }

  /** Settings, groups, agents, channels, templates. */
  get directory(): DirectoryValue {
    return this.#directory.current;
  }

  /** Who works here; nobody before the first welcome. */
  get me(): Agent | undefined {
    return this.directory.me;
  }

  get counters(): CountersValue {
    return this.#counters.current;
  }

  get online(): ReadonlySet<AgentId> {
    return this.#online.current;
  }

  /** The last thing that this agent did: a search includes it. */
  get ownSeq(): number | undefined {
    return this.#ownSeq;
  }

  /** The views that this agent saved in this browser. */
  get saved(): Views {
    const workspace_id = this.directory.workspace?.workspace_id ?? '';
    const agent_id = this.me?.agent_id ?? '';
    const owner = `${workspace_id}.${agent_id}`;
    if (this.#saved?.owner !== owner) {
      this.#saved = { owner, views: untrack(() => new Views({ workspace_id, agent_id })) };
    }
    return this.#saved.views;
  }

  /** How many commands wait for an answer. */
  get waiting(): number {
    return this.#outbox.current.filter((kept) => !kept.refused).length;
  }

  /** Those of a conversation who are not this agent. */
  others(present: readonly PresentAgent[]): readonly PresentAgent[] {
    const me = this.me?.agent_id;
    return present.filter((each) => each.agent_id !== me);
  }

  /** The name of an agent to show. */
  agentName(id: AgentId | undefined): string {
    return (id && this.directory.agents.get(id)?.name) ?? '';
  }

  /** Which conversation is on screen. */
  get conversation(): ConversationId | undefined {
    return this.route.now.page === 'queue'
      ? (this.route.now.conversation as ConversationId | undefined)
      : undefined;
  }

  /** Opens a conversation beside the queue. */
  open(id: ConversationId): void {
    this.layer = 'none';
    this.route.go({ conversation: id });
  }

  /** Starts to write to a number that may be new. */
  compose(number = ''): void {
    this.composing = number;
    this.layer = 'compose';
  }

  /** Does something once, and says why when it is refused. Nothing is answered then. */
  async run<Name extends CommandName>(
    name: Name,
    params: Commands[Name],
    options?: CommandOptions,
  ): Promise<Done | undefined> {
    try {
      return await this.client.command(name, params, options);
    } catch (error) {
      notices.refuse(error);
      return undefined;
    }
  }

  /** Ends the session; `forget` drops what this browser keeps for it. While the session goes on, nothing is dropped. */
  async leave(forget: () => void): Promise<void> {
    try {
      await this.#leave();
    } catch {
      notices.fail('app.sign_out_failed');
      return;
    }
    forget();
    this.client.close();
    this.route.stop();
    location.reload();
  }
}

/** Makes the desk known to all components below. */
export function provideDesk(desk: Desk): void {
  setContext(key, desk);
}

/** The desk; to be called while a component is made. */
export function useDesk(): Desk {
  return getContext<Desk>(key);
}
