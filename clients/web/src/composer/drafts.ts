// What an agent typed and has not sent, per agent and conversation, across reloads. A draft goes only when it
// was sent, when its author empties it, or at an explicit sign-out; a refusal or a lost session never drops it.

import type { Attachment } from '../app/client.ts';
import type { Kept, Shelf } from './shelf.ts';

export type Mode = 'reply' | 'note';

export interface Mention {
  agent_id: string;
  name: string;
}

export interface ChosenTemplate {
  template_id: string;
  values: Record<string, string>;
}

/** Everything a composer holds; `attachments` are those whose upload is over. */
export interface Draft {
  mode: Mode;
  text: string;
  note: string;
  mentions: Mention[];
  attachments: Attachment[];
  template?: ChosenTemplate;
}

export interface Owner {
  workspace_id: string;
  agent_id: string;
}

export const emptyDraft: Readonly<Draft> = Object.freeze({
  mode: 'reply',
  text: '',
  note: '',
  mentions: [],
  attachments: [],
});

const place = 'parloir.draft';

export class Drafts {
  private readonly prefix: string;
  private readonly watchers = new Set<(conversation_id: string) => void>();

  constructor(
    private readonly shelf: Shelf,
    owner: Owner,
  ) {
    this.prefix = `${place}.${owner.workspace_id}.${owner.agent_id}.`;
  }

  read(conversation_id: string): Draft {
    return parse(this.shelf.get(this.prefix + conversation_id));
  }

  /** Writes at once; an empty draft takes no place. */
  write(conversation_id: string, draft: Draft): Kept {
    const kept = this.put(conversation_id, draft);
    for (const watcher of this.watchers) watcher(conversation_id);
    return kept;
  }

  drop(conversation_id: string): void {
    this.write(conversation_id, { ...emptyDraft });
  }

  /** The conversations that hold a draft. */
  conversations(): string[] {
    return this.shelf.keys(this.prefix).map((key) => key.slice(this.prefix.length));
  }

  /** At an explicit sign-out, after its warning. */
  forget(): void {
    for (const conversation_id of this.conversations()) this.drop(conversation_id);
  }

  watch(watcher: (conversation_id: string) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  private put(conversation_id: string, draft: Draft): Kept {
    if (!isEmpty(draft)) return this.shelf.set(this.prefix + conversation_id, JSON.stringify(draft));
    this.shelf.delete(this.prefix + conversation_id);
    return 'kept';
  }
}

/** Whether a draft holds nothing that anybody would miss. */
export function isEmpty(draft: Draft): boolean {
  return (
    draft.text === '' && draft.note === '' && draft.attachments.length === 0 && draft.template === undefined
  );
}

/** Puts what was refused or undone back into a draft, in front of what was typed since. */
export function restore(draft: Draft, returned: Partial<Draft>): Draft {
  return {
    ...draft,
    mode: returned.mode ?? draft.mode,
    text: joined(returned.text, draft.text),
    note: joined(returned.note, draft.note),
    mentions: [...draft.mentions, ...(returned.mentions ?? [])],
    attachments: [...(returned.attachments ?? []), ...draft.attachments],
    template: draft.template ?? returned.template,
  };
}

function joined(returned: string | undefined, present: string): string {
  return [returned, present].filter((text) => text !== undefined && text !== '').join('\n');
}

function parse(text: string | undefined): Draft {
  if (text === undefined) return { ...emptyDraft };
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null ? { ...emptyDraft, ...read } : { ...emptyDraft, text };
  } catch {
    return { ...emptyDraft, text };
  }
}
