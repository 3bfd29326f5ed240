// What a command is, what it is answered, and the name of each (PROTOCOL.md, section 8). It sends none.

package wire

// Command is something to be done; its variants are the types of this package that are named after the commands.
type Command interface{ command() }

// Expected is what the author had on screen: compare-and-send.
type Expected struct {
	Epoch Epoch `wire:"epoch"`
	Seq   Seq   `wire:"seq"`
}

// Done is what an accepted command made or was about.
type Done struct {
	// Seq is of the command's last event.
	Seq            Seq            `wire:"seq"`
	ConversationID ConversationID `wire:"conversation_id,optional"`
	MessageID      MessageID      `wire:"message_id,optional"`
	ContactID      ContactID      `wire:"contact_id,optional"`
	GroupID        GroupID        `wire:"group_id,optional"`
	AgentID        AgentID        `wire:"agent_id,optional"`
	ChannelID      ChannelID      `wire:"channel_id,optional"`
	NoteID         NoteID         `wire:"note_id,optional"`
	JobID          JobID          `wire:"job_id,optional"`
	TokenID        TokenID        `wire:"token_id,optional"`
	TemplateID     TemplateID     `wire:"template_id,optional"`
	WorkspaceID    WorkspaceID    `wire:"workspace_id,optional"`
	// WebhookID is that of a webhook.
	WebhookID WebhookID `wire:"webhook_id,optional"`
	// Secret is what a webhook's deliveries are signed with from now on: shown once.
	Secret *string `wire:"secret,optional"`
	// Token is the secret of a new token: shown once.
	Token *string `wire:"token,optional"`
}

var commands = adjacent[Command](map[string]Command{
	"conversation.start":       ConversationStart{},
	"conversation.move":        ConversationMove{},
	"conversation.close":       ConversationClose{},
	"conversation.reopen":      ConversationReopen{},
	"conversation.assign":      ConversationAssign{},
	"conversation.claim":       ConversationClaim{},
	"conversation.release":     ConversationRelease{},
	"conversation.next":        ConversationNext{},
	"conversation.mark_read":   ConversationMarkRead{},
	"conversation.mark_unread": ConversationMarkUnread{},
	"message.send":             MessageSend{},
	"message.retry":            MessageRetry{},
	"message.cancel":           MessageCancel{},
	"message.release":          MessageRelease{},
	"message.reschedule":       MessageReschedule{},
	"link.revoke":              LinkRevoke{},
	"note.add":                 NoteAdd{},
	"consent.change":           ConsentChange{},
	"contact.save":             ContactSave{},
	"contact.merge":            ContactMerge{},
	"contact.unmerge":          ContactUnmerge{},
	"contact.erase":            ContactErase{},
	"group.create":             GroupCreate{},
	"group.rename":             GroupRename{},
	"group.archive":            GroupArchive{},
	"group.delete":             GroupDelete{},
	"group.close":              GroupClose{},
	"agent.create":             AgentCreate{},
	"agent.change":             AgentChange{},
	"agent.deactivate":         AgentDeactivate{},
	"agent.set_availability":   AgentSetAvailability{},
	"agent.invite":             AgentInvite{},
	"token.create":             TokenCreate{},
	"token.revoke":             TokenRevoke{},
	"channel.create":           ChannelCreate{},
	"channel.change":           ChannelChange{},
	"template.save":            TemplateSave{},
	"template.delete":          TemplateDelete{},
	"workspace.change":         WorkspaceChange{},
	"webhook.save":             WebhookSave{},
	"webhook.delete":           WebhookDelete{},
	"webhook.rotate":           WebhookRotate{},
	"webhook.replay":           WebhookReplay{},
	"workspace.create":         WorkspaceCreate{},
})
