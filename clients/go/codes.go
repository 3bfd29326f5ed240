// Every code of a refusal (PROTOCOL.md, section 13; protocol/registry/errors.json). It decides nothing.

package parloir

// Code is why something was refused. It is an error itself, so that errors.Is(err, [CodeBusy]) tells whether that was
// why.
type Code string

// Error is the code.
func (c Code) Error() string { return string(c) }

// Every code that the server answers.
const (
	// CodeBadFrame: the bytes are no frame of this protocol.
	CodeBadFrame Code = "bad_frame"
	// CodeFrameTooLarge: the frame or body is larger than allowed.
	CodeFrameTooLarge Code = "frame_too_large"
	// CodeUnknownType: the frame has a type that this server does not know.
	CodeUnknownType Code = "unknown_type"
	// CodeUnknownCommand: no such command.
	CodeUnknownCommand Code = "unknown_command"
	// CodeUnknownQuery: no such query.
	CodeUnknownQuery Code = "unknown_query"
	// CodeInvalidParams: a field is missing or not of its form.
	CodeInvalidParams Code = "invalid_params"
	// CodeInvalidNumber: the phone number cannot exist.
	CodeInvalidNumber Code = "invalid_number"
	// CodeUnauthenticated: no token, or not a known one.
	CodeUnauthenticated Code = "unauthenticated"
	// CodeNotAllowed: the role does not allow it.
	CodeNotAllowed Code = "not_allowed"
	// CodeAgentDeactivated: the agent was deactivated.
	CodeAgentDeactivated Code = "agent_deactivated"
	// CodeConversationOutOfScope: the thread exists in a group that the agent does not see.
	CodeConversationOutOfScope Code = "conversation_out_of_scope"
	// CodeNotFound: no such path.
	CodeNotFound Code = "not_found"
	// CodeConversationNotFound: no such conversation, or not a visible one.
	CodeConversationNotFound Code = "conversation_not_found"
	// CodeMessageNotFound: no such message, or not a visible one.
	CodeMessageNotFound Code = "message_not_found"
	// CodeContactNotFound: no such contact.
	CodeContactNotFound Code = "contact_not_found"
	// CodeGroupNotFound: no such group, or not a visible one.
	CodeGroupNotFound Code = "group_not_found"
	// CodeAgentNotFound: no such agent.
	CodeAgentNotFound Code = "agent_not_found"
	// CodeChannelNotFound: no such channel.
	CodeChannelNotFound Code = "channel_not_found"
	// CodeTokenNotFound: no such token.
	CodeTokenNotFound Code = "token_not_found"
	// CodeJobNotFound: no such job.
	CodeJobNotFound Code = "job_not_found"
	// CodeCommandIdReused: the same id was used for something else.
	CodeCommandIdReused Code = "command_id_reused"
	// CodeCommandIdTooOld: the id is not a UUIDv7 of the last 29 days.
	CodeCommandIdTooOld Code = "command_id_too_old"
	// CodeCommandIdInFuture: the id is from a clock that is more than 10 minutes ahead.
	CodeCommandIdInFuture Code = "command_id_in_future"
	// CodeFieldTooLong: a text is longer than allowed.
	CodeFieldTooLong Code = "field_too_long"
	// CodeFieldEmpty: a text is needed.
	CodeFieldEmpty Code = "field_empty"
	// CodeTooMany: a list is longer than allowed.
	CodeTooMany Code = "too_many"
	// CodeInvalidText: a text holds control characters.
	CodeInvalidText Code = "invalid_text"
	// CodeConversationChanged: somebody else wrote since what the author saw.
	CodeConversationChanged Code = "conversation_changed"
	// CodeStaleEpoch: the position is of another epoch.
	CodeStaleEpoch Code = "stale_epoch"
	// CodeAlreadyClaimed: a colleague has the conversation.
	CodeAlreadyClaimed Code = "already_claimed"
	// CodeGroupChanged: the conversation is in another group than the author saw.
	CodeGroupChanged Code = "group_changed"
	// CodeContactChanged: the contact changed since the author saw it.
	CodeContactChanged Code = "contact_changed"
	// CodeNothingWaiting: no open, unassigned, visible conversation waits.
	CodeNothingWaiting Code = "nothing_waiting"
	// CodeOwnNumber: the address is one of our own senders.
	CodeOwnNumber Code = "own_number"
	// CodeOptedOut: the person asked for no more messages from this channel.
	CodeOptedOut Code = "opted_out"
	// CodeSenderNotApproved: the sender is not approved for the destination country.
	CodeSenderNotApproved Code = "sender_not_approved"
	// CodeAddressErased: the person was erased.
	CodeAddressErased Code = "address_erased"
	// CodeNotRetryable: only a failed or maybe-sent message can be retried.
	CodeNotRetryable Code = "not_retryable"
	// CodeTemplateRequired: the role or the channel allows only templates now.
	CodeTemplateRequired Code = "template_required"
	// CodeAddressTaken: another contact has the address.
	CodeAddressTaken Code = "address_taken"
	// CodeContactErased: the contact was erased.
	CodeContactErased Code = "contact_erased"
	// CodeContactMerged: the contact was merged into another.
	CodeContactMerged Code = "contact_merged"
	// CodeNotMerged: these contacts are not merged.
	CodeNotMerged Code = "not_merged"
	// CodeNameTaken: the name is in use.
	CodeNameTaken Code = "name_taken"
	// CodeDefaultGroup: the default group can be neither archived nor deleted.
	CodeDefaultGroup Code = "default_group"
	// CodeGroupArchived: the group takes no conversations.
	CodeGroupArchived Code = "group_archived"
	// CodeGroupNotEmpty: the group has conversations: name a target for them.
	CodeGroupNotEmpty Code = "group_not_empty"
	// CodeAgentOutsideGroup: the agent does not see the group.
	CodeAgentOutsideGroup Code = "agent_outside_group"
	// CodeLastAdmin: the workspace would be without an admin.
	CodeLastAdmin Code = "last_admin"
	// CodeAlreadyProvisioned: the workspace exists.
	CodeAlreadyProvisioned Code = "already_provisioned"
	// CodeAlreadySignedIn: the browser is signed in as somebody else: say `replace` to sign them out.
	CodeAlreadySignedIn Code = "already_signed_in"
	// CodeInvalidQuery: the text of a search cannot be understood.
	CodeInvalidQuery Code = "invalid_query"
	// CodeSearchTimeout: the search took too long and was given up.
	CodeSearchTimeout Code = "search_timeout"
	// CodeJobRunning: a job of this kind is at work.
	CodeJobRunning Code = "job_running"
	// CodeMessageEmpty: the message holds neither text, file, template nor card.
	CodeMessageEmpty Code = "message_empty"
	// CodeTemplateNotFound: no such template.
	CodeTemplateNotFound Code = "template_not_found"
	// CodeTemplateFieldsMissing: fields of the template have no value.
	CodeTemplateFieldsMissing Code = "template_fields_missing"
	// CodeTemplateChanged: the template or a value changed since the preview.
	CodeTemplateChanged Code = "template_changed"
	// CodeTemplateNotApproved: WhatsApp has not approved this template.
	CodeTemplateNotApproved Code = "template_not_approved"
	// CodeWindowClosed: on WhatsApp only approved templates go 24 h after the other side last wrote.
	CodeWindowClosed Code = "window_closed"
	// CodeCardNotSupported: the channel has no cards.
	CodeCardNotSupported Code = "card_not_supported"
	// CodeAttachmentNotFound: no such file, or not one that the agent sees.
	CodeAttachmentNotFound Code = "attachment_not_found"
	// CodeAttachmentIncomplete: the file is not uploaded whole.
	CodeAttachmentIncomplete Code = "attachment_incomplete"
	// CodeAttachmentTooLarge: the file is larger than allowed.
	CodeAttachmentTooLarge Code = "attachment_too_large"
	// CodeUnsupportedFile: the file is none that can be sent here.
	CodeUnsupportedFile Code = "unsupported_file"
	// CodeUploadOffset: the upload goes on at another place.
	CodeUploadOffset Code = "upload_offset"
	// CodeQuotaExceeded: there is no room for more files.
	CodeQuotaExceeded Code = "quota_exceeded"
	// CodeNotCancellable: the message has left, or is planned no more.
	CodeNotCancellable Code = "not_cancellable"
	// CodeInvalidTime: a time is too near or too far.
	CodeInvalidTime Code = "invalid_time"
	// CodeLinkNotFound: no such link, or one that works no more.
	CodeLinkNotFound Code = "link_not_found"
	// CodeRateLimited: too many at once.
	CodeRateLimited Code = "rate_limited"
	// CodeBusy: the server has more to do than it can queue.
	CodeBusy Code = "busy"
	// CodeReadOnly: the server cannot write now.
	CodeReadOnly Code = "read_only"
	// CodeUnavailable: the server starts or stops.
	CodeUnavailable Code = "unavailable"
	// CodeInternal: the server failed on this; nothing was changed.
	CodeInternal Code = "internal"
	// CodeWebhookNotFound: no such webhook, or not one that the agent looks after.
	CodeWebhookNotFound Code = "webhook_not_found"
	// CodeWebhookAddress: events may not be sent to this address.
	CodeWebhookAddress Code = "webhook_address"
	// CodeInvalidSeq: a place is not in the log.
	CodeInvalidSeq Code = "invalid_seq"
)

