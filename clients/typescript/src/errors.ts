// Error codes, and the errors that a client's promises reject with (PROTOCOL.md, section 13).

import type { CommandId, ErrorBody } from './frames.js';

/** Every code that the server answers. */
export const ERROR_CODES = [
  'bad_frame',
  'frame_too_large',
  'unknown_type',
  'unknown_command',
  'unknown_query',
  'invalid_params',
  'invalid_number',
  'unauthenticated',
  'not_allowed',
  'agent_deactivated',
  'conversation_out_of_scope',
  'not_found',
  'conversation_not_found',
  'message_not_found',
  'contact_not_found',
  'group_not_found',
  'agent_not_found',
  'channel_not_found',
  'token_not_found',
  'job_not_found',
  'command_id_reused',
  'command_id_too_old',
  'command_id_in_future',
  'field_too_long',
  'field_empty',
  'too_many',
  'invalid_text',
  'conversation_changed',
  'stale_epoch',
  'already_claimed',
  'group_changed',
  'contact_changed',
  'nothing_waiting',
  'own_number',
  'opted_out',
  'sender_not_approved',
  'address_erased',
  'not_retryable',
  'template_required',
  'address_taken',
  'contact_erased',
  'contact_merged',
  'not_merged',
  'name_taken',
  'default_group',
  'group_archived',
  'group_not_empty',
  'agent_outside_group',
  'last_admin',
  'already_provisioned',
  'already_signed_in',
  'invalid_query',
  'search_timeout',
  'job_running',
  'rate_limited',
  'busy',
  'read_only',
  'unavailable',
  'internal',
  'message_empty',
  'template_not_found',
  'template_fields_missing',
  'template_changed',
  'template_not_approved',
  'window_closed',
  'card_not_supported',
  'attachment_not_found',
  'attachment_incomplete',
  'attachment_too_large',
  'unsupported_file',
  'upload_offset',
  'quota_exceeded',
  'not_cancellable',
  'invalid_time',
  'link_not_found',
  'webhook_not_found',
  'webhook_address',
  'invalid_seq',
] as const;

/** A code of the registry. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Codes after which the same thing may work later. */
const TEMPORARY: readonly ErrorCode[] = [
  'nothing_waiting',
  'search_timeout',
  'job_running',
  'rate_limited',
  'busy',
  'read_only',
  'unavailable',
];

/** Whether the same thing may work later, as the registry says. */
export function isTemporary(code: ErrorCode): boolean {
  return TEMPORARY.includes(code);
}

/** Whether this client knows the code. */
export function isErrorCode(code: string): code is ErrorCode {
  return (ERROR_CODES as readonly string[]).includes(code);
}

/** The server, or the client before it, says no. */
export class Refused extends Error {
  override readonly name: string = 'Refused';
  readonly code: string;
  /** The facts: code, sentence, `details`. */
  readonly body: ErrorBody;

  constructor(body: ErrorBody) {
    super(`${body.code}: ${body.message}`);
    this.code = body.code;
    this.body = body;
  }
}

/** A command was refused: nothing was changed. */
export class CommandError extends Refused {
  override readonly name = 'CommandError';
  readonly commandId: CommandId;

  constructor(body: ErrorBody, commandId: CommandId) {
    super(body);
    this.commandId = commandId;
  }
}

/** A question was refused. */
export class QueryError extends Refused {
  override readonly name = 'QueryError';
}

/** The connection is over, so no answer comes. A command without an answer stays in the outbox store. */
export class Ended extends Error {
  override readonly name = 'Ended';
  /** The close code; 1000 when the client left. */
  readonly code: number;

  constructor(code: number, reason: string) {
    super(`the connection is over (${code}): ${reason}`);
    this.code = code;
  }
}

/** A command was dropped by this program before its answer: whether it happened is not known. */
export class Dropped extends Error {
  override readonly name = 'Dropped';
}

/** A refusal that this client makes itself. */
export function ownRefusal(
  code: ErrorCode,
  message: string,
  details: Record<string, unknown> = {},
): ErrorBody {
  return { code, message, temporary: false, details };
}
