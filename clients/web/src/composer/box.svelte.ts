// The box that a reply or a note is written in: its draft, the files on their way, the plan of what would go, and
// the step from there to a send. It decides whether something can be sent; the server decides whether it may.
import {
  type AgentId,
  type Attachment,
  type ConversationId,
  DEFAULT_LIMITS,
  type Expected,
  type MessageContent,
  type PlanRequest,
  type SendPlan,
} from '../app/client.ts';
import { type ChosenTemplate, type Draft, restore } from './drafts.ts';
import { standing } from './mentions.ts';
import { type Planned, Planning } from './planning.ts';
import type { Kept } from './shelf.ts';
import { browserDoor } from './upload-door.ts';
import { type Upload, type UploadDoor, Uploads } from './uploads.ts';
import type { Writing } from './writing.svelte.ts';

/** What a box needs of the agent's writing. */
type WritingPart = Pick<Writing, 'asking' | 'drafts' | 'sends' | 'remember' | 'heldBack'>;

/** Why nothing can be sent yet, of what the box alone knows. */
export type Unready = 'empty' | 'too_long' | 'uploading' | 'file_refused' | 'fields_missing' | 'planning';

export type SendHow = { send_at?: string | undefined; expected?: Expected | undefined };

export type Outcome = 'sent' | 'waits' | 'not_ready' | 'full';

export class Box {
  readonly conversation_id: ConversationId;
  readonly #writing: WritingPart;
  readonly #door: UploadDoor;
  readonly #planning: Planning;
  readonly #uploads: Uploads;
  #waiting: SendHow | undefined = $state.raw();
  /** What the server said last of what would go. */
  #told: Planned = { kind: 'nothing' };
  draft: Draft = $state.raw({ mode: 'reply', text: '', note: '', mentions: [], attachments: [] });
  uploads: Upload[] = $state.raw([]);
  planned: Planned = $state.raw({ kind: 'nothing' });
  /** Whether the draft outlives this page. */
  kept: Kept = $state('kept');
  /** Whether somebody types in it now. */
  isFocused = false;