// temporary is whether the same thing may work later, by the code.
var temporary = map[Code]bool{
	CodeBadFrame:               false,
	CodeFrameTooLarge:          false,
	CodeUnknownType:            false,
	CodeUnknownCommand:         false,
	CodeUnknownQuery:           false,
	CodeInvalidParams:          false,
	CodeInvalidNumber:          false,
	CodeUnauthenticated:        false,
	CodeNotAllowed:             false,
	CodeAgentDeactivated:       false,
	CodeConversationOutOfScope: false,
	CodeNotFound:               false,
	CodeConversationNotFound:   false,
	CodeMessageNotFound:        false,
	CodeContactNotFound:        false,
	CodeGroupNotFound:          false,
	CodeAgentNotFound:          false,
	CodeChannelNotFound:        false,
	CodeTokenNotFound:          false,
	CodeJobNotFound:            false,
	CodeCommandIdReused:        false,
	CodeCommandIdTooOld:        false,
	CodeCommandIdInFuture:      false,
	CodeFieldTooLong:           false,
	CodeFieldEmpty:             false,
	CodeTooMany:                false,
	CodeInvalidText:            false,
	CodeConversationChanged:    false,
	CodeStaleEpoch:             false,
	CodeAlreadyClaimed:         false,
	CodeGroupChanged:           false,
	CodeContactChanged:         false,
	CodeNothingWaiting:         true,
	CodeOwnNumber:              false,
	CodeOptedOut:               false,
	CodeSenderNotApproved:      false,
	CodeAddressErased:          false,
	CodeNotRetryable:           false,
	CodeTemplateRequired:       false,
	CodeAddressTaken:           false,
	CodeContactErased:          false,
	CodeContactMerged:          false,
	CodeNotMerged:              false,
	CodeNameTaken:              false,
	CodeDefaultGroup:           false,
	CodeGroupArchived:          false,
	CodeGroupNotEmpty:          false,
	CodeAgentOutsideGroup:      false,
	CodeLastAdmin:              false,
	CodeAlreadyProvisioned:     false,
	CodeAlreadySignedIn:        false,
	CodeInvalidQuery:           false,
	CodeSearchTimeout:          true,
	CodeJobRunning:             true,
	CodeMessageEmpty:           false,
	CodeTemplateNotFound:       false,
	CodeTemplateFieldsMissing:  false,
	CodeTemplateChanged:        false,
	CodeTemplateNotApproved:    false,
	CodeWindowClosed:           false,
	CodeCardNotSupported:       false,
	CodeAttachmentNotFound:     false,
	CodeAttachmentIncomplete:   false,
	CodeAttachmentTooLarge:     false,
	CodeUnsupportedFile:        false,
	CodeUploadOffset:           false,
	CodeQuotaExceeded:          false,
	CodeNotCancellable:         false,
	CodeInvalidTime:            false,
	CodeLinkNotFound:           false,
	CodeRateLimited:            true,
	CodeBusy:                   true,
	CodeReadOnly:               true,
	CodeUnavailable:            true,
	CodeInternal:               false,
	CodeWebhookNotFound:        false,
	CodeWebhookAddress:         false,
	CodeInvalidSeq:             false,
}

// Codes is every code that this client knows, and whether the same thing may work later.
func Codes() map[Code]bool {
	codes := make(map[Code]bool, len(temporary))
	for code, is := range temporary {
		codes[code] = is
	}
	return codes
}