  constructor(writing: WritingPart, conversation_id: string, door: UploadDoor = browserDoor) {
    this.conversation_id = conversation_id as ConversationId;
    this.#writing = writing;
    this.#door = door;
    this.draft = writing.drafts.read(conversation_id);
    this.#planning = new Planning(writing.asking, (planned) => {
      this.#told = planned;
      this.planned = this.#refusedHere() ?? planned;
      this.#goOn();
    });
    this.#uploads = new Uploads({
      door,
      changed: () => this.#moved(),
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
  }

  /** Whether files are in it that are not with the server: they would be lost with the page. */
  get isUploading(): boolean {
    return this.uploads.some((upload) => upload.phase.kind !== 'refused');
  }

  /** Whether it goes by itself once the files are up, or the plan of a template is there. */
  get waits(): boolean {
    return this.#waiting !== undefined;
  }

  set(change: Partial<Draft>): void {
    this.draft = { ...this.draft, ...change };
    this.kept = this.#writing.drafts.write(this.conversation_id, this.draft);
    this.plan();
  }

  choose(template: ChosenTemplate | undefined): void {
    this.set({ template, mode: 'reply' });
  }

  /** What came back from a refusal or an undo, in front of what stands here. */
  putBack(content: Partial<Draft>): void {
    this.set(restore(this.draft, content));
  }

  /** Takes a draft that another window wrote, unless somebody types here. */
  reread(): void {
    if (!this.isFocused) this.draft = this.#writing.drafts.read(this.conversation_id);
  }

  addFiles(files: File[]): Promise<number> {
    return this.#uploads.add(files);
  }

  retryUpload(upload_id: number): void {
    this.#uploads.again(upload_id);
  }

  /** What waited for this file is another message without it: its author sends that. */
  removeUpload(upload_id: number): void {
    this.stopWaiting();
    void this.#uploads.remove(upload_id);
  }

  removeAttachment(attachment: Attachment): void {
    this.stopWaiting();
    const left = this.draft.attachments.filter((one) => one.attachment_id !== attachment.attachment_id);
    this.set({ attachments: left });
    void this.#door.giveUp(attachment.attachment_id);
  }

  /** Asks what would go now; a text that no server reads is not asked about. */
  plan(): void {
    const refused = this.#refusedHere();
    this.#planning.want(refused || this.draft.mode === 'note' ? undefined : this.#request());
    this.planned = refused ?? this.#told;
  }

  /** Asks again: the window, the consent or the person's fields may have moved. */
  replan(): void {
    this.#planning.refresh();
  }

  unready(): Unready | undefined {
    const { draft } = this;
    if (draft.mode === 'note') return draft.note.trim() === '' ? 'empty' : undefined;
    if (draft.template) return this.#templateUnready();
    if (this.#refusedHere()) return 'too_long';
    const phases = this.uploads.map((upload) => upload.phase.kind);
    if (phases.some((phase) => phase === 'refused' || phase === 'stopped')) return 'file_refused';
    if (phases.length > 0) return 'uploading';
    return draft.text.trim() === '' && draft.attachments.length === 0 ? 'empty' : undefined;
  }

  /** Hands over what is in the box; it is empty afterwards, and what was handed over is kept until answered. */
  send(how: SendHow): Outcome {
    const unready = this.unready();
    if (unready === 'uploading' || unready === 'planning') {
      this.#waiting = how;
      return 'waits';
    }
    if (unready !== undefined) return 'not_ready';
    return this.draft.mode === 'note' ? this.#sendNote() : this.#sendReply(how);
  }

  /** Takes back a send that waits for its files. */
  stopWaiting(): void {
    this.#waiting = undefined;
  }

  /** What the server would say of a text that is longer than it takes. */
  #refusedHere(): Planned | undefined {
    const { mode, template, text } = this.draft;
    const max = DEFAULT_LIMITS.text_chars_max;
    const actual = text.length > max && mode !== 'note' && !template ? [...text].length : 0;
    if (actual <= max) return undefined;
    const details = { field: 'text', max, actual };
    const message = `${actual} characters, ${max} at most`;
    const refusal = { code: 'field_too_long', message, temporary: false, details };
    const known = this.#told.kind === 'plan' ? this.#told.plan : { text, carriage: 'text' };
    return { kind: 'plan', plan: { ...known, refusal } as SendPlan, current: true };
  }

  #templateUnready(): Unready | undefined {
    if (this.planned.kind === 'not_built') return undefined;
    if (this.planned.kind !== 'plan' || !this.planned.current) return 'planning';
    const fields = this.planned.plan.template?.fields ?? [];
    return fields.some((field) => field.source === 'missing') ? 'fields_missing' : undefined;
  }

  #sendNote(): Outcome {
    const { note, mentions } = this.draft;
    const named = standing(note, mentions);
    const submission = this.#writing.sends.submit({
      conversation_id: this.conversation_id,
      name: 'note.add',
      params: {
        conversation_id: this.conversation_id,
        text: note,
        ...(named.length > 0 ? { mentions: named.map((one) => one.agent_id as AgentId) } : {}),
      },
      content: { mode: 'note', note, mentions: named },
    });
    if ('full' in submission) return 'full';
    this.set({ note: '', mentions: [] });
    return 'sent';
  }

  #sendReply(how: SendHow): Outcome {
    for (const { content, returned } of this.#contents()) {
      const submission = this.#writing.sends.submit({
        conversation_id: this.conversation_id,
        name: 'message.send',
        params: {
          conversation_id: this.conversation_id,
          ...content,
          ...(how.send_at === undefined ? {} : { send_at: how.send_at }),
        },
        expected: how.expected,
        content: returned,
      });
      if ('full' in submission) return 'full';
      this.#writing.remember(`msg_${submission.taken.command_id}`, returned);
      this.draft = without(this.draft, returned);
    }
    this.#waiting = undefined;
    this.set({});
    return 'sent';
  }

  /** A message for each file, the text with the first; or one of the template or the text. */
  #contents(): { content: MessageContent; returned: Partial<Draft> }[] {
    const { text, attachments, template } = this.draft;
    if (template) {
      const digest = this.planned.kind === 'plan' ? this.planned.plan.template?.digest : undefined;
      const content = { template: { ...template, ...(digest === undefined ? {} : { digest }) } };
      return [{ content: content as MessageContent, returned: { template } }];
    }
    if (attachments.length === 0) return [{ content: { text }, returned: { text } }];
    return attachments.map((attachment, at) => {
      const caption = at === 0 ? text : '';
      const content = {
        attachment_id: attachment.attachment_id,
        ...(caption === '' ? {} : { text: caption }),
      };
      return { content, returned: { text: caption, attachments: [attachment] } };
    });
  }

  #request(): PlanRequest {
    const { text, attachments, template } = this.draft;
    const about = { conversation_id: this.conversation_id };
    if (template) return { ...about, template } as PlanRequest;
    const attachment = attachments[0];
    const upload = this.uploads.find((one) => one.media_type !== undefined);
    const file = upload && {
      name: upload.name,
      bytes: upload.bytes,
      media_type: upload.media_type as string,
    };
    return {
      ...about,
      ...(text === '' ? {} : { text }),
      ...(attachment ? { attachment_id: attachment.attachment_id } : file ? { file } : {}),
    };
  }

  #moved(): void {
    const done = this.#uploads.takeDone();
    this.uploads = this.#uploads.list();
    if (done.length > 0) this.set({ attachments: [...this.draft.attachments, ...done] });
    else this.plan();
    this.#goOn();
  }

  /** Sends what waited for its files or its plan; gives up when it cannot go after all. */
  #goOn(): void {
    const how = this.#waiting;
    const unready = this.unready();
    if (how === undefined || unready === 'uploading' || unready === 'planning') return;
    this.#waiting = undefined;
    if (unready === undefined) this.send(how);
    else if (unready !== 'empty') this.#writing.heldBack(this.conversation_id, unready);
  }
}

/** A draft without what was just handed over. */
function without(draft: Draft, sent: Partial<Draft>): Draft {
  const ids = new Set((sent.attachments ?? []).map((one) => one.attachment_id));
  return {
    ...draft,
    text: sent.text === undefined || sent.text === '' ? draft.text : '',
    attachments: draft.attachments.filter((one) => !ids.has(one.attachment_id)),
    template: sent.template ? undefined : draft.template,
  };
}
